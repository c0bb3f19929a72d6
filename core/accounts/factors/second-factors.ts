import type { Actor } from '../../access/types.js';
import type { Audit } from '../../audit/types.js';
import type { Database } from '../../database/types.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../../errors.js';
import type { Notifications } from '../../notifications/types.js';
import type { SessionStore } from '../session-store.js';
import type { Account } from '../types.js';
import { readAccount } from '../read.js';
import type { Throttle } from '../throttle.js';
import type { Devices } from './devices.js';
import { forgetDevices } from './devices.js';
import type { EmailCodes } from './email-codes.js';
import { Factors, type FactorKind, type FactorRow } from './models.js';
import type { PasskeyFactor } from './passkeys.js';
import type { FactorPolicies } from './policy.js';
import type { RecoveryCodeSet } from './recovery-codes.js';
import type { TotpFactor } from './totp.js';

export interface FactorDeps {
  db: Database;
  clock: { now(): Date };
  audit: Audit;
  notifications: Notifications;
  sessions: SessionStore;
  policies: FactorPolicies;
  totp: TotpFactor;
  passkeys: PasskeyFactor;
  emailCodes: EmailCodes;
  recovery: RecoveryCodeSet;
  devices: Devices;
  throttle: Throttle;
}
/** A way to show who one is besides the password. */
export type Way = FactorKind | 'recovery';
export const ways = ['passkey', 'totp', 'email', 'recovery'] as const satisfies readonly Way[];
/** Who is asked, and in what: `owner` names the session or the sign-in under way. */
export interface Asked {
  account: { id: number };
  owner: string;
  site: string;
  ip: string | null;
}
type Change = 'factor-added' | 'factor-removed' | 'factors-reset' | 'recovery-codes-renewed' | 'recovery-code-used';

/** The second factors of accounts: what each has, showing one, adding and removing. */
export class SecondFactors {
  constructor(private readonly deps: FactorDeps) {}

  async list(accountId: number): Promise<FactorRow[]> {
    const rows = await this.deps.db.of(Factors).findAll({ where: { account_id: accountId }, order: ['id'] });
    return rows.map((row) => row.get({ plain: true }));
  }

  /** In the order in which they are offered; empty = the password is enough. */
  async ways(accountId: number): Promise<Way[]> {
    const { db, recovery } = this.deps;
    const rows = await db.query<{ kind: FactorKind }>('SELECT DISTINCT kind FROM core_factors WHERE account_id = ?', [accountId]);
    if (rows.length === 0) return [];
    const left = (await recovery.state(accountId))?.left ?? 0;
    return ways.filter((way) => (way === 'recovery' ? left > 0 : rows.some(({ kind }) => kind === way)));
  }

  /** Has the person shown it? Counted per account and address before it is looked at. @throws ThrottledError */
  async prove(asked: Asked, way: Way, proof: { code?: unknown; response?: unknown }): Promise<boolean> {
    const { account, owner, site, ip } = asked;
    const { totp, passkeys, emailCodes, recovery, throttle } = this.deps;
    await throttle.attempt(`account:${account.id}`, ip);
    const checks: Record<Way, () => Promise<boolean>> = {
      totp: () => totp.check(account.id, proof.code),
      passkey: async () => (await passkeys.check(owner, site, account.id, proof.response)) !== null,
      email: () => emailCodes.check(owner, proof.code),
      recovery: () => recovery.use(account.id, proof.code),
    };
    if (!(await checks[way]())) return false;
    await throttle.succeeded(`account:${account.id}`, ip);
    if (way === 'recovery') await this.#tell(account.id, 'recovery-code-used', { left: (await recovery.state(account.id))?.left ?? 0 });
    return true;
  }

  /** @throws InvalidInputError when the code is not the one that the app shows now */
  async addTotp(actor: Actor, code: unknown, name: string): Promise<void> {
    const { account, owner } = await this.own(actor);
    await this.#add(actor, account, name, () => this.deps.totp.confirm(owner, account, code, name));
  }

  /** @throws InvalidInputError */
  async addPasskey(actor: Actor, site: string, response: unknown, name: string): Promise<void> {
    const { account, owner } = await this.own(actor);
    await this.#add(actor, account, name, () => this.deps.passkeys.add(owner, account, site, response, name), 'response');
  }

