import { DataTypes } from 'sequelize';
import { saveWords, words } from '../database/search.js';
import { defineModel, type Database } from '../database/types.js';
import type { AccountRow } from './models.js';

/** Words under which accounts are found. */
export const Words = defineModel<{ owner: string; word: string; owner_id: number; name_key: string }>('core_words', {
  owner: { type: DataTypes.STRING(20), primaryKey: true },
  // Compared by bytes on every engine: words are folded already.
  word: { type: DataTypes.STRING(40, true), primaryKey: true },
  owner_id: { type: DataTypes.INTEGER, primaryKey: true },
  /** The name that lists are in the order of. */
  name_key: { type: DataTypes.STRING(160), allowNull: false },
});

export const accountWords = (row: Pick<AccountRow, 'name' | 'email' | 'user_name'>): string[] => words(row.name, row.email, row.user_name);

/** Keeps the words of an account's name, mail address and user name. Call it in the transaction that writes one of them. */
export async function indexAccount(db: Database, id: number): Promise<void> {
  const [row] = await db.query<AccountRow>('SELECT name, email, user_name FROM core_accounts WHERE id = ?', [id]);
  await saveWords(db, Words.table, 'account', id, row ? accountWords(row) : [], row?.name);
}
