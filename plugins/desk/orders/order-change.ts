import { AUDIT, DATABASE, inject, injectable, type Actor, type Audit, type Database } from '../../../core/api.js';
import type { OrderRow } from '../types.js';
import { OrderWriter } from './order-writer.js';

interface Noted {
  /** Of the audit log, such as `desk.order.times-changed`. */
  action: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** One change of what hangs on an order: written, logged, and told to open pages, all or nothing. */
@injectable()
export class OrderChange {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(OrderWriter) private readonly writer: OrderWriter,
  ) {}

  make<T>(actor: Actor, order: OrderRow, noted: Noted, work: () => Promise<T>): Promise<T> {
    return this.db.transaction(async () => {
      const result = await work();
      await this.audit.record(actor, { ...noted, object: { kind: 'desk.order', id: order.id, name: order.number }, customerId: order.customer_id });
      this.writer.touch(order);
      return result;
    });
  }
}
