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
  type Account,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
  type z,
} from '../../../core/api.js';
import { AccessOptions } from './access-options.js';
import { CustomerService } from '../register/customer-service.js';
import { diff } from '../diff.js';
import type { CustomerInput, accessInput, accessRights } from '../inputs.js';
import { AccessInstallations, AccessOptionRows, Accesses } from '../tables.js';
import type { AccessRow, AccessView, CustomerRow } from '../types.js';

/** Checked data of a new access. */
export type AccessInput = z.output<typeof accessInput>;
type Rights = z.output<typeof accessRights>;

/** Accesses of customers: which accounts belong to them, what they may do and where. */
@injectable()
export class AccessRegister {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(AccessOptions) private readonly options: AccessOptions,
  ) {}

  /** All accesses of a customer with the state of their invitation. */
  async list(actor: Actor, customerId: number): Promise<AccessView[]> {
    await this.customers.get(actor, customerId);
    const rows = await this.db.of(Accesses).findAll({ where: { customer_id: customerId, removed_at: null }, order: [['id', 'ASC']] });
    return this.#views(rows.map((row) => row.get({ plain: true })));
  }

  async get(actor: Actor, accessId: number): Promise<AccessView> {
    const [view] = await this.#views([await this.#row(actor, accessId)]);
    if (!view) throw new NotFoundError();
    return view;
  }

  /** Creates an access; an unknown mail address gets an account and its invitation. */
  async create(actor: Actor, customerId: number, input: AccessInput): Promise<AccessRow> {
    await this.#assertManage(actor, customerId);
    const customer = await this.customers.get(actor, customerId);
    return this.db.transaction(async () => {
      const { name, email, mobile } = input;
      const account =
        (await this.accounts.findByEmail('customer', email)) ??
        (await this.accounts.create(actor, {
          kind: 'customer',
          name,
          email,
          mobile,
          country: customer.country ?? undefined,
          language: customer.language ?? undefined,
          timeZone: customer.time_zone ?? undefined,
        }));
      const access = await this.#join(account, customerId);
      await this.#saveRights(access.id, customerId, input);
      if (account.status === 'invited') await this.accounts.invite(actor, account.id, 'portal');
      const { options, all_installations, installation_ids } = input;
      await this.#record(actor, 'customers.access.created', access, account, { after: { email, options, all_installations, installation_ids } });
      this.events.emit('customers.access.created', { accessId: access.id, accountId: account.id, customerId });
      await this.access.changed([account.id]);
      return access;
    });
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
  createFirst(actor: Actor, customerId: number, person: { name: string; email: string; mobile: string | null }): Promise<AccessRow> {
    const options = this.options
      .list()
      .filter((option) => option.default)
      .map((option) => option.permission);
    return this.create(actor, customerId, { ...person, options, all_installations: true, installation_ids: [] });
  }

  async update(actor: Actor, accessId: number, rights: Rights): Promise<void> {
    const row = await this.#managed(actor, accessId);
    await this.db.transaction(async () => {
      const [before] = await this.#views([row]);
      await this.#saveRights(accessId, row.customer_id, rights);
      const [after] = await this.#views([await this.#row(actor, accessId)]);
      if (!before || !after) throw new NotFoundError();
      const changed = diff(reach(before), reach(after));
      if (changed) await this.#changed(actor, 'customers.access.updated', row, changed);
    });
  }

  /** A disabled access gives no rights; the account itself stays, it may belong to other customers. */
  async setStatus(actor: Actor, accessId: number, status: AccessRow['status']): Promise<void> {
    const row = await this.#managed(actor, accessId);
    if (row.status === status) return;
    await this.#update(actor, row, { status }, status === 'active' ? 'customers.access.enabled' : 'customers.access.disabled');
  }

  /** Takes the access away; `restore` gives it back with all its rights. */
  async remove(actor: Actor, accessId: number): Promise<void> {
    const row = await this.#managed(actor, accessId);
    await this.#update(actor, row, { removed_at: this.clock.now() }, 'customers.access.removed');
  }

  async restore(actor: Actor, customerId: number, accessId: number): Promise<void> {
    const row = (await this.db.of(Accesses).findByPk(accessId))?.get({ plain: true });
    if (row?.customer_id !== customerId) throw new NotFoundError();
    await this.#assertManage(actor, row.customer_id);
    if (row.removed_at) await this.#update(actor, row, { removed_at: null }, 'customers.access.restored');
  }

  /** Sends the registration link again; the older one is dead then. */
  async resend(actor: Actor, accessId: number): Promise<void> {
    const row = await this.#managed(actor, accessId);
    await this.db.transaction(() => this.accounts.invite(actor, row.account_id, 'portal'));
  }

  async #update(actor: Actor, row: AccessRow, values: Partial<AccessRow>, action: string): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.of(Accesses).update(values, { where: { id: row.id } });
      await this.#changed(actor, action, row, diff(row, values) ?? {});
    });
  }

  async #changed(actor: Actor, action: string, row: AccessRow, changes: { before?: Record<string, unknown>; after?: Record<string, unknown> }): Promise<void> {
    await this.#record(actor, action, row, await this.accounts.get(row.account_id), changes);
    this.events.emit('customers.access.changed', { accessId: row.id, accountId: row.account_id, customerId: row.customer_id });
    await this.access.changed([row.account_id]);
  }

  async #join(account: Account, customerId: number): Promise<AccessRow> {
    const table = this.db.of(Accesses);
    const old = await table.findOne({ where: { account_id: account.id, customer_id: customerId } });
    if (old && !old.removed_at) throw new InvalidInputError({ email: { key: 'customers:error.accessExists' } });
    const values = {
      account_id: account.id,
      customer_id: customerId,
      status: 'active' as const,
      covers_all_installations: true,
      covers_all_projects: true,
      created_at: this.clock.now(),
      removed_at: null,
    };
    return (old ? await old.update(values) : await table.create(values)).get({ plain: true });
  }

  async #saveRights(accessId: number, customerId: number, rights: Rights): Promise<void> {
    const options = this.db.of(AccessOptionRows);
    const known = this.options.list().map((option) => String(option.permission));
    // Rights of a plugin that is off just now are not on the form: they stay as they are.
    const kept = (await options.findAll({ where: { access_id: accessId } })).map((row) => row.permission).filter((permission) => !known.includes(permission));
    const ticked = [...new Set([...kept, ...rights.options.filter((permission) => known.includes(permission))])];
    await options.destroy({ where: { access_id: accessId } });
    await options.bulkCreate(ticked.map((permission) => ({ access_id: accessId, permission })));

    const installations = this.db.of(AccessInstallations);
    await installations.destroy({ where: { access_id: accessId } });
    await this.db.of(Accesses).update({ covers_all_installations: rights.all_installations }, { where: { id: accessId } });
    if (rights.all_installations) return;
    const own = await this.db.query<{ id: number }>('SELECT id FROM customers_installations WHERE customer_id = ?', [customerId]);
    const chosen = own.map((row) => row.id).filter((id) => rights.installation_ids.includes(id));
    await installations.bulkCreate(chosen.map((installation_id) => ({ access_id: accessId, installation_id })));
  }

  async #row(actor: Actor, accessId: number): Promise<AccessRow> {
    const row = (await this.db.of(Accesses).findByPk(accessId))?.get({ plain: true });
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

  #record(
    actor: Actor,
    action: string,
    row: AccessRow,
    account: Account | null,
    changes: { before?: Record<string, unknown>; after?: Record<string, unknown> },
  ): Promise<void> {
    return this.audit.record(actor, { action, object: { kind: 'customers.access', id: row.id, name: account?.name }, customerId: row.customer_id, ...changes });
  }

  async #views(rows: readonly AccessRow[]): Promise<AccessView[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const accountIds = rows.map((row) => row.account_id);
    const accounts = await this.accounts.getMany(accountIds);
    const invitations = await this.accounts.invitations(accountIds);
    const options = await this.db.of(AccessOptionRows).findAll({ where: { access_id: ids } });
    const installations = await this.db.of(AccessInstallations).findAll({ where: { access_id: ids } });
    return rows.flatMap((row) => {
      const account = accounts.get(row.account_id);
      if (!account) return [];
      const { id, name, email, mobile, status, lastSignInAt } = account;
      return {
        id: row.id,
        customerId: row.customer_id,
        status: row.status,
        account: { id, name, email, mobile, status, lastSignInAt },
        invitation: invitations.get(row.account_id) ?? { status: 'none' as const, sentAt: null, openedAt: null, expiresAt: null },
        options: options.filter((one) => one.access_id === row.id).map((one) => one.permission),
        allInstallations: Boolean(row.covers_all_installations),
        installationIds: installations.filter((one) => one.access_id === row.id).map((one) => one.installation_id),
      };
    });
  }
}

function reach(view: AccessView) {
  return { options: [...view.options].sort(), allInstallations: view.allInstallations, installationIds: [...view.installationIds].sort((a, b) => a - b) };
}
