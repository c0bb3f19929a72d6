import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  readRows,
  toDate,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { decodeCursor, diff, encodeCursor, saveWords, toUtc, wordClause, words } from '../../customers/api.js';
import { OrderGate } from '../orders/order-gate.js';
import { Printing } from '../orders/printing.js';
import { checkPlace } from '../place.js';
import { Sight, isInside, quotationResource } from '../sight.js';
import type { Page } from '../types.js';
import type { NewQuotationInput, QuotationInput } from './inputs.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationRecipients, QuotationVersions, Quotations, type QuotationRow, type QuotationStatus, type VersionRow } from './tables.js';

export interface QuotationListRow {
  id: number;
  number: string;
  title: string;
  status: QuotationStatus;
  customer_id: number;
  customer_name: string;
  valid_until: Date;
  created_at: Date;
  status_at: Date;
  /** Without VAT, in minor units. */
  value: number;
}
/** A version as staff read it. */
export interface VersionView extends Omit<VersionRow, 'content'> {
  recipients: { id: number; name: string; kind: 'to' | 'copy' }[];
}
export interface QuotationView extends Omit<QuotationRow, 'status' | 'value' | 'purchase_value' | 'edits'> {
  status: QuotationStatus;
  value: number;
  customer_name: string;
  installation_name: string | null;
  project_name: string | null;
  request_number: number | null;
  order_number: string | null;
  /** Newest first. */
  versions: VersionView[];
}
interface Filter {
  status?: QuotationStatus | undefined;
  customerId?: number | undefined;
  orderId?: number | undefined;
  q?: string | undefined;
  after?: string | undefined;
  limit?: number | undefined;
}

