import { randomUUID } from 'node:crypto';
import { Op, UniqueConstraintError } from 'sequelize';
import type { Database } from '../database/types.js';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';
import type { Clock } from '../tokens.js';
import { Job, type JobRow } from './model.js';
import { Schedules } from './schedules.js';
import type { JobHandler, Jobs, Schedule } from './types.js';

const LEASE_MS = 60_000;
const HEARTBEAT_MS = 20_000;
const PARALLEL = 4;
const MAX_ATTEMPTS = 5;

interface Handler {
  run: JobHandler;
  owner: string;
  stop: AbortController;
}
export interface JobQueueDeps {
  db: Database;
  clock: Clock;
  log: Log;
  /** A handler that throws is a fault of its plugin. */
  onFault(owner: string, error: unknown): void;
}

/** Jobs in the database, run at least once by any node. A job whose handler is not registered (its plugin is off) waits. */
export class JobQueue implements Jobs {
  readonly #handlers = new Map<string, Handler>();
  readonly #running = new Set<Promise<void>>();
  readonly #schedules: Schedules;
  #pumping: Promise<void> | null = null;
  #again = false;
  #started = false;

  constructor(private readonly deps: JobQueueDeps) {
    this.#schedules = new Schedules(deps.db, deps.clock, (name) => this.enqueue(name, {}, { key: `schedule:${name}` }));
  }

  async enqueue(name: string, payload: object = {}, options: { runAt?: Date; key?: string; maxAttempts?: number } = {}): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const key = options.key === undefined ? null : `${name}:${options.key}`;
    if (key !== null && (await db.of(Job).count({ where: { job_key: key } })) > 0) return;
    try {
      await db.of(Job).create({
        name,
        payload: JSON.stringify(payload),
        job_key: key,
        state: 'queued',
        attempts: 0,
        max_attempts: options.maxAttempts ?? MAX_ATTEMPTS,
        due_at: options.runAt ?? now,
        created_at: now,
      });
    } catch (error) {
      if (key !== null && error instanceof UniqueConstraintError) return;
      throw error;
    }
    db.afterCommit(() => this.#wake());
  }

