import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  NotFoundError,
  REALTIME,
  inject,
  injectable,
  readRows,
  within,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Realtime,
  type Resource,
} from '../../../core/api.js';
import { PricedRows, sheetOf, type RowOwner, type RowSheet, type StoredRow } from '../../customers/api.js';
import { DeskIndex } from '../search/desk-index.js';
import { orderResource } from '../sight.js';
import { OrderRows, type OrderRowRow } from '../tables.js';
import type { OrderRow } from '../types.js';
import { OrderGate } from './order-gate.js';

/** Do its rows stand still? */
export const isSettled = (order: Pick<OrderRow, 'status' | 'export_id'>): boolean => order.status === 'invoiced' || order.export_id !== null;

/** The rows of many orders at once, with their sums; orders without rows are absent. */
export async function sheetsOf(db: Database, orderIds: readonly number[], purchase: boolean): Promise<Map<number, RowSheet>> {
  if (orderIds.length === 0) return new Map();
  const rows = await readRows<OrderRowRow>(db, OrderRows, `WHERE order_id ${within(orderIds)} AND removed_at IS NULL ORDER BY position, id`, orderIds);
  const of = new Map<number, StoredRow[]>();
  for (const row of rows) of.set(row.order_id, [...(of.get(row.order_id) ?? []), row]);
  return new Map([...of].map(([id, found]) => [id, sheetOf(found, purchase)]));
}

/** Article rows of orders. Purchase prices only with `desk.purchase-price.read` (KO-08). */
@injectable()
export class OrderRowService extends PricedRows<OrderRowRow> {
  readonly #limits = new Set<(actor: Actor) => boolean>();

  constructor(
    @inject(DATABASE) db: Database,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(ACCESS) private readonly access: Access,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(OrderGate) private readonly gate: OrderGate,
    @inject(DeskIndex) private readonly texts: DeskIndex,
  ) {
    super(db, audit, clock, { model: OrderRows, column: 'order_id', kind: 'desk.order' });
  }

  /** Shows rows only to actors for whom `shows` is true, wherever they ask (KO-12). Returns the undo. */
  limit(shows: (actor: Actor) => boolean): () => void {
    this.#limits.add(shows);
    return () => void this.#limits.delete(shows);
  }

  /** May the actor see rows of orders at all? */
  shows(actor: Actor): boolean {
    return [...this.#limits].every((shows) => shows(actor));
  }

  protected async readable(actor: Actor, orderId: number): Promise<RowOwner> {
    return (await this.#order(actor, orderId)).owner;
  }

  /** What was handed over to the economic system, or invoiced, stands still. */
  protected async writable(actor: Actor, orderId: number): Promise<RowOwner> {
    const { owner, resource, order } = await this.#order(actor, orderId);
    await this.access.assert(actor, 'desk.order.manage', resource);
    if (isSettled(order)) throw new ConflictError({ key: 'desk:error.settled' }, 'order_settled');
    return owner;
  }

  async #order(actor: Actor, id: number): Promise<{ owner: RowOwner; resource: Resource; order: OrderRow }> {
    if (!this.shows(actor)) throw new NotFoundError();
    const order = await this.gate.seen(actor, id);
    const resource = orderResource(order);
    const purchase = await this.access.can(actor, 'desk.purchase-price.read', resource);
    return { owner: { id, customerId: order.customer_id, name: order.number, purchase }, resource, order };
  }

  /** The value of the order follows its rows, so that lists and figures need not add them up. */
  protected override async touch(owner: RowOwner, rows: readonly StoredRow[]): Promise<void> {
    const { sales_total, purchase_total } = sheetOf(rows, true);
    await this.db.run('UPDATE desk_orders SET value = ?, purchase_value = ? WHERE id = ?', [sales_total, purchase_total, owner.id]);
    await this.texts.update('order', [owner.id]);
    this.realtime.touch('desk.order', owner.id);
  }
}
