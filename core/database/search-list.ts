import { many, sought, wordCheck } from './search.js';
import type { Database } from './types.js';

/** A page of a list that can be searched by words. */
export interface SearchedList {
  /** Table with the columns owner, word, owner_id and name_key, and whose words it holds for this list. */
  words: { table: string; owner: string };
  /** What stands between SELECT and FROM, and between FROM and WHERE. */
  select: string;
  from: string;
  where: readonly string[];
  params: readonly unknown[];
  /** Column with the id of a row. */
  id: string;
  /** Columns that order the list: the name, as `name_key` of the words has it, and the id; or another column that is unique. */
  order: readonly [name: string, id: string] | readonly [string];
  descending?: boolean;
  /** Values of `order` in the row before the first. */
  after?: readonly unknown[] | null;
  query?: string | undefined;
  /** The other conditions leave few rows, such as those of one customer: words only check them. */
  few?: boolean;
  limit: number;
}

/**
 * Rows of a list whose words begin with those of the query. The word that is likely the rarest leads to them: where it begins one word only,
 * the rows of that word stand in the order of names, so that a page is met at once however many they are; where it begins several words of few
 * rows, these are looked at; and otherwise the list is walked along and all words only check it.
 */
export async function searchList<Row>(db: Database, list: SearchedList): Promise<Row[]> {
  const all = sought(list.query);
  const lead = all[0] === undefined || list.few ? null : await leadBy(db, list, all[0]);
  const [first, second] = lead?.order ?? list.order;
  const where = [...(lead?.where ?? []), ...list.where];
  const params = [...(lead?.params ?? []), ...list.params];
  for (const word of lead ? all.slice(1) : all) {
    where.push(wordCheck(list.words.table, list.id));
    params.push(list.words.owner, word, `${word}\uffff`);
  }
  const [sign, direction] = list.descending ? ['<', ' DESC'] : ['>', ''];
  if (list.after && second) {
    where.push(`${first} ${sign}= ? AND (${first} ${sign} ? OR ${second} ${sign} ?)`);
    params.push(list.after[0], list.after[0], list.after[1]);
  } else if (list.after) {
    where.push(`${first} ${sign} ?`);
    params.push(list.after[0]);
  }
  const order = [first, second].flatMap((column) => (column ? `${column}${direction}` : [])).join(', ');
  const from = lead ? `${lead.from} CROSS JOIN ${list.from}` : list.from;
  return db.query<Row>(`SELECT ${list.select} FROM ${from} WHERE ${where.join(' AND ')} ORDER BY ${order} LIMIT ${list.limit}`, params);
}

/** What stands in front of a list, leads to its rows by a word and may have their order; null where walking along the list is better. */
async function leadBy(
  db: Database,
  { words: { table, owner }, id, order }: SearchedList,
  word: string,
): Promise<Pick<SearchedList, 'from' | 'where' | 'params' | 'order'> | null> {
  const range = `FROM ${table} WHERE owner = ? AND word >= ? AND word < ?`;
  const bounds = [owner, word, `${word}\uffff`];
  // With `+ 0` MariaDB cannot come from the other side and sort; CROSS JOIN says the same to SQLite.
  const own = `${id} = s.owner_id + 0`;
  if (order.length > 1) {
    const [ends] = await db.query<{ low: string | null; high: string | null }>(
      `SELECT (SELECT MIN(word) ${range}) AS low, (SELECT MAX(word) ${range}) AS high`,
      [...bounds, ...bounds],
    );
    if (ends?.low === ends?.high)
      return { from: `${table} s`, where: ['s.owner = ?', 's.word = ?', own], params: [owner, ends?.low ?? word], order: ['s.name_key', 's.owner_id'] };
  }
  const common = await db.query(`SELECT owner_id ${range} LIMIT 1 OFFSET ${many}`, bounds);
  return common.length > 0 ? null : { from: `(SELECT DISTINCT owner_id ${range}) s`, where: [own], params: bounds, order };
}
