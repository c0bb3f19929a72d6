import { createHash } from 'node:crypto';
import { Op } from 'sequelize';
import { anonymousActor } from '../access/actors.js';
import { isSecret, newSecret, secretHash } from '../accounts/secrets.js';
import type { SignInLog } from '../accounts/sign-in-log.js';
import type { Account } from '../accounts/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ForbiddenError } from '../errors.js';
import type { Log } from '../plugin/context.js';
import type { Clock, Urls } from '../tokens.js';
import { refused, type Claims, type Identities } from './identities.js';
import { AttemptModel, IdentityModel, ProviderModel, type ProviderRow } from './models.js';
import type { ProviderClient } from './provider-client.js';
import type { ProviderOwners } from './provider-owners.js';
import { reasonOf } from './provider-register.js';

export interface SsoFlowDeps {
  db: Database;
  clock: Clock;
  audit: Audit;
  urls: Urls;
  log: Log;
  client: ProviderClient;
  identities: Identities;
  owners: ProviderOwners;
  signInLog: SignInLog;
}
interface Visitor {
  site: string;
  ip: string | null;
  agent: string | null;
  /** Secret of a cookie: only the browser that went may come back. */
  browser: string;
}
/** Somebody has come back from a provider. */
export interface Arrival {
  account: Account;
  secondFactor: boolean;
  next: string;
  /** The session whose person has only shown once more who they are; null = a sign-in. */
  sessionId: number | null;
}
/** What a sign-in page offers. */
export interface Offer {
  id: number;
  name: string;
}
const minutes = 10;
export const callbackPath = '/sign-in/sso/callback';
const kindOf = (site: string): 'staff' | 'customer' => (site === 'staff' ? 'staff' : 'customer');

/** The way to a provider and back: authorization code with PKCE, state and nonce. */
export class SsoFlow {
  constructor(private readonly deps: SsoFlowDeps) {}

  /** Services that are for everybody of the site. */
  async offers(site: string): Promise<Offer[]> {
    return this.deps.db.query<Offer>('SELECT id, name FROM core_identity_providers WHERE kind = ? AND active = 1 AND owner IS NULL ORDER BY name, id', [
      kindOf(site),
    ]);
  }

  /** Is there any service that is found by the mail address? Nothing tells whose. */
  async hasOwned(site: string): Promise<boolean> {
    const sql = 'SELECT id FROM core_identity_providers WHERE kind = ? AND active = 1 AND owner IS NOT NULL LIMIT 1';
    return (await this.deps.db.query(sql, [kindOf(site)])).length > 0;
  }

  /** The service that looks after the domain of a mail address. */
  async byDomain(site: string, domain: string): Promise<Offer | null> {
    const [found] = await this.deps.db.query<Offer>(
      `SELECT p.id, p.name FROM core_identity_providers p JOIN core_provider_domains d ON d.provider_id = p.id
       WHERE d.domain = ? AND p.kind = ? AND p.active = 1 ORDER BY p.owner IS NULL, p.id LIMIT 1`,
      [domain, kindOf(site)],
    );
    return found ?? null;
  }

  /** The service that a browser is about to go to. @throws ForbiddenError */
  provider(site: string, id: number): Promise<Offer> {
    return this.#provider(site, id);
  }

