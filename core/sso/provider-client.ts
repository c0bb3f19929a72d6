import type { Configuration } from 'openid-client';
import type { SecretBox } from '../settings/secret-box.js';
import type { GuardedFetch } from '../outgoing/guarded-fetch.js';
import type { ProviderRow } from './models.js';

const keptMs = 60 * 60_000;
const timeoutSeconds = 10;

/** Talks to providers; what they say of themselves is kept for an hour. */
export class ProviderClient {
  readonly #kept = new Map<number, { version: string; at: number; config: Configuration }>();

  constructor(
    private readonly fetch: GuardedFetch,
    private readonly box: SecretBox,
  ) {}

  /** Seals a client secret for its place. */
  seal(id: number, secret: string): string {
    return this.box.seal(placeOf(id), secret);
  }

  /** @throws Error when the provider does not answer, or not as OpenID Connect asks */
  async configuration(provider: ProviderRow): Promise<Configuration> {
    const version = `${provider.issuer} ${provider.client_id} ${provider.client_secret}`;
    const known = this.#kept.get(provider.id);
    if (known?.version === version && Date.now() - known.at < keptMs) return known.config;
    const config = await this.discover(provider);
    this.#kept.set(provider.id, { version, at: Date.now(), config });
    return config;
  }

  /** The same, asked anew. */
  async discover(provider: ProviderRow): Promise<Configuration> {
    const oidc = await import('openid-client');
    const secret = provider.client_secret === null ? null : this.box.open(placeOf(provider.id), provider.client_secret);
    const fetch: NonNullable<Parameters<typeof oidc.discovery>[4]>[typeof oidc.customFetch] = (url, options) => this.fetch(url, options);
    // Plain HTTP is decided by the fetch itself, which knows what the operator allows.
    const execute = [oidc.allowInsecureRequests];
    const found = await oidc.discovery(new URL(provider.issuer), provider.client_id, undefined, oidc.None(), {
      execute,
      timeout: timeoutSeconds,
      [oidc.customFetch]: fetch,
    });
    const server = found.serverMetadata();
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authentication =
      secret === null ? oidc.None() : methods.includes('client_secret_post') ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret);
    const config = new oidc.Configuration(server, provider.client_id, undefined, authentication);
    config[oidc.customFetch] = fetch;
    config.timeout = timeoutSeconds;
    oidc.allowInsecureRequests(config);
    // The signature is checked although the token comes straight from the provider.
    oidc.enableNonRepudiationChecks(config);
    return config;
  }
}

const placeOf = (id: number): string => `core.identity-provider:${id}`;
