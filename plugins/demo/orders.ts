import { sheetOf, words } from '../customers/api.js';
import type { OrderStatus } from '../desk/api.js';
import type { Fault } from './data/index.js';
import type { Parts } from './loader.js';
import { articleRows } from './inventory.js';
import type { Cast, Place } from './cast.js';
import { Random, at } from './random.js';
import { idsBy, insertRows, remember, takeNumbers } from './rows.js';
import type { Planner } from './schedule.js';
import { createVisits } from './visits.js';

/** What fault reports need to know of an order that was made from one. */
export interface MadeOrder {
  id: number;
  place: Place;
  fault: Fault;
  status: OrderStatus;
  createdAt: Date;
}
/** The orders of one batch: `from` to `to` of `total`, spread evenly over the days. */
export interface Batch {
  from: number;
  to: number;
  total: number;
  days: readonly string[];
  today: string;
  now: Date;
}
interface Draft extends MadeOrder {
  customerId: number;
  technician: number;
  start: Date | null;
  end: Date | null;
  statusAt: Date;
  device: number | null;
  project: number | null;
}
const dayMs = 86_400_000;
const farFuture = new Date('9999-12-31T00:00:00Z');
/** Of today's visits, in the order of the day. */
const todays: readonly OrderStatus[] = ['done', 'on-site', 'done', 'on-the-way', 'done', 'on-site', 'on-the-way', 'planned', 'on-site', 'planned'];
/** How an order came to each status. */
const paths: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  planned: [],
  'on-the-way': ['on-the-way'],
  'on-site': ['on-the-way', 'on-site'],
  done: ['on-the-way', 'on-site', 'done'],
  invoiced: ['on-the-way', 'on-site', 'done', 'invoiced'],
  rejected: ['rejected'],
  cancelled: ['cancelled'],
};

/** Writes orders with their timeline, messages and search words. Call it inside a transaction. */
export async function createOrders({ db }: Pick<Parts, 'db'>, random: Random, planner: Planner, cast: Cast, batch: Batch): Promise<MadeOrder[]> {
  const count = batch.to - batch.from;
  const drafts = Array.from({ length: count }, (_, index) => draft(random, planner, cast, batch, batch.from + index));
  const first = await takeNumbers(db, 'order', 20000, count);
  const numbers = drafts.map((_, index) => `SO-${first + index}`);
  const articles = drafts.map((order) => (order.status === 'done' || order.status === 'invoiced' ? soldRows(random, order) : []));
  const sheets = articles.map((sold) => sheetOf(sold, true));
  const rows = drafts.map((order, index) => ({
    number: at(numbers, index),
    request_id: null,
    customer_id: order.customerId,
    installation_id: order.place.id,
    project_id: order.project,
    device_id: order.device,
    title: order.fault.title,
    status: order.status,
    planned_start: order.start,
    planned_end: order.end,
    technician_id: order.technician,
    performed_work: order.status === 'done' || order.status === 'invoiced' ? order.fault.work : null,
    created_by: order.technician,
    created_at: order.createdAt,
    status_at: order.statusAt,
    sort_at: order.start ?? farFuture,
    value: at(sheets, index).sales_total,
    purchase_value: at(sheets, index).purchase_total,
  }));
  await insertRows(db, 'desk_orders', rows);
  const ids = await idsBy(db, 'desk_orders', 'number', numbers);
  await remember(db, 'order', ids);
  const made = drafts.map((order, index) => ({ ...order, id: at(ids, index) }));
  await insertRows(db, 'desk_order_events', made.flatMap(timeline));
  await insertRows(
    db,
    'desk_order_rows',
    made.flatMap((order, index) => at(articles, index).map(({ id: _id, ...row }) => ({ order_id: order.id, ...row }))),
  );
  await createVisits({ db }, random, cast, made);
  await insertRows(
    db,
    'desk_messages',
    made.flatMap((order) => conversation(random, cast, order, batch.now)),
  );
  const found = made.flatMap((order, index) =>
    [...new Set([...words(at(numbers, index), order.fault.title), ...order.place.words])].map((word) => ({ owner: 'order', word, owner_id: order.id })),
  );
  await insertRows(db, 'desk_words', found);
  return made.map(({ id, place, fault, status, createdAt }) => ({ id, place, fault, status, createdAt }));
}

