import { randomInt } from 'node:crypto';
import type { Access, AccountService, Database, Files, Jobs } from '../../core/api.js';
import { searchRebuildJob, toLocalInput } from '../desk/api.js';
import { createOrders, type MadeOrder } from './orders.js';
import { createPeople } from './people.js';
import { Random } from './random.js';
import { attachPhotos, createReports, reportCounts } from './reports.js';
import { createQuotations } from './quotations.js';
import { createTalks } from './talks.js';
import { Planner, companyZone, workingDays } from './schedule.js';
import { createCatalog, drawSignatures } from './visits.js';

/** What sample data is made with: the running product has all of it. */
export interface Parts {
  db: Database;
  access: Access;
  accounts: AccountService;
  files: Files;
  jobs: Jobs;
}
export interface LoadOptions {
  orders?: number;
  now?: Date;
  /** Told after every batch, outside of transactions. */
  progress?: (done: number, total: number) => void | Promise<void>;
  /** Asked before every batch. */
  signal?: AbortSignal;
  password?: string;
}
export interface Loaded {
  password: string;
  orders: number;
}
export const defaultOrders = 1_000;
const maxBatch = 5_000;
const seed = 49_148;

/** Makes the sample data in a few transactions. Remove what an earlier run left first (`removeDemo`). */
export async function loadDemo(parts: Parts, options: LoadOptions = {}): Promise<Loaded> {
  const { orders: total = defaultOrders, now = new Date(), progress, signal, password = newPassword() } = options;
  const { db } = parts;
  const random = new Random(seed);
  const planner = new Planner();
  const hash = await hashOf(password);
  const cast = await db.transaction(() => createPeople(parts, random, now, hash));
  await db.transaction(() => createCatalog(parts));
  await progress?.(0, total);

  const span = { total, now, days: workingDays(now), today: toLocalInput(now, companyZone).slice(0, 10) };
  const every = Math.max(1, Math.floor(total / reportCounts.handled));
  const batch = Math.min(maxBatch, Math.max(200, Math.ceil(total / 8)));
  const reported: MadeOrder[] = [];
  for (let from = 0; from < total; from += batch) {
    signal?.throwIfAborted();
    const to = Math.min(from + batch, total);
    const made = await db.transaction(() => createOrders(parts, random, planner, cast, { ...span, from, to }));
    // Counted from the newest, so that today's work has its reports too.
    reported.push(...made.filter((_, index) => (total - 1 - from - index) % every === 0));
    await progress?.(to, total);
  }
  const requests = await db.transaction(() => createReports(parts, random, cast, reported.slice(-reportCounts.handled), now));
  await attachPhotos(parts, random, requests);
  await drawSignatures(parts, random);
  await db.transaction(() => createTalks(parts, random, cast, now));
  await db.transaction(() => createQuotations(parts, random, cast, now));
  // Rows that are written in bulk pass the services by, which keep the index.
  await parts.jobs.enqueue(searchRebuildJob, {}, { key: 'all' });
  return { password, orders: total };
}

/** Letters and digits that cannot be mistaken for one another. */
function newPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return ['', '', ''].map(() => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')).join('-');
}

/** One hash for all accounts: sixty of them would take longer than everything else. */
async function hashOf(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2');
  return hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}
