import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  ConflictError,
  DATABASE,
  ERASURE,
  InvalidInputError,
  JOBS,
  SETTINGS,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type Erasure,
  type ErasureCount,
  type Jobs,
  type Settings,
} from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { fold } from '../register/search.js';
import { Customers } from '../tables.js';
import type { CustomerRow } from '../types.js';

const DAY = 86_400_000;

/** Permanent deletion: asked for with the name typed, called off within the days of grace, then done by a job (DX-09). */
@injectable()
export class CustomerErasure {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(ERASURE) private readonly erasure: Erasure,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(CustomerService) private readonly customers: CustomerService,
  ) {}

  /** What would be deleted, per plugin. */
  async preview(actor: Actor, id: number): Promise<ErasureCount[]> {
    await this.#erasable(actor, id);
    return this.erasure.preview(id);
  }

  /** Locks the customer at once, signs out who belongs to no other one, and erases it when the days of grace are over. @throws InvalidInputError when the name is not the customer's */
  async request(actor: Actor, id: number, typed: string): Promise<Date> {
    const customer = await this.#erasable(actor, id);
    if (customer.status === 'deleting') throw new ConflictError({ key: 'customers:error.deleting' }, 'deleting');
    if (fold(typed.trim()) !== fold(customer.name))
      throw new InvalidInputError({ name: { key: 'customers:erasure.wrongName', vars: { name: customer.name } } });
    const at = new Date(this.clock.now().getTime() + this.settings.get('customers.erasureDays') * DAY);
    await this.db.transaction(async () => {
      await this.customers.setErasure(actor, id, at);
      await this.accounts.endSessions(await this.#only(id));
      // A key of its own: one that was called off may still wait.
      await this.jobs.enqueue('customers.erase', { customerId: id }, { runAt: at, key: `${id}:${at.getTime()}` });
    });
    return at;
  }

  /** Everything is as it was. */
  async cancel(actor: Actor, id: number): Promise<void> {
    const customer = await this.#erasable(actor, id);
    if (customer.status === 'deleting') await this.customers.setErasure(actor, id, null);
  }

  /** The job. One that was called off, or asked for anew with a later day, does nothing. */
  async run(id: number, signal: AbortSignal): Promise<void> {
    const row = await this.db.of(Customers).findByPk(id);
    // Gone from its table but not done: it was cut off at the end.
    const [open] = await this.db.query('SELECT id FROM core_erasures WHERE customer_id = ? AND done_at IS NULL', [id]);
    const due = row ? row.status === 'deleting' && row.erase_at !== null && row.erase_at <= this.clock.now() : open !== undefined;
    if (due) await this.erasure.erase(id, signal);
  }

  /** Accounts that reach no customer but those that are being deleted. */
  async #only(id: number): Promise<number[]> {
    const rows = await this.db.query<{ account_id: number }>(
      `SELECT a.account_id FROM customers_accesses a WHERE a.customer_id = ? AND a.removed_at IS NULL AND NOT EXISTS (
         SELECT 1 FROM customers_accesses o JOIN customers_customers c ON c.id = o.customer_id
         WHERE o.account_id = a.account_id AND o.removed_at IS NULL AND c.status <> 'deleting')`,
      [id],
    );
    return rows.map((row) => row.account_id);
  }

  async #erasable(actor: Actor, id: number): Promise<CustomerRow> {
    const row = await this.customers.get(actor, id);
    await this.access.assert(actor, 'customers.customer.erase', { customer: id });
    return row;
  }
}
