import { createTable, type Migration } from '../../../core/api.js';
import { Accesses } from '../tables.js';

/** Lists of accounts by a state that few accesses are in. */
export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Accesses.table, Accesses.attributes, [{ fields: ['status', 'account_id'] }, { fields: ['expires_at', 'account_id'] }]);
};
