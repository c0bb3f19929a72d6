import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Subject } from '../../../core/erasure/plan.js';
import { ErasurePlan } from '../../../core/erasure/plan.js';
import type { Manifest } from '../../../core/plugin/manifest.js';
import type { TestApp } from '../../support/app.js';

export const canary = 'CANARY';
/** Words that the program goes by: a canary in their place would be another thing. */
const words =
  /^(id|outbox_id|kind|status|state|owner|owner_kind|channel|visibility|template|permission|site|purpose|sha256|type|name_key|qr_token|verdict|status_before|password_hash|creator_kind|to_status|from_status)$/;

/** Puts a string of its own into every text column that fits it, of every row that belongs to the subject. Answers how many columns. */
export async function fillCanaries({ app }: TestApp, manifests: readonly Manifest[], subject: Subject): Promise<{ columns: number; empty: string[] }> {
  const queryInterface = app.db.sequelize.getQueryInterface();
  const plan = new ErasurePlan(manifests, () => true);
  let columns = 0;
  let next = 0;
  const empty: string[] = [];
  for (const { table } of plan.tables) {
    const where = plan.rows(table, subject);
    if (!where) continue;
    const described = await queryInterface.describeTable(table);
    const texts = Object.entries(described).filter(
      ([name, { type }]) => !words.test(name) && (/TEXT/i.test(type) || Number(/CHAR\((\d+)\)/i.exec(type)?.[1] ?? 0) >= 10),
    );
    const keys = Object.entries(described)
      .filter(([, { primaryKey }]) => primaryKey)
      .map(([name]) => name);
    const rows = await app.db.query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE ${where.sql}`, where.params);
    if (rows.length === 0) empty.push(table);
    for (const [name] of rows.length > 0 ? texts : []) {
      columns += 1;
      for (const row of rows) {
        const text = `${canary}${(next++).toString(36).padStart(4, '0')}`;
        const value = ['data', 'payload', 'detail', 'cells'].includes(name) ? JSON.stringify({ text }) : text;
        await app.db.run(`UPDATE ${table} SET \`${name}\` = ? WHERE ${keys.map((key) => `\`${key}\` = ?`).join(' AND ')}`, [
          value,
          ...keys.map((key) => row[key]),
        ]);
        row[name] = value;
      }
    }
  }
  return { columns, empty };
}

/** Places where a canary is still found: raw bytes of every file of the data folder, and on MariaDB every row of every table. */
export async function findCanaries({ app, dataDir }: TestApp): Promise<string[]> {
  const found: string[] = [];
  for (const name of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const path = join(name.parentPath, name.name);
    if (readFileSync(path).includes(canary) || name.name.includes(canary)) found.push(path.slice(dataDir.length));
  }
  if (app.db.dialect === 'sqlite') return found;
  for (const { name } of await app.db.query<{ name: string }>('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()')) {
    const rows = await app.db.query<object>(`SELECT * FROM ${name}`);
    if (JSON.stringify(rows).includes(canary)) found.push(name);
  }
  return found;
}
