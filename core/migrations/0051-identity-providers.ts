import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { AttemptModel, DomainModel, IdentityModel, ProviderModel } from '../sso/models.js';

export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, ProviderModel.table, ProviderModel.attributes, [{ fields: ['owner'] }, { fields: ['kind', 'active'] }]);
  await createTable(queryInterface, DomainModel.table, DomainModel.attributes, [{ fields: ['domain'] }]);
  await createTable(queryInterface, IdentityModel.table, IdentityModel.attributes, [
    { fields: ['provider_id', 'subject'], unique: true },
    { fields: ['account_id'] },
  ]);
  await createTable(queryInterface, AttemptModel.table, AttemptModel.attributes, [{ fields: ['state_hash'], unique: true }, { fields: ['expires_at'] }]);
};
