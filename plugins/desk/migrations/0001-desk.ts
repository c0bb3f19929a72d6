import { createTable, type Migration } from '../../../core/api.js';
import { Messages, OrderEvents, Orders, Requests, Words } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Requests.table, Requests.attributes, [
    { fields: ['number'], unique: true },
    { fields: ['order_id', 'status', 'customer_id', 'installation_id'] },
    { fields: ['customer_id', 'id'] },
    { fields: ['reporter_account_id', 'id'] },
  ]);
  // One index per way the list is narrowed and sorted, each ending in the columns of the cursor.
  await createTable(queryInterface, Orders.table, Orders.attributes, [
    { fields: ['number'], unique: true },
    { fields: ['status', 'customer_id', 'id'] },
    { fields: ['status', 'id'] },
    { fields: ['status', 'sort_at', 'id'] },
    { fields: ['sort_at', 'id'] },
    { fields: ['customer_id', 'id'] },
    { fields: ['customer_id', 'sort_at', 'id'] },
    { fields: ['installation_id', 'id'] },
    { fields: ['technician_id', 'sort_at', 'id'] },
    { fields: ['technician_id', 'id'] },
    { fields: ['request_id'] },
  ]);
  await createTable(queryInterface, OrderEvents.table, OrderEvents.attributes, [{ fields: ['order_id', 'id'] }]);
  await createTable(queryInterface, Messages.table, Messages.attributes, [{ fields: ['owner', 'owner_id', 'id'] }]);
  await createTable(queryInterface, Words.table, Words.attributes, [{ fields: ['owner', 'owner_id', 'word'] }]);
};
