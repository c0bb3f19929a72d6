import { DataTypes } from 'sequelize';
import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';

/** What roles were before and after each change: to take it back. */
export const up: Migration = ({ queryInterface }) =>
  createTable(queryInterface, 'core_role_history', {
    id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
    at: { type: DataTypes.DATE(3), allowNull: false },
    account_id: { type: DataTypes.INTEGER },
    before: { type: DataTypes.TEXT, allowNull: false },
    after: { type: DataTypes.TEXT, allowNull: false },
  });
