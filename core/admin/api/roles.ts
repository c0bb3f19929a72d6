import { z } from 'zod';
import type { RoleService } from '../../accounts/role-service.js';
import type { RolesPlan } from '../../accounts/role-writer.js';
import { roleHolds, type Role, type Roles } from '../../accounts/roles.js';
import { NotFoundError } from '../../errors.js';
import { guard } from '../../http/types.js';
import { listOf, type ApiContext, type ApiModule } from '../../rest/types.js';

const role = z.object({
  id: z.string(),
  name: z.string(),
  builtIn: z.boolean().describe('Built-in roles are not renamed and not deleted; `administrator` holds everything.'),
  allCustomers: z.boolean().describe('False: counts only on the customers that the account administers.'),
  idleMinutes: z.number().int().nullable().describe('Time-out in minutes; null = that of the site.'),
  mfaRequired: z.boolean(),
  permissions: z.array(z.string()),
  accounts: z.number().int().describe('How many accounts hold it.'),
});
const effect = z.object({
  permissions: z.array(
    z.object({
      permission: z.string(),
      change: z.enum(['gained', 'lost', 'widened', 'narrowed']),
      accounts: z.array(z.object({ id: z.number().int(), name: z.string() })),
    }),
  ),
});
const change = z.object({
  name: z.string().max(1000).optional(),
  allCustomers: z.boolean().optional(),
  idleMinutes: z.number().nullable().optional(),
  mfaRequired: z.boolean().optional(),
  permissions: z.array(z.string().max(200)).max(1000).optional().describe('All that it shall hold; what is not listed is taken away.'),
  dryRun: z.boolean().default(false).describe('Answers the effect and changes nothing.'),
});
const removal = z.object({
  replacement: z.string().max(40).default('').describe('Given to those who hold no other role; needed when there are any.'),
  dryRun: z.enum(['true', 'false']).default('false').describe('Answers the effect and changes nothing.'),
});
const read = guard('core.accounts.manage');
const write = guard('core.accounts.manage', 'write');

/** Roles of staff. */
export function rolesApi({ service, roles }: { service: RoleService; roles: Roles }): ApiModule {
  const answer = (c: Pick<ApiContext<unknown, unknown>, 't'>, one: Role, accounts: number): z.output<typeof role> => {
    const { id, name, builtIn, allCustomers, idleMinutes, mfaRequired } = one;
    const catalog = service.catalog();
    const permissions = [...catalog.keys()].filter((permission) => roleHolds(one, permission, catalog));
    return { id, name: name ?? c.t(`core:role.${id}`), builtIn, allCustomers, idleMinutes, mfaRequired, permissions, accounts };
  };
  const one = async (c: Pick<ApiContext<unknown, unknown>, 't' | 'actor' | 'params'>) => {
    const found = await service.get(c.actor, c.params['id'] ?? '');
    return answer(c, found, (await roles.counts()).get(found.id) ?? 0);
  };
  return (api) => {
    api.on('get', '/roles', read, { summary: 'List the roles of staff', response: listOf(role) }, async (c) => {
      const counts = await roles.counts();
      return { items: (await service.list(c.actor)).map((each) => answer(c, each, counts.get(each.id) ?? 0)), next: null };
    });
    api.on(
      'post',
      '/roles',
      write,
      {
        summary: 'Create a role',
        status: 201,
        body: z.object({ name: z.string().max(1000), copyOf: z.string().max(40).default('').describe('Role to begin with; empty = no permissions.') }),
        response: role,
      },
      async (c) => answer(c, await service.create(c.actor, c.body), 0),
    );
    api.on('get', '/roles/:id', read, { summary: 'Read a role', response: role }, one);
    api.on(
      'patch',
      '/roles/:id',
      write,
      {
        summary: 'Change a role, or see what a change would do',
        description: 'Acts from the next request of those who hold the role.',
        body: change,
        response: z.object({ role, effect }),
      },
      async (c) => {
        const { dryRun, ...input } = c.body;
        const { id } = await service.get(c.actor, c.params['id'] ?? '');
        const inputs = new Map([[id, input]]);
        const plan = dryRun ? await service.plan(c.actor, inputs) : await service.change(c.actor, inputs);
        return { role: await one(c), effect: effectOf(plan) };
      },
    );
    api.on(
      'delete',
      '/roles/:id',
      guard('core.accounts.manage', 'delete'),
      { summary: 'Delete a role, or see whom it would concern', query: removal, response: z.object({ effect }) },
      async (c) => {
        const { dryRun, replacement } = c.query;
        const id = c.params['id'];
        if (id === undefined) throw new NotFoundError();
        return { effect: effectOf(dryRun === 'true' ? await service.planRemoval(c.actor, id, replacement) : await service.remove(c.actor, id, replacement)) };
      },
    );
  };
}

const effectOf = ({ people }: RolesPlan): z.output<typeof effect> => ({ permissions: people });
