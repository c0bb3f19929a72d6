import {
  ACCESS,
  ACCOUNTS,
  ConflictError,
  DATABASE,
  EVENTS,
  FILES,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  toDate,
  type Access,
  type AccountService,
  type Actor,
  type Database,
  type Events,
  type Files,
  type Upload,
} from '../../../core/api.js';
import { DeviceService, decodeCursor, encodeCursor } from '../../customers/api.js';
import type { OrderInput, ReportInput } from '../inputs.js';
import { RequestWriter } from './request-writer.js';
import { MessageService } from './message-service.js';
import { Notices } from '../notices.js';
import { planOf } from '../orders/order-service.js';
import { OrderWriter } from '../orders/order-writer.js';
import { checkPlace } from '../place.js';
import { resourceOf } from '../reach.js';
import { namesDevice, shownMatter } from '../shown-matter.js';
import { Sight, orderResource, requestColumns, requestResource } from '../sight.js';
import { Orders, Requests } from '../tables.js';
import type { OrderRow, Page, RequestFilter, RequestListRow, RequestRow, RequestStatus, RequestView } from '../types.js';

const waiting: readonly RequestStatus[] = ['new', 'accepted', 'waiting'];
const unhandled = `r.order_id IS NULL AND r.status IN ('${waiting.join("', '")}')`;

