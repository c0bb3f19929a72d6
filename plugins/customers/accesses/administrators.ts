import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  DATABASE,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  readRows,
  type Access,
  type Account,
  type AccountService,
  type Actor,
  type Audit,
  type Database,
} from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { diff } from '../diff.js';
import { Administrators } from '../tables.js';
import type { CustomerRef, CustomerRow } from '../types.js';

/** Staff who look after one customer: roles that are limited to administered customers count on it. */
@injectable()
export class AdministratorService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CustomerService) private readonly customers: CustomerService,
  ) {}

  async list(actor: Actor, customer: number | CustomerRow): Promise<Account[]> {
    const accounts = await this.accounts.getMany(await this.#ids(actor, customer));
    return [...accounts.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @throws InvalidInputError for accounts that are not staff */
  async add(actor: Actor, customerId: number, accountIds: readonly number[]): Promise<void> {
    await this.set(actor, customerId, [...(await this.#ids(actor, customerId)), ...accountIds]);
  }

  /** @throws NotFoundError for somebody who is none */
  async remove(actor: Actor, customerId: number, accountIds: readonly number[]): Promise<void> {
    const before = await this.#ids(actor, customerId);
    if (accountIds.some((id) => !before.includes(id))) throw new NotFoundError();
    await this.set(
      actor,
      customerId,
      before.filter((id) => !accountIds.includes(id)),
    );
  }

  /** Customers of which a staff account is an administrator, as far as the actor sees them. */
  async customersOf(actor: Actor, accountId: number): Promise<CustomerRef[]> {
    const scope = (await this.access.scope(actor, 'customers.customer.read')).sql({ customer: 'id' }, 'c');
    return this.db.query<CustomerRef>(
      `SELECT c.id, c.number, c.name FROM customers_administrators a CROSS JOIN customers_customers c ON c.id = a.customer_id
       WHERE a.account_id = ? AND ${scope.sql} ORDER BY c.name_key, c.id LIMIT 500`,
      [accountId, ...scope.params],
    );
  }

  async set(actor: Actor, customerId: number, accountIds: readonly number[]): Promise<void> {
    const before = await this.#ids(actor, customerId);
    await this.access.assert(actor, 'customers.access.manage', { customer: customerId });
    const after = [...new Set(accountIds)].sort((a, b) => a - b);
    const found = await this.accounts.getMany(after);
    if (after.some((id) => found.get(id)?.kind !== 'staff')) throw new InvalidInputError({ administrators: { key: 'customers:error.manager' } });
    const changed = diff({ administrators: before }, { administrators: after });
    if (!changed) return;
    await this.db.transaction(async () => {
      await this.db.of(Administrators).destroy({ where: { customer_id: customerId } });
      await this.db.of(Administrators).bulkCreate(after.map((account_id) => ({ customer_id: customerId, account_id })));
      const customer = await this.customers.get(actor, customerId);
      await this.audit.record(actor, {
        action: 'customers.administrators.changed',
        object: { kind: 'customers.customer', id: customerId, name: customer.name },
        customerId,
        ...changed,
      });
      await this.access.changed([...new Set([...before, ...after])]);
    });
  }

  async #ids(actor: Actor, customer: number | CustomerRow): Promise<number[]> {
    const { id } = await this.customers.reached(actor, customer);
    const rows = await readRows(this.db, Administrators, 'WHERE customer_id = ? ORDER BY account_id', [id]);
    return rows.map((row) => row.account_id);
  }
}
