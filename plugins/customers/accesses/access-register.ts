import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  DATABASE,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  readRows,
  type Access,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type z,
} from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import type { CustomerInput, accessInput, accessRights } from '../inputs.js';
import { Accesses } from '../tables.js';
import type { AccessFilter, AccessRights, AccessRow, AccessView, CustomerRow } from '../types.js';
import { pageOfAccesses, removedAccesses, type RemovedAccess } from './access-list.js';
import { AccessOptions } from './access-options.js';
import { viewsOf } from './access-views.js';
import { AccessWriter, type Person } from './access-writer.js';
import { effectOf, type Effect } from './effect.js';
import { newPassword } from './new-password.js';

/** Checked data of a new access. */
export type AccessInput = z.output<typeof accessInput>;

/** Accesses of customers, as staff keep them: which accounts belong to them, what they may do and where. */
@injectable()
export class AccessRegister {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(AccessOptions) private readonly options: AccessOptions,
    @inject(AccessWriter) private readonly writer: AccessWriter,
  ) {}

  /** Up to 500 accesses of a customer with their states and rights; `page` for lists. */
  async list(actor: Actor, customerId: number): Promise<AccessView[]> {
    return (await this.page(actor, customerId, { limit: 500 })).rows;
  }

  /** Accesses of a customer by name. */
  async page(actor: Actor, customer: number | CustomerRow, filter: AccessFilter = {}): Promise<{ rows: AccessView[]; next: string | null }> {
    const { id: customerId } = await this.customers.reached(actor, customer);
    const { rows, next } = await pageOfAccesses(this.db, customerId, filter, this.clock.now());
    return { rows: await viewsOf({ db: this.db, accounts: this.accounts, clock: this.clock }, rows), next };
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, accessId: number): Promise<AccessView> {
    return this.writer.view(await this.#row(actor, accessId));
  }

  /** Creates an access; an unknown mail address gets an account and, unless told otherwise, its invitation. */
  async create(actor: Actor, customerId: number, input: AccessInput, { invite = true } = {}): Promise<AccessRow> {
    await this.#assertManage(actor, customerId);
    return this.writer.create(actor, await this.customers.get(actor, customerId), personOf(input), rightsOf(input), invite ? 'invite' : 'later');
  }

  /** Instead of an invitation: a one-time password, given back once and stored only as a hash. For addresses without an account. */
  async createWithPassword(actor: Actor, customerId: number, input: AccessInput): Promise<{ access: AccessRow; password: string }> {
    await this.#assertManage(actor, customerId);
    if ((await this.accounts.findByEmail('customer', input.email)) !== null) throw new InvalidInputError({ email: { key: 'customers:error.passwordKnown' } });
    const password = newPassword();
    const access = await this.writer.create(actor, await this.customers.get(actor, customerId), personOf(input), rightsOf(input), { password });
    return { access, password };
  }

  /** A new customer and, if wanted, the registration of its first account. */
  async addCustomer(actor: Actor, { invite, ...input }: CustomerInput & { invite: boolean }): Promise<CustomerRow> {
    return this.db.transaction(async () => {
      const customer = await this.customers.create(actor, input);
      const name = input.kind === 'person' ? customer.name : input.contact_person;
      if (invite) await this.createFirst(actor, customer.id, { name, email: input.email, mobile: input.mobile });
      return customer;
    });
  }

  /** The first access of a new customer, with the rights ticked from the start. */
  createFirst(actor: Actor, customerId: number, person: Person, how?: { invite: boolean }): Promise<AccessRow> {
    return this.create(actor, customerId, { ...person, options: this.options.defaults(), all_installations: true, installation_ids: [] }, how);
  }

  /** Sets options and installations; everything else stays. */
  async update(actor: Actor, accessId: number, input: z.output<typeof accessRights>): Promise<void> {
    await this.setRights(actor, accessId, rightsOf(input));
  }

  /** Gives these rights; what is absent stays. False when nothing differs. */
  async setRights(actor: Actor, accessId: number, rights: Partial<AccessRights>, action?: string): Promise<boolean> {
    return this.writer.setRights(actor, await this.#managed(actor, accessId), rights, action);
  }

  /** What `setRights` would change; nothing is written. */
  async effect(actor: Actor, accessId: number, rights: Partial<AccessRights>): Promise<Effect> {
    const before = await this.writer.view(await this.#managed(actor, accessId));
    const known = this.options.ids();
    const options = rights.options && [
      ...before.options.filter((one) => !known.includes(one)),
      ...new Set(rights.options.filter((one) => known.includes(one))),
    ];
    return effectOf(this.db, before, { ...before, ...rights, ...(options ? { options, ends: rights.ends ?? {} } : {}) });
  }

  /** From then on the access gives nothing; null = it does not end. */
  async setEnd(actor: Actor, accessId: number, expiresAt: Date | null): Promise<void> {
    const row = await this.#managed(actor, accessId);
    await this.writer.set(actor, row, { expires_at: expiresAt }, 'customers.access.end-changed');
  }

  /** Limits the access to the requests of one creator (CM-03); null = all. */
  async setCreator(actor: Actor, accessId: number, creator: { kind: 'computer' | 'login'; name: string } | null): Promise<void> {
    const row = await this.#managed(actor, accessId);
    await this.writer.set(actor, row, { creator_kind: creator?.kind ?? null, creator: creator?.name ?? null }, 'customers.access.creator-changed');
  }

  /** A disabled access gives no rights; the account itself stays, it may belong to other customers. */
  async setStatus(actor: Actor, accessId: number, status: AccessRow['status']): Promise<void> {
    const row = await this.#managed(actor, accessId);
    const disabled_by = status === 'disabled' ? (actor.account?.id ?? null) : null;
    await this.writer.set(actor, row, { status, disabled_by }, status === 'active' ? 'customers.access.enabled' : 'customers.access.disabled');
  }

  /** Takes the access away; `restore` gives it back with all its rights. */
  async remove(actor: Actor, accessId: number): Promise<void> {
    await this.writer.set(actor, await this.#managed(actor, accessId), { removed_at: this.clock.now() }, 'customers.access.removed');
  }

  /** Takes several accesses of a customer away, all or none. @throws NotFoundError when one of them is not this customer's */
  async removeMany(actor: Actor, customerId: number, accessIds: readonly number[]): Promise<void> {
    await this.#assertManage(actor, customerId);
    await this.db.transaction(async () => {
      for (const accessId of new Set(accessIds)) {
        const row = await this.#row(actor, accessId);
        if (row.customer_id !== customerId) throw new NotFoundError();
        await this.writer.set(actor, row, { removed_at: this.clock.now() }, 'customers.access.removed');
      }
    });
  }

  /** The latest removed accesses of a customer, the newest first; `count` is that of all. @throws NotFoundError, ForbiddenError */
  async removed(actor: Actor, customer: number | CustomerRow): Promise<{ rows: RemovedAccess[]; count: number }> {
    const { id } = await this.customers.reached(actor, customer);
    await this.#assertManage(actor, id);
    return removedAccesses(this.db, id);
  }

  /** Gives a removed access back, and opens the account again that its person closed by leaving. @throws NotFoundError, ForbiddenError */
  async restore(actor: Actor, customerId: number, accessId: number): Promise<void> {
    const row = (await this.db.of(Accesses).findByPk(accessId))?.get({ plain: true });
    if (row?.customer_id !== customerId) throw new NotFoundError();
    await this.#assertManage(actor, row.customer_id);
    if (row.removed_at) await this.writer.restore(actor, row);
  }

  /** Sends the registration link again; the older one is dead then. */
  async resend(actor: Actor, accessId: number): Promise<void> {
    const row = await this.#managed(actor, accessId);
    await this.db.transaction(() => this.accounts.invite(actor, row.account_id, 'portal'));
  }

  /** A new one-time password for somebody who has not registered; it is shown once and must be replaced at the first log-in. */
  async setPassword(actor: Actor, accessId: number): Promise<string> {
    const row = await this.#managed(actor, accessId);
    const password = newPassword();
    await this.accounts.setInitialPassword(actor, row.account_id, password);
    return password;
  }

  /** For a person who has lost the second factors: takes them all away. They guard all that the account reaches, so only who manages all of its accesses does it. @throws ForbiddenError */
  async resetFactors(actor: Actor, accessId: number): Promise<void> {
    const row = await this.#managed(actor, accessId);
    const all = await this.db.of(Accesses).findAll({ where: { account_id: row.account_id, removed_at: null }, attributes: ['customer_id'], raw: true });
    for (const { customer_id: customer } of all)
      if (!(await this.access.can(actor, 'customers.access.manage', { customer }))) throw new ForbiddenError({ key: 'customers:error.factorsElsewhere' });
    await this.accounts.resetFactors(actor, row.account_id);
  }

  async #row(actor: Actor, accessId: number): Promise<AccessRow> {
    const [row] = await readRows(this.db, Accesses, 'WHERE id = ?', [accessId]);
    if (!row || row.removed_at || !(await this.access.can(actor, 'customers.customer.read', { customer: row.customer_id }))) throw new NotFoundError();
    return row;
  }

  async #managed(actor: Actor, accessId: number): Promise<AccessRow> {
    const row = await this.#row(actor, accessId);
    await this.#assertManage(actor, row.customer_id);
    return row;
  }

  async #assertManage(actor: Actor, customerId: number): Promise<void> {
    if (!(await this.access.can(actor, 'customers.customer.read', { customer: customerId }))) throw new NotFoundError();
    await this.access.assert(actor, 'customers.access.manage', { customer: customerId });
  }
}

const personOf = ({ name, email, mobile }: AccessInput): Person => ({ name, email, mobile });
const rightsOf = (input: z.output<typeof accessRights>): Partial<AccessRights> => ({
  options: input.options,
  ends: input.ends,
  allInstallations: input.all_installations,
  installationIds: input.installation_ids,
});
