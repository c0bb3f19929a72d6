import { createTable, type Migration } from '../../../core/api.js';
import { DemoObjects, DemoStates } from '../tables.js';

export const up: Migration = async ({ db, queryInterface }) => {
  await createTable(queryInterface, DemoObjects.table, DemoObjects.attributes);
  await createTable(queryInterface, DemoStates.table, DemoStates.attributes);
  const [state] = await db.query('SELECT id FROM demo_state WHERE id = 1');
  if (!state) await db.run("INSERT INTO demo_state (id, status, done, total, kept) VALUES (1, 'empty', 0, 0, '[]')");
};
