import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor } from '../../core/api.js';
import { words } from '../customers/api.js';
import { openRequestStatuses, type OrderStatus, type RequestStatus } from '../desk/api.js';
import type { Fault } from './data/index.js';
import type { Parts } from './loader.js';
import type { MadeOrder } from './orders.js';
import type { Cast, Place } from './cast.js';
import { drawPhoto } from './photo.js';
import { Random, at } from './random.js';
import { idsBy, insertRows, remember, takeNumbers } from './rows.js';

const hourMs = 3_600_000;
const unhandled: readonly RequestStatus[] = ['new', 'new', 'accepted', 'new', 'waiting', 'new'];
const photos = 6;
const system: Actor = { kind: 'system', account: null, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };

interface Report {
  place: Place;
  fault: Fault;
  status: RequestStatus;
  createdAt: Date;
  order: MadeOrder | null;
  reason: string | null;
}
/** How many of each there are: sixty, unless there are fewer orders. */
export const reportCounts = { handled: 42, unhandled: 12, rejected: 6 };

/** Fault reports: those that orders were made from, those that wait, and those that were refused. Call it inside a transaction. */
export async function createReports({ db }: Pick<Parts, 'db'>, random: Random, cast: Cast, orders: readonly MadeOrder[], now: Date): Promise<number[]> {
  const reports = [
    ...orders.map((order) => ({
      place: order.place,
      fault: order.fault,
      status: statusOf(order.status),
      createdAt: new Date(order.createdAt.getTime() - hourMs),
      order,
      reason: null,
    })),
    ...Array.from({ length: reportCounts.rejected }, () => ({
      ...anyFault(random, cast),
      status: 'rejected' as const,
      createdAt: new Date(now.getTime() - random.int(72, 4_000) * hourMs),
      order: null,
    })).map((report, index): Report => ({ ...report, reason: at(report.place.sample.reasons, index) })),
    ...Array.from({ length: reportCounts.unhandled }, (_, index): Report => ({
      ...anyFault(random, cast),
      status: at(unhandled, index),
      createdAt: new Date(now.getTime() - (index * 5 + 1) * hourMs),
      order: null,
      reason: null,
    })),
  ].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const first = await takeNumbers(db, 'request', 4000, reports.length);
  const rows = reports.map((report, index) => {
    const urgency = random.pick([1, 2, 2, 2, 3]);
    return {
      ...placed(report.place, cast),
      number: first + index,
      type: 'fault',
      subject: report.fault.title,
      text: report.fault.text,
      urgency,
      priority: 4 - urgency,
      importance: random.pick([2, 3, 3, 4]),
      status: report.status,
      open: Number(isOpen(report.status)),
      origin: random.pick(['portal', 'portal', 'mail', 'staff']),
      solver_id: report.status === 'new' || report.status === 'rejected' ? null : random.pick(cast.technicians).id,
      reject_reason: report.reason,
      order_id: report.order?.id ?? null,
      created_at: report.createdAt,
      updated_at: report.createdAt,
    };
  });
  const ids = await insertRequests(db, rows);
  for (const [index, { order }] of reports.entries()) if (order) await db.run('UPDATE desk_orders SET request_id = ? WHERE id = ?', [at(ids, index), order.id]);
  return ids;
}

/** Stores requests with the words by which they are found and the beginning of their timeline. Answers their ids. */
export async function insertRequests(db: Parts['db'], rows: readonly NewRequest[]): Promise<number[]> {
  await insertRows(
    db,
    'desk_requests',
    rows.map(({ words: _words, ...row }) => ({ ...row, contact: null })),
  );
  const ids = await idsBy(
    db,
    'desk_requests',
    'number',
    rows.map((row) => row.number),
  );
  await remember(db, 'request', ids);
  const found = rows.flatMap((row, index) =>
    [...new Set([...words(row.number, row.subject), ...row.words])].map((word) => ({ owner: 'request', word, owner_id: at(ids, index) })),
  );
  await insertRows(db, 'desk_words', found);
  await insertRows(
    db,
    'desk_request_events',
    rows.map((row, index) => ({ request_id: at(ids, index), kind: 'created', actor_id: row.reporter_account_id, at: row.created_at, data: '{}' })),
  );
  return ids;
}

/** What a request of a place has of it. */
export function placed(place: Place, cast: Cast) {
  return {
    customer_id: place.customerId,
    installation_id: place.id,
    reporter_account_id: cast.contacts.find((one) => one.customerId === place.customerId)?.accountId ?? null,
    words: place.words,
  };
}
type NewRequest = ReturnType<typeof placed> & { number: number; subject: string; created_at: Date } & Record<string, unknown>;

const isOpen = (status: RequestStatus): boolean => (openRequestStatuses as readonly string[]).includes(status);

/** Some of the newest reports come with a photo. */
export async function attachPhotos({ files }: Pick<Parts, 'files'>, random: Random, requestIds: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portico-demo-'));
  try {
    for (const [index, id] of requestIds.slice(-photos).entries()) {
      const bytes = drawPhoto(random);
      const path = join(folder, `${index}.png`);
      await writeFile(path, bytes);
      await files.keep(system, { field: 'photos', path, name: `IMG_${2040 + index}.png`, size: bytes.length }, { kind: 'desk.request', id });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function anyFault(random: Random, cast: Cast): { place: Place; fault: Fault } {
  const place = random.pick(cast.places);
  return { place, fault: random.pick(at(place.sample.kinds, place.kind).faults) };
}

function statusOf(status: OrderStatus): RequestStatus {
  if (status === 'done' || status === 'invoiced') return 'solved';
  return status === 'rejected' ? 'rejected' : status === 'cancelled' ? 'closed' : 'planned';
}
