import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { Archives, ImportLines, Imports, SavedViews } from '../exchange/tables.js';
import { fold } from '../register/search.js';
import { Customers } from '../tables.js';

export const up: Migration = async ({ db, queryInterface }) => {
  await addColumns(queryInterface, Customers, ['city_key', 'birth_date', 'categories', 'version', 'erase_at', 'status_before']);
  for (const { city } of await db.query<{ city: string }>('SELECT DISTINCT city FROM customers_customers WHERE city IS NOT NULL AND city_key IS NULL'))
    await db.run('UPDATE customers_customers SET city_key = ? WHERE city = ?', [fold(city).slice(0, 80), city]);
  await createTable(queryInterface, Customers.table, Customers.attributes, [
    { fields: ['account_manager_id', 'name_key', 'id'] },
    { fields: ['city_key', 'name_key', 'id'] },
    { fields: ['country', 'name_key', 'id'] },
    { fields: ['kind', 'name_key', 'id'] },
    { fields: ['registration_number'] },
    { fields: ['email'] },
  ]);
  await createTable(queryInterface, Archives.table, Archives.attributes, [{ fields: ['customer_id', 'id'] }]);
  await createTable(queryInterface, Imports.table, Imports.attributes);
  await createTable(queryInterface, ImportLines.table, ImportLines.attributes, [
    { fields: ['import_id', 'verdict', 'id'] },
    { fields: ['import_id', 'state', 'id'] },
    { fields: ['customer_id'] },
  ]);
  await createTable(queryInterface, SavedViews.table, SavedViews.attributes, [{ fields: ['account_id', 'id'] }, { fields: ['shared', 'id'] }]);
};
