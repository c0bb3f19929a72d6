import {
  ACCOUNTS,
  AppError,
  CLOCK,
  ConflictError,
  DATABASE,
  ForbiddenError,
  InvalidInputError,
  JOBS,
  NotFoundError,
  REALTIME,
  inject,
  injectable,
  readRows,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type Jobs,
  type Message,
  type Realtime,
} from '../../../core/api.js';
import { Sight } from '../sight.js';
import type { Act, Done } from './act.js';
import { ActWorker } from './act-worker.js';
import { ActItems, Acts, type ActItemRow, type ActRow } from './tables.js';

/** So many are done while the person waits; more are done by a job. */
export const atOnce = 20;
export const mostRequests = 500;
const undoMs = 15 * 60_000;
const keptMs = 24 * 3_600_000;
const batch = 20;

export interface ActView extends ActRow {
  counts: Record<ActItemRow['state'], number>;
  /** Can it still be taken back? */
  undoable: boolean;
}
export interface ActItemView {
  request_id: number;
  state: ActItemRow['state'];
  reason: Message | null;
  /** Null: out of the reader's sight by now. */
  number: number | null;
  subject: string | null;
}
interface Start {
  /** Of the macro that it is. */
  name?: string | null;
  /** Where the person was, and goes back to. */
  back: string;
}

