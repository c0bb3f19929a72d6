import { DataTypes } from 'sequelize';
import type { Migration } from '../database/types.js';

export const up: Migration = async ({ db, queryInterface }) => {
  const role = { type: DataTypes.STRING(40), allowNull: false, primaryKey: true, references: { model: 'core_roles', key: 'id' }, onDelete: 'CASCADE' };
  if (!(await queryInterface.tableExists('core_roles'))) {
    await queryInterface.createTable('core_roles', {
      id: { type: DataTypes.STRING(40), primaryKey: true },
      all_customers: { type: DataTypes.BOOLEAN, allowNull: false },
      built_in: { type: DataTypes.BOOLEAN, allowNull: false },
    });
  }
  if (!(await queryInterface.tableExists('core_role_permissions'))) {
    // Only what an administrator changed; the rest follows from the manifests.
    await queryInterface.createTable('core_role_permissions', {
      role_id: role,
      permission: { type: DataTypes.STRING(120, true), allowNull: false, primaryKey: true },
      allowed: { type: DataTypes.BOOLEAN, allowNull: false },
    });
  }
  if (!(await queryInterface.tableExists('core_account_roles'))) {
    await queryInterface.createTable('core_account_roles', {
      account_id: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true, references: { model: 'core_accounts', key: 'id' }, onDelete: 'CASCADE' },
      role_id: role,
    });
  }
  for (const id of ['administrator', 'agent']) {
    const [known] = await db.query('SELECT id FROM core_roles WHERE id = ?', [id]);
    if (known === undefined) await db.run('INSERT INTO core_roles (id, all_customers, built_in) VALUES (?, 1, 1)', [id]);
  }
};
