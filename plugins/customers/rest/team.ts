import { guard, listOf, time, z, type ApiModule } from '../../../core/api.js';
import { OwnAccess } from '../accesses/own-access.js';
import { TeamService } from '../accesses/team.js';
import { id as idInput, optional } from '../inputs.js';
import { accessStates } from '../types.js';

const number = z.number().int();
const colleague = z.object({
  id: number,
  name: z.string(),
  email: z.string(),
  state: z.enum(accessStates),
  options: z.array(z.string()),
  allInstallations: z.boolean(),
  installationIds: z.array(number),
  manageable: z.boolean().describe('Within what the caller holds.'),
});
const rights = { options: z.array(z.string().max(100)).max(200), allInstallations: z.boolean(), installationIds: z.array(idInput).max(1000).default([]) };

/** What a customer's own administrator and every customer account may do by REST. */
export const teamApi: ApiModule = (api, resolve) => {
  const team = resolve(TeamService);
  const read = guard('customers.team.manage');
  const write = guard('customers.team.manage', 'write');

  api.on(
    'get',
    '/team/:id',
    read,
    { summary: 'Colleagues of a customer', query: z.object({ after: z.string().max(400).optional() }), response: listOf(colleague) },
    async (c) => {
      const { rows, next } = await team.list(c.actor, c.id(), c.query);
      const items = rows.map(({ id, account, state, options, allInstallations, installationIds, manageable }) => ({
        id,
        name: account.name,
        email: account.email,
        state,
        options,
        allInstallations,
        installationIds,
        manageable,
      }));
      return { items, next };
    },
  );
  api.on(
    'post',
    '/team/:id',
    write,
    {
      summary: 'Invite a colleague, within the own rights',
      status: 201,
      body: z.object({ name: z.string().trim().min(1).max(120), email: z.email().max(200), mobile: optional(z.string().trim().max(40)), ...rights }),
      response: z.object({ id: number }),
    },
    async ({ actor, id, body: { name, email, mobile, ...given } }) => ({ id: (await team.invite(actor, id(), { name, email, mobile }, given)).id }),
  );
  api.on(
    'put',
    '/team/:id/:access',
    write,
    { summary: 'Set what a colleague may, within the own rights', status: 204, body: z.object(rights), response: z.null() },
    async (c) => {
      await team.setRights(c.actor, c.id(), c.id('access'), c.body);
      return null;
    },
  );
  api.on(
    'delete',
    '/team/:id/:access',
    guard('customers.team.manage', 'delete'),
    { summary: 'Remove a colleague', status: 204, response: z.null() },
    async (c) => {
      await team.remove(c.actor, c.id(), c.id('access'));
      return null;
    },
  );

  const own = z.object({
    id: number,
    customerId: number,
    customer: z.string(),
    state: z.enum(accessStates),
    options: z.array(z.string()),
    expiresAt: time.nullable(),
  });
  api.on(
    'get',
    '/own-accesses',
    guard('customers.installation.read'),
    { summary: 'The own accesses', sites: ['portal'], response: listOf(own) },
    async ({ actor }) => ({
      items: (await resolve(OwnAccess).list(actor)).map(({ id, customerId, customerName, state, options, expiresAt }) => ({
        id,
        customerId,
        customer: customerName,
        state,
        options,
        expiresAt,
      })),
      next: null,
    }),
  );
};