/** Fault reports: from the customer to an order, or back with a reason. */
@injectable()
export class RequestService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(EVENTS) private readonly events: Events,
    @inject(FILES) private readonly files: Files,
    @inject(RequestWriter) private readonly writer: RequestWriter,
    @inject(OrderWriter) private readonly orders: OrderWriter,
    @inject(MessageService) private readonly messages: MessageService,
    @inject(Notices) private readonly notices: Notices,
    @inject(Sight) private readonly sight: Sight,
    @inject(DeviceService) private readonly devices: DeviceService,
  ) {}

  /**
   * Reports a fault. An account with `desk.order.create-direct` on the place gets a planned order at once (`order_id` is set);
   * else it waits in the staff list "Fault reports".
   */
  async report(actor: Actor, input: ReportInput, uploads: readonly Upload[] = []): Promise<RequestRow> {
    const { customerName, ...matter } = await this.#place(actor, { ...input, device_id: await this.#device(input) });
    const { customer_id: customerId } = matter;
    const direct = actor.kind === 'customer' && (await this.access.can(actor, 'desk.order.create-direct', resourceOf(matter)));
    return this.db.transaction(async () => {
      const row = await this.writer.create(
        actor,
        {
          type: 'fault',
          ...matter,
          reporter_account_id: actor.account?.id ?? null,
          subject: input.subject ?? firstLine(input.text),
          text: input.text,
          urgency: input.urgency,
          priority: 4 - input.urgency,
          importance: 3,
          origin: actor.kind === 'staff' ? 'staff' : actor.channel === 'api' ? 'api' : 'portal',
          contact: input.contact,
          ...(await this.sight.origin(actor, customerId, input)),
          solver_id: null,
        },
        { photos: uploads.length },
      );
      for (const upload of uploads) await this.files.keep(actor, upload, { kind: 'desk.request', id: row.id });
      const order = direct
        ? await this.orders.create(actor, { title: row.subject, ...matter, technician_id: null, planned_start: null, planned_end: null }, row)
        : null;
      await this.notices.reportReceived(row, customerName);
      this.events.emit('desk.request.reported', { requestId: row.id, customerId, orderId: order?.id ?? null });
      return order ? { ...row, order_id: order.id, status: 'planned' as const } : row;
    });
  }

  /** May the actor report a fault on this device, once it is known to it by its label? */
  mayReport(actor: Actor, device: { id: number; customer_id: number; installation_id: number }): Promise<boolean> {
    return this.access.can(actor, 'desk.request.create', resourceOf({ ...device, device_id: device.id }));
  }

  /** Requests in reach of the actor, newest first. Reporters always see their own while they may report there. */
  async list(actor: Actor, filter: RequestFilter = {}): Promise<Page<RequestListRow>> {
    const scope = await this.sight.requests(actor);
    const conditions = [scope.sql];
    const params = [...scope.params];
    const add = (sql: string, ...values: unknown[]) => {
      conditions.push(sql);
      params.push(...values);
    };
    if (filter.unhandled) add(unhandled);
    if (filter.status === 'open') add("r.status NOT IN ('solved', 'closed', 'rejected')");
    else if (filter.status) add('r.status = ?', filter.status);
    if (filter.customerId !== undefined) add('r.customer_id = ?', filter.customerId);
    if (filter.solverId !== undefined) add('r.solver_id = ?', filter.solverId);
    if (filter.deviceId !== undefined) add('r.device_id = ?', filter.deviceId);
    if (filter.number !== undefined) add('r.number = ?', filter.number);
    const after = decodeCursor(filter.after, 1);
    if (after) add('r.id < ?', after[0]);
    const limit = Math.min(filter.limit ?? 25, 200);
    const found = await this.#select(actor, conditions.join(' AND '), params, limit + 1);
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { rows, next: found.length > limit && last ? encodeCursor(last.id) : null };
  }

  /** The number in the menu: reports without an order that wait for staff. */
  async countUnhandled(actor: Actor): Promise<number> {
    const scope = (await this.access.scope(actor, 'desk.request.manage')).sql(requestColumns, 'r');
    const [row] = await this.db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM desk_requests r WHERE ${unhandled} AND ${scope.sql}`, scope.params);
    return Number(row?.n ?? 0);
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<RequestView> {
    const scope = await this.sight.requests(actor);
    const [row] = await this.#select(actor, `r.id = ? AND ${scope.sql}`, [id, ...scope.params], 1);
    if (!row) throw new NotFoundError();
    const order = row.order_id === null ? null : await this.db.of(Orders).findByPk(row.order_id);
    const seesOrder = order !== null && (await this.access.can(actor, 'desk.order.read', orderResource(order)));
    return {
      ...row,
      photos: await this.files.list({ kind: 'desk.request', id }),
      messages: await this.messages.list(actor, 'request', row),
      order: order && seesOrder ? { id: order.id, number: order.number, status: order.status } : null,
    };
  }

  /** Makes a planned order of a report (KO-20). @throws ConflictError when it was handled meanwhile */
  async createOrder(actor: Actor, requestId: number, input: OrderInput): Promise<OrderRow> {
    const request = await this.#managed(actor, requestId);
    await this.access.assert(actor, 'desk.order.manage', requestResource(request));
    const installationId = input.installation_id ?? request.installation_id;
    // A form that does not show them leaves device and project as they were reported.
    const matter = {
      customer_id: request.customer_id,
      installation_id: installationId,
      device_id: input.device_id === undefined ? request.device_id : input.device_id,
      project_id: input.project_id === undefined ? request.project_id : input.project_id,
    };
    await checkPlace(this.db, { customerId: request.customer_id, installationId, deviceId: matter.device_id, projectId: matter.project_id });
    if (input.technician_id !== null && (await this.accounts.get(input.technician_id))?.kind !== 'staff')
      throw new InvalidInputError({ technician_id: { key: 'desk:error.technician' } });
    return this.db.transaction(() => this.orders.create(actor, { title: input.title, ...matter, ...planOf(actor, input) }, request));
  }

  /** Refuses a report; the reporter sees the reason (KO-20). */
  async reject(actor: Actor, requestId: number, reason: string): Promise<void> {
    const request = await this.#managed(actor, requestId);
    await this.db.transaction(async () => {
      await this.writer.change(actor, request, { status: 'rejected', reject_reason: reason }, 'desk.request.rejected');
      await this.notices.reportRejected(request, reason);
      this.events.emit('desk.request.rejected', { requestId, customerId: request.customer_id });
    });
  }

  /** Takes a rejection or a solution back: the report waits in the list again. */
  async reopen(actor: Actor, requestId: number): Promise<void> {
    const request = await this.#managed(actor, requestId, ['rejected', 'solved']);
    await this.db.transaction(() => this.writer.change(actor, request, { status: 'new', reject_reason: null }, 'desk.request.reopened'));
  }

  async #place(actor: Actor, input: ReportInput & { device_id: number | null }) {
    const { customer_id: customerId, installation_id: installationId, device_id: deviceId, project_id: projectId = null } = input;
    const place = await checkPlace(this.db, { customerId, installationId, deviceId, projectId }).catch(async (error: unknown) => {
      // What lies outside the actor's reach answers like what does not exist.
      if (error instanceof InvalidInputError && !(await this.#reaches(actor, input))) throw new NotFoundError();
      throw error;
    });
    const matter = { customer_id: place.customerId, installation_id: place.installationId, device_id: deviceId, project_id: projectId };
    const named = input.label ? true : await namesDevice(this.access, actor, 'desk.request.create', matter);
    const shown = projectId === null || (await this.access.can(actor, 'customers.project.read', { customer: place.customerId, project: projectId }));
    if (!named || !shown) throw new NotFoundError();
    if (await this.access.can(actor, 'desk.request.create', resourceOf(matter))) return { ...matter, customerName: place.customerName };
    const ids = (await this.access.scope(actor, 'desk.request.create')).ids('customer');
    // The customer is right, but this account must name one of its installations.
    if (place.installationId === null && (ids === 'all' || ids.includes(place.customerId)))
      throw new InvalidInputError({ installation_id: { key: 'desk:error.place' } });
    if (!(await this.access.can(actor, 'customers.installation.read', resourceOf(matter)))) throw new NotFoundError();
    throw new ForbiddenError();
  }

  async #device(input: ReportInput): Promise<number | null> {
    if (!input.label) return input.device_id ?? null;
    const device = await this.devices.byToken(input.label);
    if (!device) throw new NotFoundError();
    return device.id;
  }

  async #reaches(actor: Actor, { installation_id, device_id }: ReportInput): Promise<boolean> {
    if (installation_id === null && !device_id) return true;
    const [row] =
      installation_id === null
        ? await this.db.query<{ customer_id: number; place: number }>('SELECT customer_id, installation_id AS place FROM customers_devices WHERE id = ?', [
            device_id,
          ])
        : await this.db.query<{ customer_id: number; place: number }>('SELECT customer_id, id AS place FROM customers_installations WHERE id = ?', [
            installation_id,
          ]);
    if (!row) return false;
    const resource = { customer: row.customer_id, installation: row.place, device: device_id ?? null };
    return (await this.access.can(actor, 'customers.installation.read', resource)) || (await this.access.can(actor, 'desk.request.create', resource));
  }

  /** A report that staff may handle now. */
  async #managed(actor: Actor, id: number, statuses: readonly RequestStatus[] = waiting): Promise<RequestRow> {
    const row = (await this.db.of(Requests).findByPk(id))?.get({ plain: true });
    if (!row || !(await this.sight.seesRequest(actor, row))) throw new NotFoundError();
    await this.access.assert(actor, 'desk.request.manage', requestResource(row));
    if (row.order_id !== null || !statuses.includes(row.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    return row;
  }

  async #select(actor: Actor, where: string, params: readonly unknown[], limit: number): Promise<RequestListRow[]> {
    const rows = await this.db.query<RequestListRow>(
      `SELECT r.*, c.name AS customer_name, i.name AS installation_name, i.city AS installation_city, d.name AS device_name FROM desk_requests r
       JOIN customers_customers c ON c.id = r.customer_id LEFT JOIN customers_installations i ON i.id = r.installation_id
       LEFT JOIN customers_devices d ON d.id = r.device_id
       WHERE ${where} ORDER BY r.id DESC LIMIT ${limit}`,
      params,
    );
    const names = await this.accounts.getMany(rows.flatMap((row) => [row.reporter_account_id ?? [], row.solver_id ?? []].flat()));
    return Promise.all(
      rows.map(async (row) => ({
        // Who reported a fault knows what it was about.
        ...(row.reporter_account_id === actor.account?.id ? row : await shownMatter(this.access, actor, 'desk.request.read', row)),
        created_at: toDate(row.created_at),
        updated_at: toDate(row.updated_at),
        due_at: toDate(row.due_at),
        reporter_name: names.get(row.reporter_account_id ?? 0)?.name ?? null,
        solver_name: names.get(row.solver_id ?? 0)?.name ?? null,
      })),
    );
  }
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 79).trimEnd()}…`;
}
