import { IDENTITY_PROVIDERS, guard, identityProviderApi, type ApiModule } from '../../../core/api.js';
import { signInOwner } from '../accesses/sign-in-rules.js';

/** The sign-in services of a customer. */
export const signInApi: ApiModule = (api, resolve) =>
  identityProviderApi(api, {
    providers: resolve(IDENTITY_PROVIDERS),
    path: '/customers/:id/identity-providers',
    owner: (c) => `${signInOwner}:${c.id()}`,
    read: guard('customers.access.manage'),
    write: guard('customers.access.manage', 'write'),
  });
