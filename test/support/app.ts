import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { loadConfig, type Config } from '../../config/index.js';
import { accountActor, systemActor } from '../../core/access/actors.js';
import type { NewApiToken } from '../../core/accounts/tokens/api-tokens.js';
import type { Account } from '../../core/accounts/types.js';
import { AccountModel } from '../../core/accounts/models.js';
import { hashPassword } from '../../core/accounts/passwords.js';
import { createApp, type App, type AppOptions } from '../../core/app.js';
import { AccessRegister, CustomerService, InstallationService, customerInput, installationInput } from '../../plugins/customers/api.js';
import { AdministratorService } from '../../plugins/customers/accesses/administrators.js';
import { Client } from './client.js';
import { createEmptyDatabase } from './database.js';
import { fillFromTemplate } from './template.js';

export const system = systemActor('cli');
/** A mail address made of a name. */
const mailOf = (name: string, domain: string): string =>
  `${name
    .normalize('NFD')
    .replace(/[^\w ]/g, '')
    .trim()
    .replace(/\W+/g, '.')
    .toLowerCase()}@${domain}`;
export const password = 'correct horse battery';

export interface TestApp {
  app: App;
  /** Folder of this app's data. */
  dataDir: string;
  staffUrl: string;
  portalUrl(): string;
  /** A browser on a site, signed in as an account, or nobody. */
  client(site: 'staff' | 'portal', account?: { id: number }): Promise<Client>;
  /** A program with a token of the account, narrowed as said. */
  program(site: 'staff' | 'portal', account: { id: number }, token?: Partial<NewApiToken>): Promise<Client & { tokenId: number }>;
  make: Factories;
  /** Stops the app and removes its data. */
  close(): Promise<void>;
}
export interface TestAppOptions extends Omit<AppOptions, 'config'> {
  mailUrl?: string;
  /** Certificate and key of the staff site. */
  siteTls?: { cert: string; key: string };
  /** The setting says the portal's port, as in real life, beginning with this one. Otherwise it is a free port that cannot be changed. */
  portalPort?: number;
  /** Goes on with the data of an app that was stopped with `stop()`. */
  config?: Partial<Config>;
}

/** A whole Portico on free ports and a fresh database (MariaDB when PORTICO_TEST_DATABASE=mysql). */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const place = await createEmptyDatabase();
  await fillFromTemplate(place);
  const defaults = loadConfig({ env: {} });
  const config: Config = {
    ...defaults,
    dataDir: place.dataDir,
    database: { url: place.url },
    sites: {
      staff: { ...defaults.sites.staff, port: 0, host: '127.0.0.1', tls: options.siteTls ?? null },
      portal: { ...defaults.sites.portal, port: options.portalPort === undefined ? 0 : null, host: '127.0.0.1' },
    },
    mail: { url: options.mailUrl ?? null },
    log: { level: process.env['PORTICO_TEST_LOG'] === 'info' ? 'info' : 'silent' },
    ...options.config,
  };
  const app = await createApp({ licenseDir: join(place.dataDir, 'license'), ...options, config, announce: false });
  if (options.portalPort !== undefined) await app.settings.change(system, { 'portal.port': options.portalPort });
  await app.start();
  const url = (site: string): string => `http://127.0.0.1:${app.sites.port(site)}`;
  return {
    app,
    dataDir: place.dataDir,
    staffUrl: url('staff'),
    portalUrl: () => url('portal'),
    async client(site, account) {
      const client = new Client(url(site));
      if (account) {
        const { token, session } = await app.sessions.create({ accountId: account.id, site, ip: '127.0.0.1', agent: 'test' });
        client.cookies.set(`portico-${site}`, token);
        client.useCsrf(session.csrf);
      }
      return client;
    },
    async program(site, account, token = {}) {
      const owner = await app.accounts.get(account.id);
      const made = await app.tokens.create(accountActor(owner!), { name: 'Test program', days: 90, permissions: null, readOnly: false, ...token });
      return Object.assign(new Client(url(site)), { token: made.secret, tokenId: made.id });
    },
    make: new Factories(app),
    async close() {
      await app.close();
      await place.remove();
    },
  };
}

/** Makes what a test needs, through the same services as the pages. */
export class Factories {
  constructor(private readonly app: App) {}

  #name(word: string): string {
    return `${word} ${randomBytes(3).toString('hex')}`;
  }

  async staff(role: 'administrator' | 'agent' = 'agent', name = this.#name('Staff')): Promise<Account> {
    return this.#activate(await this.app.accounts.create(system, { kind: 'staff', name, email: mailOf(name, 'staff.test'), roles: [role] }));
  }

  /** Staff who look after these customers only, with a role of their own. */
  async localStaff(permissions: readonly string[], customers: readonly { id: number }[]): Promise<Account> {
    const { db, access } = this.app;
    const account = await this.staff('agent');
    const role = `local-${account.id}`;
    await db.run('INSERT INTO core_roles (id, all_customers, built_in) VALUES (?, 0, 0)', [role]);
    for (const permission of permissions) await db.run('INSERT INTO core_role_permissions (role_id, permission, allowed) VALUES (?, ?, 1)', [role, permission]);
    await db.run('UPDATE core_account_roles SET role_id = ? WHERE account_id = ?', [role, account.id]);
    for (const { id } of customers) await this.app.service('customers', AdministratorService).set(system, id, [account.id]);
    await access.changed([account.id]);
    return account;
  }

  async customer(name = this.#name('Customer')): Promise<{ id: number; name: string }> {
    const input = customerInput.parse({ kind: 'company', name, contact_person: 'Anna Lindqvist', email: mailOf(name, 'customer.test') });
    return this.app.service('customers', CustomerService).create(system, input);
  }

  async installation(customerId: number, name = this.#name('Site'), city = 'Malmö'): Promise<{ id: number; name: string }> {
    return this.app.service('customers', InstallationService).create(system, customerId, installationInput.parse({ name, city, active: '1' }));
  }

  /** An active customer account with an access: the options given, or those that are ticked by default. */
  async access(
    customerId: number,
    rights: { options?: readonly string[]; installations?: readonly number[]; name?: string } = {},
  ): Promise<Account & { accessId: number }> {
    const register = this.app.service('customers', AccessRegister);
    const name = rights.name ?? this.#name('Person');
    const options = rights.options ?? ['portal.overview.read', 'desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];
    const row = await register.create(system, customerId, {
      name,
      email: mailOf(name, 'person.test'),
      mobile: null,
      options: [...options],
      all_installations: rights.installations === undefined,
      installation_ids: [...(rights.installations ?? [])],
    });
    const account = await this.app.accounts.get(row.account_id);
    return { ...(await this.#activate(account!)), accessId: row.id };
  }

  /** Gives an account a password to sign in with. */
  async password(accountId: number, value = password): Promise<void> {
    await this.app.db.of(AccountModel).update({ password_hash: await hashPassword(value) }, { where: { id: accountId } });
  }

  async #activate(account: Account): Promise<Account> {
    await this.app.db.of(AccountModel).update({ status: 'active' }, { where: { id: account.id } });
    return { ...account, status: 'active' };
  }
}
