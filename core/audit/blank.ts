import type { Actor } from '../access/types.js';
import type { Database } from '../database/types.js';
import type { Clock } from '../tokens.js';
import { blankedAction } from './chain.js';
import type { AuditLog } from './audit-log.js';

const BATCH = 500;

/**
 * Takes names and contents out of the entries that match a condition, and says in the log itself which ones, so that the chain
 * still proves that nobody else did.
 */
export async function blankEntries(
  { db, clock, audit }: { db: Database; clock: Clock; audit: AuditLog },
  actor: Actor,
  customerId: number,
  where: { sql: string; params: readonly unknown[] },
): Promise<number> {
  let total = 0;
  for (;;) {
    // Details are digested when an entry is linked.
    await audit.seal();
    const done = await db.transaction(async () => {
      const rows = await db.query<{ id: number }>(
        `SELECT id FROM core_audit WHERE ${where.sql} AND blanked_at IS NULL AND seq IS NOT NULL AND action <> ? ORDER BY id LIMIT ${BATCH}`,
        [...where.params, blankedAction],
      );
      if (rows.length === 0) return 0;
      const ids = rows.map((row) => row.id);
      await db.run(
        `UPDATE core_audit SET ip = NULL, object_name = NULL, token = NULL, \`before\` = NULL, \`after\` = NULL, salt = NULL, blanked_at = ? WHERE id IN (${ids.map(() => '?').join(', ')})`,
        [clock.now(), ...ids],
      );
      await audit.record(actor, { action: blankedAction, customerId, after: { entries: ranges(ids) } });
      return ids.length;
    });
    total += done;
    if (done < BATCH) return total;
  }
}

/** `1-5,9`: short, because what belongs together often stands together. */
function ranges(ids: readonly number[]): string {
  const found: [number, number][] = [];
  for (const id of ids) {
    const last = found.at(-1);
    if (last && last[1] === id - 1) last[1] = id;
    else found.push([id, id]);
  }
  return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}
