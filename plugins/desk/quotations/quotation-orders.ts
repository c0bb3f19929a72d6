import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { OrderRowService } from '../orders/order-rows.js';
import { OrderWriter } from '../orders/order-writer.js';
import { Requests } from '../tables.js';
import type { RequestRow } from '../types.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationPapers } from './quotation-papers.js';
import { Quotations, type QuotationRow } from './tables.js';

/** From what was accepted to the work. */
@injectable()
export class QuotationOrders {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(OrderWriter) private readonly writer: OrderWriter,
    @inject(OrderRowService) private readonly orderRows: OrderRowService,
    @inject(QuotationGate) private readonly gate: QuotationGate,
    @inject(QuotationPapers) private readonly papers: QuotationPapers,
  ) {}

  /** Puts the accepted rows on the order that it is about, or on a new one. Answers the order's id. @throws ConflictError unless it is accepted, or the second time */
  async order(actor: Actor, id: number): Promise<number> {
    const quotation = await this.gate.managed(actor, id);
    await this.access.assert(actor, 'desk.order.manage', { customer: quotation.customer_id });
    return this.db.transaction(async () => {
      const taken = { ordered_at: this.clock.now() };
      const [count] = await this.db.of(Quotations).update(taken, { where: { id, status: 'accepted', ordered_at: null } });
      if (count === 0) throw new ConflictError({ key: 'desk:error.quotationNotAccepted' }, 'quotation_state');
      const order = await this.#target(actor, quotation);
      // Its rows stand still since it was sent: these are the accepted ones, with their purchase prices.
      await this.orderRows.take(actor, order, await this.papers.rows(id));
      await this.db.of(Quotations).update({ order_id: order }, { where: { id } });
      await this.audit.record(actor, {
        ...{ action: 'desk.quotation.ordered', object: { kind: 'desk.quotation', id, name: quotation.number }, customerId: quotation.customer_id },
        after: { order_id: order },
      });
      return order;
    });
  }

  async #target(actor: Actor, { title, customer_id, installation_id, project_id, order_id, request_id }: QuotationRow): Promise<number> {
    const request: RequestRow | null = request_id === null ? null : ((await this.db.of(Requests).findByPk(request_id))?.get({ plain: true }) ?? null);
    const known = order_id ?? request?.order_id;
    if (known) return known;
    const plan = { technician_id: null, planned_start: null, planned_end: null };
    // A request that is over stays as it is.
    const matter = { title, customer_id, installation_id, project_id, device_id: request?.device_id ?? null };
    return (await this.writer.create(actor, { ...matter, ...plan }, request?.open ? request : null)).id;
  }
}
