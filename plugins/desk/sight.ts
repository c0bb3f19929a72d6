import {
  ACCESS,
  DATABASE,
  NotFoundError,
  inject,
  injectable,
  readRows,
  type Access,
  type Account,
  type Actor,
  type Database,
  type PermissionId,
  type Resource,
} from '../../core/api.js';
import { AccessDirectory, keyOfCreator, type CreatorFilter } from '../customers/api.js';
import { reachColumns, resourceOf } from './reach.js';
import { Requests } from './tables.js';
import type { OrderRow, RequestRow } from './types.js';

interface Sql {
  sql: string;
  params: unknown[];
}
type Place = Pick<OrderRow, 'id' | 'customer_id' | 'installation_id'> & Partial<Pick<OrderRow, 'project_id' | 'device_id' | 'request_id'>>;
type Request = Place & { status: string } & Partial<Pick<RequestRow, 'type' | 'order_id' | 'reporter_account_id' | 'solver_id' | 'computer_key' | 'login_key'>>;
type Order = Place & { status: string };

/** Statuses of what came to nothing (KO-17). */
const dropped = ['rejected', 'cancelled'];
const droppedSql = `('${dropped.join("', '")}')`;

/** A right on a request reaches the order that is made of it. */
export const orderColumns = { ...reachColumns, order: 'id', request: 'request_id' };
export const requestColumns = { ...reachColumns, request: 'id' };
export const orderResource = (row: Place): Resource => ({ ...resourceOf(row), order: row.id, request: row.request_id ?? null });
/** What the columns of a quotation are to a scope. */
const quotationColumns = { customer: 'customer_id', installation: 'installation_id', project: 'project_id' };
export const quotationResource = (row: { customer_id: number; installation_id: number | null; project_id: number | null }): Resource => ({
  ...{ customer: row.customer_id, installation: row.installation_id, project: row.project_id },
});
export const requestResource = (row: Place): Resource => ({ ...resourceOf(row), request: row.id });

/**
 * Who sees which request and order, in one place. Beyond the scope of the rights: reporters see their own, solvers what they
 * are to solve (CM-04), an access that is limited to one creator sees nothing else of that customer (CM-03), and internal
 * requests exist for staff only (CM-01).
 */
@injectable()
export class Sight {
  readonly #hiding = new Set<(actor: Actor) => boolean>();

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** Hides what was rejected or cancelled from actors for whom `hides` is true, wherever they ask (KO-17). Returns the undo. */
  hideDropped(hides: (actor: Actor) => boolean): () => void {
    this.#hiding.add(hides);
    return () => void this.#hiding.delete(hides);
  }

