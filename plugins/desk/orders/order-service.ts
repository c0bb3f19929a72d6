import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  EVENTS,
  FILES,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  toDate,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type Files,
  type z,
} from '../../../core/api.js';
import { diff, toUtc } from '../../customers/api.js';
import { checkPlace } from '../place.js';
import type { MatterInput, PlanInput, TeamInput, newOrderInput } from '../inputs.js';
import { RequestWriter } from '../requests/request-writer.js';
import { MessageService } from '../requests/message-service.js';
import { Notices } from '../notices.js';
import { listOrders, orderColumns, orderJoins, withDates, type RawOrder } from './order-list.js';
import { OrderGate } from './order-gate.js';
import { OrderWriter, checkSpan, sortAt } from './order-writer.js';
import { Sight, isInside, orderResource } from '../sight.js';
import { shownMatter } from '../shown-matter.js';
import { OrderTechnicians } from './tables.js';
import { OrderEvents, Orders, Requests, type OrderEventRow } from '../tables.js';
import {
  openStatuses,
  type OrderEventView,
  type OrderFilter,
  type OrderListRow,
  type OrderRow,
  type OrderStatus,
  type OrderView,
  type Page,
} from '../types.js';

/** Where an order can go from each status. */
export const transitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  planned: ['on-the-way', 'on-site', 'done', 'rejected', 'cancelled'],
  'on-the-way': ['on-site', 'planned', 'done', 'cancelled'],
  'on-site': ['done', 'planned', 'cancelled'],
  done: ['invoiced', 'on-site'],
  invoiced: ['done'],
  rejected: ['planned'],
  cancelled: ['planned'],
};
/** A change of status can be taken back for so long, while nothing came after it. */
const undoMinutes = 15;
const told: readonly OrderStatus[] = ['on-the-way', 'on-site', 'done', 'rejected', 'cancelled'];