/** Quotations: writing them, and what became of them. */
@injectable()
export class QuotationService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
    @inject(OrderGate) private readonly orders: OrderGate,
    @inject(Printing) private readonly printing: Printing,
    @inject(QuotationGate) private readonly gate: QuotationGate,
  ) {}

  /** Newest first. Customers see title, value and validity as they were sent. */
  async list(actor: Actor, { status, customerId, orderId, q, after, limit = 25 }: Filter = {}): Promise<Page<QuotationListRow>> {
    const scope = await this.sight.quotations(actor);
    const conditions = [scope.sql];
    const params = [...scope.params];
    const add = (sql: string, ...values: unknown[]) => {
      conditions.push(sql);
      params.push(...values);
    };
    const now = this.clock.now();
    if (status === 'sent') add("q.status = 'sent' AND q.valid_until > ?", now);
    else if (status === 'expired') add("q.status = 'sent' AND q.valid_until <= ?", now);
    else if (status) add('q.status = ?', status);
    if (customerId !== undefined) add('q.customer_id = ?', customerId);
    if (orderId !== undefined) add('q.order_id = ?', orderId);
    const [id] = decodeCursor(after, 1) ?? [];
    if (id !== undefined) add('q.id < ?', id);
    // The words are those of the draft.
    const search = wordClause('desk_words', 'quotation', 'q.id', isInside(actor) ? (q ?? '') : '');
    const sent = (column: string) => (isInside(actor) ? `q.${column}` : `v.${column} AS ${column}`);
    const found = await this.db.query<Omit<QuotationListRow, 'status'> & Pick<QuotationRow, 'status'>>(
      `SELECT q.id, q.number, ${sent('title')}, q.status, q.customer_id, c.name AS customer_name, ${sent('valid_until')}, q.created_at, q.status_at, ${sent('value')}
       FROM (SELECT q.id FROM desk_quotations q WHERE ${conditions.join(' AND ')}${search.sql} ORDER BY q.id DESC LIMIT ${Math.min(limit, 200) + 1}) p
       JOIN desk_quotations q ON q.id = p.id JOIN customers_customers c ON c.id = q.customer_id
       LEFT JOIN desk_quotation_versions v ON v.quotation_id = q.id AND v.version = q.sent_version ORDER BY q.id DESC`,
      [...params, ...search.params],
    );
    const rows = found.slice(0, limit).map((row): QuotationListRow => {
      const dates = { valid_until: toDate(row.valid_until), created_at: toDate(row.created_at), status_at: toDate(row.status_at) };
      return { ...row, ...dates, value: Number(row.value), status: this.gate.statusOf(actor, { status: row.status, valid_until: dates.valid_until }) };
    });
    return { rows, next: found.length > limit ? encodeCursor(rows.at(-1)!.id) : null };
  }

  /** With its versions and who got them, for the service company. @throws NotFoundError for everybody else */
  async get(actor: Actor, id: number): Promise<QuotationView> {
    if (!isInside(actor)) throw new NotFoundError();
    const { purchase_value: _purchase, edits: _edits, ...row } = await this.gate.seen(actor, id);
    type Names = Pick<QuotationView, 'customer_name' | 'installation_name' | 'project_name' | 'request_number' | 'order_number'>;
    const [names] = await this.db.query<Names>(
      `SELECT c.name AS customer_name, i.name AS installation_name, p.name AS project_name, r.number AS request_number, o.number AS order_number
       FROM customers_customers c LEFT JOIN customers_installations i ON i.id = ? LEFT JOIN customers_projects p ON p.id = ?
       LEFT JOIN desk_requests r ON r.id = ? LEFT JOIN desk_orders o ON o.id = ? WHERE c.id = ?`,
      [row.installation_id, row.project_id, row.request_id, row.order_id, row.customer_id],
    );
    return { ...row, ...names!, status: this.gate.statusOf(actor, row), versions: await this.#versions(id) };
  }

  async create(actor: Actor, input: NewQuotationInput): Promise<QuotationRow> {
    const { customer_id, request_id = null, order_id = null } = input;
    if (!(await this.access.can(actor, 'customers.customer.read', { customer: customer_id }))) throw new NotFoundError();
    // Only of what the actor sees, of the same customer.
    const matters = [
      order_id === null ? null : await this.orders.seen(actor, order_id),
      request_id === null ? null : await this.sight.request(actor, request_id),
    ];
    if (matters.some((matter) => matter && matter.customer_id !== customer_id)) throw new NotFoundError();
    const { title, text } = input;
    const matter = { title, text, ...(await this.#place(customer_id, input, null)), valid_until: await this.#until(customer_id, input.valid_until) };
    await this.access.assert(actor, 'desk.quotation.manage', quotationResource({ customer_id, ...matter }));
    const now = this.clock.now();
    return this.db.transaction(async () => {
      const number = `Q-${await this.db.nextNumber('quotation', 1001)}`;
      const values = {
        ...matter,
        number,
        customer_id,
        request_id,
        order_id,
        status: 'draft' as const,
        version: 1,
        sent_version: 0,
        value: 0,
        purchase_value: 0,
      };
      const stamps = { created_by: actor.account?.id ?? null, created_at: now, status_at: now, ordered_at: null, edits: 0 };
      const row = (await this.db.of(Quotations).create({ ...values, ...stamps })).get({ plain: true });
      await this.#index(row);
      await this.#record(actor, row, 'created', { after: { ...matter, request_id, order_id } });
      return row;
    });
  }

  /** Changes a draft. @throws ConflictError for what was sent: revise it first */
  async update(actor: Actor, id: number, input: QuotationInput): Promise<void> {
    const before = await this.gate.managed(actor, id);
    const { title, text } = input;
    const place = await this.#place(before.customer_id, input, before);
    const changed = diff<Partial<QuotationRow>>(before, { title, text, ...place, valid_until: await this.#until(before.customer_id, input.valid_until) });
    if (before.status !== 'draft') throw new ConflictError({ key: 'desk:error.quotationSent' }, 'quotation_sent');
    if (!changed) return;
    await this.access.assert(actor, 'desk.quotation.manage', quotationResource({ ...before, ...place }));
    await this.db.transaction(async () => {
      await this.#move(before, ['draft'], { ...changed.after, edits: before.edits + 1 });
      await this.#index({ ...before, ...changed.after });
      await this.#record(actor, before, 'changed', changed);
    });
  }

  /** Makes a new draft of what was sent: its links answer nothing any more. @throws ConflictError once its rows went to an order */
  async revise(actor: Actor, id: number): Promise<void> {
    const before = await this.gate.managed(actor, id);
    if (before.ordered_at !== null) throw new ConflictError({ key: 'desk:error.quotationOrdered' }, 'quotation_ordered');
    const version = before.version + 1;
    await this.db.transaction(async () => {
      await this.#move(before, ['sent', 'accepted', 'refused', 'withdrawn'], { status: 'draft', version, status_at: this.clock.now() });
      await this.#record(actor, before, 'revised', { after: { version } });
    });
  }

  /** Nobody can accept it any more. */
  async withdraw(actor: Actor, id: number): Promise<void> {
    const before = await this.gate.managed(actor, id);
    await this.db.transaction(async () => {
      await this.#move(before, ['sent'], { status: 'withdrawn', status_at: this.clock.now() });
      await this.#record(actor, before, 'withdrawn', {});
    });
  }

  /** Only from these statuses, and while nobody else moved it. */
  async #move(before: QuotationRow, from: readonly QuotationRow['status'][], values: Partial<QuotationRow>): Promise<void> {
    const { id, status, version, edits } = before;
    const [count] = from.includes(status) ? await this.db.of(Quotations).update(values, { where: { id, status, version, edits } }) : [0];
    if (count === 0) throw new ConflictError({ key: 'desk:error.quotationState' }, 'quotation_state');
  }

  async #place(customerId: number, wanted: Pick<QuotationInput, 'installation_id' | 'project_id'>, before: QuotationRow | null) {
    const { installation_id = before?.installation_id ?? null, project_id = before?.project_id ?? null } = wanted;
    // What it was about before may have become inactive meanwhile; only new choices are checked.
    await checkPlace(this.db, {
      customerId,
      installationId: installation_id === before?.installation_id ? null : installation_id,
      projectId: project_id === before?.project_id ? null : project_id,
    });
    return { installation_id, project_id };
  }

  /** The end of the day where the customer lives. */
  async #until(customerId: number, day: string): Promise<Date> {
    const { timeZone } = await this.printing.forCustomer(customerId);
    const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    const until = toUtc(`${next}T00:00`, timeZone);
    if (!until || until <= this.clock.now() || day > '2100') throw new InvalidInputError({ valid_until: { key: 'desk:error.dayPassed' } });
    return until;
  }

  async #versions(id: number): Promise<VersionView[]> {
    const rows = await readRows<VersionRow>(this.db, QuotationVersions, 'WHERE quotation_id = ? ORDER BY version DESC LIMIT 50', [id]);
    const to = rows.length === 0 ? [] : await this.db.of(QuotationRecipients).findAll({ where: { quotation_id: id }, raw: true });
    const names = await this.accounts.getMany(to.map((one) => one.account_id));
    const of = (version: number) =>
      to.filter((one) => one.version === version).map((one) => ({ id: one.account_id, name: names.get(one.account_id)?.name ?? '', kind: one.kind }));
    return rows.map(({ content: _content, ...row }) => ({ ...row, value: Number(row.value), recipients: of(row.version) }));
  }

  async #index(row: QuotationRow): Promise<void> {
    const [customer] = await this.db.query<{ name: string }>('SELECT name FROM customers_customers WHERE id = ?', [row.customer_id]);
    await saveWords(this.db, 'desk_words', 'quotation', row.id, words(row.number, row.title, customer?.name));
  }

  async #record(
    actor: Actor,
    row: QuotationRow,
    action: string,
    changed: { before?: Record<string, unknown>; after?: Record<string, unknown> },
  ): Promise<void> {
    const object = { kind: 'desk.quotation', id: row.id, name: row.number };
    await this.audit.record(actor, { action: `desk.quotation.${action}`, object, customerId: row.customer_id, ...changed });
  }
}
