import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestApp } from '../support/app.js';

/** Kept by the machinery itself: sessions seen, what was denied, schedules, the clock that the license trusts. */
const own = /^(core_sessions|core_audit.*|core_jobs|core_schedules|core_license|core_throttle.*|core_limits.*|core_api_tokens|sqlite_.*|sequelizemeta)$/i;

/** Columns that the relay of messages moves by itself when it tries again, and the states between which it does. */
const relayed = new Set(['next_at', 'lease', 'attempts', 'last_error']);
const underWay = new Set<unknown>(['queued', 'sending', 'waiting']);
const still = (key: string, value: unknown): unknown => (relayed.has(key) ? undefined : key === 'status' && underWay.has(value) ? 'under way' : value);

/** A checksum of the rows of every table, and the names of all uploaded files. */
export async function checksums({ app, dataDir }: TestApp): Promise<Record<string, string>> {
  await app.events.idle();
  const names = await app.db.query<{ name: string }>(
    app.db.dialect === 'mysql'
      ? 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()'
      : "SELECT name FROM sqlite_master WHERE type = 'table'",
  );
  const sums: Record<string, string> = {};
  for (const { name } of names.filter((table) => !own.test(table.name)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const lines = (await app.db.query<object>(`SELECT * FROM ${name}`))
      .map((row) => JSON.stringify(row, (key, value: unknown) => (name === 'core_outbox' ? still(key, value) : value)))
      .sort();
    sums[name] = `${lines.length} rows ${createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16)}`;
  }
  sums['uploads'] = readdirSync(join(dataDir, 'uploads'), { recursive: true }).map(String).sort().join();
  return sums;
}
