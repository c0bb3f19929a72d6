import { guard, listOf, signedIn, stepUp, time, z, type ApiModule } from '../../../core/api.js';
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

  api.on(
    'put',
    '/team/:id/:access/status',
    write,
    {
      summary: 'Enable or disable a colleague',
      description: 'Who was disabled by the service company is only enabled by it.',
      status: 204,
      body: z.object({ status: z.enum(['active', 'disabled']) }),
      response: z.null(),
      errors: [409],
    },
    async (c) => {
      await team.setStatus(c.actor, c.id(), c.id('access'), c.body.status);
      return null;
    },
  );
  for (const [action, word, summary] of [
    ['resend', 'invitation', 'Send the invitation of a colleague again; the older link is dead then'],
    ['restore', 'restore', 'Take a colleague back who was removed'],
  ] as const) {
    api.on('post', `/team/:id/:access/${word}`, write, { summary, status: 204, response: z.null(), errors: [409] }, async (c) => {
      await team[action](c.actor, c.id(), c.id('access'));
      return null;
    });
  }

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

  const leave = stepUp(signedIn('delete'));
  api.on(
    'delete',
    '/own-accesses/:id',
    leave,
    {
      summary: 'Leave a customer',
      description: 'With the last access the account is disabled and signed out. Only for a person who has just shown who they are, never for a token.',
      sites: ['portal'],
      response: z.object({ accountDisabled: z.boolean() }),
    },
    async (c) => ({ accountDisabled: await resolve(OwnAccess).leave(c.actor, c.id()) }),
  );
  api.on(
    'delete',
    '/own-accesses',
    leave,
    {
      summary: 'Give up all accesses and the account',
      description: 'Only the service company brings them back. Only for a person who has just shown who they are, never for a token.',
      sites: ['portal'],
      status: 204,
      response: z.null(),
    },
    async (c) => {
      await resolve(OwnAccess).deleteAll(c.actor);
      return null;
    },
  );
};