  /** Notes the attempt and tells where the browser goes. @throws ForbiddenError when the provider does not answer */
  async start(providerId: number, next: string, sessionId: number | null, visitor: Visitor): Promise<URL> {
    const { site, browser } = visitor;
    const { db, clock, client, urls } = this.deps;
    const provider = await this.#provider(site, providerId);
    const oidc = await import('openid-client');
    const state = newSecret();
    const config = await client.configuration(provider).catch((error: unknown) => this.#fail(provider, error, visitor));
    const now = clock.now();
    await db.of(AttemptModel).destroy({ where: { expires_at: { [Op.lt]: now } } });
    await db.of(AttemptModel).create({
      state_hash: secretHash(state),
      browser_hash: secretHash(browser),
      provider_id: provider.id,
      site,
      next: next.length > 500 ? '/' : next,
      session_id: sessionId,
      expires_at: new Date(now.getTime() + minutes * 60_000),
    });
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: urls.to(site, callbackPath),
      scope: 'openid email profile',
      code_challenge: await oidc.calculatePKCECodeChallenge(derive(browser, state, 'verifier')),
      code_challenge_method: 'S256',
      state,
      nonce: derive(browser, state, 'nonce'),
      ...(sessionId === null ? {} : { prompt: 'login', max_age: '0' }),
    });
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('answer');
    return url;
  }

  /** What the browser brings back. Each attempt counts once. @throws ForbiddenError that says why nobody is let in */
  async finish(search: string, visitor: Visitor): Promise<Arrival> {
    const { db, clock, client, urls } = this.deps;
    const url = new URL(urls.to(visitor.site, callbackPath) + search);
    const state = url.searchParams.get('state');
    if (!isSecret(state) || !isSecret(visitor.browser)) throw refused('attempt');
    const where = { state_hash: secretHash(state), browser_hash: secretHash(visitor.browser), site: visitor.site };
    const attempt = await db.of(AttemptModel).findOne({ where });
    if (attempt === null || (await db.of(AttemptModel).destroy({ where: { id: attempt.id } })) === 0 || attempt.expires_at <= clock.now())
      throw refused('attempt');
    const provider = await this.#provider(visitor.site, attempt.provider_id);
    try {
      const oidc = await import('openid-client');
      const config = await client.configuration(provider);
      const claims = await (async (): Promise<Claims> => {
        const tokens = await oidc.authorizationCodeGrant(config, url, {
          pkceCodeVerifier: derive(visitor.browser, state, 'verifier'),
          expectedState: state,
          expectedNonce: derive(visitor.browser, state, 'nonce'),
          idTokenExpected: true,
          ...(attempt.session_id === null ? {} : { maxAge: 120 }),
        });
        const token = tokens.claims();
        if (token === undefined) throw new Error('The answer holds no ID token');
        const more =
          typeof token['email'] === 'string' || !config.serverMetadata().userinfo_endpoint
            ? token
            : { ...(await oidc.fetchUserInfo(config, tokens.access_token, token.sub)) };
        if (token.sub === '' || token.sub.length > 255) throw new Error('The answer names nobody');
        return claimsOf(token.sub, more);
      })();
      return await this.#arrive(provider, attempt, claims, visitor.ip);
    } catch (error) {
      return this.#fail(provider, error, visitor);
    }
  }

  async #arrive(provider: ProviderRow, attempt: { next: string; session_id: number | null }, claims: Claims, ip: string | null): Promise<Arrival> {
    if (attempt.session_id !== null) {
      const known = await this.deps.db.of(IdentityModel).count({ where: { provider_id: provider.id, subject: claims.subject } });
      if (known === 0) throw refused('otherPerson');
    }
    const account = await this.deps.identities.account(provider, claims, ip);
    return { account, secondFactor: Boolean(provider.second_factor), next: attempt.next, sessionId: attempt.session_id };
  }

  async #provider(site: string, id: number): Promise<ProviderRow> {
    const row = (await this.deps.db.of(ProviderModel).findByPk(id))?.get({ plain: true });
    if (!row?.active || row.kind !== kindOf(site)) throw refused('provider');
    return row;
  }

  /** Why somebody was not let in stands in the audit log; what the provider's answer lacked only in the server's. */
  async #fail(provider: ProviderRow, error: unknown, { site, ip, agent }: Visitor): Promise<never> {
    const { audit, log, signInLog } = this.deps;
    await signInLog.failed({ accountId: null, site, ip, agent, method: 'sso' }, 'sso');
    const known = error instanceof ForbiddenError ? error : null;
    if (known === null) log.warn({ provider: provider.id, reason: reasonOf(error) }, 'the answer of a sign-in service was not accepted');
    const denied = (error as { error?: string }).error === 'access_denied';
    const told = known ?? refused(denied ? 'denied' : 'answer', { name: provider.name });
    await audit.record(anonymousActor('page', ip), {
      action: 'core.provider.refused',
      object: { kind: 'core.provider', id: provider.id, name: provider.name },
      customerId: this.deps.owners.customerOf(provider.owner),
      after: { reason: told.code, email: String(told.detail.vars?.['email'] ?? '') },
    });
    throw told;
  }
}

/** From the browser's secret and the state alone, so that the database holds neither verifier nor nonce. */
function derive(browser: string, state: string, use: 'verifier' | 'nonce'): string {
  return createHash('sha256').update(`${use}:${browser}:${state}`).digest('base64url');
}

function claimsOf(subject: string, claims: Readonly<Record<string, unknown>>): Claims {
  const text = (name: string): string | null => (typeof claims[name] === 'string' ? claims[name] : null);
  // Some send the word instead of the value.
  const verified = claims['email_verified'] === true || claims['email_verified'] === 'true';
  return { subject, email: text('email'), emailVerified: verified, name: text('name') };
}
