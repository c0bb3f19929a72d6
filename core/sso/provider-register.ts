import type { Access, Actor } from '../access/types.js';
import { administrator, type Roles } from '../accounts/roles.js';
import type { SessionStore } from '../accounts/session-store.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ForbiddenError, InvalidInputError, NotFoundError, type Message } from '../errors.js';
import type { Clock } from '../tokens.js';
import { DomainModel, IdentityModel, ProviderModel, type ProviderRow } from './models.js';
import type { ProviderClient } from './provider-client.js';
import type { ProviderOwners } from './provider-owners.js';
import type { IdentityProvider, IdentityProviderInput, IdentityProviders, ProviderTest } from './types.js';

export interface ProviderRegisterDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  roles: Roles;
  sessions: SessionStore;
  client: ProviderClient;
  owners: ProviderOwners;
}

/** Sign-in services: who may change them, and what they are. */
export class ProviderRegister implements IdentityProviders {
  constructor(private readonly deps: ProviderRegisterDeps) {}

  async list(actor: Actor, owner: string | null): Promise<IdentityProvider[]> {
    await this.#assertMayRead(actor, owner);
    const rows = await this.deps.db.of(ProviderModel).findAll({ where: { owner }, order: ['name', 'id'] });
    return this.#shown(rows);
  }

  async get(actor: Actor, owner: string | null, id: number): Promise<IdentityProvider> {
    await this.#assertMayRead(actor, owner);
    const [provider] = await this.#shown([await this.#row(owner, id)]);
    if (!provider) throw new NotFoundError();
    return provider;
  }

  async create(actor: Actor, owner: string | null, input: IdentityProviderInput): Promise<IdentityProvider> {
    await this.#assertMayChange(actor, owner);
    const { db, clock, client } = this.deps;
    const now = clock.now();
    const id = await db.transaction(async () => {
      await this.#check(owner, null, input);
      const values = { ...columnsOf(owner, input), owner, created_at: now, updated_at: now };
      const row = await db.of(ProviderModel).create(values);
      if (input.client_secret !== '') await row.update({ client_secret: client.seal(row.id, input.client_secret) });
      await this.#saveDomains(row.id, input.domains);
      await this.#record(actor, 'created', row, { after: { ...told(row), ...(input.client_secret === '' ? {} : { client_secret: true }) } });
      return row.id;
    });
    return this.get(actor, owner, id);
  }

  async update(actor: Actor, owner: string | null, id: number, input: IdentityProviderInput): Promise<void> {
    await this.#assertMayChange(actor, owner);
    const { db, clock, client } = this.deps;
    const before = await this.#row(owner, id);
    const secret = input.client_secret === '' ? {} : { client_secret: client.seal(id, input.client_secret) };
    const values = { ...columnsOf(owner, input), ...secret };
    const changed = (Object.keys(values) as (keyof typeof values)[]).filter((key) => String(values[key] ?? '') !== String(plain(before[key])));
    if (changed.length === 0) return;
    const pick = (from: object) =>
      Object.fromEntries(
        changed.map((key) => [key, key === 'client_secret' ? true : plain((from as Record<string, ProviderRow[keyof ProviderRow]>)[key] ?? null)]),
      );
    await db.transaction(async () => {
      await this.#check(owner, id, input);
      await db.of(ProviderModel).update({ ...values, updated_at: clock.now() }, { where: { id } });
      await this.#saveDomains(id, input.domains);
      // Another issuer's "person 7" is somebody else.
      const moved = changed.includes('issuer') || changed.includes('kind');
      if (moved || (changed.includes('active') && !input.active)) await this.#signOut(actor, id);
      if (moved) await db.of(IdentityModel).destroy({ where: { provider_id: id } });
      await this.#record(actor, 'updated', { id, name: input.name, owner }, { before: pick(before), after: pick(values) });
    });
  }

  async remove(actor: Actor, owner: string | null, id: number): Promise<void> {
    await this.#assertMayChange(actor, owner);
    const row = await this.#row(owner, id);
    await this.deps.db.transaction(async () => {
      await this.#signOut(actor, id);
      await this.deps.db.of(ProviderModel).destroy({ where: { id } });
      await this.#record(actor, 'deleted', row, { before: told(row) });
    });
  }

  async test(actor: Actor, owner: string | null, id: number): Promise<ProviderTest> {
    await this.#assertMayChange(actor, owner);
    const row = await this.#row(owner, id);
    try {
      const server = (await this.deps.client.discover(row)).serverMetadata();
      const { issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri, id_token_signing_alg_values_supported } = server;
      return {
        ok: true,
        answer: JSON.stringify({ issuer, authorization_endpoint, token_endpoint, userinfo_endpoint, jwks_uri, id_token_signing_alg_values_supported }, null, 2),
      };
    } catch (error) {
      return { ok: false, answer: reasonOf(error) };
    }
  }

