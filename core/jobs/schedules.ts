import { UniqueConstraintError } from 'sequelize';
import type { Database } from '../database/types.js';
import type { Clock } from '../tokens.js';
import { ScheduleState, type ScheduleRow } from './model.js';
import { isStale, nextRun } from './next-run.js';
import type { Schedule } from './types.js';

/** Queues a job for each schedule whose time has come. Several nodes agree by a conditional update; missed times are made up for once. */
export class Schedules {
  readonly #schedules = new Map<string, Schedule>();

  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly queue: (name: string) => Promise<void>,
  ) {}

  add(name: string, schedule: Schedule): () => void {
    nextRun(schedule, this.clock.now());
    this.#schedules.set(name, schedule);
    return () => {
      if (this.#schedules.get(name) === schedule) this.#schedules.delete(name);
    };
  }

  async list(): Promise<{ name: string; nextAt: Date; lastAt: Date | null }[]> {
    const rows = await this.#rows();
    return [...this.#schedules].map(([name, schedule]) => {
      const row = rows.get(name);
      return { name, nextAt: row?.next_at ?? nextRun(schedule, this.clock.now()), lastAt: row?.last_at ?? null };
    });
  }

  async tick(): Promise<void> {
    if (this.#schedules.size === 0) return;
    const rows = await this.#rows();
    for (const [name, schedule] of this.#schedules) {
      const now = this.clock.now();
      const row = rows.get(name);
      if (row === undefined) await this.#plan(name, nextRun(schedule, now));
      else if (row.next_at <= now) await this.#fire(row, schedule, now);
      else if (isStale(schedule, row.next_at, now)) await this.#move(row, { next_at: nextRun(schedule, now) });
    }
  }

  async #fire(row: ScheduleRow, schedule: Schedule, now: Date): Promise<void> {
    await this.db.transaction(async () => {
      if (await this.#move(row, { next_at: nextRun(schedule, now), last_at: now })) await this.queue(row.name);
    });
  }

  async #plan(name: string, next_at: Date): Promise<void> {
    try {
      await this.db.of(ScheduleState).create({ name, next_at, last_at: null });
    } catch (error) {
      if (!(error instanceof UniqueConstraintError)) throw error;
    }
  }

  /** False when another node moved it first. */
  async #move(row: ScheduleRow, values: Partial<ScheduleRow>): Promise<boolean> {
    const [changed] = await this.db.of(ScheduleState).update(values, { where: { name: row.name, next_at: row.next_at } });
    return changed > 0;
  }

  async #rows(): Promise<Map<string, ScheduleRow>> {
    const rows = await this.db.of(ScheduleState).findAll();
    return new Map(rows.map((row) => [row.name, row]));
  }
}
