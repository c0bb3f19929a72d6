import { createTable, type Migration } from '../../../core/api.js';
import { WorkSheets } from '../worksheets/tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, WorkSheets.table, WorkSheets.attributes, [{ fields: ['customer_id', 'month'], unique: true }]);
};