  async #check(owner: string | null, id: number | null, input: IdentityProviderInput): Promise<void> {
    const { db, roles } = this.deps;
    const problems: Record<string, Message> = {};
    const kind = owner === null ? input.kind : 'customer';
    if (owner !== null && input.domains.length === 0) problems['domains'] = { key: 'core:sso.error.domainsMissing' };
    if (input.trust_email && input.domains.length === 0) problems['domains'] ??= { key: 'core:sso.error.trustDomains' };
    if (input.password_off && input.domains.length === 0) problems['domains'] ??= { key: 'core:sso.error.passwordDomains' };
    for (const domain of input.domains) {
      const [taken] = await db.query<{ id: number }>(
        `SELECT p.id FROM core_provider_domains d JOIN core_identity_providers p ON p.id = d.provider_id
         WHERE d.domain = ? AND p.kind = ? AND p.id <> ? AND (p.owner IS NOT NULL OR ? = 1) LIMIT 1`,
        [domain, kind, id ?? 0, owner === null ? 0 : 1],
      );
      if (taken) problems['domains'] ??= { key: 'core:sso.error.domainTaken', vars: { domain } };
    }
    if (input.create_role !== null && (kind !== 'staff' || !(await roles.list()).some((role) => role.id === input.create_role)))
      problems['create_role'] = { key: 'core:accounts.error.role' };
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  }

  async #saveDomains(id: number, domains: readonly string[]): Promise<void> {
    const table = this.deps.db.of(DomainModel);
    await table.destroy({ where: { provider_id: id } });
    await table.bulkCreate(domains.map((domain) => ({ provider_id: id, domain })));
  }

  /** Whoever came by this provider leaves, except the person who does this. */
  async #signOut(actor: Actor, id: number): Promise<void> {
    const people = await this.deps.db.query<{ account_id: number }>('SELECT DISTINCT account_id FROM core_identities WHERE provider_id = ?', [id]);
    for (const { account_id } of people) await this.deps.sessions.endAll(account_id, actor.sessionId ?? undefined);
  }

  async #row(owner: string | null, id: number): Promise<ProviderRow> {
    const row = (await this.deps.db.of(ProviderModel).findByPk(id))?.get({ plain: true });
    if (!row || row.owner !== owner) throw new NotFoundError();
    return row;
  }

  async #assertMayRead(actor: Actor, owner: string | null): Promise<void> {
    if (owner === null) await this.deps.access.assert(actor, 'core.accounts.manage');
    else await this.deps.owners.assertMayManage(actor, owner);
  }

  /** A service of the installation lets in anybody whose mail address it names: only administrators decide about it. */
  async #assertMayChange(actor: Actor, owner: string | null): Promise<void> {
    await this.#assertMayRead(actor, owner);
    if (owner !== null || actor.kind === 'system') return;
    const { account } = actor;
    const own = account === null ? [] : ((await this.deps.roles.of([account.id])).get(account.id) ?? []);
    if (!own.includes(administrator)) throw new ForbiddenError({ key: 'core:accounts.error.onlyAdministrators' });
  }

  #record(
    actor: Actor,
    what: 'created' | 'updated' | 'deleted',
    row: Pick<ProviderRow, 'id' | 'name' | 'owner'>,
    changes: { before?: Record<string, unknown>; after?: Record<string, unknown> },
  ) {
    return this.deps.audit.record(actor, {
      action: `core.provider.${what}`,
      object: { kind: 'core.provider', id: row.id, name: row.name },
      customerId: this.deps.owners.customerOf(row.owner),
      ...changes,
    });
  }

  async #shown(rows: readonly ProviderRow[]): Promise<IdentityProvider[]> {
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const counts = await this.deps.db.query<{ id: number; n: number }>(
      `SELECT provider_id AS id, COUNT(DISTINCT account_id) AS n FROM core_identities WHERE provider_id IN (${ids.map(() => '?').join(', ')}) GROUP BY provider_id`,
      ids,
    );
    const people = new Map(counts.map((row) => [row.id, Number(row.n)]));
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      kind: row.kind,
      issuer: row.issuer,
      clientId: row.client_id,
      hasSecret: row.client_secret !== null,
      domains: domainsOf(row),
      owner: row.owner,
      trustEmail: Boolean(row.trust_email),
      secondFactor: Boolean(row.second_factor),
      passwordOff: Boolean(row.password_off),
      createRole: row.create_role,
      active: Boolean(row.active),
      people: people.get(row.id) ?? 0,
    }));
  }
}

/** What a person can do about it stands in the innermost message. */
export function reasonOf(error: unknown): string {
  const parts: string[] = [];
  for (let at: unknown = error; at instanceof Error && parts.length < 4; at = at.cause) if (!parts.includes(at.message)) parts.push(at.message);
  return (parts.join(': ') || String(error)).slice(0, 1000);
}

export function domainsOf(row: Pick<ProviderRow, 'domains'>): string[] {
  return row.domains.split(' ').filter(Boolean);
}

function columnsOf(owner: string | null, input: IdentityProviderInput) {
  const { client_secret: _, domains, kind, create_role, issuer, ...rest } = input;
  return {
    ...rest,
    issuer: issuer.replace(/\/$/, ''),
    kind: owner === null ? kind : ('customer' as const),
    domains: domains.join(' '),
    create_role: owner === null ? create_role : null,
  };
}

const plain = (value: ProviderRow[keyof ProviderRow]): unknown => (value === null ? '' : value === 0 || value === 1 ? Boolean(value) : value);
const told = (row: ProviderRow): Record<string, unknown> => {
  const { name, kind, issuer, client_id, domains } = row;
  return { name, kind, issuer, client_id, domains };
};
