import { createHash } from 'node:crypto';
import type { AuditRow } from './model.js';

/** What the first link points back to. */
export const GENESIS = '0'.repeat(64);

/** The entry that names those that were blanked. */
export const blankedAction = 'core.audit.blanked';

/** The digest of what can be blanked: names, contents, address. The salt goes with them, so that nobody finds a name by trying. */
export function detailDigest(salt: string, row: AuditRow): string {
  return createHash('sha256')
    .update(salt)
    .update(JSON.stringify([row.ip, row.object_name, row.before, row.after, row.token]))
    .digest('hex');
}

/** The hash of one entry: everything that is stored of it (details by their digest), and the hash of the entry before. */
export function linkHash(previous: string, seq: number, row: AuditRow): string {
  const head = [seq, row.id, row.at.toISOString(), row.actor, row.on_behalf_of, row.session_id, row.channel];
  const canonical =
    row.digest === null
      ? // Entries from before there were digests.
        [
          ...head,
          row.ip,
          row.action,
          row.object_kind,
          row.object_id,
          row.object_name,
          row.customer_id,
          row.before,
          row.after,
          ...(row.token ? [row.token] : []),
        ]
      : [...head, row.action, row.object_kind, row.object_id, row.customer_id, row.digest];
  return createHash('sha256').update(previous).update(JSON.stringify(canonical)).digest('hex');
}

/** Does the entry hold, given the hash of the one before? A blanked one must be named by a later entry; the caller checks that. */
export function linkHolds(previous: string, seq: number, row: AuditRow): boolean {
  if (row.seq !== seq) return false;
  if (row.blanked_at === null) {
    return (row.digest === null || (row.salt !== null && row.digest === detailDigest(row.salt, row))) && row.hash === linkHash(previous, seq, row);
  }
  const empty = [row.ip, row.object_name, row.before, row.after, row.token, row.salt].every((value) => value === null);
  return empty && row.hash !== null && (row.digest === null || row.hash === linkHash(previous, seq, row));
}

/** The entries that a record of blanking names. */
export function* namedEntries(after: string | null): Generator<number> {
  const { entries } = JSON.parse(after ?? '{}') as { entries?: string };
  for (const part of (entries ?? '').split(',').filter((text) => text !== '')) {
    const [from = 0, to = from] = part.split('-').map(Number);
    for (let id = from; id <= to; id++) yield id;
  }
}
