import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { Requests } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await addColumns(queryInterface, Requests, ['computer_key', 'login_key']);
  await createTable(queryInterface, Requests.table, Requests.attributes, [
    { fields: ['customer_id', 'computer_key'] },
    { fields: ['customer_id', 'login_key'] },
    { fields: ['solver_id', 'id'] },
  ]);
};
