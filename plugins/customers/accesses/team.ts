import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  ConflictError,
  DATABASE,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { Accesses, Customers } from '../tables.js';
import type { AccessRights, AccessRow, AccessView } from '../types.js';
import { pageOfAccesses } from './access-list.js';
import { AccessOptions } from './access-options.js';
import { viewsOf } from './access-views.js';
import { AccessWriter, type Person } from './access-writer.js';

/** A colleague; only those within the own rights can be changed. */
export interface Colleague extends AccessView {
  self: boolean;
  manageable: boolean;
  /** Staff disabled it: only they enable it again. */
  locked: boolean;
}
/** What is chosen for a colleague. */
export type TeamRights = Pick<AccessRights, 'options' | 'allInstallations' | 'installationIds'>;

/** A customer's own administrators: they invite and remove colleagues, and hand on what they hold themselves and nothing else. */
@injectable()
export class TeamService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(AccessOptions) private readonly options: AccessOptions,
    @inject(AccessWriter) private readonly writer: AccessWriter,
  ) {}

  /** Customers whose colleagues the actor looks after. */
  async customers(actor: Actor): Promise<{ id: number; name: string }[]> {
    const ids = (await this.access.scope(actor, 'customers.team.manage')).ids('customer');
    if (ids === 'all' || ids.length === 0) return [];
    return this.db.of(Customers).findAll({ where: { id: [...ids] }, attributes: ['id', 'name'], order: ['name_key'], raw: true });
  }

  /** The own access: the frame of all that can be given. @throws NotFoundError without the right at this customer */
  async own(actor: Actor, customerId: number): Promise<AccessView> {
    const ids = (await this.access.scope(actor, 'customers.team.manage')).ids('customer');
    if (!actor.account || actor.kind !== 'customer' || ids === 'all' || !ids.includes(customerId)) throw new NotFoundError();
    const row = await this.db.of(Accesses).findOne({ where: { account_id: actor.account.id, customer_id: customerId, removed_at: null } });
    if (!row) throw new NotFoundError();
    return this.writer.view(row.get({ plain: true }));
  }

  async list(actor: Actor, customerId: number, filter: { q?: string; after?: string } = {}): Promise<{ rows: Colleague[]; next: string | null }> {
    const own = await this.own(actor, customerId);
    const { rows, next } = await pageOfAccesses(this.db, customerId, filter, this.clock.now());
    const views = await viewsOf({ db: this.db, accounts: this.accounts, clock: this.clock }, rows);
    const staff = await this.accounts.getMany(views.flatMap((view) => view.disabledBy ?? []));
    return { rows: views.map((view) => this.#colleague(own, view, staff.get(view.disabledBy ?? 0)?.kind !== 'customer')), next };
  }

  /** A colleague of a customer. @throws NotFoundError when the access is another customer's */
  async get(actor: Actor, customerId: number, accessId: number): Promise<Colleague> {
    const own = await this.own(actor, customerId);
    const view = await this.writer.view(await this.#row(customerId, accessId));
    const by = view.disabledBy === null ? null : await this.accounts.get(view.disabledBy);
    return this.#colleague(own, view, by?.kind !== 'customer');
  }

  /** Invites a colleague, within the own rights, limits and end. */
  async invite(actor: Actor, customerId: number, person: Person, rights: TeamRights): Promise<AccessRow> {
    const own = await this.own(actor, customerId);
    this.#assertWithin(own, rights);
    const customer = (await this.db.of(Customers).findByPk(customerId, { rejectOnEmpty: true })).get({ plain: true });
    const { allProjects, projectIds, expiresAt, creatorKind, creator } = own;
    return this.db.transaction(async () => {
      const row = await this.writer.create(actor, customer, person, { ...rights, ends: endsOf(own, rights), allProjects, projectIds });
      const limits = { expires_at: expiresAt, creator_kind: creatorKind, creator };
      if (expiresAt || creator) await this.writer.set(actor, row, limits, 'customers.access.updated');
      return row;
    });
  }

  async setRights(actor: Actor, customerId: number, accessId: number, rights: TeamRights): Promise<void> {
    const own = await this.own(actor, customerId);
    const row = await this.#manageable(actor, customerId, accessId);
    this.#assertWithin(own, rights);
    await this.writer.setRights(actor, row, { ...rights, ends: endsOf(own, rights) });
  }

  async setStatus(actor: Actor, customerId: number, accessId: number, status: AccessRow['status']): Promise<void> {
    const row = await this.#manageable(actor, customerId, accessId);
    const by = row.disabled_by === null ? null : await this.accounts.get(row.disabled_by);
    if (status === 'active' && row.status === 'disabled' && by?.kind !== 'customer') throw new ConflictError({ key: 'customers:error.disabledByStaff' });
    const disabled_by = status === 'disabled' ? (actor.account?.id ?? null) : null;
    await this.writer.set(actor, row, { status, disabled_by }, status === 'active' ? 'customers.access.enabled' : 'customers.access.disabled');
  }

  async remove(actor: Actor, customerId: number, accessId: number): Promise<void> {
    const row = await this.#manageable(actor, customerId, accessId);
    await this.writer.set(actor, row, { removed_at: this.clock.now() }, 'customers.access.removed');
  }

  /** Takes back what this person removed. */
  async restore(actor: Actor, customerId: number, accessId: number): Promise<void> {
    const own = await this.own(actor, customerId);
    const row = (await this.db.of(Accesses).findByPk(accessId))?.get({ plain: true });
    if (row?.customer_id !== customerId || !row.removed_at) throw new NotFoundError();
    if (!this.#colleague(own, await this.writer.view(row), true).manageable) throw new ForbiddenError();
    await this.writer.restore(actor, row);
  }

  /** Sends the registration link again; the older one is dead then. */
  async resend(actor: Actor, customerId: number, accessId: number): Promise<void> {
    const row = await this.#manageable(actor, customerId, accessId);
    await this.db.transaction(() => this.accounts.invite(actor, row.account_id, 'portal'));
  }

  #colleague(own: AccessView, view: AccessView, byStaff: boolean): Colleague {
    const self = view.id === own.id;
    return { ...view, self, manageable: !self && within(own, view) && view.grants.length === 0, locked: view.status === 'disabled' && byStaff };
  }

  async #row(customerId: number, accessId: number): Promise<AccessRow> {
    const row = (await this.db.of(Accesses).findByPk(accessId))?.get({ plain: true });
    if (row?.customer_id !== customerId || row.removed_at) throw new NotFoundError();
    return row;
  }

  async #manageable(actor: Actor, customerId: number, accessId: number): Promise<AccessRow> {
    if (!(await this.get(actor, customerId, accessId)).manageable) throw new ForbiddenError({ key: 'customers:error.beyondOwn' });
    return this.#row(customerId, accessId);
  }

  #assertWithin(own: AccessView, rights: TeamRights): void {
    const known = this.options.ids();
    if (rights.options.some((one) => !own.options.includes(one) || !known.includes(one)))
      throw new InvalidInputError({ options: { key: 'customers:error.beyondOwn' } });
    if (!within(own, rights)) throw new InvalidInputError({ installation_ids: { key: 'customers:error.beyondOwn' } });
    if (!rights.allInstallations && rights.installationIds.length === 0)
      throw new InvalidInputError({ installation_ids: { key: 'customers:error.installations' } });
  }
}

function within(own: AccessView, other: TeamRights): boolean {
  const places = own.allInstallations || (!other.allInstallations && other.installationIds.every((id) => own.installationIds.includes(id)));
  return places && other.options.every((one) => own.options.includes(one));
}
/** Nothing that is handed on lasts longer than it does for the giver. */
const endsOf = (own: AccessView, { options }: TeamRights) =>
  Object.fromEntries(Object.entries(own.ends).filter(([permission]) => options.includes(permission)));
