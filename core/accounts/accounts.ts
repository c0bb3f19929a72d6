import { UniqueConstraintError } from 'sequelize';
import type { Access, Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError, type Message } from '../errors.js';
import type { Events } from '../events/types.js';
import type { Notifications } from '../notifications/types.js';
import type { Clock, Urls } from '../tokens.js';
import { indexAccount } from './account-words.js';
import { forgetDevices } from './factors/devices.js';
import type { SecondFactors } from './factors/second-factors.js';
import type { Invitations } from './invitations.js';
import { AccountModel, type AccountRow } from './models.js';
import { hashPassword, passwordProblem } from './passwords.js';
import { parsePhone } from './phone.js';
import { keyOf, readAccount, readAccounts, readStaff, toAccount } from './read.js';
import { assertMayGive } from './role-effect.js';
import { RoleService } from './role-service.js';
import type { RolesChange, RolesPlan } from './role-writer.js';
import type { RegistrationCodes } from './registration-codes.js';
import { administrator, type Roles } from './roles.js';
import { accountProblems } from './rules.js';
import type { SessionStore } from './session-store.js';
import type { ApiTokens } from './tokens/api-tokens.js';
import type { Account, AccountService, InvitationState } from './types.js';

/** What accounts need to know of the settings, read anew each time. */
export interface AccountSettings {
  companyName(): string;
  /** Two letters: where phone numbers without a country code belong. */
  country(): string;
  invitationDays(): number;
  language(): string;
  languages(): readonly string[];
  timeZone(): string;
}
export interface AccountDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  events: Events;
  notifications: Notifications;
  urls: Urls;
  roles: Roles;
  sessions: SessionStore;
  invitations: Invitations;
  codes: RegistrationCodes;
  tokens: ApiTokens;
  factors: Pick<SecondFactors, 'reset'>;
  settings: AccountSettings;
  /** Takes a seat of the license in the open transaction. @throws LicenseRequiredError when none is left */
  takeSeat?(kind: Account['kind']): Promise<void>;
}
type NewAccount = Parameters<AccountService['create']>[1];
type Change = 'disabled' | 'enabled';

export class Accounts implements AccountService {
  readonly roles: RoleService;

  constructor(private readonly deps: AccountDeps) {
    this.roles = new RoleService(deps);
  }

  get(id: number): Promise<Account | null> {
    return readAccount(this.deps.db, id);
  }

  getMany(ids: readonly number[]): Promise<Map<number, Account>> {
    return readAccounts(this.deps.db, ids);
  }

  async findByEmail(kind: 'staff' | 'customer', email: string): Promise<Account | null> {
    const row = await this.deps.db.of(AccountModel).findOne({ where: { kind, email_key: keyOf(email) } });
    return row === null ? null : toAccount(row);
  }

  listStaff(): Promise<Account[]> {
    return readStaff(this.deps.db);
  }

  async create(actor: Actor, input: NewAccount): Promise<Account> {
    const { db, clock, settings, access, audit, roles } = this.deps;
    const given = { ...input, name: input.name.trim(), email: input.email.trim(), userName: (input.userName ?? input.email).trim() };
    const full = { ...given, language: input.language ?? settings.language(), timeZone: input.timeZone ?? settings.timeZone() };
    const country = input.country ?? settings.country();
    const problems = accountProblems({ ...full, country, languages: settings.languages() });
    Object.assign(problems, userNameProblem(full.userName, full.email, problems));
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    await this.#assertMayManage(actor, input.kind, input.roles ?? []);
    if (input.kind === 'staff') await this.#assertMayGive(actor, input.roles ?? []);
    return db.transaction(async () => {
      await this.deps.takeSeat?.(input.kind);
      await this.#assertFree(input.kind, full.email, full.userName);
      const row = await unlessTaken(() =>
        db.of(AccountModel).create({
          kind: input.kind,
          name: full.name,
          email: full.email,
          email_key: keyOf(full.email),
          user_name: full.userName,
          user_name_key: keyOf(full.userName),
          mobile: parsePhone(input.mobile ?? '', country),
          language: full.language,
          time_zone: full.timeZone,
          status: 'invited',
          must_change_password: false,
          created_at: clock.now(),
        }),
      );
      await indexAccount(db, row.id);
      if (input.kind === 'staff' && input.roles !== undefined && input.roles.length > 0) {
        await roles.assign(row.id, input.roles);
        await access.changed([row.id]);
      }
      await audit.record(actor, {
        action: 'core.account.created',
        object: { kind: 'core.account', id: row.id, name: row.name },
        after: { kind: row.kind, name: row.name, email: row.email, ...(input.roles === undefined ? {} : { roles: input.roles.join(', ') }) },
      });
      return toAccount((await db.of(AccountModel).findByPk(row.id)) ?? row);
    });
  }

