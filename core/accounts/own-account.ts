import type { Access, Actor } from '../access/types.js';
import { accountActor } from '../access/actors.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ConflictError, ForbiddenError, InvalidInputError, type Message } from '../errors.js';
import type { Jobs } from '../jobs/types.js';
import type { Notifications } from '../notifications/types.js';
import type { Clock, Urls } from '../tokens.js';
import { indexAccount } from './account-words.js';
import { unlessTaken, userNameProblem, type AccountSettings } from './accounts.js';
import { forgetDevices } from './factors/devices.js';
import { EmailChanges, type EmailChangeRow } from './factors/models.js';
import type { Invitations } from './invitations.js';
import { AccountModel } from './models.js';
import { keyOf, readAccount } from './read.js';
import { accountProblems } from './rules.js';
import { isSecret, newSecret, secretHash } from './secrets.js';
import type { SessionStore } from './session-store.js';
import { Throttle, type ThrottleStore } from './throttle.js';
import type { Account } from './types.js';

export interface OwnAccountDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  jobs: Jobs;
  notifications: Notifications;
  urls: Urls;
  sessions: SessionStore;
  invitations: Invitations;
  settings: AccountSettings;
  counters?: ThrottleStore | null;
}
/** Job that sends the link to a new address, so that asking takes as long for taken addresses as for free ones. */
export const emailChangeJob = 'core.email-change';
const confirmHours = 24;
const undoDays = 7;
const hourMs = 3_600_000;

/** What a person changes of the own way in: mail address and user name (DX-17). */
export class OwnAccount {
  readonly #throttle: Throttle;

  constructor(private readonly deps: OwnAccountDeps) {
    this.#throttle = new Throttle('email-change', 5, 30, deps.counters);
  }

  /** The name to sign in with besides the mail address. @throws InvalidInputError */
  async changeUserName(actor: Actor, input: string): Promise<void> {
    const { db, audit, sessions, settings } = this.deps;
    const account = await this.#own(actor);
    const userName = input.trim();
    const problems = { ...accountProblems({ userName, languages: settings.languages() }), ...userNameProblem(userName, account.email) };
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    if (userName === account.userName) return;
    await db.transaction(async () => {
      const values = { user_name: userName, user_name_key: keyOf(userName) };
      await unlessTaken(() => db.of(AccountModel).update(values, { where: { id: account.id } }));
      await indexAccount(db, account.id);
      await audit.record(actor, {
        action: 'core.account.user-name-changed',
        object: objectOf(account),
        before: { userName: account.userName },
        after: { userName },
      });
      await sessions.refresh();
    });
  }

  /** Asks for a link to the new address. The answer is the same whether it is free, taken or nobody's. @throws InvalidInputError, ThrottledError */
  async requestEmail(actor: Actor, site: string, input: string): Promise<void> {
    const account = await this.#own(actor);
    const email = input.trim();
    const problems: Record<string, Message> = accountProblems({ email, languages: [] });
    if (keyOf(email) === keyOf(account.email)) problems['email'] = { key: 'core:ownAccount.error.sameEmail' };
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    await this.#throttle.attempt(`account:${account.id}`, actor.ip);
    await this.deps.jobs.enqueue(emailChangeJob, { accountId: account.id, email, site });
  }

  /** The job of `requestEmail`. */
  async sendLink(payload: Readonly<Record<string, unknown>>): Promise<void> {
    const { db, clock, notifications, urls, settings } = this.deps;
    const { accountId, email, site } = payload;
    if (typeof accountId !== 'number' || typeof email !== 'string' || typeof site !== 'string') return;
    const account = await readAccount(db, accountId);
    if (account?.status !== 'active') return;
    const to = { email, name: account.name, language: account.language };
    const data = { name: account.name, company: settings.companyName(), email, hours: confirmHours };
    const taken = await db.of(AccountModel).count({ where: { kind: account.kind, email_key: keyOf(email) } });
    if (taken > 0) return notifications.send({ template: 'core.email-taken', to: { email, language: account.language }, channels: ['email'], data });
    const token = newSecret();
    const now = clock.now();
    await db.transaction(async () => {
      // A newer link replaces the older one.
      await db.of(EmailChanges).destroy({ where: { account_id: account.id, confirmed_at: null } });
      await db.of(EmailChanges).create({
        account_id: account.id,
        site,
        old_email: account.email,
        new_email: email,
        confirm_hash: secretHash(token),
        created_at: now,
        expires_at: new Date(now.getTime() + confirmHours * hourMs),
      });
      const link = urls.to(site, `/profile/email/confirm/${token}`);
      await notifications.send({ template: 'core.email-confirm', to, channels: ['email'], data, link, secret: true });
    });
  }

