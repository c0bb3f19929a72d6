import { guard } from '../http/types.js';
import type { ApiModule } from '../rest/types.js';
import { identityProviderApi } from '../sso/provider-api.js';
import { meApi } from './api/me.js';
import type { People } from '../people.js';
import type { AdminParts } from './index.js';

/** The REST operations that the core itself owns: one line for each module. */
export function coreApis({ people, access }: AdminParts): ApiModule[] {
  return [meApi({ accounts: people.accounts, access }), (api) => identityProviderApi(api, installation(people.sso.providers))];
}

/** Sign-in services of the installation itself. */
const installation = (providers: People['sso']['providers']) => ({
  providers,
  path: '/identity-providers',
  owner: () => null,
  read: guard('core.accounts.manage'),
  write: guard('core.accounts.manage', 'write'),
});
