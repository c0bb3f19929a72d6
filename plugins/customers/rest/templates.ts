import { guard, listOf, z, type ApiModule } from '../../../core/api.js';
import { TemplateService, type Template } from '../accesses/templates.js';
import { id as idInput } from '../inputs.js';
import { accessStates } from '../types.js';

const number = z.number().int();
const template = z.object({ id: number, name: z.string(), options: z.array(z.string()) });
const input = z.object({ name: z.string().trim().min(1).max(80), options: z.array(z.string().max(100)).max(200) });
const run = z.object({
  id: number,
  template: z.string(),
  accesses: number,
  done: number.describe('Of those accesses.'),
  undone: z.boolean().describe('It is being taken back, or was.'),
});
const target = z
  .object({
    q: z.string().max(100).default('').describe('Part of name or mail address.'),
    state: z.enum(accessStates).optional(),
    customerId: idInput.optional(),
    all: z.literal(true).optional().describe('Without any other choice: really every access in reach.'),
    dryRun: z.boolean().default(false).describe('Answers the effect and changes nothing.'),
  })
  .refine(({ q, state, customerId, all }) => q !== '' || state !== undefined || customerId !== undefined || all === true, {
    path: ['all'],
    message: 'customers:error.templateTarget',
  });
const counts = z.record(z.string(), number);

/** Templates of options by REST. */
export const templateApi: ApiModule = (api, resolve) => {
  const templates = resolve(TemplateService);
  const read = guard('customers.access.manage');
  const write = guard('customers.access.manage', 'write');
  type T = (key: string) => string;
  const nameOf = (t: T, { name, proposal }: Pick<Template, 'name' | 'proposal'>) => name ?? t(`customers:template.${proposal ?? ''}`);
  const toAnswer = (t: T, one: Template) => ({ id: one.id, name: nameOf(t, one), options: one.options });

  api.on('get', '/option-templates', read, { summary: 'Templates of options', response: listOf(template) }, async ({ actor, t }) => ({
    items: (await templates.list(actor)).map((one) => toAnswer(t, one)),
    next: null,
  }));
  api.on('get', '/option-templates/:id', read, { summary: 'One template of options', response: template }, async ({ actor, id, t }) =>
    toAnswer(t, await templates.get(actor, id())),
  );
  api.on(
    'post',
    '/option-templates',
    write,
    { summary: 'Make a template of options', status: 201, body: input, response: template },
    async ({ actor, body, t }) => toAnswer(t, await templates.get(actor, await templates.create(actor, body))),
  );
  api.on(
    'put',
    '/option-templates/:id',
    write,
    { summary: 'Change a template; accesses that have it stay as they are', body: input, response: template },
    async ({ actor, id, body, t }) => {
      const before = await templates.get(actor, id());
      await templates.update(actor, id(), { ...body, name: before.name === null && body.name === nameOf(t, before) ? null : body.name });
      return toAnswer(t, await templates.get(actor, id()));
    },
  );
  api.on(
    'delete',
    '/option-templates/:id',
    guard('customers.access.manage', 'delete'),
    { summary: 'Delete a template; accesses that have it stay as they are', status: 204, response: z.null() },
    async ({ actor, id }) => {
      await templates.remove(actor, id());
      return null;
    },
  );
  api.on(
    'post',
    '/option-templates/:id/apply',
    write,
    {
      summary: 'Give a template to all accesses that match',
      description: 'Runs in the background. With `dryRun`, nothing is written and `runId` is null. `gains` and `losses` count accesses by permission.',
      body: target,
      response: z.object({ runId: number.nullable(), accesses: number, gains: counts, losses: counts }),
    },
    async ({ actor, id, body: { dryRun, all: _all, ...body }, t }) => {
      const { total: accesses, gains, losses } = await templates.effect(actor, id(), body);
      const apply = async () => templates.apply(actor, id(), body, nameOf(t, await templates.get(actor, id())));
      return { runId: dryRun ? null : await apply(), accesses, gains, losses };
    },
  );
  const state = async (actor: Parameters<TemplateService['run']>[0], id: number) => {
    const { template: name, total, done, undone } = await templates.run(actor, id);
    return { id, template: name, accesses: total, done, undone: Boolean(undone) };
  };
  api.on('get', '/option-template-runs/:id', read, { summary: 'How far a template has been given', response: run }, ({ actor, id }) => state(actor, id()));
  api.on(
    'post',
    '/option-template-runs/:id/undo',
    write,
    { summary: 'Give the accesses of a run the options back that they had', status: 202, response: run, errors: [409] },
    async ({ actor, id }) => {
      await templates.undo(actor, id());
      return state(actor, id());
    },
  );
};
