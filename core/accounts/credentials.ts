import { Op } from 'sequelize';
import type { Access, Actor } from '../access/types.js';
import { accountActor } from '../access/actors.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ConflictError, ForbiddenError, InvalidInputError } from '../errors.js';
import type { Events } from '../events/types.js';
import type { Jobs } from '../jobs/types.js';
import type { Notifications } from '../notifications/types.js';
import type { Clock, Urls } from '../tokens.js';
import { indexAccount } from './account-words.js';
import { unlessTaken, userNameProblem, type AccountSettings } from './accounts.js';
import { forgetDevices } from './factors/devices.js';
import type { Invitations, Link, Purpose } from './invitations.js';
import { AccountModel, type AccountRow } from './models.js';
import { hashPassword, passwordProblem, verifyPassword } from './passwords.js';
import { keyOf, readAccount, toAccount } from './read.js';
import type { RegistrationCodes } from './registration-codes.js';
import { accountProblems } from './rules.js';
import type { SessionStore } from './session-store.js';
import { Throttle, type ThrottleStore } from './throttle.js';
import type { SignInLog } from './sign-in-log.js';
import type { Account } from './types.js';

export interface CredentialDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  events: Events;
  jobs: Jobs;
  notifications: Notifications;
  urls: Urls;
  sessions: SessionStore;
  invitations: Invitations;
  codes: RegistrationCodes;
  settings: AccountSettings;
  /** The sign-in service that has taken the place of an account's password, or null. */
  insteadOfPassword?(account: Account): Promise<string | null>;
  signInLog: SignInLog;
  /** Counts attempts for all nodes. */
  counters?: ThrottleStore | null;
}
export interface Verified {
  account: Account;
  /** A password that staff set: good for choosing an own one only. */
  mustChange: boolean;
}
interface Origin {
  site: string;
  ip: string | null;
  agent?: string | null;
}
/** Job that mails a reset link, so that asking takes as long for unknown addresses as for known ones. */
export const resetJob = 'core.password-reset';
const resetMinutes = 60;
const firstChangeMinutes = 10;
const anyLogin = 254;

/** Passwords and the links that set them. */
export class Credentials {
  readonly #signIns: Throttle;
  readonly #resets: Throttle;

  constructor(private readonly deps: CredentialDeps) {
    this.#signIns = new Throttle('sign-in', 10, 30, deps.counters);
    this.#resets = new Throttle('reset', 5, 30, deps.counters);
  }

  /** The account of a mail address or user name with its password, or null. @throws ThrottledError, also for accounts that do not exist */
  async verify(kind: Account['kind'], login: unknown, password: unknown, { site, ip, agent = null }: Origin): Promise<Verified | null> {
    const name = typeof login === 'string' ? keyOf(login.slice(0, anyLogin)) : '';
    await this.#signIns.attempt(`${kind}:${name}`, ip);
    const row = await this.#byLogin(kind, name);
    const mayEnter = row !== null && (row.status === 'active' || (row.status === 'invited' && Boolean(row.must_change_password)));
    // Checked in any case, so that the time tells nothing about the account.
    const right = await verifyPassword(row?.password_hash ?? null, password);
    if (!right || !mayEnter) {
      const reason = row === null ? 'unknown' : right ? 'disabled' : 'password';
      await this.deps.signInLog.failed({ accountId: row?.id ?? null, site, ip, agent, method: 'password' }, reason);
      return null;
    }
    await this.#signIns.succeeded(`${kind}:${name}`, ip);
    await this.#assertMayUsePassword(toAccount(row));
    return { account: toAccount(row), mustChange: Boolean(row.must_change_password) };
  }

  /** For a password that staff set: the path where the person chooses an own one, once, within ten minutes. */
  async firstChange(accountId: number, site: string): Promise<string> {
    const token = await this.deps.invitations.issue({ accountId, purpose: 'reset', site, minutes: firstChangeMinutes, invitedBy: null });
    return `/reset/${token}`;
  }

  /** Asks for a reset link. The same happens, as far as anybody can see, whether the address is known or not. */
  async requestReset(kind: Account['kind'], email: unknown, origin: Origin): Promise<void> {
    const address = typeof email === 'string' ? keyOf(email.slice(0, anyLogin)) : '';
    await this.#resets.attempt(`${kind}:${address}`, origin.ip);
    await this.deps.jobs.enqueue(resetJob, { kind, email: address, site: origin.site });
  }

