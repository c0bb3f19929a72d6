import {
  AUDIT,
  CLOCK,
  DATABASE,
  EVENTS,
  InvalidInputError,
  REALTIME,
  inject,
  injectable,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type Realtime,
} from '../../../core/api.js';
import { saveWords, words } from '../../customers/api.js';
import { DeskIndex } from '../search/desk-index.js';
import { Notices } from '../notices.js';
import { namesOfPlace } from '../place.js';
import { RequestWriter } from '../requests/request-writer.js';
import { OrderEvents, Orders, type OrderEventRow } from '../tables.js';
import type { OrderRow, OrderStatus, RequestRow } from '../types.js';

const farFuture = new Date('9999-12-31T00:00:00Z');
/** What the plan sorts by: unplanned orders come last. */
export const sortAt = (start: Date | null): Date => start ?? farFuture;

export interface NewOrder {
  title: string;
  customer_id: number;
  installation_id: number | null;
  device_id?: number | null | undefined;
  project_id?: number | null | undefined;
  technician_id: number | null;
  planned_start: Date | null;
  planned_end: Date | null;
}

/** Writes orders. Decides nothing about rights: services do that before. */
@injectable()
export class OrderWriter {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(RequestWriter) private readonly requests: RequestWriter,
    @inject(Notices) private readonly notices: Notices,
    @inject(DeskIndex) private readonly texts: DeskIndex,
  ) {}

  /** Creates a planned order, for a request or without. Runs in the open transaction. */
  async create(actor: Actor, values: NewOrder, request: RequestRow | null): Promise<OrderRow> {
    checkSpan(values.planned_start, values.planned_end);
    const now = this.clock.now();
    const number = `SO-${await this.db.nextNumber('order', 20001)}`;
    const row = (
      await this.db.of(Orders).create({
        ...values,
        device_id: values.device_id ?? null,
        project_id: values.project_id ?? null,
        number,
        request_id: request?.id ?? null,
        status: 'planned',
        performed_work: null,
        created_by: actor.account?.id ?? null,
        created_at: now,
        status_at: now,
        sort_at: sortAt(values.planned_start),
        value: 0,
        purchase_value: 0,
        export_id: null,
      })
    ).get({ plain: true });
    await this.index(row);
    await this.event(actor, row.id, { kind: 'created', to_status: 'planned' });
    if (request) {
      await this.requests.change(actor, request, { status: 'planned', order_id: row.id }, 'desk.request.ordered', 'order');
      await this.notices.orderPlanned(row, request);
    }
    await this.audit.record(actor, {
      action: 'desk.order.created',
      object: { kind: 'desk.order', id: row.id, name: number },
      customerId: row.customer_id,
      after: { ...values, request_id: row.request_id },
    });
    this.events.emit('desk.order.planned', { orderId: row.id, customerId: row.customer_id });
    this.touch(row);
    return row;
  }

  async event(
    actor: Actor,
    orderId: number,
    entry: Pick<OrderEventRow, 'kind'> & { from_status?: OrderStatus | null; to_status?: OrderStatus | null },
  ): Promise<OrderEventRow> {
    const row = await this.db
      .of(OrderEvents)
      .create({ order_id: orderId, from_status: null, to_status: null, ...entry, actor_id: actor.account?.id ?? null, at: this.clock.now() });
    return row.get({ plain: true });
  }

  /** Lets open pages fetch the order and the lists it stands in anew, after commit. */
  touch(order: Pick<OrderRow, 'id' | 'customer_id' | 'request_id'>): void {
    this.realtime.touch('desk.order', order.id);
    this.realtime.touch('desk.orders', `c${order.customer_id}`);
    this.realtime.touch('desk.orders', 'all');
    if (order.request_id === null) return;
    this.realtime.touch('desk.request', order.request_id);
    this.realtime.touch('desk.reports', 'all');
  }

  /** The words under which the order is found. */
  async index(row: OrderRow): Promise<void> {
    await saveWords(this.db, 'desk_words', 'order', row.id, words(row.number, row.title, ...(await namesOfPlace(this.db, row))));
    await this.texts.update('order', [row.id]);
  }
}

/** @throws InvalidInputError when the end is not after the start, or stands alone */
export function checkSpan(start: Date | null, end: Date | null): void {
  if (end && (!start || end <= start)) throw new InvalidInputError({ planned_end: { key: 'desk:error.span' } });
}
