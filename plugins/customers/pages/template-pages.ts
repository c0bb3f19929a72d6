import { guard, z, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { AccessOptions } from '../accesses/access-options.js';
import { TemplateService, type Template } from '../accesses/templates.js';
import { accessStates } from '../types.js';
import { id, optional } from '../inputs.js';
import { CustomerService } from '../register/customer-service.js';
import { labelOf, optionGroups, optionsInput } from './option-groups.js';
import { confirmed, sentFields } from './preview.js';

const templateInput = optionsInput.extend({ name: z.string().trim().min(1).max(80) });
const target = z.object({
  q: z.string().max(100).default(''),
  state: z
    .enum(['', ...accessStates])
    .catch('')
    .default(''),
  customer_id: optional(id).optional(),
});

/** Templates of options: named sets that can be given to many accesses at once. */
export const templatePages: PageModule = (page, resolve) => {
  const templates = resolve(TemplateService);
  const read = guard('customers.access.manage');
  const write = guard('customers.access.manage', 'write');
  const path = (c: PageContext) => `/customers/templates/${c.id('template')}`;

  page.get('/customers/templates', read, async (c) => {
    const rows = await templates.list(c.actor);
    c.view(
      'customers/templates',
      { rows: rows.map((row) => ({ ...row, name: nameOf(c, row), rights: row.options.map((one) => c.t(labelOf(one))) })) },
      { title: c.t('templates.title') },
    );
  });

  page.form('/customers/templates/new', write, {
    schema: templateInput,
    initial: () => ({ options: resolve(AccessOptions).defaults() }),
    show: (c, form) => showForm(c, resolve, form, null),
    async submit(c, input) {
      const template = await templates.create(c.actor, input);
      c.redirect(`/customers/templates/${template}`, { key: 'customers:toast.templateSaved', vars: { name: input.name } });
    },
  });

  page.form('/customers/templates/:template', write, {
    schema: templateInput,
    async initial(c) {
      const template = await templates.get(c.actor, c.id('template'));
      return { name: nameOf(c, template), options: template.options };
    },
    show: async (c, form) => showForm(c, resolve, form, await templates.get(c.actor, c.id('template'))),
    async submit(c, input) {
      const before = await templates.get(c.actor, c.id('template'));
      // A proposal keeps its translated name until somebody gives it another.
      const name = before.name === null && input.name === nameOf(c, before) ? null : input.name;
      await templates.update(c.actor, before.id, { ...input, name });
      c.redirect('/customers/templates', { key: 'customers:toast.templateSaved', vars: { name: input.name } });
    },
  });

  page.post('/customers/templates/:template/remove', write, async (c) => {
    const template = await templates.get(c.actor, c.id('template'));
    if (!confirmed(c)) {
      const title = c.t('templates.removeTitle', { name: nameOf(c, template) });
      const data = { title, text: c.t('templates.removeText'), fields: [], action: `${path(c)}/remove`, back: path(c), button: c.t('templates.remove') };
      return c.view('customers/confirm', data, { title });
    }
    await templates.remove(c.actor, template.id);
    c.redirect('/customers/templates', { key: 'customers:toast.templateRemoved', vars: { name: nameOf(c, template) } });
  });

  page.form('/customers/templates/:template/apply', write, {
    schema: target,
    async show(c, form) {
      const template = await templates.get(c.actor, c.id('template'));
      const name = nameOf(c, template);
      const title = c.t('templates.applyTitle', { name });
      const states = accessStates.map((value) => ({ value, label: c.t(`access.state.${value}`) }));
      const selected =
        optional(id)
          .catch(null)
          .parse(form.values['customer_id'] ?? '') ?? undefined;
      const rows = await resolve(CustomerService).choices(c.actor, { selected });
      c.view('customers/template-apply', { form, title, name, base: path(c), states, rows, selected }, { title });
    },
    async submit(c, { q, state, customer_id }) {
      const template = await templates.get(c.actor, c.id('template'));
      const name = nameOf(c, template);
      const filter = { q, state: state || undefined, customerId: customer_id ?? undefined };
      if (confirmed(c)) return c.redirect(`/customers/templates/runs/${await templates.apply(c.actor, template.id, filter, name)}`);
      const effect = await templates.effect(c.actor, template.id, filter);
      const title = c.t('templates.applyTitle', { name });
      const say = (counts: Record<string, number>) => Object.entries(counts).map(([one, count]) => c.t('templates.effect', { what: c.t(labelOf(one)), count }));
      c.view(
        'customers/preview',
        {
          title,
          lead: c.t('templates.total', { count: effect.total }),
          gains: say(effect.gains),
          losses: say(effect.losses),
          changes: [],
          fields: sentFields(c),
          action: `${path(c)}/apply`,
          back: `${path(c)}/apply`,
        },
        { title },
      );
    },
  });

  page.get('/customers/templates/runs/:run', read, async (c) => {
    const run = await templates.run(c.actor, c.id('run'));
    const finished = run.done >= run.total;
    const stage = run.undone ? (finished ? 'takenBack' : 'undoing') : finished ? 'applied' : 'running';
    const title = c.t(`templates.${stage}`, { name: run.template });
    c.view('customers/template-run', { run, title, finished }, { title });
  });
  page.post('/customers/templates/runs/:run/undo', write, async (c) => {
    await templates.undo(c.actor, c.id('run'));
    c.redirect(`/customers/templates/runs/${c.id('run')}`);
  });
};

const nameOf = (c: PageContext, { name, proposal }: Pick<Template, 'name' | 'proposal'>): string => name ?? c.t(`customers:template.${proposal ?? ''}`);

function showForm(c: PageContext, resolve: Resolve, form: FormState, template: Template | null): void {
  const title = template ? nameOf(c, template) : c.t('templates.new');
  c.view('customers/template', { form, title, template, groups: optionGroups(c, resolve(AccessOptions).list(), form) }, { title });
}
