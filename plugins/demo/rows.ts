import type { Database } from '../../core/api.js';
import { DemoObjects, type DemoKind } from './tables.js';

// Below what one statement may bind on either database.
const maxValues = 15_000;
const maxIds = 5_000;

/** Inserts many rows with few statements. All rows have the columns of the first. */
export async function insertRows(db: Database, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const marks = `(${columns.map(() => '?').join(', ')})`;
  const size = Math.floor(maxValues / Math.max(1, columns.length));
  for (const part of chunks(rows, size)) {
    await db.run(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${part.map(() => marks).join(', ')}`,
      part.flatMap((row) => columns.map((column) => row[column])),
    );
  }
}

/** Ids of rows by a unique column, in the order of its values. */
export async function idsBy(db: Database, table: string, column: string, values: readonly (string | number)[], where = '1=1'): Promise<number[]> {
  const found = new Map<string, number>();
  for (const part of chunks(values, maxIds)) {
    const rows = await db.query<{ id: number; found: string | number }>(
      `SELECT id, ${column} AS found FROM ${table} WHERE ${where} AND ${column} IN (${part.map(() => '?').join(', ')})`,
      part,
    );
    for (const row of rows) found.set(String(row.found), row.id);
  }
  return values.map((value) => {
    const id = found.get(String(value));
    if (id === undefined) throw new Error(`A row of ${table} is missing`);
    return id;
  });
}

/** `count` numbers of a sequence at once; answers the first. Inside a transaction, so that nobody gets one between. */
export async function takeNumbers(db: Database, name: string, start: number, count: number): Promise<number> {
  const first = await db.nextNumber(name, start);
  await db.run('UPDATE core_sequences SET value = value + ? WHERE name = ?', [count - 1, name]);
  return first;
}

/** Remembers what was made. */
export async function remember(db: Database, kind: DemoKind, ids: readonly number[]): Promise<void> {
  await db.of(DemoObjects).bulkCreate(ids.map((id) => ({ kind, id })));
}

export function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) => values.slice(index * size, (index + 1) * size));
}