  /** Registers what runs jobs of a name. The undo aborts those at work; they are taken up again when a handler is back. */
  handle(name: string, run: JobHandler, owner = 'core'): () => void {
    if (this.#handlers.has(name)) throw new Error(`There already is a handler for the job "${name}"`);
    const handler: Handler = { run, owner, stop: new AbortController() };
    this.#handlers.set(name, handler);
    this.#wake();
    return () => {
      if (this.#handlers.get(name) === handler) this.#handlers.delete(name);
      handler.stop.abort();
    };
  }

  every(name: string, schedule: Schedule, run: JobHandler, owner = 'core'): () => void {
    const undoHandler = this.handle(name, run, owner);
    const undoSchedule = this.#schedules.add(name, schedule);
    return () => {
      undoSchedule();
      undoHandler();
    };
  }

  start(scope: Scope): void {
    this.#started = true;
    scope.add(async () => {
      this.#started = false;
      for (const handler of this.#handlers.values()) handler.stop.abort();
      await this.#pumping;
      await Promise.all(this.#running);
    });
    scope.timer(1000, () => this.#wake());
    this.#wake();
  }

  /** Runs everything that is due now, to its end. */
  async idle(): Promise<void> {
    do {
      // It may have claimed a job that does not run yet.
      await this.#pumping;
      await this.#pump();
      await Promise.all(this.#running);
    } while (this.#pumping !== null || this.#running.size > 0 || (await this.#dueIds()).length > 0);
  }

  /** Schedules with their next run, for the page. */
  schedules(): Promise<{ name: string; nextAt: Date; lastAt: Date | null }[]> {
    return this.#schedules.list();
  }

  async failed(): Promise<JobRow[]> {
    return this.deps.db.of(Job).findAll({ where: { state: 'failed' }, order: [['id', 'DESC']], limit: 100 });
  }

  async counts(): Promise<Record<JobRow['state'], number>> {
    const rows = await this.deps.db.query<{ state: JobRow['state']; n: number }>('SELECT state, COUNT(*) AS n FROM core_jobs GROUP BY state');
    const counts = { queued: 0, running: 0, failed: 0 };
    for (const row of rows) counts[row.state] = Number(row.n);
    return counts;
  }

  /** Gives a failed job all its attempts again. Answers whether there was one. */
  async retry(id: number): Promise<boolean> {
    const { db, clock } = this.deps;
    const [changed] = await db.of(Job).update({ state: 'queued', attempts: 0, due_at: clock.now() }, { where: { id, state: 'failed' } });
    db.afterCommit(() => this.#wake());
    return changed > 0;
  }

  async remove(id: number): Promise<boolean> {
    return (await this.deps.db.of(Job).destroy({ where: { id, state: 'failed' } })) > 0;
  }

  #wake(): void {
    if (!this.#started) return;
    if (this.#pumping !== null) {
      this.#again = true;
      return;
    }
    this.#pumping = this.#pumpAll();
  }

  async #pumpAll(): Promise<void> {
    try {
      do {
        this.#again = false;
        await this.#pump();
      } while (this.#again && this.#started);
    } catch (error) {
      this.deps.log.error({ err: error }, 'the job queue could not be read');
    } finally {
      this.#pumping = null;
    }
  }

  async #pump(): Promise<void> {
    await this.#schedules.tick();
    const free = PARALLEL - this.#running.size;
    if (free <= 0 || (await this.#dueIds()).length === 0) return;
    for (const job of await this.#claim(free)) {
      const run = this.#run(job)
        .catch((error: unknown) => this.deps.log.error({ err: error, job: job.name }, 'the outcome of a job could not be stored'))
        .finally(() => {
          this.#running.delete(run);
          this.#wake();
        });
      this.#running.add(run);
    }
  }

  async #dueIds(limit = 1, lock = ''): Promise<number[]> {
    const names = [...this.#handlers.keys()];
    if (names.length === 0) return [];
    const marks = names.map(() => '?').join(', ');
    const rows = await this.deps.db.query<{ id: number }>(
      `SELECT id FROM core_jobs WHERE state IN ('queued', 'running') AND due_at <= ? AND name IN (${marks}) ORDER BY due_at, id LIMIT ${limit}${lock}`,
      [this.deps.clock.now(), ...names],
    );
    return rows.map((row) => row.id);
  }

  /** Takes jobs under a new lease; on SQLite the transaction has the only writer, elsewhere others skip the locked rows. */
  #claim(limit: number): Promise<JobRow[]> {
    const { db, clock } = this.deps;
    return db.transaction(async () => {
      const ids = await this.#dueIds(limit, db.dialect === 'mysql' ? ' FOR UPDATE SKIP LOCKED' : '');
      if (ids.length === 0) return [];
      const lease = randomUUID();
      const marks = ids.map(() => '?').join(', ');
      const until = new Date(clock.now().getTime() + LEASE_MS);
      await db.run(`UPDATE core_jobs SET state = 'running', attempts = attempts + 1, lease = ?, due_at = ? WHERE id IN (${marks})`, [lease, until, ...ids]);
      return db.of(Job).findAll({ where: { id: { [Op.in]: ids } }, order: [['id', 'ASC']] });
    });
  }

  async #run(job: JobRow): Promise<void> {
    const handler = this.#handlers.get(job.name);
    if (handler === undefined || handler.stop.signal.aborted) return this.#release(job);
    // Its workers died with it each time: it must not take the next one down as well.
    if (job.attempts > job.max_attempts) return this.#fail(job, 'The lease expired on every attempt', false);
    const lost = new AbortController();
    const heartbeat = setInterval(() => {
      this.#extend(job).then(
        (held) => held || lost.abort(),
        () => undefined,
      );
    }, HEARTBEAT_MS);
    heartbeat.unref();
    try {
      await handler.run(JSON.parse(job.payload) as Record<string, unknown>, AbortSignal.any([handler.stop.signal, lost.signal]));
      await this.deps.db.of(Job).destroy({ where: { id: job.id, lease: job.lease } });
    } catch (error) {
      if (handler.stop.signal.aborted) return await this.#release(job);
      this.deps.onFault(handler.owner, error);
      await this.#fail(job, error instanceof Error ? (error.stack ?? error.message) : String(error), job.attempts < job.max_attempts);
    } finally {
      clearInterval(heartbeat);
    }
  }

  async #extend(job: JobRow): Promise<boolean> {
    const due_at = new Date(this.deps.clock.now().getTime() + LEASE_MS);
    const [held] = await this.deps.db.of(Job).update({ due_at }, { where: { id: job.id, lease: job.lease } });
    return held > 0;
  }

  /** Back to the queue as if it had not been taken. */
  async #release(job: JobRow): Promise<void> {
    await this.#update(job, { state: 'queued', attempts: job.attempts - 1, due_at: this.deps.clock.now() });
  }

  async #fail(job: JobRow, error: string, again: boolean): Promise<void> {
    const backOff = Math.min(2 ** job.attempts * 5000, 3_600_000) * (0.9 + Math.random() * 0.2);
    await this.#update(job, {
      last_error: error.slice(0, 4000),
      due_at: new Date(this.deps.clock.now().getTime() + backOff),
      ...(again ? { state: 'queued' } : { state: 'failed', job_key: null }),
    });
  }

  async #update(job: JobRow, values: Partial<JobRow>): Promise<void> {
    await this.deps.db.of(Job).update({ ...values, lease: null }, { where: { id: job.id, lease: job.lease } });
  }
}
