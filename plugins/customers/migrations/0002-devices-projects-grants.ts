import { addColumns, createTable, type Migration } from '../../../core/api.js';
import { AccessGrants, AccessOptionRows, AccessProjects, Accesses, Customers, Devices, ProjectRows, Projects } from '../tables.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, Devices.table, Devices.attributes, [
    { fields: ['customer_id', 'name_key', 'id'] },
    { fields: ['installation_id', 'name_key', 'id'] },
    { fields: ['customer_id', 'serial'], unique: true },
    { fields: ['qr_token'], unique: true },
  ]);
  await createTable(queryInterface, Projects.table, Projects.attributes, [{ fields: ['number'], unique: true }, { fields: ['customer_id', 'name_key', 'id'] }]);
  await createTable(queryInterface, ProjectRows.table, ProjectRows.attributes, [{ fields: ['project_id', 'position', 'id'] }]);
  await createTable(queryInterface, AccessProjects.table, AccessProjects.attributes, [{ fields: ['project_id'] }]);
  await createTable(queryInterface, AccessGrants.table, AccessGrants.attributes, [{ fields: ['access_id'] }, { fields: ['device_id'] }]);
  await addColumns(queryInterface, Accesses, ['creator_kind', 'creator', 'expires_at']);
  await addColumns(queryInterface, AccessOptionRows, ['expires_at']);
  await addColumns(queryInterface, Customers, ['mfa_required']);
};
