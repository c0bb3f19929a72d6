import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  EVENTS,
  InvalidInputError,
  NOTIFICATIONS,
  NotFoundError,
  URLS,
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
  type Notifications,
  type Urls,
} from '../../../core/api.js';
import { diff } from '../diff.js';
import { AccessGrants, AccessInstallations, AccessOptionRows, AccessProjects, Accesses } from '../tables.js';
import type { AccessRights, AccessRow, AccessView, CustomerRow } from '../types.js';
import { countAccesses } from './access-count.js';
import { AccessOptions } from './access-options.js';
import { viewsOf } from './access-views.js';

/** What is written of a person who gets an access. */
export interface Person {
  name: string;
  email: string;
  mobile: string | null;
}
type Changes = { before?: Record<string, unknown>; after?: Record<string, unknown> };

/** Writes accesses. Decides nothing about rights: services do that before. */
@injectable()
export class AccessWriter {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(URLS) private readonly urls: Urls,
    @inject(AccessOptions) private readonly options: AccessOptions,
  ) {}

  /** A new access; an unknown mail address gets an account. A password must be replaced at the first log-in; `later` invites nobody now. */
  create(
    actor: Actor,
    customer: CustomerRow,
    person: Person,
    rights: Partial<AccessRights>,
    how: 'invite' | 'later' | { password: string } = 'invite',
  ): Promise<AccessRow> {
    return this.db.transaction(async () => {
      const account =
        (await this.#admitted(actor, await this.accounts.findByEmail('customer', person.email))) ??
        (await this.accounts.create(actor, {
          kind: 'customer',
          ...person,
          country: customer.country ?? undefined,
          language: customer.language ?? undefined,
          timeZone: customer.time_zone ?? undefined,
        }));
      const row = await this.#join(account, customer.id);
      await this.#write(row, rights);
      if (typeof how === 'object') await this.accounts.setInitialPassword(actor, account.id, how.password);
      else if (account.status !== 'invited') await this.#welcome(account, customer);
      else if (how === 'invite') await this.accounts.invite(actor, account.id, 'portal');
      await this.#record(actor, 'customers.access.created', row, account, { after: { email: person.email, ...told(await this.view(row)) } });
      this.events.emit('customers.access.created', { accessId: row.id, accountId: account.id, customerId: customer.id });
      await this.access.changed([account.id]);
      return row;
    });
  }

  /** Gives an access these rights; what is absent stays. Nothing is written when nothing differs. */
  setRights(actor: Actor, row: AccessRow, rights: Partial<AccessRights>, action = 'customers.access.updated'): Promise<boolean> {
    return this.db.transaction(async () => {
      const before = told(await this.view(row));
      await this.#write(row, rights);
      const changed = diff(before, told(await this.view((await this.#find(row.id)) ?? row)));
      if (changed) await this.#changed(actor, action, row, changed);
      return changed !== null;
    });
  }

  /** Changes fields of the access itself, such as its state or end. */
  async set(actor: Actor, row: AccessRow, values: Partial<AccessRow>, action: string): Promise<void> {
    const changed = diff(row, values);
    if (!changed) return;
    await this.db.transaction(async () => {
      await this.db.of(Accesses).update(values, { where: { id: row.id } });
      if ('removed_at' in values) await countAccesses(this.db, [row.customer_id]);
      await this.#changed(actor, action, row, changed);
    });
  }

  /** Gives a removed access back with all its rights. */
  async restore(actor: Actor, row: AccessRow): Promise<void> {
    await this.db.transaction(async () => {
      await this.#admitted(actor, await this.accounts.get(row.account_id));
      await this.set(actor, row, { removed_at: null }, 'customers.access.restored');
    });
  }

  async view(row: AccessRow): Promise<AccessView> {
    const [view] = await viewsOf({ db: this.db, accounts: this.accounts, clock: this.clock }, [row]);
    if (!view) throw new NotFoundError();
    return view;
  }

  /** Whoever left the last customer closed the own account: with a new or restored access it opens again. */
  async #admitted(actor: Actor, account: Account | null): Promise<Account | null> {
    if (account?.status !== 'disabled') return account;
    await this.accounts.enable(actor, account.id);
    return this.accounts.get(account.id);
  }

  async #find(id: number): Promise<AccessRow | null> {
    return (await this.db.of(Accesses).findByPk(id))?.get({ plain: true }) ?? null;
  }

  async #changed(actor: Actor, action: string, row: AccessRow, changes: Changes): Promise<void> {
    await this.#record(actor, action, row, await this.accounts.get(row.account_id), changes);
    this.events.emit('customers.access.changed', { accessId: row.id, accountId: row.account_id, customerId: row.customer_id });
    await this.access.changed([row.account_id]);
  }

  #record(actor: Actor, action: string, row: AccessRow, account: Account | null, changes: Changes): Promise<void> {
    return this.audit.record(actor, { action, object: { kind: 'customers.access', id: row.id, name: account?.name }, customerId: row.customer_id, ...changes });
  }

  /** Who has an account already is told, too. */
  #welcome(account: Account, customer: CustomerRow): Promise<void> {
    return this.notifications.send({
      template: 'customers.access-added',
      to: { accountId: account.id },
      channels: ['email', 'inbox'],
      data: { customer: customer.name },
      link: this.urls.to('portal', '/'),
      customerId: customer.id,
    });
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
      creator_kind: null,
      creator: null,
      expires_at: null,
      disabled_by: null,
      created_at: this.clock.now(),
      removed_at: null,
    };
    const row = (old ? await old.update(values) : await table.create(values)).get({ plain: true });
    await countAccesses(this.db, [customerId]);
    // What an earlier access of this person was given does not come back by itself.
    if (old) for (const rows of [AccessOptionRows, AccessGrants]) await this.db.of<{ access_id: number }>(rows).destroy({ where: { access_id: row.id } });
    return row;
  }

  async #write({ id, customer_id }: AccessRow, rights: Partial<AccessRights>): Promise<void> {
    const { options, ends = {}, allInstallations, installationIds, allProjects, projectIds, grants } = rights;
    if (options) await this.#writeOptions(id, options, ends);
    if (allInstallations !== undefined || installationIds) {
      const ids = allInstallations ? [] : await this.#own('customers_installations', customer_id, installationIds ?? []);
      await this.db.of(Accesses).update({ covers_all_installations: allInstallations ?? false }, { where: { id } });
      await this.db.of(AccessInstallations).destroy({ where: { access_id: id } });
      await this.db.of(AccessInstallations).bulkCreate(ids.map((installation_id) => ({ access_id: id, installation_id })));
    }
    if (allProjects !== undefined || projectIds) {
      const ids = allProjects ? [] : await this.#own('customers_projects', customer_id, projectIds ?? []);
      await this.db.of(Accesses).update({ covers_all_projects: allProjects ?? false }, { where: { id } });
      await this.db.of(AccessProjects).destroy({ where: { access_id: id } });
      await this.db.of(AccessProjects).bulkCreate(ids.map((project_id) => ({ access_id: id, project_id })));
    }
    if (grants) {
      const devices = new Set(await this.#own('customers_devices', customer_id, [...new Set(grants.map((one) => one.deviceId))]));
      const known = this.options.ids();
      const kept = (await this.db.of(AccessGrants).findAll({ where: { access_id: id }, raw: true })).filter(
        (one) => one.device_id === null || !known.includes(one.permission),
      );
      const given = grants.filter((one) => devices.has(one.deviceId) && known.includes(one.permission));
      await this.db.of(AccessGrants).destroy({ where: { access_id: id } });
      await this.db.of(AccessGrants).bulkCreate([
        ...kept,
        ...given.map(({ permission, deviceId, expiresAt }) => ({
          access_id: id,
          permission,
          device_id: deviceId,
          installation_id: null,
          expires_at: expiresAt,
          created_by: null,
          created_at: this.clock.now(),
        })),
      ]);
    }
  }

  async #writeOptions(id: number, options: readonly string[], ends: Readonly<Record<string, Date>>): Promise<void> {
    const table = this.db.of(AccessOptionRows);
    const known = this.options.ids();
    // Rights of a plugin that is off just now are on no form: they stay as they are.
    const kept = (await table.findAll({ where: { access_id: id }, raw: true })).filter((row) => !known.includes(row.permission));
    const ticked = [...new Set(options)].filter((permission) => known.includes(permission));
    await table.destroy({ where: { access_id: id } });
    await table.bulkCreate([...kept, ...ticked.map((permission) => ({ access_id: id, permission, expires_at: ends[permission] ?? null }))]);
  }

  /** Those of the ids that belong to the customer. */
  async #own(table: string, customerId: number, ids: readonly number[]): Promise<number[]> {
    if (ids.length === 0) return [];
    const found = await this.db.query<{ id: number }>(`SELECT id FROM ${table} WHERE customer_id = ? AND id IN (${ids.map(() => '?').join(', ')})`, [
      customerId,
      ...ids,
    ]);
    return found.map((row) => row.id);
  }
}

/** What the audit log keeps of the rights. */
function told(view: AccessView) {
  const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
  return {
    options: [...view.options].sort(),
    ends: Object.fromEntries(Object.entries(view.ends).map(([permission, at]) => [permission, at.toISOString()])),
    all_installations: view.allInstallations,
    installation_ids: sorted(view.installationIds),
    all_projects: view.allProjects,
    project_ids: sorted(view.projectIds),
    grants: view.grants.map((one) => `${one.permission} ${one.deviceId}${one.expiresAt ? ` ${one.expiresAt.toISOString()}` : ''}`).sort(),
  };
}
