import { Words, accountWords } from '../accounts/account-words.js';
import { createTable } from '../database/create-table.js';
import type { Migration } from '../database/types.js';

type Row = Parameters<typeof accountWords>[0] & { id: number };
const atOnce = 500;

/** Accounts are found by the words of their names and addresses; those that are there already get theirs. */
export const up: Migration = async ({ db, queryInterface }) => {
  await createTable(queryInterface, Words.table, Words.attributes, [
    { fields: ['owner', 'owner_id', 'word'] },
    { fields: ['owner', 'word', 'name_key', 'owner_id'] },
  ]);
  await db.run(`DELETE FROM ${Words.table} WHERE owner = 'account'`);
  for (let last = 0; ;) {
    const rows = await db.query<Row>(`SELECT id, name, email, user_name FROM core_accounts WHERE id > ? ORDER BY id LIMIT ${atOnce}`, [last]);
    if (rows.length === 0) return;
    await db.of(Words).bulkCreate(rows.flatMap((row) => accountWords(row).map((word) => ({ owner: 'account', word, owner_id: row.id, name_key: row.name }))));
    last = rows.at(-1)!.id;
  }
};