  /** The job of `requestReset`. */
  async sendReset(payload: Readonly<Record<string, unknown>>): Promise<void> {
    const { db, invitations, notifications, urls, settings } = this.deps;
    const { kind, email, site } = payload;
    if ((kind !== 'staff' && kind !== 'customer') || typeof email !== 'string' || typeof site !== 'string') return;
    const row = await db.of(AccountModel).findOne({ where: { kind, email_key: email, status: 'active' } });
    if (row === null || (await this.deps.insteadOfPassword?.(toAccount(row)))) return;
    await db.transaction(async () => {
      const token = await invitations.issue({ accountId: row.id, purpose: 'reset', site, minutes: resetMinutes, invitedBy: null });
      await notifications.send({
        template: 'core.password-reset',
        to: { accountId: row.id },
        channels: ['email'],
        data: { name: row.name, company: settings.companyName(), minutes: resetMinutes },
        link: urls.to(site, `/reset/${token}`),
        secret: true,
      });
    });
  }

  /** What a link of a mail leads to. Opening a registration is noted. */
  async open(token: unknown, purpose: Purpose, site: string): Promise<Link> {
    const link = await this.deps.invitations.find(token, purpose, site);
    if (link.status === 'valid' && purpose === 'register') await this.deps.invitations.opened(link.id);
    return link;
  }

  /** Sends a new code to the mobile of the person whom a link is for. @throws ThrottledError, ConflictError when the link is dead */
  async renewCode(token: unknown, origin: Origin): Promise<void> {
    const link = await this.#link(token, 'register', origin.site);
    if (link.asksCode) await this.deps.codes.renew({ id: link.linkId, account: link.account }, String(token), origin.ip);
  }

  /** Completes a registration: code (where the link asks for one), user name, password, language. @throws InvalidInputError, ConflictError when the link is dead */
  async register(token: unknown, input: { userName: string; password: string; language: string; code?: string }, origin: Origin): Promise<Account> {
    const { account, linkId, asksCode } = await this.#link(token, 'register', origin.site);
    await this.#assertMayUsePassword(account);
    const userName = input.userName.trim();
    const problems = {
      ...accountProblems({ userName, language: input.language, languages: this.deps.settings.languages() }),
      ...userNameProblem(userName, account.email),
    };
    const { db, codes } = this.deps;
    const wrong = asksCode ? await codes.problem(linkId, String(token), input.code) : null;
    if (wrong !== null) problems['code'] = wrong;
    const taken = await db.of(AccountModel).count({ where: { kind: account.kind, user_name_key: keyOf(userName), id: { [Op.ne]: account.id } } });
    if (taken > 0) problems['userName'] = { key: 'core:accounts.error.userNameTaken' };
    const weak = await passwordProblem(input.password, [account.email, userName, account.name]);
    if (weak !== null) problems['password'] = weak;
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const values = { user_name: userName, user_name_key: keyOf(userName), language: input.language, status: 'active' as const };
    return this.#usePassword(linkId, account, input.password, origin, 'registered', values);
  }

  /** Sets a new password by a link; all sessions end. @throws InvalidInputError, ConflictError when the link is dead */
  async reset(token: unknown, password: string, origin: Origin): Promise<Account> {
    const { account, linkId } = await this.#link(token, 'reset', origin.site);
    await this.#assertMayUsePassword(account);
    await this.#assertGood(account, password);
    return this.#usePassword(linkId, account, password, origin, 'password-reset', { status: 'active' });
  }

