import {
  ACCOUNTS,
  CLOCK,
  ConflictError,
  DATABASE,
  InvalidInputError,
  NotFoundError,
  SETTINGS,
  TRANSLATOR,
  inject,
  injectable,
  readRows,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type Settings,
  type Translator,
} from '../../../core/api.js';
import { diff, toUtc } from '../../customers/api.js';
import type { TimeInput } from '../inputs.js';
import type { OrderRow } from '../types.js';
import { ArticleService } from './article-service.js';
import { OrderChange } from './order-change.js';
import { OrderGate } from './order-gate.js';
import { OrderRowService } from './order-rows.js';
import { TimeEntries, type TimeKind, type TimeRow } from './tables.js';

/** A time entry as people read it. */
export interface TimeView extends Omit<TimeRow, 'billable'> {
  name: string | null;
  billable: boolean;
}
const action = 'desk.order.times-changed';

/** Minutes as thousandths of an hour, halves up: 20 minutes are 0.333 h. */
export const hoursOf = (minutes: number): number => Math.floor((minutes * 1000 + 30) / 60);

/** Time spent on orders. Each person has one timer at most; what is billable becomes a row of the order (SN-05). */
@injectable()
export class TimeService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(OrderGate) private readonly gate: OrderGate,
    @inject(OrderChange) private readonly change: OrderChange,
    @inject(OrderRowService) private readonly rows: OrderRowService,
    @inject(ArticleService) private readonly articles: ArticleService,
  ) {}

  /** By start. Part of the performed work: only with the right to see that (KO-06). */
  async list(actor: Actor, orderId: number): Promise<TimeView[]> {
    await this.gate.worked(actor, orderId);
    const rows = await readRows<TimeRow>(this.db, TimeEntries, 'WHERE order_id = ? ORDER BY start, id LIMIT 500', [orderId]);
    const names = await this.accounts.getMany(rows.map((row) => row.account_id));
    return rows.map((row) => ({ ...row, billable: Boolean(row.billable), name: names.get(row.account_id)?.name ?? null }));
  }

  /** @throws NotFoundError */
  async get(actor: Actor, orderId: number, id: number): Promise<TimeView> {
    const found = (await this.list(actor, orderId)).find((one) => one.id === id);
    if (!found) throw new NotFoundError();
    return found;
  }

  async add(actor: Actor, orderId: number, input: TimeInput): Promise<number> {
    const order = await this.gate.working(actor, orderId);
    const values = await this.#values(actor, input);
    return this.change.make(
      actor,
      order,
      { action, after: values },
      async () => (await this.db.of(TimeEntries).create({ ...values, order_id: orderId, row_id: null })).id,
    );
  }

  /** Starts the actor's timer here; one that runs elsewhere is stopped. */
  async start(actor: Actor, orderId: number, kind: TimeKind = 'work'): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    const accountId = this.#self(actor);
    const values = { account_id: accountId, start: this.clock.now(), minutes: null, kind, billable: 1, note: null };
    await this.change.make(actor, order, { action, after: { account_id: accountId, kind } }, async () => {
      for (const running of await this.#running(accountId)) await this.#stop(running);
      await this.db.of(TimeEntries).create({ ...values, order_id: orderId, row_id: null });
    });
  }

  /** Stops the actor's timer; minutes are counted up, so that no work is none. @throws ConflictError when none runs on this order */
  async stop(actor: Actor, orderId: number): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    await this.change.make(actor, order, { action, after: { stopped: this.clock.now() } }, async () => {
      const [running] = (await this.#running(this.#self(actor))).filter((one) => one.order_id === orderId);
      if (!running) throw new ConflictError({ key: 'desk:error.noTimer' }, 'no_timer');
      await this.#stop(running);
    });
  }

  async update(actor: Actor, orderId: number, id: number, input: TimeInput): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    const before = await this.#entry(orderId, id);
    const changed = diff<Partial<TimeRow>>(before, await this.#values(actor, input));
    if (!changed) return;
    await this.#assertFree(before);
    await this.change.make(actor, order, { action, ...changed }, () => this.db.of(TimeEntries).update(changed.after, { where: { id } }));
  }

  /** Takes an entry out. What has become a row stays until the row is removed. */
  async remove(actor: Actor, orderId: number, id: number): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    const before = await this.#entry(orderId, id);
    await this.#assertFree(before);
    const { start, minutes, kind } = before;
    await this.change.make(actor, order, { action, before: { start, minutes, kind } }, () => this.db.of(TimeEntries).destroy({ where: { id } }));
  }

  /** Makes rows of billable entries that have none yet: of one, or of all. Answers how many. */
  async toRows(actor: Actor, orderId: number, id?: number): Promise<number> {
    const order = await this.gate.working(actor, orderId);
    const entries = (await this.list(actor, orderId)).filter((one) => one.billable && one.minutes !== null && (id === undefined || one.id === id));
    if (id !== undefined && entries.length === 0) throw await this.#why(orderId, id);
    return this.db.transaction(async () => {
      let made = 0;
      for (const entry of entries) {
        if (await this.#rowOf(entry)) continue;
        const row = await this.rows.add(actor, orderId, await this.#asRow(order, entry));
        await this.db.of(TimeEntries).update({ row_id: row }, { where: { id: entry.id } });
        made += 1;
      }
      if (id !== undefined && made === 0) throw new ConflictError({ key: 'desk:error.timeRow' }, 'time_has_row');
      return made;
    });
  }

  /** The article of the settings with the hours as its quantity; without one the row says what was done in the customer's language. */
  async #asRow(order: OrderRow, { kind, minutes }: TimeView) {
    const article = await this.articles.byNumber(this.settings.get(kind === 'travel' ? 'desk.travelArticle' : 'desk.workArticle'));
    const quantity = hoursOf(minutes ?? 0);
    if (article) return { ...article, quantity };
    const [customer] = await this.db.query<{ language: string | null }>('SELECT language FROM customers_customers WHERE id = ?', [order.customer_id]);
    const language = customer?.language ?? this.settings.get('core.language');
    return {
      article: null,
      text: this.translator.t(language, `desk:time.kind.${kind}`),
      unit: this.translator.t(language, 'desk:time.unit'),
      quantity,
      sales_price: null,
    };
  }

  async #values(actor: Actor, input: TimeInput) {
    const start = toUtc(input.start, actor.account?.timeZone || 'UTC');
    if (!start) throw new InvalidInputError({ start: { key: 'desk:error.time' } });
    const accountId = input.account_id ?? this.#self(actor);
    if ((await this.accounts.get(accountId))?.kind !== 'staff') throw new InvalidInputError({ account_id: { key: 'desk:error.technician' } });
    const { minutes, kind, billable, note } = input;
    return { account_id: accountId, start, minutes, kind, billable: Number(billable), note };
  }

  #self(actor: Actor): number {
    if (!actor.account) throw new InvalidInputError({ account_id: { key: 'desk:error.technician' } });
    return actor.account.id;
  }

  #running(accountId: number): Promise<TimeRow[]> {
    return readRows<TimeRow>(this.db, TimeEntries, 'WHERE account_id = ? AND minutes IS NULL', [accountId]);
  }

  async #stop({ id, start }: TimeRow): Promise<void> {
    const minutes = Math.max(1, Math.ceil((this.clock.now().getTime() - start.getTime()) / 60_000));
    await this.db.of(TimeEntries).update({ minutes }, { where: { id } });
  }

  async #entry(orderId: number, id: number): Promise<TimeRow> {
    const [row] = await readRows<TimeRow>(this.db, TimeEntries, 'WHERE id = ? AND order_id = ?', [id, orderId]);
    if (!row) throw new NotFoundError();
    return row;
  }

  async #rowOf(entry: Pick<TimeRow, 'row_id'>): Promise<boolean> {
    if (entry.row_id === null) return false;
    return (await this.db.query('SELECT id FROM desk_order_rows WHERE id = ? AND removed_at IS NULL', [entry.row_id])).length > 0;
  }

  async #assertFree(entry: TimeRow): Promise<void> {
    if (await this.#rowOf(entry)) throw new ConflictError({ key: 'desk:error.timeRow' }, 'time_has_row');
  }

  async #why(orderId: number, id: number): Promise<Error> {
    await this.#entry(orderId, id);
    return new ConflictError({ key: 'desk:error.notBillable' }, 'not_billable');
  }
}
