import { createHash } from 'node:crypto';
import type { AuditRow } from './model.js';

/** What the first link points back to. */
export const GENESIS = '0'.repeat(64);

/** The hash of one entry: everything that is stored of it, and the hash of the entry before. */
export function linkHash(previous: string, seq: number, row: AuditRow): string {
  const canonical = [
    seq,
    row.id,
    row.at.toISOString(),
    row.actor,
    row.on_behalf_of,
    row.session_id,
    row.channel,
    row.ip,
    row.action,
    row.object_kind,
    row.object_id,
    row.object_name,
    row.customer_id,
    row.before,
    row.after,
    // Entries from before there were tokens keep their hash.
    ...(row.token ? [row.token] : []),
  ];
  return createHash('sha256').update(previous).update(JSON.stringify(canonical)).digest('hex');
}
