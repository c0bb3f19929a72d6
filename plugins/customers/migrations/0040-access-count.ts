import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { countAccesses } from '../accesses/access-count.js';
import { Customers } from '../tables.js';

/** Customers without an access are found by an index, in each order of the overview. */
export const up: Migration = async ({ db, queryInterface }) => {
  await addColumns(queryInterface, Customers, ['access_count']);
  await createTable(
    queryInterface,
    Customers.table,
    Customers.attributes,
    [['name_key', 'id'], ['number'], ['id']].map((order) => ({ fields: ['access_count', ...order] })),
  );
  await countAccesses(db);
};
