import { DataTypes } from 'sequelize';
import type { Migration } from '../database/types.js';

/** What administrators set; a key without a row stands at its default. */
export const up: Migration = async ({ queryInterface }) => {
  if (await queryInterface.tableExists('core_settings')) return;
  await queryInterface.createTable('core_settings', {
    key: { type: DataTypes.STRING(120), primaryKey: true },
    value: { type: DataTypes.TEXT, allowNull: false },
    updated_at: { type: DataTypes.DATE(3), allowNull: false },
    updated_by: { type: DataTypes.INTEGER, allowNull: true },
  });
};