/** Articles as they were sold; now and then with a discount on the last one. */
function soldRows(random: Random, order: Draft) {
  const rows = articleRows(random, order.place.sample, random.int(2, 4));
  const discount = random.chance(0.15) ? 1000 : 0;
  return rows.map((row, index) => ({ id: 0, ...row, discount: index === rows.length - 1 ? discount : 0, vat: 2500 }));
}

function draft(random: Random, planner: Planner, cast: Cast, { total, days, today, now }: Batch, position: number): Draft {
  const dayIndex = Math.floor((position * days.length) / total);
  const day = at(days, dayIndex);
  const turn = position - Math.ceil((days.indexOf(day) * total) / days.length);
  const place = random.pick(cast.places);
  const fault = random.pick(at(place.sample.kinds, place.kind).faults);
  const technician = at(cast.technicians, turn).id;
  const { start, end } = planner.visit(day, Math.floor(turn / cast.technicians.length), random.int(0, 2), random.pick([60, 90, 120]));
  const status =
    day < today ? past(random, now.getTime() - start.getTime()) : day === today ? (todays[turn] ?? 'planned') : random.chance(0.03) ? 'cancelled' : 'planned';
  const createdAt = new Date(Math.min(start.getTime() - random.int(1, 10) * dayMs, now.getTime() - random.int(10, 2_000) * 60_000));
  const reached = status === 'planned' ? createdAt : status === 'invoiced' ? new Date(end.getTime() + 3 * dayMs) : day <= today ? end : createdAt;
  // Some orders wait for a date.
  const open = status === 'planned' && day > today && random.chance(0.08);
  return {
    id: 0,
    customerId: place.customerId,
    place,
    fault,
    status,
    createdAt,
    technician,
    start: open ? null : start,
    end: open ? null : end,
    statusAt: new Date(Math.min(reached.getTime(), now.getTime())),
    device: random.chance(0.4) && place.devices.length > 0 ? random.pick(place.devices) : null,
    project: random.chance(0.1) && place.projects.length > 0 ? random.pick(place.projects) : null,
  };
}

function past(random: Random, age: number): OrderStatus {
  const dice = random.next();
  if (dice < 0.04) return 'cancelled';
  if (dice < 0.07) return 'rejected';
  if (age > 30 * dayMs) return dice < 0.9 ? 'invoiced' : 'done';
  // A few are late.
  return dice < 0.75 ? 'done' : dice < 0.95 ? 'invoiced' : 'planned';
}

function timeline(order: Draft) {
  const event = { order_id: order.id, actor_id: order.technician };
  const steps = paths[order.status];
  const from = Math.max(order.createdAt.getTime(), Math.min(order.start?.getTime() ?? 0, order.statusAt.getTime()) - 30 * 60_000);
  const span = order.statusAt.getTime() - from;
  return [
    { ...event, kind: 'created', from_status: null, to_status: 'planned', at: order.createdAt },
    ...steps.map((to, index) => ({
      ...event,
      kind: 'status',
      from_status: index === 0 ? 'planned' : at(steps, index - 1),
      to_status: to,
      at: new Date(from + (span * (index + 1)) / steps.length),
    })),
  ];
}

function conversation(random: Random, cast: Cast, order: Draft, now: Date) {
  if (!random.chance(0.15)) return [];
  const { messages } = order.place.sample;
  const contact = cast.contacts.find((one) => one.customerId === order.customerId);
  const at = (hours: number) => new Date(Math.min(order.createdAt.getTime() + hours * 3_600_000, now.getTime()));
  const message = { owner: 'order', owner_id: order.id };
  const all = [
    { ...message, visibility: 'public', author_id: contact?.accountId ?? null, text: random.pick(messages.customer), at: at(2) },
    { ...message, visibility: 'public', author_id: order.technician, text: random.pick(messages.staff), at: at(3) },
  ];
  return random.chance(0.3)
    ? [...all, { ...message, visibility: 'internal', author_id: order.technician, text: random.pick(messages.internal), at: at(4) }]
    : all;
}
