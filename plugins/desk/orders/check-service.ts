import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  NotFoundError,
  inject,
  injectable,
  readRows,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { diff } from '../../customers/api.js';
import type { ChecklistInput } from '../inputs.js';
import { OrderChange } from './order-change.js';
import { OrderGate } from './order-gate.js';
import { Checklists, OrderChecks, type CheckRow, type ChecklistRow } from './tables.js';

export type CheckView = CheckRow & { done_by_name: string | null };
const action = 'desk.order.checks-changed';

/** Things to do on orders, ticked by whoever did them, and the lists they come from. */
@injectable()
export class CheckService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(OrderGate) private readonly gate: OrderGate,
    @inject(OrderChange) private readonly change: OrderChange,
  ) {}

  /** Part of the performed work: only with the right to see that (KO-06). */
  async list(actor: Actor, orderId: number): Promise<CheckView[]> {
    await this.gate.worked(actor, orderId);
    const rows = await this.#rows(orderId);
    const names = await this.accounts.getMany(rows.flatMap((row) => row.done_by ?? []));
    return rows.map((row) => ({ ...row, done_by_name: names.get(row.done_by ?? 0)?.name ?? null }));
  }

  async add(actor: Actor, orderId: number, text: string): Promise<void> {
    await this.#append(actor, orderId, [text]);
  }

  /** Takes over the points of a list. @throws NotFoundError */
  async addList(actor: Actor, orderId: number, listId: number): Promise<void> {
    const list = await this.db.of(Checklists).findOne({ where: { id: listId, active: 1 } });
    if (!list) throw new NotFoundError();
    await this.#append(actor, orderId, list.points.split('\n'));
  }

  /** Ticks or unticks; whoever ticks what is ticked already leaves it to the first one. */
  async tick(actor: Actor, orderId: number, id: number, done: boolean): Promise<void> {
    const { order, check } = await this.#check(actor, orderId, id);
    if (done === (check.done_at !== null)) return;
    const values = done ? { done_at: this.clock.now(), done_by: actor.account?.id ?? null } : { done_at: null, done_by: null };
    await this.change.make(actor, order, { action, after: { text: check.text, done } }, () => this.db.of(OrderChecks).update(values, { where: { id } }));
  }

  async remove(actor: Actor, orderId: number, id: number): Promise<void> {
    const { order, check } = await this.#check(actor, orderId, id);
    await this.change.make(actor, order, { action, before: { text: check.text } }, () => this.db.of(OrderChecks).destroy({ where: { id } }));
  }

  /** The lists that orders can take over; for whoever processes orders. */
  async lists(actor: Actor, all = false): Promise<ChecklistRow[]> {
    await this.access.assert(actor, 'desk.order.manage');
    return this.db.query<ChecklistRow>(`SELECT * FROM desk_checklists${all ? '' : ' WHERE active = 1'} ORDER BY name, id LIMIT 500`);
  }

  /** @throws NotFoundError */
  async getList(actor: Actor, id: number): Promise<ChecklistRow> {
    await this.access.assert(actor, 'desk.catalog.manage');
    const row = await this.db.of(Checklists).findByPk(id);
    if (!row) throw new NotFoundError();
    return row.get({ plain: true });
  }

  /** Makes a list (`id` null) or changes one; orders that took it over keep what they took. Answers its id. */
  async saveList(actor: Actor, id: number | null, { points, active, ...input }: ChecklistInput): Promise<number> {
    await this.access.assert(actor, 'desk.catalog.manage');
    const values = { ...input, points: points.join('\n'), active: Number(active) };
    const before = id === null ? null : await this.getList(actor, id);
    const changed = before ? diff<Partial<ChecklistRow>>(before, values) : { after: values };
    if (!changed) return id!;
    return this.db.transaction(async () => {
      const saved = id ?? (await this.db.of(Checklists).create(values)).id;
      if (id !== null) await this.db.of(Checklists).update(values, { where: { id } });
      await this.audit.record(actor, { action: 'desk.checklist.saved', object: { kind: 'desk.checklist', id: saved, name: values.name }, ...changed });
      return saved;
    });
  }

  async #append(actor: Actor, orderId: number, texts: readonly string[]): Promise<void> {
    const order = await this.gate.working(actor, orderId);
    await this.change.make(actor, order, { action, after: { added: texts.join(', ') } }, async () => {
      const last = (await this.#rows(orderId)).at(-1)?.position ?? 0;
      for (const [index, text] of texts.entries())
        await this.db.of(OrderChecks).create({ order_id: orderId, position: last + index + 1, text, done_at: null, done_by: null });
    });
  }

  #rows(orderId: number): Promise<CheckRow[]> {
    return readRows<CheckRow>(this.db, OrderChecks, 'WHERE order_id = ? ORDER BY position, id LIMIT 500', [orderId]);
  }

  async #check(actor: Actor, orderId: number, id: number) {
    const order = await this.gate.working(actor, orderId);
    const check = await this.db.of(OrderChecks).findOne({ where: { id, order_id: orderId } });
    if (!check) throw new NotFoundError();
    return { order, check: check.get({ plain: true }) };
  }
}