  /** Codes by e-mail, once one has arrived. @throws InvalidInputError */
  async addEmail(actor: Actor, code: unknown, name: string): Promise<void> {
    const { db, clock, emailCodes } = this.deps;
    const { account, owner } = await this.own(actor);
    if ((await this.list(account.id)).some(({ kind }) => kind === 'email')) return;
    await this.#add(actor, account, name, async () => {
      if (!(await emailCodes.check(owner, code))) return false;
      await db.of(Factors).create({ account_id: account.id, kind: 'email', name, created_at: clock.now() });
      return true;
    });
  }

  /** @throws NotFoundError, ConflictError for the last one while the rules want one */
  async remove(actor: Actor, factorId: number): Promise<void> {
    const { account } = await this.own(actor);
    const all = await this.list(account.id);
    const factor = all.find(({ id }) => id === factorId);
    if (factor === undefined) throw new NotFoundError();
    const last = all.length === 1;
    if (last && (await this.deps.policies.required(account))) throw new ConflictError({ key: 'core:factors.error.required' }, 'factor_required');
    await this.deps.db.transaction(async () => {
      await this.deps.db.of(Factors).destroy({ where: { id: factorId } });
      if (last) await this.#removeRest(account.id);
      await this.#changed(actor, account, 'factor-removed', factor.name);
    });
  }

  /** One of the own passkeys. @throws NotFoundError for anything else */
  async passkey(actor: Actor, factorId: number): Promise<FactorRow> {
    const { account } = await this.own(actor);
    const found = (await this.list(account.id)).find(({ id, kind }) => id === factorId && kind === 'passkey');
    if (found === undefined) throw new NotFoundError();
    return found;
  }

  /** @throws NotFoundError */
  async rename(actor: Actor, factorId: number, name: string): Promise<void> {
    const { account } = await this.own(actor);
    const before = await this.passkey(actor, factorId);
    if (before.name === name) return;
    await this.deps.db.transaction(async () => {
      await this.deps.db.of(Factors).update({ name }, { where: { id: factorId } });
      await this.#record(actor, account, 'factor-renamed', { before: { factor: before.name }, after: { factor: name } });
    });
  }

  /** A new set of recovery codes, to be shown once. @throws ConflictError without a factor */
  async renewCodes(actor: Actor): Promise<string[]> {
    const { db, recovery } = this.deps;
    const { account } = await this.own(actor);
    if ((await this.list(account.id)).length === 0) throw new ConflictError({ key: 'core:factors.error.none' }, 'no_factor');
    return db.transaction(async () => {
      const codes = await recovery.renew(account.id);
      await this.#changed(actor, account, 'recovery-codes-renewed');
      return codes;
    });
  }

  /** @throws NotFoundError for anybody else's */
  async forgetDevice(actor: Actor, id: number): Promise<void> {
    const { account } = await this.own(actor);
    await this.deps.db.transaction(async () => {
      if (!(await this.deps.devices.forget(account.id, id))) throw new NotFoundError();
      await this.#record(actor, account, 'device-forgotten');
    });
  }

  /** For a person who has lost them all; whoever calls has asked whether the actor may. */
  async reset(actor: Actor, account: Account): Promise<void> {
    const { db, sessions } = this.deps;
    await db.transaction(async () => {
      await db.of(Factors).destroy({ where: { account_id: account.id } });
      await this.#removeRest(account.id);
      await sessions.endAll(account.id);
      await this.#changed(actor, account, 'factors-reset');
    });
  }

  /** The actor's own account and session, for what is asked in it. @throws ForbiddenError */
  async own(actor: Actor): Promise<{ account: Account; owner: string; sessionId: number }> {
    const account = actor.account === null || actor.onBehalfOf !== null ? null : await readAccount(this.deps.db, actor.account.id);
    if (account === null || actor.sessionId === null) throw new ForbiddenError();
    return { account, owner: `session:${actor.sessionId}`, sessionId: actor.sessionId };
  }

  async #add(actor: Actor, account: Account, name: string, add: () => Promise<boolean>, field = 'code'): Promise<void> {
    const { db, sessions, throttle } = this.deps;
    await throttle.attempt(`account:${account.id}`, actor.ip);
    const done = await db.transaction(async () => {
      const isFirst = (await this.list(account.id)).length === 0;
      if (!(await add())) return false;
      const sessionId = actor.sessionId ?? 0;
      // Whoever got in elsewhere with the password alone starts again.
      if (isFirst) await sessions.endAll(account.id, sessionId);
      await sessions.factorShown(sessionId);
      await this.#changed(actor, account, 'factor-added', name);
      return true;
    });
    if (!done) throw new InvalidInputError({ [field]: { key: field === 'code' ? 'core:factors.error.code' : 'core:factors.error.passkey' } });
    await throttle.succeeded(`account:${account.id}`, actor.ip);
  }

  async #removeRest(accountId: number): Promise<void> {
    await this.deps.recovery.remove(accountId);
    await forgetDevices(this.deps.db, accountId);
  }

  async #changed(actor: Actor, account: Account, change: Change, factor = ''): Promise<void> {
    await this.#record(actor, account, change, factor === '' ? {} : { after: { factor } });
    await this.#tell(account.id, change, { factor });
  }

  async #record(
    actor: Actor,
    account: Account,
    change: Change | 'factor-renamed' | 'device-forgotten',
    changes: { before?: { factor: string }; after?: { factor: string } } = {},
  ): Promise<void> {
    await this.deps.audit.record(actor, { action: `core.account.${change}`, object: { kind: 'core.account', id: account.id, name: account.name }, ...changes });
  }

  #tell(accountId: number, change: Change, data: Record<string, string | number>): Promise<void> {
    return this.deps.notifications.send({ template: `core.${change}`, to: { accountId }, channels: ['email'], data });
  }
}
