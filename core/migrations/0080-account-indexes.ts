import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';
import { AccountModel } from '../accounts/models.js';

/** Accounts in a state, and searches by a part of name or address, which read this index instead of the rows. */
export const up: Migration = async ({ queryInterface }) => {
  await createTable(queryInterface, AccountModel.table, AccountModel.attributes, [
    { fields: ['kind', 'status', 'name', 'id'] },
    { fields: ['kind', 'name', 'id', 'email_key'] },
  ]);
};
