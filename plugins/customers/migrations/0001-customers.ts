import { createTable, type Migration } from '../../../core/api.js';
import { AccessInstallations, AccessOptionRows, Accesses, Administrators, Customers, Installations, Words } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Customers.table, Customers.attributes, [
    { fields: ['number'], unique: true },
    { fields: ['name_key', 'id'] },
    { fields: ['status', 'name_key', 'id'] },
  ]);
  await createTable(queryInterface, Accesses.table, Accesses.attributes, [
    { fields: ['account_id', 'customer_id'], unique: true },
    { fields: ['customer_id', 'removed_at'] },
  ]);
  await createTable(queryInterface, AccessOptionRows.table, AccessOptionRows.attributes);
  await createTable(queryInterface, AccessInstallations.table, AccessInstallations.attributes, [{ fields: ['installation_id'] }]);
  await createTable(queryInterface, Administrators.table, Administrators.attributes, [{ fields: ['account_id'] }]);
  await createTable(queryInterface, Installations.table, Installations.attributes, [{ fields: ['customer_id', 'name_key', 'id'] }]);
  await createTable(queryInterface, Words.table, Words.attributes, [{ fields: ['owner', 'owner_id', 'word'] }]);
};
