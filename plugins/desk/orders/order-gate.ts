import { ACCESS, DATABASE, NotFoundError, inject, injectable, toDate, type Access, type Actor, type Database, type PermissionId } from '../../../core/api.js';
import { Sight, orderResource } from '../sight.js';
import { Orders } from '../tables.js';
import type { OrderRow } from '../types.js';

/** The way to an order for all that hangs on it: outside the reach it does not exist, inside a right may be missing. */
@injectable()
export class OrderGate {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** @throws NotFoundError */
  async seen(actor: Actor, id: number): Promise<OrderRow> {
    const row = (await this.db.of(Orders).findByPk(id))?.get({ plain: true });
    if (!row || !(await this.sight.seesOrder(actor, row))) throw new NotFoundError();
    return { ...row, planned_start: toDate(row.planned_start), planned_end: toDate(row.planned_end) };
  }

  /** For those who may change it. @throws NotFoundError, ForbiddenError */
  async managed(actor: Actor, id: number): Promise<OrderRow> {
    return this.#with(actor, id, 'desk.order.manage');
  }

  /** For those who may see what was done: the text, times, checks, photos and the signature (KO-06). @throws NotFoundError, ForbiddenError */
  async worked(actor: Actor, id: number): Promise<OrderRow> {
    return this.#with(actor, id, 'desk.work.read');
  }

  /** May this actor see what was done on an order that it sees? */
  seesWork(actor: Actor, order: OrderRow): Promise<boolean> {
    return this.access.can(actor, 'desk.work.read', orderResource(order));
  }

  /** For those who record what was done: nobody changes what they cannot read. @throws NotFoundError, ForbiddenError */
  async working(actor: Actor, id: number): Promise<OrderRow> {
    await this.worked(actor, id);
    return this.managed(actor, id);
  }

  async #with(actor: Actor, id: number, permission: PermissionId): Promise<OrderRow> {
    const row = await this.seen(actor, id);
    await this.access.assert(actor, permission, orderResource(row));
    return row;
  }
}
