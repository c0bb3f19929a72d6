import { DataTypes } from 'sequelize';
import type { Migration } from '../database/types.js';

// STRING(n, true) compares byte by byte on MariaDB too: keys and hashes must not match by accent or case.
export const up: Migration = async ({ queryInterface }) => {
  const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
  const account = { type: DataTypes.INTEGER, allowNull: false, references: { model: 'core_accounts', key: 'id' }, onDelete: 'CASCADE' };
  const create = async (table: string, attributes: Parameters<typeof queryInterface.createTable>[1], options: object = {}): Promise<void> => {
    if (!(await queryInterface.tableExists(table))) await queryInterface.createTable(table, attributes, options);
  };
  await create(
    'core_accounts',
    {
      id,
      kind: { type: DataTypes.STRING(10), allowNull: false },
      name: { type: DataTypes.STRING(120), allowNull: false },
      email: { type: DataTypes.STRING(254), allowNull: false },
      email_key: { type: DataTypes.STRING(254, true), allowNull: false },
      user_name: { type: DataTypes.STRING(254), allowNull: false },
      user_name_key: { type: DataTypes.STRING(254, true), allowNull: false },
      mobile: { type: DataTypes.STRING(40) },
      language: { type: DataTypes.STRING(10), allowNull: false },
      time_zone: { type: DataTypes.STRING(60), allowNull: false },
      status: { type: DataTypes.STRING(10), allowNull: false },
      password_hash: { type: DataTypes.STRING(200, true) },
      password_changed_at: { type: DataTypes.DATE(3) },
      must_change_password: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
      last_sign_in_at: { type: DataTypes.DATE(3) },
      created_at: { type: DataTypes.DATE(3), allowNull: false },
    },
    { uniqueKeys: { core_accounts_email: { fields: ['kind', 'email_key'] }, core_accounts_user_name: { fields: ['kind', 'user_name_key'] } } },
  );
  await create('core_sessions', {
    id,
    token_hash: { type: DataTypes.STRING(64, true), allowNull: false, unique: true },
    csrf: { type: DataTypes.STRING(64, true), allowNull: false },
    account_id: account,
    site: { type: DataTypes.STRING(40), allowNull: false },
    created_at: { type: DataTypes.DATE(3), allowNull: false },
    last_seen_at: { type: DataTypes.DATE(3), allowNull: false },
    ip: { type: DataTypes.STRING(45) },
    agent: { type: DataTypes.STRING(300) },
    ended_at: { type: DataTypes.DATE(3) },
  });
  await create('core_invitations', {
    id,
    account_id: account,
    token_hash: { type: DataTypes.STRING(64, true), allowNull: false, unique: true },
    purpose: { type: DataTypes.STRING(10), allowNull: false },
    site: { type: DataTypes.STRING(40), allowNull: false },
    invited_by: { type: DataTypes.STRING(120) },
    sent_at: { type: DataTypes.DATE(3), allowNull: false },
    opened_at: { type: DataTypes.DATE(3) },
    expires_at: { type: DataTypes.DATE(3), allowNull: false },
    used_at: { type: DataTypes.DATE(3) },
    revoked_at: { type: DataTypes.DATE(3) },
  });
  await create('core_setup', {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    code_hash: { type: DataTypes.STRING(64, true), allowNull: false },
    created_at: { type: DataTypes.DATE(3), allowNull: false },
  });
};
