import { IDENTITY_PROVIDERS, guard, identityProviderApi, stepUp, z, type ApiModule } from '../../core/api.js';
import { SignInRules, signInOwner } from './accesses/sign-in-rules.js';
import { flag } from './inputs.js';

const required = z.object({ required: z.boolean() });

/** How the people of a customer sign in. */
export const signInApi: ApiModule = (api, resolve) => {
  const rules = resolve(SignInRules);
  const write = guard('customers.access.manage', 'write');
  identityProviderApi(api, {
    providers: resolve(IDENTITY_PROVIDERS),
    path: '/customers/:id/identity-providers',
    owner: (c) => `${signInOwner}:${c.id()}`,
    read: guard('customers.access.manage'),
    write,
  });
  api.on(
    'put',
    '/customers/:id/second-factor',
    stepUp(write),
    { summary: 'Whether people of the customer need a second factor', body: z.object({ required: flag }), response: required },
    async (c) => {
      await rules.requireSecondFactor(c.actor, c.id(), c.body.required);
      return { required: c.body.required };
    },
  );
};
