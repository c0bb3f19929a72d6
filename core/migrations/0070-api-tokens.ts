import { ApiTokenModel } from '../accounts/tokens/model.js';
import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';

export const up: Migration = ({ queryInterface }) =>
  createTable(queryInterface, ApiTokenModel.table, ApiTokenModel.attributes, [{ fields: ['token_hash'], unique: true }, { fields: ['account_id', 'id'] }]);
