import {
  ACCESS,
  AUDIT,
  CLOCK,
  DATABASE,
  NotFoundError,
  REALTIME,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Realtime,
} from '../../core/api.js';
import { PricedRows, type RowOwner } from '../customers/api.js';
import { resourceOf } from './reach.js';
import { OrderRows, Orders, type OrderRowRow } from './tables.js';

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
    const order = await this.db.of(Orders).findByPk(orderId);
    if (!order || !this.shows(actor) || !(await this.access.can(actor, 'desk.order.read', resourceOf(order)))) throw new NotFoundError();
    const purchase = await this.access.can(actor, 'desk.purchase-price.read', resourceOf(order));
    return { id: order.id, customerId: order.customer_id, name: order.number, purchase };
  }

  protected async writable(actor: Actor, orderId: number): Promise<RowOwner> {
    const owner = await this.readable(actor, orderId);
    await this.access.assert(actor, 'desk.order.manage', { customer: owner.customerId });
    return owner;
  }

  protected override touch(owner: RowOwner): void {
    this.realtime.touch('desk.order', owner.id);
  }
}
