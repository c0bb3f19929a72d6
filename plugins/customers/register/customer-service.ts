import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  EVENTS,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
} from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { diff } from '../diff.js';
import type { CustomerInput } from '../inputs.js';
import { fold, saveWords, wordClause, words } from './search.js';
import { Customers } from '../tables.js';
import type { CustomerListRow, CustomerRow, CustomerStatus } from '../types.js';

/** The register of customers. */
@injectable()
export class CustomerService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Customers in reach of the actor by name; `next` is the cursor of the page after. */
  async list(
    actor: Actor,
    filter: { q?: string; status?: CustomerStatus; after?: string; limit?: number } = {},
  ): Promise<{ rows: CustomerListRow[]; next: string | null }> {
    const scope = (await this.access.scope(actor, 'customers.customer.read')).sql({ customer: 'id' }, 'c');
    const search = wordClause('customers_words', 'customer', 'c.id', filter.q ?? '');
    const after = decodeCursor(filter.after, 2);
    const limit = Math.min(filter.limit ?? 25, 200);
    const rows = await this.db.query<CustomerListRow & { name_key: string }>(
      `SELECT c.id, c.number, c.kind, c.name, c.name_key, c.city, c.email, c.phone, c.status, c.account_manager_id,
         (SELECT COUNT(*) FROM customers_accesses a WHERE a.customer_id = c.id AND a.removed_at IS NULL) AS accesses,
         (SELECT COUNT(*) FROM customers_installations i WHERE i.customer_id = c.id) AS installations
       FROM customers_customers c WHERE ${scope.sql}${filter.status ? ' AND c.status = ?' : ''}${search.sql}${after ? ' AND (c.name_key > ? OR (c.name_key = ? AND c.id > ?))' : ''}
       ORDER BY c.name_key, c.id LIMIT ${limit + 1}`,
      [...scope.params, ...(filter.status ? [filter.status] : []), ...search.params, ...(after ? [after[0], after[0], after[1]] : [])],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { rows: page, next: rows.length > limit && last ? encodeCursor(last.name_key, last.id) : null };
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<CustomerRow> {
    const row = await this.db.of(Customers).findByPk(id);
    if (!row || !(await this.access.can(actor, 'customers.customer.read', { customer: id }))) throw new NotFoundError();
    return row.get({ plain: true });
  }

  /** Adds a customer. Its first access is made by `AccessRegister.create`, in the same transaction. */
  async create(actor: Actor, input: CustomerInput): Promise<CustomerRow> {
    await this.access.assert(actor, 'customers.customer.manage', { customer: null });
    await this.#checkManager(input.account_manager_id);
    return this.db.transaction(async () => {
      const values = { ...fields(input), number: await this.db.nextNumber('customer', 10001), status: 'active' as const, created_at: this.clock.now() };
      const row = (await this.db.of(Customers).create(values)).get({ plain: true });
      await this.#index(row);
      await this.audit.record(actor, {
        action: 'customers.customer.created',
        object: this.#object(row),
        customerId: row.id,
        after: { kind: row.kind, name: row.name, email: row.email },
      });
      this.events.emit('customers.customer.created', { customerId: row.id });
      return row;
    });
  }

  /** Saves the data of a customer; its kind stays. */
  async update(actor: Actor, id: number, input: CustomerInput): Promise<void> {
    const before = await this.#managed(actor, id);
    if (before.kind !== input.kind) throw new InvalidInputError({ kind: { key: 'customers:error.kind' } });
    if (before.account_manager_id !== input.account_manager_id) await this.#checkManager(input.account_manager_id);
    await this.#change(actor, before, fields(input), 'customers.customer.updated');
  }

  /** A disabled customer keeps its data; its accesses give no rights until it is active again. */
  async setStatus(actor: Actor, id: number, status: CustomerStatus): Promise<void> {
    const before = await this.#managed(actor, id);
    await this.#change(actor, before, { status }, status === 'active' ? 'customers.customer.enabled' : 'customers.customer.disabled');
  }

  async #change(actor: Actor, before: CustomerRow, values: Partial<CustomerRow>, action: string): Promise<void> {
    const changed = diff(before, values);
    if (!changed) return;
    await this.db.transaction(async () => {
      await this.db.of(Customers).update(values, { where: { id: before.id } });
      await this.#index({ ...before, ...values });
      if (values.status) await this.#dropRights(before.id);
      await this.audit.record(actor, { action, object: this.#object({ ...before, ...values }), customerId: before.id, ...changed });
      this.events.emit('customers.customer.updated', { customerId: before.id });
    });
  }

  async #dropRights(customerId: number): Promise<void> {
    const rows = await this.db.query<{ account_id: number }>('SELECT account_id FROM customers_accesses WHERE customer_id = ?', [customerId]);
    await this.access.changed(rows.map((row) => row.account_id));
  }

  async #managed(actor: Actor, id: number): Promise<CustomerRow> {
    const row = await this.get(actor, id);
    await this.access.assert(actor, 'customers.customer.manage', { customer: id });
    return row;
  }

  async #checkManager(id: number | null): Promise<void> {
    if (id !== null && (await this.accounts.get(id))?.kind !== 'staff') throw new InvalidInputError({ account_manager_id: { key: 'customers:error.manager' } });
  }

  #index(row: CustomerRow): Promise<void> {
    const { number, name, short_name, registration_number, contact_person, city, email, phone, mobile } = row;
    return saveWords(
      this.db,
      'customers_words',
      'customer',
      row.id,
      words(number, name, short_name, registration_number, contact_person, city, email, phone, mobile),
    );
  }

  #object(row: CustomerRow) {
    return { kind: 'customers.customer', id: row.id, name: `${row.number} ${row.name}` };
  }
}

function fields(input: CustomerInput) {
  const name = input.kind === 'person' ? `${input.first_name} ${input.last_name}` : input.name;
  const none = { first_name: null, last_name: null, short_name: null, registration_number: null, vat_number: null, contact_person: null };
  const { kind, email, phone, mobile, street, postal_code, city, country, invoice_email, language, time_zone, account_manager_id } = input;
  const common = {
    kind,
    email,
    phone,
    mobile,
    street,
    postal_code,
    city,
    country,
    invoice_email,
    language,
    time_zone,
    account_manager_id,
    name,
    name_key: fold(name).slice(0, 160),
  };
  if (input.kind === 'person') return { ...none, ...common, first_name: input.first_name, last_name: input.last_name };
  const { short_name, registration_number, vat_number, contact_person } = input;
  return { ...none, ...common, short_name, registration_number, vat_number, contact_person };
}
