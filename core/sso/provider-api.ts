import { z } from 'zod';
import { stepUp, type Guard } from '../http/types.js';
import type { ApiContext, ApiRouter } from '../rest/types.js';
import { providerInput } from './inputs.js';
import type { IdentityProviders } from './types.js';

/** Where the operations on sign-in services stand, and whose they are. */
export interface ProviderApiOptions {
  providers: IdentityProviders;
  /** Path of the list, such as `/customers/:id/identity-providers`. */
  path: string;
  owner(c: Pick<ApiContext<unknown, unknown>, 'id'>): string | null;
  read: Guard;
  /** Guard for changes; a session that has just shown who it is comes on top. */
  write: Guard;
}
const provider = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: z.enum(['staff', 'customer']),
  issuer: z.string(),
  clientId: z.string(),
  hasSecret: z.boolean().describe('The secret itself is never told.'),
  domains: z.array(z.string()),
  owner: z.string().nullable(),
  trustEmail: z.boolean(),
  secondFactor: z.boolean(),
  passwordOff: z.boolean(),
  createRole: z.string().nullable(),
  active: z.boolean(),
  people: z.number().int().describe('Accounts that have signed in with it.'),
});
const items = z.object({ items: z.array(provider) });

/** The same operations as the pages have: list, read, add, change, delete, and what the service itself says. */
export function identityProviderApi(api: ApiRouter, { providers, path, owner, read, write }: ProviderApiOptions): void {
  const one = `${path}/:provider`;
  const change = stepUp(write);
  api.on('get', path, read, { summary: 'Sign-in services', response: items }, async (c) => ({ items: await providers.list(c.actor, owner(c)) }));
  api.on('get', one, read, { summary: 'One sign-in service', response: provider }, (c) => providers.get(c.actor, owner(c), c.id('provider')));
  api.on('post', path, change, { summary: 'Add a sign-in service', body: providerInput, response: provider, status: 201 }, (c) =>
    providers.create(c.actor, owner(c), c.body),
  );
  api.on(
    'put',
    one,
    change,
    { summary: 'Change a sign-in service', description: 'An empty client secret keeps the stored one.', body: providerInput, response: provider },
    async (c) => {
      await providers.update(c.actor, owner(c), c.id('provider'), c.body);
      return providers.get(c.actor, owner(c), c.id('provider'));
    },
  );
  api.on('delete', one, stepUp({ ...write, access: 'delete' }), { summary: 'Delete a sign-in service', response: z.null(), status: 204 }, async (c) => {
    await providers.remove(c.actor, owner(c), c.id('provider'));
    return null;
  });
  const described = { summary: 'What a sign-in service says of itself when it is asked now', response: z.object({ ok: z.boolean(), answer: z.string() }) };
  api.on('get', `${one}/description`, stepUp(read), described, (c) => providers.test(c.actor, owner(c), c.id('provider')));
}
