import { guard, listOf, listQuery, stepUp, time, z, type ApiModule } from '../../../core/api.js';
import { AccessOptions } from '../accesses/access-options.js';
import { AccessRegister } from '../accesses/access-register.js';
import { AccountDirectory } from '../accesses/account-directory.js';
import { AdministratorService } from '../accesses/administrators.js';
import { ProcessorService } from '../accesses/processors.js';
import { accessInput, id as idInput, moment } from '../inputs.js';
import { accessStates } from '../types.js';

const number = z.number().int();
const rights = z.object({
  options: z.array(z.string()).describe('Permissions that are ticked.'),
  ends: z.record(z.string(), z.string()).describe('End of single options, by permission; what is absent does not end.'),
  allInstallations: z.boolean(),
  installationIds: z.array(number),
  allProjects: z.boolean(),
  projectIds: z.array(number),
  grants: z.array(z.object({ permission: z.string(), deviceId: number, expiresAt: time.nullable() })).describe('Single activities on single devices.'),
  expiresAt: time.nullable(),
  creator: z.object({ kind: z.enum(['computer', 'login']), name: z.string() }).nullable(),
});
const change = z
  .object({
    options: z.array(z.string().max(100)).max(200),
    ends: z.record(z.string(), moment),
    allInstallations: z.boolean(),
    installationIds: z.array(idInput).max(1000),
    allProjects: z.boolean(),
    projectIds: z.array(idInput).max(1000),
    grants: z.array(z.object({ permission: z.string().max(100), deviceId: idInput, expiresAt: moment.nullable().default(null) })).max(1000),
    expiresAt: moment.nullable(),
    creator: z.object({ kind: z.enum(['computer', 'login']), name: z.string().trim().min(1).max(160) }).nullable(),
  })
  .partial();
const changed = z.object({
  kind: z.enum(['option', 'installation', 'project', 'device', 'allInstallations', 'allProjects']),
  permission: z.string().optional().describe('Of options and devices.'),
  name: z.string().optional().describe('Of installations, projects and devices.'),
  until: time.nullable().optional().describe('The end that it has then.'),
});
const effect = z.object({
  gains: z.array(changed),
  losses: z.array(changed),
  changes: z.array(changed).describe('Kept, with another end, or still chosen when not all are covered any more.'),
});
const person = z.object({ id: number, name: z.string(), email: z.string() });