/** Work orders: planning, progress and what was done. */
@injectable()
export class OrderService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(FILES) private readonly files: Files,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(OrderWriter) private readonly writer: OrderWriter,
    @inject(RequestWriter) private readonly requests: RequestWriter,
    @inject(MessageService) private readonly messages: MessageService,
    @inject(Notices) private readonly notices: Notices,
    @inject(Sight) private readonly sight: Sight,
    @inject(OrderGate) private readonly gate: OrderGate,
  ) {}

  /** Orders in reach of the actor; `next` is the cursor of the page after. */
  async list(actor: Actor, filter: OrderFilter = {}): Promise<Page<OrderListRow>> {
    const page = await listOrders(this.db, await this.sight.orders(actor), filter);
    const names = await this.accounts.getMany(page.rows.flatMap((row) => row.technician_id ?? []));
    const rows = page.rows.map((row) => ({ ...row, technician_name: names.get(row.technician_id ?? 0)?.name ?? null }));
    return { rows: await Promise.all(rows.map((row) => shownMatter(this.access, actor, 'desk.order.read', row))), next: page.next };
  }

  /** How many open orders the actor may see, of all customers or of one. */
  async countOpen(actor: Actor, customerId?: number): Promise<number> {
    const scope = await this.sight.orders(actor);
    const [row] = await this.db.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM desk_orders o WHERE o.status IN (${openStatuses.map(() => '?').join(', ')}) AND ${scope.sql}${customerId === undefined ? '' : ' AND o.customer_id = ?'}`,
      [...openStatuses, ...scope.params, ...(customerId === undefined ? [] : [customerId])],
    );
    return Number(row?.n ?? 0);
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<OrderView> {
    type Raw = RawOrder &
      Pick<OrderRow, 'request_id' | 'performed_work' | 'export_id'> &
      Pick<OrderView, 'installation_address' | 'device_name' | 'project_name'>;
    const [raw] = await this.db.query<Raw>(
      `SELECT ${orderColumns}, o.request_id, o.performed_work, o.export_id, i.address AS installation_address, d.name AS device_name, p.name AS project_name FROM desk_orders o
       ${orderJoins} LEFT JOIN customers_devices d ON d.id = o.device_id LEFT JOIN customers_projects p ON p.id = o.project_id WHERE o.id = ?`,
      [id],
    );
    if (!raw || !(await this.sight.seesOrder(actor, raw))) throw new NotFoundError();
    const { performed_work, ...row } = withDates(await shownMatter(this.access, actor, 'desk.order.read', raw));
    const found = row.request_id === null ? null : await this.db.of(Requests).findByPk(row.request_id);
    // An internal request stays unknown to customers, whatever comes of it (CM-01).
    const request = found?.type === 'internal' && !isInside(actor) ? null : found;
    const events = await this.db.query<OrderEventRow>(
      'SELECT id, kind, from_status, to_status, actor_id, at FROM desk_order_events WHERE order_id = ? ORDER BY id',
      [id],
    );
    const helpers = await this.#helpers(id);
    const names = await this.accounts.getMany(
      [...helpers, row.technician_id, request?.reporter_account_id, ...events.map((event) => event.actor_id)].flatMap((one) => one ?? []),
    );
    const nameOf = (account: number | null | undefined) => names.get(account ?? 0)?.name ?? null;
    return {
      ...row,
      ...((await this.access.can(actor, 'desk.work.read', orderResource(raw))) ? { performed_work } : {}),
      technician_name: nameOf(row.technician_id),
      helpers: helpers.map((helper) => ({ id: helper, name: nameOf(helper) })).sort((a, b) => (a.name ?? '').localeCompare(b.name ?? '')),
      export_id: raw.export_id,
      request: request && {
        id: request.id,
        number: request.number,
        subject: request.subject,
        text: request.text,
        urgency: request.urgency,
        contact: request.contact,
        reporter_name: nameOf(request.reporter_account_id),
        created_at: request.created_at,
      },
      events: events.map(({ id: eventId, kind, from_status, to_status, actor_id, at }): OrderEventView => ({
        id: eventId,
        kind,
        from_status,
        to_status,
        actor_name: nameOf(actor_id),
        at: toDate(at),
      })),
      photos: request ? await this.files.list({ kind: 'desk.request', id: request.id }) : [],
      messages: await this.messages.list(actor, 'order', row),
    };
  }

  /** The order that was made of a request. @throws NotFoundError */
  async getByRequest(actor: Actor, requestId: number): Promise<OrderView> {
    const [row] = await this.db.query<{ id: number }>('SELECT id FROM desk_orders WHERE request_id = ?', [requestId]);
    if (!row) throw new NotFoundError();
    return this.get(actor, row.id);
  }

  /** An order that staff make without a fault report. */
  async create(actor: Actor, input: z.output<typeof newOrderInput>): Promise<OrderRow> {
    if (!(await this.access.can(actor, 'customers.customer.read', { customer: input.customer_id }))) throw new NotFoundError();
    await this.access.assert(actor, 'desk.order.manage', { customer: input.customer_id });
    const { title, customer_id, device_id = null, project_id = null } = input;
    const place = await checkPlace(this.db, { customerId: customer_id, installationId: input.installation_id, deviceId: device_id, projectId: project_id });
    await this.#checkTechnician(input.technician_id);
    const matter = { customer_id, installation_id: place.installationId, device_id, project_id };
    return this.db.transaction(() => this.writer.create(actor, { title, ...matter, ...planOf(actor, input) }, null));
  }

  /** Says what the order is about: installation, device and project of its customer. */
  async setMatter(actor: Actor, id: number, wanted: MatterInput): Promise<void> {
    const order = await this.gate.managed(actor, id);
    const { installation_id = order.installation_id, device_id = order.device_id, project_id = order.project_id } = wanted;
    const input = { installation_id, device_id, project_id };
    const changed = diff<Partial<OrderRow>>(order, input);
    if (!changed) return;
    // What it was about before may have become inactive meanwhile; only new choices are checked.
    const moved = 'installation_id' in changed.after || 'device_id' in changed.after;
    const place = await checkPlace(this.db, {
      customerId: order.customer_id,
      installationId: moved ? input.installation_id : null,
      deviceId: moved ? input.device_id : null,
      projectId: 'project_id' in changed.after ? input.project_id : null,
    });
    const values = { ...input, installation_id: moved ? place.installationId : order.installation_id };
    await this.#change(actor, order, values, 'desk.order.matter-changed', changed, async (after) => {
      await this.writer.index(after);
      await this.writer.event(actor, id, { kind: 'matter' });
    });
  }

  /** Sets time and technician, and who helps. */
  async plan(actor: Actor, id: number, input: TeamInput): Promise<void> {
    const order = await this.gate.managed(actor, id);
    if (!(openStatuses as readonly string[]).includes(order.status)) throw new ConflictError({ key: 'desk:error.notOpen' });
    await this.#checkTechnician(input.technician_id);
    const plan = planOf(actor, input);
    checkSpan(plan.planned_start, plan.planned_end);
    const helpers = [...new Set(input.helper_ids)].filter((one) => one !== plan.technician_id).sort((a, b) => a - b);
    for (const helper of helpers) await this.#checkTechnician(helper, 'helper_ids');
    const before = { ...order, helpers: (await this.#helpers(id)).sort((a, b) => a - b) };
    const changed = diff<Partial<OrderRow> & { helpers: number[] }>(before, { ...plan, helpers });
    if (!changed) return;
    await this.#change(actor, order, { ...plan, sort_at: sortAt(plan.planned_start) }, 'desk.order.planned', changed, async (after) => {
      await this.db.of(OrderTechnicians).destroy({ where: { order_id: id } });
      await this.db.of(OrderTechnicians).bulkCreate(helpers.map((account_id) => ({ order_id: id, account_id })));
      await this.writer.event(actor, id, { kind: 'planned' });
      const request = await this.#request(after);
      if (request && 'planned_start' in changed.after && plan.planned_start) await this.notices.orderPlanned(after, request);
    });
  }

  /** Records what was done. Seen only by those with `desk.work.read`. */
  async setPerformedWork(actor: Actor, id: number, text: string | null): Promise<void> {
    const order = await this.gate.working(actor, id);
    const changed = diff<Partial<OrderRow>>(order, { performed_work: text });
    if (!changed) return;
    await this.#change(actor, order, { performed_work: text }, 'desk.order.work-recorded', changed, async (after) => {
      await this.writer.index(after);
      await this.writer.event(actor, id, { kind: 'work' });
    });
  }

  /** Moves the order on. Returns the timeline entry by which `undoStatus` takes it back. @throws ConflictError when the status does not allow it */
  async setStatus(actor: Actor, id: number, status: OrderStatus): Promise<number> {
    const order = await this.gate.managed(actor, id);
    if (!transitions[order.status].includes(status)) throw new ConflictError({ key: 'desk:error.transition' }, 'order_status');
    return this.#move(actor, order, status, 'status');
  }

  /** Takes back the last change of status, by its timeline entry. @throws ConflictError when something came after it or it is too long ago */
  async undoStatus(actor: Actor, id: number, eventId: number): Promise<void> {
    const order = await this.gate.managed(actor, id);
    const last = await this.db.of(OrderEvents).findOne({ where: { order_id: id, kind: ['status', 'undone', 'created'] }, order: [['id', 'DESC']] });
    const fresh = last !== null && this.clock.now().getTime() - last.at.getTime() <= undoMinutes * 60_000;
    if (!last || last.id !== eventId || last.kind !== 'status' || !last.from_status || !fresh)
      throw new ConflictError({ key: 'desk:error.undo' }, 'undo_expired');
    await this.#move(actor, order, last.from_status, 'undone');
  }

  async #move(actor: Actor, order: OrderRow, status: OrderStatus, kind: 'status' | 'undone'): Promise<number> {
    // What was handed over to the economic system is worked on again only when that was taken back.
    if (order.export_id !== null && status !== 'done' && status !== 'invoiced') throw new ConflictError({ key: 'desk:error.exported' }, 'order_exported');
    const changed = { before: { status: order.status }, after: { status } };
    return this.#change(
      actor,
      order,
      { status, status_at: this.clock.now() },
      kind === 'status' ? 'desk.order.status-changed' : 'desk.order.status-undone',
      changed,
      async (after) => {
        const event = await this.writer.event(actor, order.id, { kind, from_status: order.status, to_status: status });
        const request = await this.#request(after);
        if (request) {
          await this.requests.change(actor, request, { status: requestStatus(status) });
          if (kind === 'status' && told.includes(status)) await this.notices.orderStatus(after, request);
        }
        this.events.emit('desk.order.status-changed', { orderId: order.id, customerId: order.customer_id, from: order.status, to: status });
        return event.id;
      },
    );
  }

  #change<T>(
    actor: Actor,
    order: OrderRow,
    values: Partial<OrderRow>,
    action: string,
    changed: { before: Record<string, unknown>; after: Record<string, unknown> },
    also: (after: OrderRow) => Promise<T>,
  ): Promise<T> {
    return this.db.transaction(async () => {
      // Only while the status is the one that was judged: two people may press at once.
      const [count] = await this.db.of(Orders).update(values, { where: { id: order.id, status: order.status } });
      if (count === 0) throw new ConflictError({ key: 'desk:error.changed' });
      const result = await also({ ...order, ...values });
      await this.audit.record(actor, { action, object: { kind: 'desk.order', id: order.id, name: order.number }, customerId: order.customer_id, ...changed });
      this.writer.touch(order);
      return result;
    });
  }

  /** Who works on it beside its technician. */
  async #helpers(id: number): Promise<number[]> {
    return (await this.db.query<{ account_id: number }>('SELECT account_id FROM desk_order_technicians WHERE order_id = ?', [id])).map((row) => row.account_id);
  }

  async #request(order: OrderRow) {
    return order.request_id === null ? null : ((await this.db.of(Requests).findByPk(order.request_id))?.get({ plain: true }) ?? null);
  }

  async #checkTechnician(id: number | null, field = 'technician_id'): Promise<void> {
    if (id !== null && (await this.accounts.get(id))?.kind !== 'staff') throw new InvalidInputError({ [field]: { key: 'desk:error.technician' } });
  }
}

/** Times are typed in the zone of the person. */
export function planOf(actor: Actor, input: PlanInput) {
  const zone = actor.account?.timeZone || 'UTC';
  const moment = (field: 'planned_start' | 'planned_end') => {
    const text = input[field];
    if (text === null) return null;
    const at = toUtc(text, zone);
    if (!at) throw new InvalidInputError({ [field]: { key: 'desk:error.time' } });
    return at;
  };
  return { technician_id: input.technician_id, planned_start: moment('planned_start'), planned_end: moment('planned_end') };
}

function requestStatus(status: OrderStatus) {
  if (status === 'done' || status === 'invoiced') return 'solved' as const;
  return status === 'rejected' ? ('rejected' as const) : status === 'cancelled' ? ('closed' as const) : ('planned' as const);
}
