import type { Database, ModelDef } from './types.js';
import { toDate } from './types.js';

type Convert = (value: unknown) => unknown;
const known = new WeakMap<object, [column: string, convert: Convert][]>();

/** Columns whose values the engines give in another form than the row says. */
function conversions(def: ModelDef<object>): [string, Convert][] {
  const found = known.get(def);
  if (found) return found;
  const made = Object.entries(def.attributes).flatMap(([column, attribute]): [string, Convert][] => {
    const { key: short, type: full } = attribute as { key?: string; type?: { key?: string } };
    const type = full?.key ?? short;
    if (type === 'DATE') return [[column, (value) => toDate(value as string | null)]];
    return type === 'BOOLEAN' ? [[column, Boolean]] : [];
  });
  known.set(def, made);
  return made;
}

/**
 * Rows of a table as its model gives them, without making models: for pages that are asked for often.
 * `rest` is what follows `SELECT * FROM <table>`, such as `WHERE id = ?`.
 */
export async function readRows<Row extends object>(db: Pick<Database, 'query'>, def: ModelDef<Row>, rest: string, params: readonly unknown[]): Promise<Row[]> {
  const rows = await db.query(`SELECT * FROM ${def.table} ${rest}`, params);
  const changed = conversions(def);
  for (const row of rows) for (const [column, convert] of changed) if (row[column] !== null) row[column] = convert(row[column]);
  return rows as Row[];
}

/** `IN (?, ?, ?)` for a list that is not empty. */
export const within = (list: readonly unknown[]): string => `IN (${list.map(() => '?').join(', ')})`;
