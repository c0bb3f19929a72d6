import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  EVENTS,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  readRows,
  within,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
} from '../../../core/api.js';
import { diff } from '../diff.js';
import type { CustomerInput } from '../inputs.js';
import { Customers } from '../tables.js';
import type { CustomerFilter, CustomerRow } from '../types.js';
import { categoryKey, customerFields, customerObject, customerWords, listed } from './customer-fields.js';
import { listCustomers } from './customer-list.js';
import { findDuplicates, type Duplicate } from './duplicates.js';
import { saveWords } from './search.js';

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

  /** Customers in reach of the actor, by name unless told otherwise; `next` and `previous` are the cursors of the pages beside it. */
  async list(actor: Actor, filter: CustomerFilter = {}): ReturnType<typeof listCustomers> {
    return listCustomers(this.db, (await this.access.scope(actor, 'customers.customer.read')).sql({ customer: 'id' }, 'c'), filter);
  }

  /** Active customers to choose from: the chosen one comes first, whatever is searched, then those whose names begin with the text, then those that have its words. */
  async choices(
    actor: Actor,
    { q = '', selected }: { q?: string; selected?: number | undefined },
  ): Promise<Pick<CustomerRow, 'id' | 'number' | 'name' | 'city'>[]> {
    const filter: CustomerFilter = { status: 'active', limit: 20, counted: false };
    const begins = q.trim() === '' ? [] : (await this.list(actor, { ...filter, begins: q.trim() })).rows;
    const others = begins.length === filter.limit ? [] : (await this.list(actor, { ...filter, q })).rows;
    const rows = [...begins, ...others.filter(({ id }) => !begins.some((one) => one.id === id))].slice(0, filter.limit);
    const chosen = selected === undefined ? null : await this.get(actor, selected).catch(() => null);
    return chosen ? [chosen, ...rows.filter(({ id }) => id !== chosen.id)] : rows;
  }

  /** Customers in reach that may be the same as this one; they do not stand in the way of saving. */
  async duplicates(actor: Actor, input: CustomerInput, except?: number): Promise<Duplicate[]> {
    const found = await findDuplicates(this.db, input, except);
    const visible = await Promise.all(found.map(({ id }) => this.access.can(actor, 'customers.customer.read', { customer: id })));
    return found.filter((_, index) => visible[index]);
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<CustomerRow> {
    const [row] = await readRows(this.db, Customers, 'WHERE id = ?', [id]);
    if (!row || !(await this.access.can(actor, 'customers.customer.read', { customer: id }))) throw new NotFoundError();
    return row;
  }

  /** `get` for a caller that may have the row already: one that `get` gave is not read again. */
  async reached(actor: Actor, customer: number | CustomerRow): Promise<CustomerRow> {
    return typeof customer === 'number' ? this.get(actor, customer) : customer;
  }

  /** Whole rows of customers that a list has shown already. */
  async many(ids: readonly number[]): Promise<Map<number, CustomerRow>> {
    const rows = ids.length === 0 ? [] : await readRows(this.db, Customers, `WHERE id ${within(ids)}`, ids);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Adds a customer. Its first access is made by `AccessRegister.create`, in the same transaction. */
  async create(actor: Actor, input: CustomerInput): Promise<CustomerRow> {
    await this.access.assert(actor, 'customers.customer.manage', { customer: null });
    await this.#checkManager(input.account_manager_id);
    return this.db.transaction(async () => {
      const values = {
        ...customerFields(input),
        number: await this.db.nextNumber('customer', 10001),
        status: 'active' as const,
        version: 1,
        created_at: this.clock.now(),
      };
      const row = (await this.db.of(Customers).create(values)).get({ plain: true });
      await this.#index(row);
      await this.audit.record(actor, {
        action: 'customers.customer.created',
        object: customerObject(row),
        customerId: row.id,
        after: { kind: row.kind, name: row.name, email: row.email },
      });
      this.events.emit('customers.customer.created', { customerId: row.id });
      return row;
    });
  }

  /** Saves the data of a customer; its kind stays. With `version`, only onto that one. @throws ConflictError `version_conflict` */
  async update(actor: Actor, id: number, input: CustomerInput, version?: number): Promise<void> {
    const before = await this.#managed(actor, id);
    if (version !== undefined && version !== before.version) throw conflict();
    if (before.kind !== input.kind) throw new InvalidInputError({ kind: { key: 'customers:error.kind' } });
    if (before.account_manager_id !== input.account_manager_id) await this.#checkManager(input.account_manager_id);
    await this.#change(actor, before, customerFields(input), 'customers.customer.updated');
  }

  /** A disabled customer keeps its data; its accesses give no rights until it is active again. */
  async setStatus(actor: Actor, id: number, status: 'active' | 'disabled'): Promise<void> {
    const before = await this.#managed(actor, id);
    await this.#change(actor, before, { status }, status === 'active' ? 'customers.customer.enabled' : 'customers.customer.disabled');
  }

  async #change(actor: Actor, before: CustomerRow, values: Partial<CustomerRow>, action: string): Promise<void> {
    const changed = diff(before, values);
    if (!changed) return;
    await this.db.transaction(async () => {
      const next = { ...values, version: before.version + 1 };
      const [saved] = await this.db.of(Customers).update(next, { where: { id: before.id, version: before.version } });
      if (saved === 0) throw conflict();
      await this.#index({ ...before, ...values });
      if (values.status) await this.#dropRights(before.id);
      await this.audit.record(actor, { action, object: customerObject({ ...before, ...values }), customerId: before.id, ...withoutKeys(changed) });
      this.events.emit('customers.customer.updated', { customerId: before.id });
    });
  }

  /** Logo and colors, checked already. */
  async setBranding(actor: Actor, id: number, values: Pick<CustomerRow, 'brand_light' | 'brand_dark' | 'logo'>): Promise<void> {
    await this.#change(actor, await this.#managed(actor, id), values, 'customers.customer.updated');
  }

  /** Marks a customer to be erased at a time, or calls it off with null. The rules are those of whoever erases. */
  async setErasure(actor: Actor, id: number, at: Date | null): Promise<void> {
    const before = await this.get(actor, id);
    const values: Partial<CustomerRow> = at
      ? { status: 'deleting', erase_at: at, status_before: before.status }
      : { status: before.status_before ?? 'active', erase_at: null, status_before: null };
    await this.#change(actor, before, values, at ? 'customers.customer.erasure-requested' : 'customers.customer.erasure-cancelled');
  }

  async #dropRights(customerId: number): Promise<void> {
    const rows = await this.db.query<{ account_id: number }>('SELECT account_id FROM customers_accesses WHERE customer_id = ?', [customerId]);
    await this.access.changed(rows.map((row) => row.account_id));
  }

  async #managed(actor: Actor, id: number): Promise<CustomerRow> {
    const row = await this.get(actor, id);
    await this.access.assert(actor, 'customers.customer.manage', { customer: id });
    if (row.status === 'deleting') throw new ConflictError({ key: 'customers:error.deleting' }, 'deleting');
    return row;
  }

  async #checkManager(id: number | null): Promise<void> {
    if (id !== null && (await this.accounts.get(id))?.kind !== 'staff') throw new InvalidInputError({ account_manager_id: { key: 'customers:error.manager' } });
  }

  async #index(row: CustomerRow): Promise<void> {
    await saveWords(this.db, 'customers_words', 'customer', row.id, customerWords(row), row.name_key);
    await saveWords(this.db, 'customers_words', 'category', row.id, [...new Set(listed(row.categories).map(categoryKey))]);
  }
}

const conflict = () => new ConflictError({ key: 'customers:error.conflict' }, 'version_conflict');

/** Keys follow from what people wrote. */
function withoutKeys({ before, after }: { before: Record<string, unknown>; after: Record<string, unknown> }) {
  const shown = (values: Record<string, unknown>) => Object.fromEntries(Object.entries(values).filter(([field]) => !field.endsWith('_key')));
  return { before: shown(before), after: shown(after) };
}