  async invite(actor: Actor, accountId: number, site: string): Promise<void> {
    const { db, invitations, codes, notifications, urls, settings, audit, events } = this.deps;
    const account = await this.#managed(actor, accountId);
    if (account.status !== 'invited') throw new ConflictError({ key: 'core:accounts.error.alreadyRegistered' }, 'already_registered');
    const days = settings.invitationDays();
    const inviter = actor.account?.name ?? null;
    await db.transaction(async () => {
      const token = await invitations.issue({ accountId, purpose: 'register', site, minutes: days * 24 * 60, invitedBy: inviter });
      await codes.attach(token, account);
      await notifications.send({
        template: 'core.invitation',
        to: { accountId },
        channels: ['email'],
        data: { name: account.name, company: settings.companyName(), inviter: inviter ?? settings.companyName(), days },
        link: urls.to(site, `/register/${token}`),
        secret: true,
      });
      await audit.record(actor, { action: 'core.account.invited', object: { kind: 'core.account', id: accountId, name: account.name } });
      events.emit('core.account.invited', { accountId });
    });
  }

  async setInitialPassword(actor: Actor, accountId: number, password: string): Promise<void> {
    const { db, clock, audit } = this.deps;
    const account = await this.#managed(actor, accountId);
    if (account.status !== 'invited') throw new ConflictError({ key: 'core:accounts.error.alreadyRegistered' }, 'already_registered');
    const problem = await passwordProblem(password, [account.email, account.userName, account.name]);
    if (problem !== null) throw new InvalidInputError({ password: problem });
    const password_hash = await hashPassword(password);
    await db.transaction(async () => {
      // The person may have registered while the password was hashed: then the own one stays.
      const where = { id: accountId, status: 'invited' };
      const [changed] = await db.of(AccountModel).update({ password_hash, must_change_password: true, password_changed_at: clock.now() }, { where });
      if (changed === 0) throw new ConflictError({ key: 'core:accounts.error.alreadyRegistered' }, 'already_registered');
      await audit.record(actor, {
        action: 'core.account.password-set',
        object: { kind: 'core.account', id: accountId, name: account.name },
        after: { password: true },
      });
    });
  }

  sendsCodes(): boolean {
    return this.deps.codes.ready;
  }

  async invitation(accountId: number): Promise<InvitationState> {
    const state = (await this.invitations([accountId])).get(accountId);
    if (state === undefined) throw new NotFoundError();
    return state;
  }

  async invitations(of: readonly number[] | ReadonlyMap<number, Account>): Promise<Map<number, InvitationState>> {
    return this.deps.invitations.states(('get' in of ? of : await this.getMany(of)).values());
  }

