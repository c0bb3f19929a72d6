import { createTable, type Migration } from '../../../core/api.js';
import { OrderRows, Orders, Requests } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, OrderRows.table, OrderRows.attributes, [{ fields: ['order_id', 'position', 'id'] }]);
  await createTable(queryInterface, Requests.table, Requests.attributes, [{ fields: ['device_id', 'id'] }]);
  await createTable(queryInterface, Orders.table, Orders.attributes, [{ fields: ['device_id', 'id'] }, { fields: ['project_id', 'id'] }]);
};
