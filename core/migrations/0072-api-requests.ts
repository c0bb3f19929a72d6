import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { ApiRequestModel } from '../rest/idempotency.js';

export const up: Migration = ({ queryInterface }) =>
  createTable(queryInterface, ApiRequestModel.table, ApiRequestModel.attributes, [
    { fields: ['account_id', 'key_hash'], unique: true },
    { fields: ['created_at'] },
  ]);