  async disable(actor: Actor, accountId: number): Promise<void> {
    const account = await this.#managed(actor, accountId);
    // Customers may give up their own account; staff would lock themselves out by mistake.
    if (actor.account?.id === accountId && account.kind === 'staff') throw new ConflictError({ key: 'core:accounts.error.disableSelf' }, 'disable_self');
    await this.deps.db.transaction(async () => {
      await this.deps.roles.lock();
      await this.#setStatus(actor, account, 'disabled');
      if (account.kind === 'staff' && account.status === 'active') await this.deps.roles.assertAdministratorRemains();
      await this.deps.sessions.endAll(accountId);
      await this.deps.invitations.revoke(accountId);
      await this.deps.tokens.revokeAll(accountId);
      await forgetDevices(this.deps.db, accountId);
    });
  }

  async resetFactors(actor: Actor, accountId: number): Promise<void> {
    await this.deps.factors.reset(actor, await this.#managed(actor, accountId));
  }

  async enable(actor: Actor, accountId: number): Promise<void> {
    const account = await this.#managed(actor, accountId);
    await this.deps.db.transaction(async () => {
      if (account.status === 'disabled') await this.deps.takeSeat?.(account.kind);
      await this.#setStatus(actor, account, 'enabled');
    });
  }

  async endSessions(accountIds: readonly number[]): Promise<void> {
    for (const id of accountIds) await this.deps.sessions.endAll(id);
  }

  /** What `setRoles` would do; nothing is written. */
  async planRoles(actor: Actor, accountId: number, roleIds: readonly string[]): Promise<RolesPlan> {
    return this.roles.planAssignment(actor, await this.#managedStaff(actor, accountId, roleIds), roleIds);
  }

  /** Gives an account of staff exactly these roles. */
  async setRoles(actor: Actor, accountId: number, roleIds: readonly string[]): Promise<RolesChange> {
    return this.roles.assign(actor, await this.#managedStaff(actor, accountId, roleIds), roleIds);
  }

  /** The language alone, from the switch that every page has. */
  async setLanguage(actor: Actor, language: string): Promise<void> {
    const account = actor.account === null ? null : await this.get(actor.account.id);
    if (account !== null) await this.updateProfile(actor, { name: account.name, mobile: account.mobile ?? '', language, timeZone: account.timeZone });
  }

  /** What a person may change on the own account. */
  async updateProfile(actor: Actor, input: { name: string; mobile: string; language: string; timeZone: string }): Promise<void> {
    const { db, sessions, audit, settings } = this.deps;
    const account = actor.account === null || actor.onBehalfOf !== null ? null : await this.get(actor.account.id);
    if (account === null) throw new ForbiddenError();
    // A number from before numbers were checked may stay as it is.
    const kept = input.mobile.trim() === account.mobile;
    const country = settings.country();
    const problems = accountProblems({ ...input, mobile: kept ? null : input.mobile, country, languages: settings.languages() });
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const after = {
      name: input.name.trim(),
      mobile: kept ? account.mobile : parsePhone(input.mobile, country),
      language: input.language,
      timeZone: input.timeZone,
    };
    const changed = (Object.keys(after) as (keyof typeof after)[]).filter((field) => after[field] !== account[field]);
    if (changed.length === 0) return;
    const pick = (from: typeof after): Record<string, unknown> => Object.fromEntries(changed.map((field) => [field, from[field]]));
    await db.transaction(async () => {
      const { timeZone: time_zone, ...rest } = after;
      await db.of(AccountModel).update({ ...rest, time_zone }, { where: { id: account.id } });
      await indexAccount(db, account.id);
      await audit.record(actor, {
        action: 'core.account.updated',
        object: { kind: 'core.account', id: account.id, name: after.name },
        before: pick(account),
        after: pick(after),
      });
      await sessions.refresh();
    });
  }

  async #setStatus(actor: Actor, account: Account, change: Change): Promise<void> {
    const { db, access, audit } = this.deps;
    const [row] = await db.query<{ registered: number }>(
      `SELECT COUNT(*) AS registered FROM core_accounts a WHERE id = ?
         AND ((password_hash IS NOT NULL AND must_change_password = 0) OR EXISTS (SELECT 1 FROM core_identities i WHERE i.account_id = a.id))`,
      [account.id],
    );
    const status: AccountRow['status'] = change === 'disabled' ? 'disabled' : Number(row?.registered) > 0 ? 'active' : 'invited';
    if (status === account.status || (change === 'enabled' && account.status !== 'disabled')) return;
    await db.of(AccountModel).update({ status }, { where: { id: account.id } });
    await audit.record(actor, {
      action: `core.account.${change}`,
      object: { kind: 'core.account', id: account.id, name: account.name },
      before: { status: account.status },
      after: { status },
    });
    await access.changed([account.id]);
  }

  /** The account, if the actor may manage it. Customers' accounts are guarded by the module that owns their accesses. */
  async #managed(actor: Actor, accountId: number): Promise<Account> {
    const account = await this.get(accountId);
    if (account === null) throw new NotFoundError();
    await this.#assertMayManage(actor, account.kind, (await this.deps.roles.of([accountId])).get(accountId) ?? []);
    return account;
  }

  async #managedStaff(actor: Actor, accountId: number, roleIds: readonly string[]): Promise<Account> {
    const account = await this.#managed(actor, accountId);
    if (account.kind !== 'staff') throw new NotFoundError();
    await this.#assertMayManage(actor, 'staff', roleIds);
    return account;
  }

