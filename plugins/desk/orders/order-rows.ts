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
  type Resource,
} from '../../../core/api.js';
import { PricedRows, type RowOwner } from '../../customers/api.js';
import { DeskIndex } from '../search/desk-index.js';
import { Sight, orderResource } from '../sight.js';
import { OrderRows, Orders, type OrderRowRow } from '../tables.js';

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
    @inject(Sight) private readonly sight: Sight,
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

  protected async writable(actor: Actor, orderId: number): Promise<RowOwner> {
    const { owner, resource } = await this.#order(actor, orderId);
    await this.access.assert(actor, 'desk.order.manage', resource);
    return owner;
  }

  async #order(actor: Actor, id: number): Promise<{ owner: RowOwner; resource: Resource }> {
    const order = (await this.db.of(Orders).findByPk(id))?.get({ plain: true });
    if (!order || !this.shows(actor) || !(await this.sight.seesOrder(actor, order))) throw new NotFoundError();
    const resource = orderResource(order);
    const purchase = await this.access.can(actor, 'desk.purchase-price.read', resource);
    return { owner: { id, customerId: order.customer_id, name: order.number, purchase }, resource };
  }

  protected override async touch(owner: RowOwner): Promise<void> {
    await this.texts.update('order', [owner.id]);
    this.realtime.touch('desk.order', owner.id);
  }
}
