import { DataTypes } from 'sequelize';
import type { Migration } from '../database/types.js';

/** Every change of a setting; null = the default, secrets only as `true`. */
export const up: Migration = async ({ queryInterface }) => {
  if (!(await queryInterface.tableExists('core_setting_history'))) {
    await queryInterface.createTable('core_setting_history', {
      id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
      plugin: { type: DataTypes.STRING(60), allowNull: false },
      key: { type: DataTypes.STRING(120), allowNull: false },
      before: { type: DataTypes.TEXT, allowNull: true },
      after: { type: DataTypes.TEXT, allowNull: true },
      at: { type: DataTypes.DATE(3), allowNull: false },
      account_id: { type: DataTypes.INTEGER, allowNull: true },
    });
  }
  const indexes = (await queryInterface.showIndex('core_setting_history')) as { name: string }[];
  if (!indexes.some((index) => index.name === 'core_setting_history_plugin')) {
    await queryInterface.addIndex('core_setting_history', ['plugin', 'id'], { name: 'core_setting_history_plugin' });
  }
};
