import {
  ACCOUNTS,
  CLOCK,
  DATABASE,
  EVENTS,
  inject,
  injectable,
  toDate,
  type AccountService,
  type Clock,
  type Database,
  type Events,
} from '../../../core/api.js';
import { never, type RequestRow } from '../types.js';
import { begun, dueOf, settle, type Situation } from './clock-state.js';
import { LevelChooser, type LevelChoice } from './level-choice.js';
import { ClockRows, clockKinds, type ClockRow } from './tables.js';

type Request = Pick<RequestRow, 'id' | 'customer_id' | 'type' | 'status' | 'open' | 'priority' | 'created_at' | 'due_at'>;
const matters = ['type', 'status', 'open', 'priority'] as const;

/** A clock from `query`. */
export const clockOf = (row: ClockRow): ClockRow => ({ ...row, since: toDate(row.since), due_at: toDate(row.due_at), ended_at: toDate(row.ended_at) });

/**
 * Keeps the clocks of requests and, from them, `due_at` of the request, so that lists compute nothing. Decides nothing about rights.
 * All of it runs in the open transaction of what happened.
 */
@injectable()
export class Clocks {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(EVENTS) private readonly events: Events,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(LevelChooser) private readonly chooser: LevelChooser,
  ) {}

  /** A request was made (`before` is null) or changed; its row is written already. Returns its new `due_at`. */
  async follow(before: Request | null, after: Request): Promise<Date> {
    if (before && matters.every((field) => before[field] === after[field])) return after.due_at;
    return this.#settle(after, { made: before === null });
  }

  /** Staff have answered in public, and it has left the house: the first time, this is what "respond" waits for. */
  async answered(requestId: number): Promise<void> {
    const waits = await this.db.query("SELECT 1 FROM desk_clocks WHERE request_id = ? AND kind = 'respond' AND ended_at IS NULL", [requestId]);
    const request = waits.length > 0 ? await this.#hold(requestId) : null;
    if (request) await this.#settle(request, { answered: true });
  }

  /** The rules or the time have moved on: reckons one request anew. */
  async recount(requestId: number): Promise<void> {
    const request = await this.#hold(requestId);
    if (request) await this.#settle(request, {});
  }

  /** Marks a clock as told about. False when another node did it first. */
  async warn({ request_id, kind, due_at }: Pick<ClockRow, 'request_id' | 'kind' | 'due_at'>, customerId: number): Promise<void> {
    const { changes } = await this.db.run(
      "UPDATE desk_clocks SET warned = 1 WHERE request_id = ? AND kind = ? AND state = 'running' AND warned = 0 AND due_at = ?",
      [request_id, kind, due_at],
    );
    if (changes > 0) this.events.emit('desk.request.due-soon', { requestId: request_id, customerId, kind, dueAt: due_at.toISOString() });
  }

  /** Reads a request as it is now and keeps others from changing it until the transaction ends. */
  async #hold(id: number): Promise<Request | null> {
    await this.db.run('UPDATE desk_requests SET due_at = due_at WHERE id = ?', [id]);
    const [row] = await this.db.query<Request>('SELECT id, customer_id, type, status, open, priority, created_at, due_at FROM desk_requests WHERE id = ?', [
      id,
    ]);
    return row ? { ...row, created_at: toDate(row.created_at), due_at: toDate(row.due_at) } : null;
  }

  async #settle(request: Request, how: { made?: boolean; answered?: boolean }): Promise<Date> {
    const now = this.clock.now();
    const stored = how.made ? [] : (await this.db.query<ClockRow>('SELECT * FROM desk_clocks WHERE request_id = ?', [request.id])).map(clockOf);
    const ended = Number(request.open) === 0;
    if (ended && stored.length === 0) return this.#due(request, never);
    // What is among colleagues is promised to nobody.
    const choice = request.type === 'internal' ? null : await this.chooser.choose(request.customer_id, request.created_at);
    const situation: Situation = { now, ended, waiting: request.status === 'waiting', answered: how.answered ?? false };
    const clocks: ClockRow[] = [];
    for (const kind of clockKinds) {
      const before = stored.find((one) => one.kind === kind) ?? null;
      const after = choice ? await this.#next(request, kind, before, choice, situation, how.made ?? false) : before?.ended_at ? before : null;
      await this.#save(request, kind, before, after);
      if (after) clocks.push(after);
    }
    return this.#due(request, dueOf(clocks));
  }

  /** The clock as it is to be; null = there is none. */
  async #next(
    request: Request,
    kind: ClockRow['kind'],
    before: ClockRow | null,
    choice: LevelChoice,
    situation: Situation,
    made: boolean,
  ): Promise<ClockRow | null> {
    const target = choice.level[`${kind}_${request.priority as 1 | 2 | 3 | 4}`];
    const from = { level_id: choice.level.id, source: choice.source, contract_id: choice.contract?.id ?? null };
    // What has been kept or broken stays as it was promised then.
    if (before?.ended_at && (kind === 'respond' || situation.ended)) return before;
    if (target === null) return before?.ended_at ? before : null;
    if (before) return settle({ ...before, ...from, target }, situation, choice.time);
    // A promise that comes later counts from now on, and is none if it has been kept already.
    if (situation.ended || (!made && kind === 'respond' && (situation.answered || (await this.#wasAnswered(request.id))))) return null;
    return settle({ request_id: request.id, ...from, ...begun(kind, target, situation.now) }, situation, choice.time);
  }

  async #save(request: Request, kind: ClockRow['kind'], before: ClockRow | null, after: ClockRow | null): Promise<void> {
    const table = this.db.of(ClockRows);
    const where = { request_id: request.id, kind };
    if (after === before) return;
    if (!after) await table.destroy({ where });
    else if (!before) await table.create(after);
    else await table.update(after, { where });
    if (after?.state === 'breached' && before?.state !== 'breached')
      this.events.emit('desk.request.overdue', { requestId: request.id, customerId: request.customer_id, kind, dueAt: after.due_at.toISOString() });
  }

  async #due(request: Request, due: Date): Promise<Date> {
    if (due.getTime() !== request.due_at.getTime()) await this.db.run('UPDATE desk_requests SET due_at = ? WHERE id = ?', [due, request.id]);
    return due;
  }

  async #wasAnswered(requestId: number): Promise<boolean> {
    const rows = await this.db.query<{ author_id: number | null }>(
      "SELECT DISTINCT author_id FROM desk_messages WHERE owner = 'request' AND owner_id = ? AND visibility = 'public' AND held_until IS NULL",
      [requestId],
    );
    const authors = await this.accounts.getMany(rows.flatMap((row) => row.author_id ?? []));
    return [...authors.values()].some((one) => one.kind === 'staff');
  }
}
