import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { Erasures } from '../erasure/model.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Erasures.table, Erasures.attributes, [{ fields: ['customer_id'] }]);
};