/** Does one thing to many requests, each for itself, and takes the whole back. */
@injectable()
export class ActService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(ActWorker) private readonly worker: ActWorker,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** Does it to one request. Null: nothing differed. @throws AppError when it is refused */
  one(actor: Actor, requestId: number, act: Act, start: Start): Promise<number | null> {
    return this.db.transaction(async () => {
      const done = await this.worker.apply(actor, requestId, act);
      if (!done) return null;
      const row = await this.#create(actor, act, 1, start, 'done');
      await this.db.of(ActItems).create({ act_id: row.id, position: 0, request_id: requestId, state: 'changed', reason: null, done: JSON.stringify(done) });
      return row.id;
    });
  }

  /** Does it to these requests: at once, or by a job when there are many. @throws InvalidInputError for none or too many */
  async start(actor: Actor, requestIds: readonly number[], act: Act, start: Start): Promise<ActView> {
    const ids = [...new Set(requestIds)].filter((id) => id !== act.into);
    if (ids.length === 0) throw new InvalidInputError({ ids: { key: 'desk:error.noneChosen' } });
    if (ids.length > mostRequests) throw new InvalidInputError({ ids: { key: 'desk:error.tooManyChosen', vars: { max: mostRequests } } });
    const row = await this.db.transaction(async () => {
      const made = await this.#create(actor, act, ids.length, start, 'running');
      await this.db
        .of(ActItems)
        .bulkCreate(ids.map((id, position) => ({ act_id: made.id, position, request_id: id, state: 'open' as const, reason: null, done: null })));
      if (ids.length > atOnce) await this.jobs.enqueue('desk.act', { actId: made.id }, { key: String(made.id) });
      return made;
    });
    if (ids.length <= atOnce) await this.#run(actor, row);
    return this.get(actor, row.id);
  }

  /** @throws NotFoundError for what somebody else did, too */
  async get(actor: Actor, id: number): Promise<ActView> {
    const row = await this.#own(actor, id);
    const rows = await this.db.query<{ state: ActItemRow['state']; n: number }>(
      'SELECT state, COUNT(*) AS n FROM desk_act_items WHERE act_id = ? GROUP BY state',
      [id],
    );
    const counts = { open: 0, changed: 0, same: 0, refused: 0, undone: 0, kept: 0, ...Object.fromEntries(rows.map(({ state, n }) => [state, Number(n)])) };
    return { ...row, counts, undoable: row.state === 'done' && counts.changed > 0 && this.#fresh(row) };
  }

  /** What became of each request, in the order in which they were chosen. */
  async items(actor: Actor, id: number): Promise<ActItemView[]> {
    await this.#own(actor, id);
    const scope = await this.sight.requests(actor);
    const rows = await this.db.query<ActItemRow & { number: number | null; subject: string | null }>(
      `SELECT i.request_id, i.state, i.reason, r.number, r.subject FROM desk_act_items i
       LEFT JOIN desk_requests r ON r.id = i.request_id AND ${scope.sql} WHERE i.act_id = ? ORDER BY i.position`,
      [...scope.params, id],
    );
    return rows.map(({ reason, ...row }) => ({ ...row, reason: reason === null ? null : (JSON.parse(reason) as Message) }));
  }

  /** Takes the whole back: each request whose changes nothing newer touched. @throws ConflictError `undo_expired` after 15 minutes */
  async undo(actor: Actor, id: number): Promise<ActView> {
    const row = await this.#own(actor, id);
    await this.db.transaction(async () => {
      const { changes } = await this.db.run("UPDATE desk_acts SET state = 'undoing' WHERE id = ? AND state = 'done'", [id]);
      if (changes === 0 || !this.#fresh(row)) throw new ConflictError({ key: 'desk:error.undo' }, 'undo_expired');
      if (row.total > atOnce) await this.jobs.enqueue('desk.act', { actId: id }, { key: String(id) });
    });
    if (row.total <= atOnce) await this.#run(actor, { ...row, state: 'undoing' });
    return this.get(actor, id);
  }

  /** Goes on with what a job does, in the name of the person who started it and with no more rights. */
  async work(id: number, signal: AbortSignal): Promise<void> {
    const [row] = await readRows(this.db, Acts, 'WHERE id = ?', [id]);
    const account = row && (await this.accounts.get(row.account_id));
    if (!row || !account) return;
    await this.#run({ kind: account.kind, account, onBehalfOf: null, sessionId: null, channel: 'job', ip: null }, row, signal);
  }

  /** Forgets what is long done. */
  async sweep(): Promise<void> {
    await this.db.run('DELETE FROM desk_acts WHERE created_at < ?', [new Date(this.clock.now().getTime() - keptMs)]);
    await this.db.run('DELETE FROM desk_act_items WHERE NOT EXISTS (SELECT 1 FROM desk_acts a WHERE a.id = desk_act_items.act_id)');
  }

  async #run(actor: Actor, row: ActRow, signal?: AbortSignal): Promise<void> {
    if (row.state !== 'running' && row.state !== 'undoing') return;
    const undoing = row.state === 'undoing';
    for (;;) {
      const items = await readRows(this.db, ActItems, `WHERE act_id = ? AND state = ? ORDER BY position${undoing ? ' DESC' : ''} LIMIT ${batch}`, [
        row.id,
        undoing ? 'changed' : 'open',
      ]);
      if (items.length === 0) break;
      for (const item of items) {
        signal?.throwIfAborted();
        await (undoing ? this.#undoItem(actor, item) : this.#doItem(actor, item, JSON.parse(row.act) as Act));
      }
      this.realtime.touch('desk.act', row.id);
    }
    await this.db.transaction(async () => {
      await this.db.of(Acts).update({ state: undoing ? 'undone' : 'done', finished_at: this.clock.now() }, { where: { id: row.id } });
      this.realtime.touch('desk.act', row.id);
    });
  }

  #doItem(actor: Actor, item: ActItemRow, act: Act): Promise<void> {
    return this.#item(item, 'refused', async () => {
      if (actor.account && (await this.accounts.get(actor.account.id))?.status !== 'active') throw new ForbiddenError();
      const done = await this.worker.apply(actor, item.request_id, act);
      return { state: done ? 'changed' : 'same', done: done && JSON.stringify(done) };
    });
  }

  #undoItem(actor: Actor, item: ActItemRow): Promise<void> {
    return this.#item(item, 'kept', async () => {
      await this.worker.undo(actor, item.request_id, JSON.parse(item.done ?? '{}') as Done);
      return { state: 'undone' };
    });
  }

  /** Done and noted in one transaction, so that a job that was cut off does nothing twice. */
  async #item(item: ActItemRow, refused: 'refused' | 'kept', work: () => Promise<Partial<ActItemRow>>): Promise<void> {
    const note = (values: Partial<ActItemRow>) => this.db.of(ActItems).update(values, { where: { act_id: item.act_id, position: item.position } });
    try {
      await this.db.transaction(async () => void (await note(await work())));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = error instanceof InvalidInputError ? (Object.values(error.fields)[0] ?? error.detail) : error.detail;
      await note({ state: refused, reason: JSON.stringify(reason) });
    }
  }

  async #create(actor: Actor, act: Act, total: number, { name = null, back }: Start, state: ActRow['state']): Promise<ActRow> {
    const now = this.clock.now();
    const values = { account_id: actor.account?.id ?? 0, name, act: JSON.stringify(act), state, total, back, created_at: now };
    return (await this.db.of(Acts).create({ ...values, finished_at: state === 'done' ? now : null })).get({ plain: true });
  }

  async #own(actor: Actor, id: number): Promise<ActRow> {
    const [row] = await readRows(this.db, Acts, 'WHERE id = ?', [id]);
    if (!row || row.account_id !== actor.account?.id) throw new NotFoundError();
    return row;
  }

  #fresh(row: ActRow): boolean {
    return this.clock.now().getTime() - row.created_at.getTime() <= undoMs;
  }
}
