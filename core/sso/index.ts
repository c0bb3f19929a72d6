import { SecretBox } from '../settings/secret-box.js';
import { guardedFetch } from '../outgoing/guarded-fetch.js';
import { Identities, type IdentityDeps } from './identities.js';
import { ProviderClient } from './provider-client.js';
import { ProviderOwners } from './provider-owners.js';
import { ProviderRegister, type ProviderRegisterDeps } from './provider-register.js';
import { SsoFlow, type SsoFlowDeps } from './sso-flow.js';

type Made = 'client' | 'owners' | 'identities';
interface SsoParts extends Omit<ProviderRegisterDeps, Made>, Omit<IdentityDeps, Made>, Omit<SsoFlowDeps, Made> {
  dataDir: string;
  /** Private addresses that providers may have. */
  allow: readonly string[];
}

/** Everything about sign-in services, put together. */
export function createSso(parts: SsoParts) {
  const owners = new ProviderOwners();
  const client = new ProviderClient(guardedFetch(parts.allow), new SecretBox(parts.dataDir));
  const identities = new Identities({ ...parts, owners });
  return {
    owners,
    identities,
    providers: new ProviderRegister({ ...parts, client, owners }),
    flow: new SsoFlow({ ...parts, client, owners, identities }),
  };
}
