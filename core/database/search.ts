import type { Database } from './types.js';

const special: Record<string, string> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd' };

/** Lower case without diacritics, so that "Åre" is found as "are" and sorts beside it. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøæœłđ]/g, (letter) => special[letter] ?? letter);
}

/** The distinct folded words of some texts, each at most 40 characters. */
export function words(...texts: (string | number | null | undefined)[]): string[] {
  const all = texts.flatMap((text) => fold(String(text ?? '')).split(/[^\p{L}\p{N}]+/u));
  return [...new Set(all.map((word) => Array.from(word).slice(0, 40).join('')).filter((word) => word !== ''))];
}

/**
 * SQL condition: every word of the query starts some word of the row. Ranges, not LIKE, because only they use the index on both databases.
 * The word that is likely the rarest, a number or the longest, finds the rows; the others only check them. `table` has the columns owner, word, owner_id.
 * `walk`: all words only check. The way where the other conditions leave few rows, such as those of one customer, and for a word that many
 * rows have (see `isCommon`), where walking along the list meets a page of them sooner.
 */
export function wordClause(table: string, owner: string, idColumn: string, query: string, walk = false): { sql: string; params: unknown[] } {
  const found = sought(query);
  const find = ` AND ${idColumn} IN (SELECT owner_id FROM ${table} WHERE owner = ? AND word >= ? AND word < ?)`;
  const check = ` AND ${wordCheck(table, idColumn)}`;
  return { sql: found.map((_, index) => (index === 0 && !walk ? find : check)).join(''), params: found.flatMap((word) => [owner, word, `${word}\uffff`]) };
}

/** Has a row a word of an owner (`?`) from here (`?`) to there (`?`)? Not EXISTS, which MariaDB would answer for all rows at once instead of for one page of them. */
export const wordCheck = (table: string, idColumn: string): string =>
  `(SELECT 1 FROM ${table} w WHERE w.owner = ? AND w.owner_id = ${idColumn} AND w.word >= ? AND w.word < ? LIMIT 1) = 1`;

/** Words of a query, the one that is likely the rarest first. */
export function sought(query = ''): string[] {
  return words(query)
    .slice(0, 6)
    .sort((a, b) => Number(/\d/.test(b)) - Number(/\d/.test(a)) || b.length - a.length);
}

export const many = 1_000;
/** Do so many rows have the word which would find them that walking along the list meets a page of them sooner? */
async function isCommon(db: Database, table: string, owner: string, query: string): Promise<boolean> {
  const [word] = sought(query);
  if (word === undefined) return false;
  const found = await db.query(`SELECT owner_id FROM ${table} WHERE owner = ? AND word >= ? AND word < ? LIMIT 1 OFFSET ${many}`, [
    owner,
    word,
    `${word}\uffff`,
  ]);
  return found.length > 0;
}

/** `wordClause` in the way that suits the query; `few`: the other conditions leave few rows. */
export async function searchClause(
  db: Database,
  table: string,
  owner: string,
  idColumn: string,
  query = '',
  few = false,
): Promise<ReturnType<typeof wordClause>> {
  return wordClause(table, owner, idColumn, query, few || (await isCommon(db, table, owner, query)));
}

/** Replaces the words of one row, in a table with a `name_key` together with the name by which lists order it. Call it inside the transaction of the change. */
export async function saveWords(db: Database, table: string, owner: string, ownerId: number, found: readonly string[], name?: string): Promise<void> {
  await db.run(`DELETE FROM ${table} WHERE owner = ? AND owner_id = ?`, [owner, ownerId]);
  if (found.length === 0) return;
  const [column, more] = name === undefined ? ['', []] : [', name_key', [name]];
  await db.run(
    `INSERT INTO ${table} (owner, word, owner_id${column}) VALUES ${found.map(() => (column ? '(?, ?, ?, ?)' : '(?, ?, ?)')).join(', ')}`,
    found.flatMap((word) => [owner, word, ownerId, ...more]),
  );
}
