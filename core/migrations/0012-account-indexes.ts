import type { Migration } from '../database/types.js';

const indexes: [table: string, name: string, fields: string[]][] = [
  ['core_sessions', 'core_sessions_account', ['account_id', 'ended_at']],
  ['core_invitations', 'core_invitations_account', ['account_id', 'purpose']],
  ['core_accounts', 'core_accounts_list', ['kind', 'name', 'id']],
];
export const up: Migration = async ({ queryInterface }) => {
  for (const [table, name, fields] of indexes) {
    const present = (await queryInterface.showIndex(table)) as { name: string }[];
    if (!present.some((index) => index.name === name)) await queryInterface.addIndex(table, fields, { name });
  }
};