  /** Does what was rejected or cancelled not exist for this actor? */
  hidesDropped(actor: Actor): boolean {
    return [...this.#hiding].some((hides) => hides(actor));
  }

  /** The requests that the actor sees, as a condition on the alias `r`. */
  async requests(actor: Actor): Promise<Sql> {
    const scope = await this.access.scope(actor, 'desk.request.read');
    const all = scope.sql(requestColumns, 'r');
    if (!actor.account || scope.kind === 'all') return this.#narrowRequests(actor, all);
    const own = await this.#scope(actor, 'desk.request.create');
    const solving = await this.#scope(actor, 'desk.request.solve');
    const { id } = actor.account;
    return this.#narrowRequests(actor, {
      sql: `(${all.sql} OR (r.reporter_account_id = ? AND ${own.sql}) OR (r.solver_id = ? AND ${solving.sql}))`,
      params: [...all.params, id, ...own.params, id, ...solving.params],
    });
  }

  /** The requests on which the actor holds a right of its own, such as the evaluation. */
  async requestsWith(actor: Actor, permission: PermissionId): Promise<Sql> {
    return this.#narrowRequests(actor, await this.#scope(actor, permission));
  }

  /** The request. @throws NotFoundError when there is none that the actor sees */
  async request(actor: Actor, id: number): Promise<RequestRow> {
    const [row] = await readRows(this.db, Requests, 'WHERE id = ?', [id]);
    if (!row || !(await this.seesRequest(actor, row))) throw new NotFoundError();
    return row;
  }

  /** Would this person see the request? */
  seenBy(account: Account, row: Request): Promise<boolean> {
    const { kind } = account;
    return this.seesRequest({ kind, account, onBehalfOf: null, sessionId: null, channel: 'job', ip: null }, row);
  }

  /** The orders that the actor sees, as a condition on the alias `o`. */
  async orders(actor: Actor, permission: PermissionId = 'desk.order.read'): Promise<Sql> {
    const all = (await this.access.scope(actor, permission)).sql(orderColumns, 'o');
    const seen = narrowed(
      all,
      await this.#filters(actor),
      'o.customer_id',
      (match) => `EXISTS (SELECT 1 FROM desk_requests cr WHERE cr.id = o.request_id AND ${match('cr')})`,
    );
    return this.hidesDropped(actor) ? { ...seen, sql: `(${seen.sql} AND o.status NOT IN ${droppedSql})` } : seen;
  }

  /** The quotations that the actor sees, as a condition on the alias `q`; customers read only what was sent. */
  async quotations(actor: Actor, permission: PermissionId = 'desk.quotation.read'): Promise<Sql> {
    const all = (await this.access.scope(actor, permission)).sql(quotationColumns, 'q');
    const sent = isInside(actor) || permission !== 'desk.quotation.read' ? all : { ...all, sql: `(${all.sql} AND q.sent_version > 0)` };
    const filed = (match: (alias: string) => string) => `EXISTS (SELECT 1 FROM desk_requests cr WHERE cr.id = q.request_id AND ${match('cr')})`;
    return narrowed(sent, await this.#filters(actor), 'q.customer_id', filed);
  }

  async seesRequest(actor: Actor, row: Request): Promise<boolean> {
    if (row.type === 'internal' && !isInside(actor)) return false;
    if (await this.#isHidden(actor, row)) return false;
    const resource = requestResource(row);
    const me = actor.account?.id ?? null;
    const reached =
      (await this.access.can(actor, 'desk.request.read', resource)) ||
      (me !== null && row.reporter_account_id === me && (await this.access.can(actor, 'desk.request.create', resource))) ||
      (me !== null && row.solver_id === me && (await this.access.can(actor, 'desk.request.solve', resource)));
    return (
      reached &&
      isOf(
        row,
        (await this.#filters(actor)).find((one) => one.customerId === row.customer_id),
      )
    );
  }

  async seesOrder(actor: Actor, row: Order): Promise<boolean> {
    if (dropped.includes(row.status) && this.hidesDropped(actor)) return false;
    if (!(await this.access.can(actor, 'desk.order.read', orderResource(row)))) return false;
    const filter = (await this.#filters(actor)).find((one) => one.customerId === row.customer_id);
    if (!filter) return true;
    const [request] = await this.db.query<Request>('SELECT * FROM desk_requests WHERE id = ?', [row.request_id ?? 0]);
    return request !== undefined && isOf(request, filter);
  }

  /** What a report of this actor is filed under: an account that is limited to a creator reports as that creator. */
  async origin(
    actor: Actor,
    customerId: number,
    given: { computer?: string | null | undefined; login?: string | null | undefined },
  ): Promise<Pick<RequestRow, 'computer' | 'computer_key' | 'login' | 'login_key'>> {
    const filter = (await this.#filters(actor)).find((one) => one.customerId === customerId);
    const computer = filter?.kind === 'computer' ? filter.name : (given.computer ?? null);
    const login = filter?.kind === 'login' ? filter.name : (given.login ?? null);
    return { computer, computer_key: computer && keyOfCreator(computer), login, login_key: login && keyOfCreator(login) };
  }

  async #isHidden(actor: Actor, { status, order_id }: Request): Promise<boolean> {
    if (!this.hidesDropped(actor)) return false;
    if (status === 'rejected') return true;
    return Boolean(order_id) && (await this.db.query(`SELECT id FROM desk_orders WHERE id = ? AND status IN ${droppedSql}`, [order_id])).length > 0;
  }

  async #narrowRequests(actor: Actor, seen: Sql): Promise<Sql> {
    // A request goes with its order.
    const kept = `r.status <> 'rejected' AND NOT EXISTS (SELECT 1 FROM desk_orders ho WHERE ho.id = r.order_id AND ho.status IN ${droppedSql})`;
    const shown = [...(isInside(actor) ? [] : ["r.type <> 'internal'"]), ...(this.hidesDropped(actor) ? [kept] : [])];
    const left = shown.length === 0 ? seen : { sql: `(${[seen.sql, ...shown].join(' AND ')})`, params: seen.params };
    return narrowed(left, await this.#filters(actor), 'r.customer_id', (match) => match('r'));
  }

  async #filters(actor: Actor): Promise<readonly CreatorFilter[]> {
    const account = actor.onBehalfOf ?? actor.account;
    return account?.kind === 'customer' ? this.directory.creatorFilters(account.id) : [];
  }

  async #scope(actor: Actor, permission: PermissionId): Promise<Sql> {
    return (await this.access.scope(actor, permission)).sql(requestColumns, 'r');
  }
}

/** Does the actor belong to the service company, and act as itself? */
export const isInside = (actor: Actor): boolean => actor.kind === 'system' || (actor.kind === 'staff' && actor.onBehalfOf?.kind !== 'customer');

const keyColumn = ({ kind }: CreatorFilter) => (kind === 'computer' ? 'computer_key' : 'login_key');
const isOf = (row: Request, filter: CreatorFilter | undefined) => filter === undefined || row[keyColumn(filter)] === filter.key;

function narrowed(seen: Sql, filters: readonly CreatorFilter[], customer: string, where: (match: (alias: string) => string) => string): Sql {
  if (filters.length === 0) return seen;
  const match = (alias: string) => `(${filters.map((one) => `(${alias}.customer_id = ? AND ${alias}.${keyColumn(one)} = ?)`).join(' OR ')})`;
  const others = `${customer} NOT IN (${filters.map(() => '?').join(', ')})`;
  return {
    sql: `(${seen.sql} AND (${others} OR ${where(match)}))`,
    params: [...seen.params, ...filters.map((one) => one.customerId), ...filters.flatMap((one) => [one.customerId, one.key])],
  };
}
