import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { saveCategories } from '../register/categories.js';
import { Categories, Devices, Installations, ProjectRows, Projects } from '../tables.js';

export const up: Migration = async ({ db, queryInterface }) => {
  await createTable(queryInterface, Categories.table, Categories.attributes, [{ fields: ['installation_id'] }]);
  await addColumns(queryInterface, ProjectRows, ['removed_at']);
  // Lists over all customers are sorted by name.
  for (const { table, attributes } of [Installations, Devices, Projects])
    await createTable(queryInterface, table, attributes, [{ fields: ['name_key', 'id'] }]);
  await createTable(queryInterface, Devices.table, Devices.attributes, [{ fields: ['customer_id', 'kind', 'name_key', 'id'] }]);
  const rows = await db.query<{ id: number; name_key: string; categories: string }>(
    "SELECT id, name_key, categories FROM customers_installations WHERE categories <> ''",
  );
  await db.transaction(async () => {
    for (const row of rows) await saveCategories(db, row, row.categories.split('|').filter(Boolean));
  });
};