  /** Changes the own password; all sessions end, so the page signs in anew. @throws InvalidInputError */
  async changePassword(actor: Actor, current: unknown, password: string): Promise<void> {
    const { db } = this.deps;
    const row = actor.account === null || actor.onBehalfOf !== null ? null : await db.of(AccountModel).findByPk(actor.account.id);
    if (row === null) throw new ForbiddenError();
    await this.#assertMayUsePassword(toAccount(row));
    await this.#assertPassword(row, current, actor.ip, 'current');
    await this.#assertGood(toAccount(row), password);
    const hash = await hashPassword(password);
    await db.transaction(() => this.#store(actor, toAccount(row), hash, 'password-changed', {}));
  }

  /** The person of a session shows once more who they are, by the password. @throws InvalidInputError, ThrottledError */
  async confirm(actor: Actor, password: unknown): Promise<void> {
    const { db, sessions } = this.deps;
    const row = actor.account === null || actor.onBehalfOf !== null ? null : await db.of(AccountModel).findByPk(actor.account.id);
    if (row === null || actor.sessionId === null) throw new ForbiddenError();
    await this.#assertPassword(row, password, actor.ip, 'password');
    await sessions.confirm(actor.sessionId);
  }

  async #assertMayUsePassword(account: Account): Promise<void> {
    const name = (await this.deps.insteadOfPassword?.(account)) ?? null;
    if (name !== null) throw new InvalidInputError({ '': { key: 'core:sso.passwordOff', vars: { name } } });
  }

  async #assertPassword(row: AccountRow, password: unknown, ip: string | null, field: string): Promise<void> {
    const name = `${row.kind}:${row.email_key}`;
    await this.#signIns.attempt(name, ip);
    if (!(await verifyPassword(row.password_hash, password))) throw new InvalidInputError({ [field]: { key: 'core:accounts.error.passwordWrong' } });
    await this.#signIns.succeeded(name, ip);
  }

  /** Whether there is a password to show; accounts of an outside log-in have none. */
  async hasPassword(accountId: number): Promise<boolean> {
    return (await this.deps.db.query('SELECT id FROM core_accounts WHERE id = ? AND password_hash IS NOT NULL', [accountId])).length > 0;
  }

  async #byLogin(kind: Account['kind'], name: string): Promise<AccountRow | null> {
    const rows = await this.deps.db.of(AccountModel).findAll({ where: { kind, [Op.or]: [{ email_key: name }, { user_name_key: name }] }, limit: 2 });
    return rows.find((row) => row.email_key === name) ?? rows[0] ?? null;
  }

  async #link(token: unknown, purpose: Purpose, site: string): Promise<{ account: Account; linkId: number; asksCode: boolean }> {
    const link = await this.deps.invitations.find(token, purpose, site);
    if (link.status !== 'valid') throw deadLink();
    return { account: link.account, linkId: link.id, asksCode: link.asksCode };
  }

  async #assertGood(account: Account, password: string): Promise<void> {
    const problem = await passwordProblem(password, [account.email, account.userName, account.name]);
    if (problem !== null) throw new InvalidInputError({ password: problem });
  }

  async #usePassword(
    linkId: number,
    account: Account,
    password: string,
    origin: Origin,
    action: 'registered' | 'password-reset',
    values: Partial<AccountRow>,
  ): Promise<Account> {
    const { db, events, access, invitations } = this.deps;
    const hash = await hashPassword(password);
    return db.transaction(async () => {
      if (!(await invitations.consume(linkId))) throw deadLink();
      await this.#store(accountActor(account, { ip: origin.ip }), account, hash, action, values);
      await access.changed([account.id]);
      if (account.status === 'invited') events.emit('core.account.registered', { accountId: account.id });
      return (await readAccount(db, account.id)) ?? account;
    });
  }

  async #store(actor: Actor, account: Account, password_hash: string, action: string, values: Partial<AccountRow>): Promise<void> {
    const { db, clock, sessions, invitations, audit } = this.deps;
    const set = { ...values, password_hash, password_changed_at: clock.now(), must_change_password: false };
    // A person who was disabled while the page was open stays out.
    const [changed] = await unlessTaken(() => db.of(AccountModel).update(set, { where: { id: account.id, status: account.status } }));
    if (changed === 0) throw deadLink();
    await indexAccount(db, account.id);
    await invitations.revoke(account.id);
    await sessions.endAll(account.id);
    await forgetDevices(db, account.id);
    await audit.record(actor, {
      action: `core.account.${action}`,
      object: { kind: 'core.account', id: account.id, name: account.name },
      after: { password: true },
    });
  }
}

function deadLink(): ConflictError {
  return new ConflictError({ key: 'core:accounts.error.deadLink' }, 'dead_link');
}
