import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  ConflictError,
  DATABASE,
  EVENTS,
  FILES,
  InvalidInputError,
  NotFoundError,
  SETTINGS,
  inject,
  injectable,
  within,
  type Access,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type Events,
  type Files,
  type Settings,
  type Upload,
} from '../../../core/api.js';
import type { OrderInput, ReportInput, RequestInput } from '../inputs.js';
import { Notices } from '../notices.js';
import { planOf } from '../orders/order-service.js';
import { OrderWriter } from '../orders/order-writer.js';
import { checkPlace } from '../place.js';
import { resourceOf } from '../reach.js';
import { shownMatter } from '../shown-matter.js';
import { Sight, isInside, requestColumns, requestResource } from '../sight.js';
import type { OrderRow, Page, RequestFilter, RequestListRow, RequestRow, RequestView } from '../types.js';
import { Intake } from './intake.js';
import { originOf } from './origin.js';
import { RequestChanges, type RequestPatch } from './request-changes.js';
import { countRequests, listRequests, selectRequests, talkOf, unhandled, type RawRequest } from './request-list.js';
import { RequestParts } from './request-parts.js';
import { RequestWriter } from './request-writer.js';
import { undecided } from './steps.js';
import { Reads } from './tables.js';

/** Requests: from whoever files them to an order, a solution, or back with a reason. */
@injectable()
export class RequestService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(EVENTS) private readonly events: Events,
    @inject(FILES) private readonly files: Files,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(RequestWriter) private readonly writer: RequestWriter,
    @inject(OrderWriter) private readonly orders: OrderWriter,
    @inject(RequestChanges) private readonly changes: RequestChanges,
    @inject(RequestParts) private readonly parts: RequestParts,
    @inject(Intake) private readonly intake: Intake,
    @inject(Notices) private readonly notices: Notices,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /**
   * Reports a fault. An account with `desk.order.create-direct` on the place gets a planned order at once (`order_id` is set);
   * else it waits in the staff list "Fault reports".
   */
  report(actor: Actor, input: ReportInput, uploads: readonly Upload[] = []): Promise<RequestRow> {
    return this.create(actor, { ...input, type: 'fault' }, uploads);
  }

  /**
   * Files a request of any type. Staff may file it in the name of an account of the customer; internal ones are theirs alone.
   * @throws NotFoundError, ForbiddenError or InvalidInputError when the actor may not file it there
   */
  async create(actor: Actor, input: RequestInput, uploads: readonly Upload[] = []): Promise<RequestRow> {
    const inside = isInside(actor);
    if (input.type === 'internal' && !inside) throw new InvalidInputError({ type: { key: 'desk:error.type' } });
    const { matter, customerName } = await this.intake.place(actor, input);
    const reporterId = await this.intake.reporter(actor, matter.customer_id, inside && input.type !== 'internal' ? input.reporter_id : null);
    const direct = input.type === 'fault' && !inside && (await this.access.can(actor, 'desk.order.create-direct', resourceOf(matter)));
    return this.db.transaction(async () => {
      const row = await this.writer.create(
        actor,
        {
          type: input.type,
          ...matter,
          reporter_account_id: reporterId,
          subject: input.subject ?? firstLine(input.text),
          text: input.text,
          urgency: input.urgency,
          priority: (inside ? input.priority : null) ?? 4 - input.urgency,
          importance: (inside ? input.importance : null) ?? 3,
          origin: actor.channel === 'api' && input.computer ? 'device' : originOf(actor),
          contact: input.contact,
          ...(await this.sight.origin(actor, matter.customer_id, input)),
          solver_id: null,
        },
        { photos: uploads.length },
      );
      for (const upload of uploads) await this.files.keep(actor, upload, { kind: 'desk.request', id: row.id });
      if (actor.account) await this.db.of(Reads).upsert({ account_id: actor.account.id, request_id: row.id, message_id: 0 });
      const order = direct
        ? await this.orders.create(actor, { title: row.subject, ...matter, technician_id: null, planned_start: null, planned_end: null }, row)
        : null;
      await this.notices.reportReceived(row, customerName, actor.account?.id);
      this.events.emit('desk.request.reported', { requestId: row.id, customerId: row.customer_id, orderId: order?.id ?? null });
      return order ? { ...row, order_id: order.id, status: 'planned' as const } : row;
    });
  }

  /** May the actor report a fault on this device, once it is known to it by its label? */
  mayReport(actor: Actor, device: { id: number; customer_id: number; installation_id: number }): Promise<boolean> {
    return this.access.can(actor, 'desk.request.create', resourceOf({ ...device, device_id: device.id }));
  }

  /** Requests in reach of the actor. Reporters always see their own while they may report there. */
  async list(actor: Actor, filter: RequestFilter = {}): Promise<Page<RequestListRow>> {
    const { rows, next } = await listRequests(this.db, await this.sight.requests(actor), this.#asked(actor, filter));
    return { rows: await this.#shown(actor, rows), next };
  }

  /** The request with its conversation. @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<RequestView> {
    const scope = await this.sight.requests(actor);
    const found = await selectRequests(this.db, `SELECT r.id FROM desk_requests r WHERE r.id = ? AND ${scope.sql}`, [id, ...scope.params]);
    const [row] = await this.#shown(actor, found);
    if (!row) throw new NotFoundError();
    return this.parts.whole(actor, row);
  }

  /** How many requests in reach there are; it stops counting at `most`, so that "99+" costs no more than 100. */
  async count(actor: Actor, filter: RequestFilter = {}, most = 100): Promise<number> {
    return countRequests(this.db, await this.sight.requests(actor), this.#asked(actor, filter), most);
  }

  /** The number in the menu: fault reports without an order that wait for staff (KO-19). */
  async countUnhandled(actor: Actor): Promise<number> {
    const scope = (await this.access.scope(actor, 'desk.request.manage')).sql(requestColumns, 'r');
    const [row] = await this.db.query<{ n: number }>(
      `SELECT COUNT(*) AS n FROM desk_requests r WHERE r.type = 'fault' AND ${unhandled} AND ${scope.sql}`,
      scope.params,
    );
    return Number(row?.n ?? 0);
  }

  /** Changes what a request is and who solves it; see `RequestChanges`. */
  change(actor: Actor, id: number, patch: RequestPatch, version?: number): Promise<{ version: number; undo: number | null }> {
    return this.changes.change(actor, id, patch, version);
  }

  /** Takes exactly that change back, while nothing newer touched the same. @throws ConflictError `undo_expired` */
  undo(actor: Actor, id: number, eventId: number): Promise<void> {
    return this.changes.undo(actor, id, eventId);
  }

  /** Makes a planned order of a report (KO-20). @throws ConflictError when it was handled meanwhile */
  async createOrder(actor: Actor, requestId: number, input: OrderInput): Promise<OrderRow> {
    const request = await this.changes.managed(actor, requestId);
    if (request.order_id !== null || !undecided.includes(request.status)) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
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
    await this.changes.change(actor, requestId, { status: 'rejected', reject_reason: reason });
  }

  /** Takes a rejection or a solution back: the report waits in the list again. */
  async reopen(actor: Actor, requestId: number): Promise<void> {
    await this.changes.change(actor, requestId, { status: 'new' });
  }

  /** Rows as the actor may see them, with names, tags and what is new. Five queries, however many rows. */
  async #shown<T extends RawRequest>(actor: Actor, rows: readonly T[]): Promise<(T & RequestListRow)[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const me = actor.account?.id ?? 0;
    const inside = isInside(actor);
    const names = await this.accounts.getMany(rows.flatMap((row) => [row.reporter_account_id ?? [], row.solver_id ?? []].flat()));
    const tags = inside
      ? await this.db.query<{ id: number; label: string }>(
          `SELECT request_id AS id, label FROM desk_request_tags WHERE request_id ${within(ids)} ORDER BY tag`,
          ids,
        )
      : [];
    const talk = await talkOf(this.db, ids, me, inside);
    const read = new Map(
      (
        await this.db.query<{ id: number; message: number }>(
          `SELECT request_id AS id, message_id AS message FROM desk_reads WHERE account_id = ? AND request_id ${within(ids)}`,
          [me, ...ids],
        )
      ).map((row) => [row.id, row.message]),
    );
    return Promise.all(
      rows.map(async (row) => ({
        // Who reported a fault knows what it was about.
        ...(row.reporter_account_id === me ? row : await shownMatter(this.access, actor, 'desk.request.read', row)),
        reporter_name: names.get(row.reporter_account_id ?? 0)?.name ?? null,
        solver_name: names.get(row.solver_id ?? 0)?.name ?? null,
        unread: (read.get(row.id) ?? -1) < (talk.get(row.id)?.newest ?? 0),
        tags: tags.filter((tag) => tag.id === row.id).map((tag) => tag.label),
        last_text: brief(talk.get(row.id)?.last_text ?? row.text),
      })),
    );
  }

  /** What only staff may ask: customers learn nothing of tags, watchers, mentions and due times by asking. */
  #asked(actor: Actor, { due, ...filter }: RequestFilter): RequestFilter {
    if (!isInside(actor)) return { ...filter, tag: undefined, watcherId: undefined, mentionedId: undefined };
    const ahead = due === 'soon' ? this.settings.get('desk.dueSoon') * 60_000 : 0;
    return due ? { ...filter, dueBefore: new Date(this.clock.now().getTime() + ahead) } : filter;
  }
}

const brief = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 120 ? line : `${line.slice(0, 119).trimEnd()}…`;
};

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  return line.length <= 80 ? line : `${line.slice(0, 79).trimEnd()}…`;
}
