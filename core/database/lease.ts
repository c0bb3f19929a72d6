import { randomUUID } from 'node:crypto';
import { readRows, within } from './read-rows.js';
import type { Database, ModelDef } from './types.js';

/** What a row that is delivered under a lease has. `next_at`: when it may next be taken, also the end of its lease. */
interface Leased {
  id: string;
  status: string;
  attempts: number;
  next_at: Date;
  lease: string | null;
}

/** Takes due rows until a time; on SQLite the transaction has the only writer, elsewhere others skip the locked rows. */
export function claim<Row extends Leased>(db: Database, def: ModelDef<Row>, due: (lock: string) => Promise<{ id: string }[]>, until: Date): Promise<Row[]> {
  return db.transaction(async () => {
    const ids = (await due(db.dialect === 'mysql' ? ' FOR UPDATE SKIP LOCKED' : '')).map((row) => row.id);
    if (ids.length === 0) return [];
    const values = [randomUUID(), until, ...ids];
    await db.run(`UPDATE ${def.table} SET status = 'sending', attempts = attempts + 1, lease = ?, next_at = ? WHERE id ${within(ids)}`, values);
    return readRows(db, def, `WHERE id ${within(ids)}`, ids);
  });
}

/** Writes what became of a row, if its lease is still held, and ends the lease. */
export async function settle<Row extends Leased>(db: Database, def: ModelDef<Row>, row: Row, values: Partial<Row>): Promise<void> {
  const changes = Object.entries({ ...values, lease: null });
  const set = changes.map(([column]) => `${column} = ?`).join(', ');
  await db.run(`UPDATE ${def.table} SET ${set} WHERE id = ? AND lease = ?`, [...changes.map(([, value]) => value), row.id, row.lease]);
}
