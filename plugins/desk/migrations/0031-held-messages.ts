import { createTable, type Migration } from '../../../core/api.js';
import { Messages } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  // What waits to leave the house is found without looking at the rest.
  await createTable(queryInterface, Messages.table, Messages.attributes, [{ fields: ['held_until'] }]);
};