/** Accesses with their rights, administrators and additional processors: the same services as the pages. */
export const authorisationApi: ApiModule = (api, resolve) => {
  const register = resolve(AccessRegister);
  const read = guard('customers.customer.read');
  const write = guard('customers.access.manage', 'write');
  const remove = guard('customers.access.manage', 'delete');

  const option = z.object({ id: z.string(), module: z.string(), label: z.string(), default: z.boolean(), scopes: z.array(z.string()) });
  api.on(
    'get',
    '/access-options',
    guard('customers.access.manage'),
    { summary: 'Options that can be ticked on an access', response: listOf(option) },
    async ({ t }) => ({
      items: resolve(AccessOptions)
        .list()
        .map(({ id, plugin, scopes = [], default: ticked = false }) => ({
          id,
          module: plugin,
          label: t(`${plugin}:permission.${id.slice(plugin.length + 1)}`),
          default: ticked,
          scopes: [...scopes],
        })),
      next: await Promise.resolve(null),
    }),
  );

  api.on(
    'post',
    '/customers/:id/accesses',
    write,
    { summary: 'Create an access and invite its person', status: 201, body: accessInput, response: z.object({ id: number }), errors: [403] },
    async (c) => ({
      id: (await register.create(c.actor, c.id(), c.body)).id,
    }),
  );
  api.on('get', '/accesses/:id/rights', read, { summary: 'What an access may, and where', response: rights }, async ({ actor, id }) =>
    shown(await register.get(actor, id())),
  );
  api.on(
    'patch',
    '/accesses/:id/rights',
    write,
    {
      summary: 'Change what an access may; what is absent stays',
      description: 'With `dryRun`, nothing is written: `effect` says what would be gained and lost.',
      body: change.extend({ dryRun: z.boolean().default(false).describe('Answers the effect and changes nothing.') }),
      response: rights.extend({ effect }),
    },
    async ({ actor, id, body }) => {
      const { expiresAt, creator, dryRun, ...given } = body;
      const differs = await register.effect(actor, id(), given);
      if (dryRun) return { ...shown(await register.get(actor, id())), effect: differs };
      await register.setRights(actor, id(), given);
      if (expiresAt !== undefined) await register.setEnd(actor, id(), expiresAt);
      if (creator !== undefined) await register.setCreator(actor, id(), creator);
      return { ...shown(await register.get(actor, id())), effect: differs };
    },
  );
  api.on(
    'put',
    '/accesses/:id/status',
    write,
    { summary: 'Enable or disable an access', status: 204, body: z.object({ status: z.enum(['active', 'disabled']) }), response: z.null() },
    async (c) => {
      await register.setStatus(c.actor, c.id(), c.body.status);
      return null;
    },
  );
  api.on(
    'post',
    '/accesses/:id/invitation',
    write,
    { summary: 'Send the invitation again; the older link is dead then', status: 204, response: z.null(), errors: [409] },
    async (c) => {
      await register.resend(c.actor, c.id());
      return null;
    },
  );
  api.on(
    'delete',
    '/accesses/:id/second-factors',
    stepUp(remove),
    {
      summary: 'Take the second factors of a person away who has lost them',
      description:
        'Ends the sessions of the account and mails its person. Only for who manages all accesses of the account and has just shown who they are, never for a token.',
      status: 204,
      response: z.null(),
    },
    async (c) => {
      await register.resetFactors(c.actor, c.id());
      return null;
    },
  );
  api.on('delete', '/accesses/:id', remove, { summary: 'Take an access away', status: 204, response: z.null() }, async (c) => {
    await register.remove(c.actor, c.id());
    return null;
  });

  const gone = person.extend({ removedAt: time.nullable() });
  api.on(
    'get',
    '/customers/:id/removed-accesses',
    guard('customers.access.manage'),
    { summary: 'The latest accesses that were taken away or left', response: listOf(gone) },
    async ({ actor, id }) => ({ items: (await register.removed(actor, id())).rows, next: null }),
  );
  api.on(
    'post',
    '/customers/:id/accesses/:access/restore',
    write,
    { summary: 'Give a removed access back with all its rights', status: 204, response: z.null() },
    async (c) => {
      await register.restore(c.actor, c.id(), c.id('access'));
      return null;
    },
  );

  const account = person.extend({ state: z.enum(accessStates), customers: z.array(z.object({ id: number, number, name: z.string(), accessId: number })) });
  const accountQuery = listQuery.extend({
    q: z.string().max(100).optional().describe('Part of name or mail address.'),
    state: z.enum(accessStates).optional(),
  });
  api.on(
    'get',
    '/customer-accounts',
    read,
    { summary: 'Accounts of customers, by name', query: accountQuery, response: listOf(account) },
    async ({ actor, query }) => {
      const { rows, next } = await resolve(AccountDirectory).list(actor, query);
      return { items: rows.map(({ account: { id, name, email }, state, customers }) => ({ id, name, email, state, customers })), next };
    },
  );

  const administrators = resolve(AdministratorService);
  api.on('get', '/customers/:id/administrators', read, { summary: 'Staff who look after a customer', response: listOf(person) }, async ({ actor, id }) => ({
    items: (await administrators.list(actor, id())).map(({ id: own, name, email }) => ({ id: own, name, email })),
    next: null,
  }));
  api.on(
    'put',
    '/customers/:id/administrators',
    write,
    { summary: 'Name the administrators of a customer', status: 204, body: z.object({ ids: z.array(idInput).max(200) }), response: z.null() },
    async (c) => {
      await administrators.set(c.actor, c.id(), c.body.ids);
      return null;
    },
  );

  const processors = resolve(ProcessorService);
  const processor = z.object({ id: number, account: person, kind: z.string(), object: z.object({ id: number, name: z.string() }).nullable(), since: time });
  api.on(
    'get',
    '/customers/:id/processors',
    read,
    { summary: 'Additional processors of single objects', response: listOf(processor) },
    async ({ actor, id }) => ({
      items: (await processors.list(actor, id())).map((one) => ({ ...one, object: one.object && { id: one.object.id, name: one.object.name } })),
      next: null,
    }),
  );
  api.on(
    'post',
    '/customers/:id/processors',
    write,
    {
      summary: 'Name an additional processor',
      status: 201,
      body: z.object({ account_id: idInput, kind: z.string().max(60), object_id: idInput }),
      response: z.object({ id: number }),
    },
    async (c) => ({ id: await processors.add(c.actor, c.id(), c.body) }),
  );
  api.on(
    'delete',
    '/customers/:id/processors/:processor',
    remove,
    { summary: 'Take an additional processor away', status: 204, response: z.null() },
    async (c) => {
      await processors.remove(c.actor, c.id(), [c.id('processor')]);
      return null;
    },
  );
};

function shown(view: Awaited<ReturnType<AccessRegister['get']>>) {
  const { options, ends, allInstallations, installationIds, allProjects, projectIds, grants, expiresAt, creatorKind, creator } = view;
  return {
    options,
    ends: Object.fromEntries(Object.entries(ends).map(([permission, end]) => [permission, end.toISOString()])),
    allInstallations,
    installationIds,
    allProjects,
    projectIds,
    grants,
    expiresAt,
    creator: creatorKind && creator ? { kind: creatorKind, name: creator } : null,
  };
}
