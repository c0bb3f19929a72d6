import { createTable, type Migration } from '../../../core/api.js';
import { DeskViews } from '../workspace/tables.js';

export const up: Migration = ({ queryInterface }) =>
  createTable(queryInterface, DeskViews.table, DeskViews.attributes, [{ fields: ['account_id'] }, { fields: ['shared'] }]);
