import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { Customers, Devices, Installations, Projects, Words } from '../tables.js';

const owners = { customer: Customers, installation: Installations, device: Devices, project: Projects };

/** The rows of a word stand in the order of their names, so that a list of those that have it begins at once. */
export const up: Migration = async ({ db, queryInterface }) => {
  await addColumns(queryInterface, Words, ['name_key']);
  for (const [owner, { table }] of Object.entries(owners))
    await db.run(
      `UPDATE customers_words SET name_key = COALESCE((SELECT o.name_key FROM ${table} o WHERE o.id = customers_words.owner_id), '') WHERE owner = ?`,
      [owner],
    );
  await createTable(queryInterface, Words.table, Words.attributes, [{ fields: ['owner', 'word', 'name_key', 'owner_id'] }]);
};
