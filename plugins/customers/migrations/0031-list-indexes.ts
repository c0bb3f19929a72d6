import { createTable, type Migration } from '../../../core/api.js';
import { Accesses, Customers } from '../tables.js';

/** Filters that leave most of the customers, in each order of the overview; accounts by a state that few accesses are in. */
export const up: Migration = async ({ queryInterface }) => {
  await createTable(
    queryInterface,
    Customers.table,
    Customers.attributes,
    ['status', 'kind', 'country'].flatMap((column) => [{ fields: [column, 'number'] }, { fields: [column, 'id'] }]),
  );
  await createTable(queryInterface, Accesses.table, Accesses.attributes, [{ fields: ['status', 'account_id'] }, { fields: ['expires_at', 'account_id'] }]);
};
