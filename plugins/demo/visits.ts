import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../core/api.js';
import { fold, words } from '../customers/api.js';
import type { Cast } from './cast.js';
import { samples, type Sample } from './data/index.js';
import type { Parts } from './loader.js';
import { drawSignature } from './photo.js';
import { Random, at } from './random.js';
import { idsBy, insertRows, remember } from './rows.js';

/** What visits need to know of an order. */
export interface VisitedOrder {
  id: number;
  technician: number;
  start: Date | null;
  end: Date | null;
  statusAt: Date;
  status: string;
  place: { sample: Sample; customerId: number };
}
const system: Actor = { kind: 'system', account: null, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };
const minuteMs = 60_000;

/** The catalog, in Swedish because the imagined company is: what is there already stays. Call it inside a transaction. */
export async function createCatalog({ db }: Pick<Parts, 'db'>): Promise<void> {
  const { articles, checklist } = at(samples, 0);
  const known = new Set((await db.query<{ key: string }>('SELECT number_key AS `key` FROM desk_articles')).map((row) => row.key));
  const rows = articles
    .map((one) => ({ ...one, number_key: fold(one.article) }))
    .filter(({ number_key }) => !known.has(number_key))
    .map(({ article, text, unit, purchase, sales, number_key }) => ({
      ...{ number: article, number_key, text, unit, purchase_price: purchase, sales_price: sales, vat: 2500, active: 1, version: 1 },
    }));
  await insertRows(db, 'desk_articles', rows);
  const ids = await idsBy(
    db,
    'desk_articles',
    'number_key',
    rows.map((row) => row.number_key),
  );
  await remember(db, 'article', ids);
  const found = rows.flatMap((row, index) => words(row.number, row.text).map((word) => ({ owner: 'article', word, owner_id: at(ids, index) })));
  await insertRows(db, 'desk_words', found);
  const { insertId } = await db.run('INSERT INTO desk_checklists (name, points, active) VALUES (?, ?, 1)', [checklist.name, checklist.points.join('\n')]);
  await remember(db, 'checklist', [insertId]);
}

/** Time, checks and signatures of orders that were worked on, and somebody who helps here and there. Call it inside a transaction. */
export async function createVisits({ db }: Pick<Parts, 'db'>, random: Random, cast: Cast, orders: readonly VisitedOrder[]): Promise<void> {
  const visited = orders.filter(({ status, start }) => start !== null && ['on-site', 'done', 'invoiced'].includes(status));
  const ended = visited.filter(({ status }) => status !== 'on-site');
  const times = ended.flatMap(({ id, technician, start, end }) => {
    const entry = { order_id: id, account_id: technician, note: null, row_id: null };
    const [from, to] = [start!.getTime(), (end ?? start!).getTime()];
    return [
      { ...entry, start: new Date(from - 25 * minuteMs), minutes: 25, kind: 'travel', billable: 0 },
      { ...entry, start: new Date(from), minutes: Math.max(15, Math.round((to - from) / minuteMs)), kind: 'work', billable: 1 },
    ];
  });
  await insertRows(db, 'desk_time_entries', times);
  const checks = visited
    .filter(() => random.chance(0.4))
    .flatMap(({ id, technician, status, statusAt, place }) =>
      place.sample.checklist.points.map((text, index) => {
        const done = status !== 'on-site' || index < 2;
        return { order_id: id, position: index + 1, text, done_at: done ? statusAt : null, done_by: done ? technician : null };
      }),
    );
  await insertRows(db, 'desk_order_checks', checks);
  const signatures = ended
    .filter(() => random.chance(0.5))
    .map(({ id, statusAt, technician, place }) => ({
      order_id: id,
      name: random.pick(place.sample.people),
      file_id: null,
      signed_at: statusAt,
      account_id: technician,
    }));
  await insertRows(db, 'desk_order_signatures', signatures);
  const helpers = orders
    .filter(() => random.chance(0.08))
    .map(({ id, technician }) => ({ order_id: id, account_id: random.pick(cast.technicians.filter((one) => one.id !== technician)).id }));
  await insertRows(db, 'desk_order_technicians', helpers);
}

/** Draws the three latest signatures. */
export async function drawSignatures({ db, files }: Pick<Parts, 'db' | 'files'>, random: Random): Promise<void> {
  const signed = await db.query<{ order_id: number }>(
    'SELECT order_id FROM desk_order_signatures WHERE file_id IS NULL ORDER BY signed_at DESC, order_id LIMIT 3',
  );
  const folder = await mkdtemp(join(tmpdir(), 'portico-demo-'));
  try {
    for (const { order_id } of signed) {
      const bytes = drawSignature(random);
      const path = join(folder, `${order_id}.png`);
      await writeFile(path, bytes);
      const file = await files.keep(system, { field: 'signature', path, name: 'signature.png', size: bytes.length }, { kind: 'desk.order', id: order_id });
      await db.run('UPDATE desk_order_signatures SET file_id = ? WHERE order_id = ?', [file.id, order_id]);
      await insertRows(db, 'desk_order_files', [{ file_id: file.id, order_id, kind: 'signature' }]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
