import { CLOCK, DATABASE, JOBS, SETTINGS, inject, injectable, toDate, type Clock, type Database, type Jobs, type Settings } from '../../../core/api.js';
import { Clocks } from './clocks.js';
import { Recounts, type ClockRow, type RecountRow } from './tables.js';

const batch = 200;

/** What happens to clocks by itself: they run out, and they follow changed rules. */
@injectable()
export class ClockJobs {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Clocks) private readonly clocks: Clocks,
  ) {}

  /** Tells what is due soon and what is overdue: the change of the row and the event stand in one transaction, so that each is told once. */
  async tick(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const running = "FROM desk_clocks c JOIN desk_requests r ON r.id = c.request_id WHERE c.state = 'running'";
    for (let found = batch; found === batch && !signal.aborted;) {
      const late = await this.db.query<{ id: number }>(`SELECT DISTINCT r.id ${running} AND c.due_at <= ? LIMIT ${batch}`, [now]);
      for (const { id } of late) await this.db.transaction(() => this.clocks.recount(id));
      found = late.length;
    }
    const soon = new Date(now.getTime() + this.settings.get('desk.dueSoon') * 60_000);
    for (let found = batch; found === batch && !signal.aborted;) {
      const rows = await this.db.query<ClockRow & { customer_id: number }>(
        `SELECT c.request_id, c.kind, c.due_at, r.customer_id ${running} AND c.warned = 0 AND c.due_at <= ? LIMIT ${batch}`,
        [soon],
      );
      for (const row of rows) await this.db.transaction(() => this.clocks.warn({ ...row, due_at: toDate(row.due_at) }, row.customer_id));
      found = rows.length;
    }
  }

  /** Rules have changed, in the open transaction: all open requests are reckoned anew. What an earlier run has left goes into this one. */
  async recountAll(): Promise<void> {
    await this.db.run('DELETE FROM desk_recounts');
    const { id } = await this.db.of(Recounts).create({ total: 0, done: 0, last_id: 0, created_at: this.clock.now() });
    await this.jobs.enqueue('desk.recount', { run: id });
  }

  /** The same for the requests of one customer. */
  async recountCustomer(customerId: number): Promise<void> {
    await this.jobs.enqueue('desk.recount-customer', { customerId });
  }

  /** How far the last run is; null when nothing is to be done. */
  async progress(): Promise<Pick<RecountRow, 'total' | 'done'> | null> {
    const [row] = await this.db.query<RecountRow>('SELECT total, done, last_id FROM desk_recounts');
    return row ? { total: Number(row.total), done: Number(row.done) } : null;
  }

  /** The job: goes on where it was stopped, and ends when a later run has taken over. */
  async work(run: number, signal: AbortSignal): Promise<void> {
    const [row] = await this.db.query<RecountRow>('SELECT * FROM desk_recounts WHERE id = ?', [run]);
    if (!row) return;
    const rest = await this.db.query<{ id: number }>('SELECT id FROM desk_requests WHERE open = 1 AND id > ? ORDER BY id', [row.last_id]);
    await this.db.run('UPDATE desk_recounts SET total = ? WHERE id = ?', [Number(row.done) + rest.length, run]);
    for (let at = 0; at < rest.length; at += batch) {
      signal.throwIfAborted();
      const part = rest.slice(at, at + batch);
      for (const { id } of part) await this.db.transaction(() => this.clocks.recount(id));
      const { changes } = await this.db.run('UPDATE desk_recounts SET done = done + ?, last_id = ? WHERE id = ?', [part.length, part.at(-1)?.id, run]);
      if (changes === 0) return;
    }
    await this.db.run('DELETE FROM desk_recounts WHERE id = ?', [run]);
  }

  /** The job for one customer; when it is stopped, the queue begins it anew. */
  async workCustomer(customerId: number, signal: AbortSignal): Promise<void> {
    const rows = await this.db.query<{ id: number }>('SELECT id FROM desk_requests WHERE customer_id = ? AND open = 1', [customerId]);
    for (const { id } of rows) {
      signal.throwIfAborted();
      await this.db.transaction(() => this.clocks.recount(id));
    }
  }
}
