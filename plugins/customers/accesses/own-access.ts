import {
  ACCOUNTS,
  CLOCK,
  DATABASE,
  ForbiddenError,
  NOTIFICATIONS,
  NotFoundError,
  URLS,
  inject,
  injectable,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
  type Notifications,
  type Urls,
} from '../../../core/api.js';
import { Accesses, Customers } from '../tables.js';
import type { AccessRow, AccessView } from '../types.js';
import { AccessDirectory } from './access-directory.js';
import { viewsOf } from './access-views.js';
import { effectOf, type Effect } from './effect.js';
import { AccessWriter } from './access-writer.js';

/** What a customer account does with its own accesses (DX-17). Nobody acts for somebody else here. */
@injectable()
export class OwnAccess {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(URLS) private readonly urls: Urls,
    @inject(AccessWriter) private readonly writer: AccessWriter,
    @inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  /** The own live accesses with the name of each customer. */
  async list(actor: Actor): Promise<(AccessView & { customerName: string })[]> {
    const rows = await this.#rows(actor);
    const names = await this.#names(rows);
    const views = await viewsOf({ db: this.db, accounts: this.accounts, clock: this.clock }, rows);
    return views.map((view) => ({ ...view, customerName: names.get(view.customerId) ?? '' })).sort((a, b) => a.customerName.localeCompare(b.customerName));
  }

  /** What the person would lose with this own access. @throws NotFoundError */
  async losses(actor: Actor, accessId: number): Promise<Effect> {
    const access = (await this.list(actor)).find((one) => one.id === accessId);
    if (!access) throw new NotFoundError();
    const nothing = { options: [], ends: {}, allInstallations: false, installationIds: [], allProjects: false, projectIds: [], grants: [] };
    return effectOf(this.db, access, nothing);
  }

  /** Leaves one customer. True when it was the last one: then the account is disabled and signed out. */
  async leave(actor: Actor, accessId: number): Promise<boolean> {
    const rows = await this.#rows(actor);
    const row = rows.find((one) => one.id === accessId);
    if (!row) throw new NotFoundError();
    await this.#give(actor, [row], rows.length === 1);
    return rows.length === 1;
  }

  /** Gives up all accesses and the account with them. Staff can bring both back. */
  async deleteAll(actor: Actor): Promise<void> {
    await this.#give(actor, await this.#rows(actor), true);
  }

  async #give(actor: Actor, rows: readonly AccessRow[], account: boolean): Promise<void> {
    if (!actor.account) throw new ForbiddenError();
    const { id, name } = actor.account;
    const names = await this.#names(rows);
    await this.db.transaction(async () => {
      for (const row of rows) {
        await this.writer.set(actor, row, { removed_at: this.clock.now() }, 'customers.access.left');
        for (const accountId of await this.directory.staffOf(row.customer_id))
          await this.notifications.send({
            template: 'customers.access-left',
            to: { accountId },
            channels: ['inbox'],
            data: { name, customer: names.get(row.customer_id) ?? '' },
            link: this.urls.to('staff', `/customers/${row.customer_id}/accesses`),
            customerId: row.customer_id,
          });
      }
      if (account) await this.accounts.disable(actor, id);
    });
  }

  async #rows(actor: Actor): Promise<AccessRow[]> {
    if (actor.kind !== 'customer' || !actor.account || actor.onBehalfOf) throw new ForbiddenError();
    const rows = await this.db.of(Accesses).findAll({ where: { account_id: actor.account.id, removed_at: null } });
    return rows.map((row) => row.get({ plain: true }));
  }

  async #names(rows: readonly AccessRow[]): Promise<Map<number, string>> {
    const customers = await this.db.of(Customers).findAll({ where: { id: rows.map((row) => row.customer_id) }, attributes: ['id', 'name'], raw: true });
    return new Map(customers.map((one) => [one.id, one.name]));
  }
}