  /** Nobody makes or touches an account that may do more than the own one. */
  async #assertMayManage(actor: Actor, kind: Account['kind'], roleIds: readonly string[]): Promise<void> {
    const { access, roles } = this.deps;
    if (actor.kind === 'anonymous') throw new ForbiddenError();
    if (kind === 'customer' || actor.kind === 'system') return;
    await access.assert(actor, 'core.accounts.manage');
    const known = await roles.list();
    if (roleIds.some((id) => !known.some((role) => role.id === id))) throw new InvalidInputError({ roles: { key: 'core:accounts.error.role' } });
    const account = actor.account;
    const own = account === null ? [] : ((await roles.of([account.id])).get(account.id) ?? []);
    if (roleIds.includes(administrator) && !own.includes(administrator)) throw new ForbiddenError({ key: 'core:accounts.error.onlyAdministrators' });
  }

  async #assertMayGive(actor: Actor, roleIds: readonly string[]): Promise<void> {
    if (actor.kind === 'system') return;
    const { roles } = this.deps;
    const all = await roles.list();
    const own = (await roles.of([actor.account?.id ?? 0])).get(actor.account?.id ?? 0) ?? [];
    const among = (ids: readonly string[]) => all.filter((role) => ids.includes(role.id));
    assertMayGive(among(own), [], among(roleIds), this.roles.catalog());
  }

  async #assertFree(kind: Account['kind'], email: string, userName: string): Promise<void> {
    const { db } = this.deps;
    if ((await this.findByEmail(kind, email)) !== null) throw new InvalidInputError({ email: { key: 'core:accounts.error.emailTaken' } });
    const taken = await db.of(AccountModel).count({ where: { kind, user_name_key: keyOf(userName) } });
    if (taken > 0) throw new InvalidInputError({ userName: { key: 'core:accounts.error.userNameTaken' } });
  }
}

/** A user name with @ must be the own mail address: nobody may sit on another's. */
export function userNameProblem(userName: string, email: string, problems: Readonly<Record<string, Message>> = {}): Record<string, Message> {
  const foreign = userName.includes('@') && keyOf(userName) !== keyOf(email) && problems['email'] === undefined;
  return foreign ? { userName: { key: 'core:accounts.error.userNameMail' } } : {};
}

/** Two at once: the database decides who was first. */
export async function unlessTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const byName = JSON.stringify([error.fields, error.message]).includes('user_name');
    throw new InvalidInputError(byName ? { userName: { key: 'core:accounts.error.userNameTaken' } } : { email: { key: 'core:accounts.error.emailTaken' } });
  }
}
