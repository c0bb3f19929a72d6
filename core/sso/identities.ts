import type { Access, Actor } from '../access/types.js';
import { accountActor, systemActor } from '../access/actors.js';
import type { Accounts } from '../accounts/accounts.js';
import type { Invitations } from '../accounts/invitations.js';
import { AccountModel } from '../accounts/models.js';
import { keyOf } from '../accounts/read.js';
import { administrator, type Roles } from '../accounts/roles.js';
import type { Account } from '../accounts/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ForbiddenError, InvalidInputError, LicenseRequiredError, NotFoundError } from '../errors.js';
import type { Events } from '../events/types.js';
import type { Clock } from '../tokens.js';
import { IdentityModel, ProviderModel, type ProviderRow } from './models.js';
import type { ProviderOwners } from './provider-owners.js';
import { domainsOf } from './provider-register.js';

export interface IdentityDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  events: Events;
  accounts: Accounts;
  invitations: Invitations;
  roles: Roles;
  owners: ProviderOwners;
}
/** What a provider says of the person who has just shown who they are there. */
export interface Claims {
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
}

/** Which account a person of a provider is. */
export class Identities {
  constructor(private readonly deps: IdentityDeps) {}

  /** Finds, links, registers or makes the account. @throws ForbiddenError that says why nobody is let in */
  async account(provider: ProviderRow, claims: Claims, ip: string | null): Promise<Account> {
    const { db, clock, accounts } = this.deps;
    const known = await db.of(IdentityModel).findOne({ where: { provider_id: provider.id, subject: claims.subject } });
    if (known !== null) {
      const account = await accounts.get(known.account_id);
      if (account?.status !== 'active' || !(await this.#belongs(provider, account))) throw refused('noAccount', { email: claims.email ?? '' });
      await known.update({ used_at: clock.now(), email: claims.email?.slice(0, 254) ?? null });
      return account;
    }
    const email = this.#trusted(provider, claims);
    const found = await accounts.findByEmail(provider.kind, email);
    const account = found ?? (await this.#create(provider, claims, email));
    if (account === null || account.status === 'disabled' || !(await this.#belongs(provider, account))) throw refused('noAccount', { email });
    return this.#link(provider, account, claims.subject, email, ip);
  }

  /** What an account is linked with, for its own profile. */
  async own(accountId: number): Promise<{ id: number; name: string; email: string | null; usedAt: Date | null; providerId: number; active: boolean }[]> {
    const rows = await this.deps.db.of(IdentityModel).findAll({ where: { account_id: accountId }, order: ['id'] });
    if (rows.length === 0) return [];
    const providers = await this.deps.db.of(ProviderModel).findAll({ where: { id: rows.map((row) => row.provider_id) } });
    const byId = new Map(providers.map((provider) => [provider.id, provider]));
    return rows.map(({ id, email, used_at, provider_id }) => {
      const provider = byId.get(provider_id);
      return { id, name: provider?.name ?? '', email, usedAt: used_at, providerId: provider_id, active: Boolean(provider?.active) };
    });
  }

  /** Takes one of the own links away. @throws NotFoundError for anybody else's */
  async unlink(actor: Actor, id: number): Promise<void> {
    const { db, audit } = this.deps;
    const account = actor.onBehalfOf === null ? actor.account : null;
    if (account === null) throw new NotFoundError();
    await db.transaction(async () => {
      const row = await db.of(IdentityModel).findOne({ where: { id, account_id: account.id } });
      if (row === null) throw new NotFoundError();
      const provider = await db.of(ProviderModel).findByPk(row.provider_id);
      await row.destroy();
      await audit.record(actor, {
        action: 'core.identity.unlinked',
        object: { kind: 'core.account', id: account.id, name: account.name },
        before: { provider: provider?.name ?? '', email: row.email },
      });
    });
  }

  /**
   * The service that has taken the place of this account's password, or null. Administrators keep theirs: when a service is down, somebody
   * must be able to get in.
   */
  async insteadOfPassword(account: Pick<Account, 'id' | 'kind' | 'email'>): Promise<string | null> {
    const { db, owners, roles } = this.deps;
    const rows = await db.query<Pick<ProviderRow, 'id' | 'name' | 'owner'>>(
      `SELECT p.id, p.name, p.owner FROM core_identity_providers p JOIN core_provider_domains d ON d.provider_id = p.id
       WHERE d.domain = ? AND p.kind = ? AND p.active = 1 AND p.password_off = 1 ORDER BY p.id`,
      [domainOf(account.email), account.kind],
    );
    for (const { name, owner } of rows) {
      if (owner !== null && !(await owners.isMember(account.id, owner))) continue;
      if (account.kind === 'staff' && (await roles.of([account.id])).get(account.id)?.includes(administrator)) return null;
      return name;
    }
    return null;
  }

  /** The mail address, if this provider may speak for it. */
  #trusted(provider: ProviderRow, { email, emailVerified }: Claims): string {
    const address = email === null ? '' : keyOf(email);
    if (address === '') throw refused('noEmail');
    const domains = domainsOf(provider);
    const within = domains.includes(domainOf(address));
    if (domains.length > 0 && !within) throw refused('domain', { email: address });
    if (!emailVerified && !(Boolean(provider.trust_email) && within)) throw refused('unverified', { email: address });
    return address;
  }

  async #belongs({ owner, kind }: ProviderRow, account: Account): Promise<boolean> {
    return account.kind === kind && (owner === null || (await this.deps.owners.isMember(account.id, owner)));
  }

  async #create({ kind, owner, create_role }: ProviderRow, { name }: Claims, email: string): Promise<Account | null> {
    if (kind !== 'staff' || owner !== null || create_role === null) return null;
    try {
      return await this.deps.accounts.create(systemActor('page'), { kind, name: (name?.trim() || email).slice(0, 120), email, roles: [create_role] });
    } catch (error) {
      // No seat left, or a role that is gone: an administrator has to help.
      if (error instanceof LicenseRequiredError || error instanceof InvalidInputError) return null;
      throw error;
    }
  }

  /** A person who was invited registers with it. */
  async #link(provider: ProviderRow, account: Account, subject: string, email: string, ip: string | null): Promise<Account> {
    const { db, clock, access, audit, events, invitations, accounts } = this.deps;
    return db.transaction(async () => {
      const now = clock.now();
      const registers = account.status === 'invited';
      if (registers) {
        const [changed] = await db.of(AccountModel).update({ status: 'active' }, { where: { id: account.id, status: 'invited' } });
        if (changed === 0) throw refused('noAccount', { email });
        await invitations.revoke(account.id);
        events.emit('core.account.registered', { accountId: account.id });
        await access.changed([account.id]);
      }
      await db.of(IdentityModel).create({ provider_id: provider.id, account_id: account.id, subject, email, linked_at: now, used_at: now });
      await audit.record(accountActor(account, { ip }), {
        action: registers ? 'core.account.registered' : 'core.identity.linked',
        object: { kind: 'core.account', id: account.id, name: account.name },
        after: { provider: provider.name, email },
      });
      return (await accounts.get(account.id)) ?? account;
    });
  }
}

export type Refusal = 'attempt' | 'provider' | 'denied' | 'answer' | 'noEmail' | 'domain' | 'unverified' | 'noAccount' | 'otherPerson';
export function refused(reason: Refusal, vars: Record<string, string> = {}): ForbiddenError {
  return new ForbiddenError({ key: `core:sso.refused.${reason}`, vars }, `sso_${reason}`);
}

export const domainOf = (email: string): string => keyOf(email.slice(email.lastIndexOf('@') + 1));
