import { createTable, type Migration } from '../../../core/api.js';
import { ActItems, Acts } from '../bulk/tables.js';
import { Templates } from '../macros/tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Templates.table, Templates.attributes, [{ fields: ['account_id'] }, { fields: ['shared'] }]);
  await createTable(queryInterface, Acts.table, Acts.attributes, [{ fields: ['created_at'] }, { fields: ['account_id'] }]);
  await createTable(queryInterface, ActItems.table, ActItems.attributes, [{ fields: ['request_id'] }]);
};
