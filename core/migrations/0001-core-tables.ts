import { DataTypes } from 'sequelize';
import type { Migration } from '../database/types.js';

/** What the core keeps about itself: the modules' switches, the license, change counters, and number sequences. */
export const up: Migration = async ({ queryInterface }) => {
  await queryInterface.createTable('core_plugin_state', {
    plugin: { type: DataTypes.STRING(64), primaryKey: true },
    enabled: { type: DataTypes.BOOLEAN, allowNull: false },
    changed_at: { type: DataTypes.DATE(3), allowNull: false },
  });
  await queryInterface.createTable('core_license', {
    id: { type: DataTypes.INTEGER, primaryKey: true },
    text: { type: DataTypes.TEXT, allowNull: true },
    installed_at: { type: DataTypes.DATE(3), allowNull: false },
    instance_id: { type: DataTypes.STRING(64), allowNull: false },
    last_seen_at: { type: DataTypes.DATE(3), allowNull: false },
  });
  await queryInterface.createTable('core_versions', {
    name: { type: DataTypes.STRING(64), primaryKey: true },
    version: { type: DataTypes.INTEGER, allowNull: false },
  });
  await queryInterface.createTable('core_sequences', {
    name: { type: DataTypes.STRING(64), primaryKey: true },
    value: { type: DataTypes.INTEGER, allowNull: false },
  });
};