  /** The change that a link stands for, if it still counts. */
  async find(token: unknown, purpose: 'confirm' | 'undo', site: string): Promise<EmailChangeRow | null> {
    if (!isSecret(token)) return null;
    const hash = secretHash(token);
    const where = purpose === 'confirm' ? { confirm_hash: hash, confirmed_at: null } : { undo_hash: hash, undone_at: null };
    const row = await this.deps.db.of(EmailChanges).findOne({ where: { ...where, site } });
    if (row === null) return null;
    const ends = purpose === 'confirm' ? row.expires_at.getTime() : (row.confirmed_at?.getTime() ?? 0) + undoDays * 24 * hourMs;
    return ends > this.deps.clock.now().getTime() ? row.get({ plain: true }) : null;
  }

  /** The new address is the person's: it counts from now on, and the old one hears of it. @throws ConflictError when the link is dead */
  async confirm(token: unknown, site: string, ip: string | null): Promise<Account> {
    const { notifications, urls, settings } = this.deps;
    return this.#use(token, 'confirm', site, ip, async (row, account) => {
      const undo = newSecret();
      await this.#move(row, account, row.new_email, { confirmed_at: this.deps.clock.now(), undo_hash: secretHash(undo) });
      await notifications.send({
        template: 'core.email-changed',
        to: { email: row.old_email, name: account.name, language: account.language },
        channels: ['email'],
        data: { name: account.name, company: settings.companyName(), email: row.new_email, days: undoDays },
        link: urls.to(site, `/profile/email/undo/${undo}`),
        secret: true,
      });
    });
  }

  /** The way back, from the old address: the change was not the person's. Everybody is signed out. @throws ConflictError when the link is dead */
  async undo(token: unknown, site: string, ip: string | null): Promise<Account> {
    const { db, sessions, invitations } = this.deps;
    return this.#use(token, 'undo', site, ip, async (row, account) => {
      await this.#move(row, account, row.old_email, { undone_at: this.deps.clock.now() });
      await invitations.revoke(account.id);
      await forgetDevices(db, account.id);
      await sessions.endAll(account.id);
    });
  }

  /** Whether the person is told of sign-ins from browsers not seen before. */
  async wantsSignInMail(accountId: number): Promise<boolean> {
    const [row] = await this.deps.db.query<{ wanted: number }>('SELECT mail_on_sign_in AS wanted FROM core_accounts WHERE id = ?', [accountId]);
    return Boolean(row?.wanted);
  }

  async setSignInMail(actor: Actor, wanted: boolean): Promise<void> {
    const { db, audit } = this.deps;
    const account = await this.#own(actor);
    const before = await this.wantsSignInMail(account.id);
    if (before === wanted) return;
    await db.transaction(async () => {
      await db.of(AccountModel).update({ mail_on_sign_in: wanted }, { where: { id: account.id } });
      await audit.record(actor, { action: 'core.account.updated', object: objectOf(account), before: { signInMail: before }, after: { signInMail: wanted } });
    });
  }

  async #use(token: unknown, purpose: 'confirm' | 'undo', site: string, ip: string | null, work: (row: EmailChangeRow, account: Account) => Promise<void>) {
    const { db, audit } = this.deps;
    return db.transaction(async () => {
      const row = await this.find(token, purpose, site);
      const account = row === null ? null : await readAccount(db, row.account_id);
      const expected = purpose === 'confirm' ? row?.old_email : row?.new_email;
      if (row === null || account === null || account.status === 'disabled' || keyOf(account.email) !== keyOf(expected ?? '')) throw deadLink();
      await work(row, account);
      await audit.record(accountActor(account, { ip }), {
        action: purpose === 'confirm' ? 'core.account.email-changed' : 'core.account.email-restored',
        object: objectOf(account),
        before: { email: account.email },
        after: { email: purpose === 'confirm' ? row.new_email : row.old_email },
      });
      return account;
    });
  }

  async #move(row: EmailChangeRow, account: Account, email: string, used: Partial<EmailChangeRow>): Promise<void> {
    const { db, sessions } = this.deps;
    const where = 'undone_at' in used ? { id: row.id, undone_at: null } : { id: row.id, confirmed_at: null };
    const [changed] = await db.of(EmailChanges).update(used, { where });
    if (changed === 0) throw deadLink();
    // A user name that was the old address would be another person's now.
    const follows = keyOf(account.userName) === keyOf(account.email);
    const values = { email, email_key: keyOf(email), ...(follows ? { user_name: email, user_name_key: keyOf(email) } : {}) };
    try {
      await unlessTaken(() => db.of(AccountModel).update(values, { where: { id: account.id } }));
    } catch (error) {
      throw error instanceof InvalidInputError ? deadLink() : error;
    }
    await indexAccount(db, account.id);
    await sessions.refresh();
  }

  async #own(actor: Actor): Promise<Account> {
    const account = actor.account === null || actor.onBehalfOf !== null ? null : await readAccount(this.deps.db, actor.account.id);
    if (account === null) throw new ForbiddenError();
    return account;
  }
}

const objectOf = (account: Account) => ({ kind: 'core.account', id: account.id, name: account.name });
function deadLink(): ConflictError {
  return new ConflictError({ key: 'core:accounts.error.deadLink' }, 'dead_link');
}
