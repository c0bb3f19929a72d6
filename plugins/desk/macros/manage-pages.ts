import { SETTINGS, guard, z, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { describe } from '../bulk/describe.js';
import { technicians } from '../requests/report-pages.js';
import { longTime } from '../times.js';
import { languages, macroInput, macroStatuses, templateInput, textFields } from './inputs.js';
import { TemplateService, actOf, type Template } from './template-service.js';
import { fill, variables, type Values } from './variables.js';

const write = guard('desk.request.manage', 'write');
const paths = { text: '/desk/templates', macro: '/desk/macros' } as const;

/** One page for texts and macros: found, made, changed, tried with sample data. */
export const managePages: PageModule = (page, resolve) => {
  const templates = resolve(TemplateService);

  page.get('/desk/templates', guard('desk.request.manage'), async (c) => {
    const { q } = c.query(z.object({ q: z.string().trim().max(200).catch('') }));
    const all = await templates.list(c.actor, q);
    const macros = all.filter((one) => one.kind === 'macro');
    const does = await describe(
      c,
      resolve,
      macros.map((one) => actOf(c.actor.account?.id ?? 0, one.content)),
    );
    c.view(
      'desk/templates',
      {
        q,
        texts: all.filter((one) => one.kind === 'text').map((one) => ({ ...one, ...brief(one), href: `${paths.text}/${one.id}` })),
        macros: macros.map((one, at) => ({ ...one, text: does[at]?.join(' · '), href: `${paths.macro}/${one.id}` })),
        nothing: all.length === 0,
      },
      { title: c.t('templates.title') },
    );
  });

  for (const at of ['new', ':id'] as const) {
    page.form(`${paths.text}/${at}`, write, {
      schema: templateInput,
      initial: (c) => (at === 'new' ? {} : initial(c, 'text')),
      show: (c, form) => show(c, resolve, 'text', form, at === 'new' ? null : c.id()),
      submit: async (c, input) => {
        await templates.saveText(c.actor, input, at === 'new' ? null : c.id());
        saved(c, input.name);
      },
    });
    page.form(`${paths.macro}/${at}`, write, {
      schema: macroInput,
      initial: (c) => (at === 'new' ? {} : initial(c, 'macro')),
      show: (c, form) => show(c, resolve, 'macro', form, at === 'new' ? null : c.id()),
      submit: async (c, input) => {
        await templates.saveMacro(c.actor, input, at === 'new' ? null : c.id());
        saved(c, input.name);
      },
    });
  }

  page.post('/desk/templates/:id/delete', guard('desk.request.manage', 'delete'), async (c) => {
    const { name } = await templates.remove(c.actor, c.id());
    c.redirect(paths.text, { key: 'toast.templateRemoved', vars: { name } });
  });

  async function initial(c: PageContext, kind: Template['kind']): Promise<Record<string, unknown>> {
    const one = kind === 'macro' ? await templates.macro(c.actor, c.id()) : await templates.get(c.actor, c.id());
    const { texts, ...fields } = { ...one.content };
    const lists = one.kind === 'macro' ? { add_tags: one.content.add_tags.join(', '), remove_tags: one.content.remove_tags.join(', ') } : {};
    return { name: one.name, shared: one.shared, ...fields, ...lists, ...textFields(texts) };
  }
};

function saved(c: PageContext, name: string): void {
  c.redirect(paths.text, { key: 'toast.templateSaved', vars: { name } });
}

/** In a list: the beginning of a text, and its languages. */
function brief({ content: { texts } }: Template): { text: string; languages: string } {
  const text = (Object.values(texts)[0] ?? '').replace(/\s+/g, ' ');
  return { text: text.length > 140 ? `${text.slice(0, 139)}…` : text, languages: Object.keys(texts).join(', ') };
}

async function show(c: PageContext, resolve: Resolve, kind: Template['kind'], form: FormState, id: number | null): Promise<void> {
  const one = id === null ? null : await resolve(TemplateService).get(c.actor, id);
  const manage = await resolve(TemplateService).mayManage(c.actor);
  const title = one?.name ?? c.t(kind === 'text' ? 'templates.newText' : 'templates.newMacro');
  const spoken = new Intl.DisplayNames([c.language], { type: 'language' });
  const text = (language: string) => {
    const value = form.values[`text_${language}`];
    return typeof value === 'string' ? value : '';
  };
  const known = new Set<string>(resolve(SETTINGS).get('core.languages'));
  const fields = languages
    .filter((language) => known.has(language) || text(language) !== '')
    .map((language) => ({ name: `text_${language}`, label: c.t('templates.textIn', { language: spoken.of(language) ?? language }), language }));
  const first = (field: { language: string; name: string }) =>
    field.language === c.language || text(field.language) !== '' || form.errors[field.name] !== undefined;
  const filled = fields.filter(({ language }) => text(language) !== '');
  c.view(
    'desk/template',
    {
      ...{ kind, form, one, title, manage, changeable: one === null || one.own || manage },
      action: `${paths[kind]}/${id ?? 'new'}`,
      fields: fields.filter(first),
      others: fields.filter((field) => !first(field)),
      previews: filled.map(({ language, label }) => ({ label, text: fill(text(language), sampleValues(c, language), (name) => `{{${name}}}`) })),
      variables: variables.map((name) => ({ code: `{{${name}}}`, label: c.t(`variable.${name}`) })),
      ...(kind === 'macro' ? { choices: await choices(c, resolve) } : {}),
    },
    { title },
  );
}

async function choices(c: PageContext, resolve: Resolve): Promise<object> {
  const scale = (key: string) => [1, 2, 3, 4].map((value) => ({ value, label: c.t(`${key}.${value}`) }));
  const [staff, me] = [await technicians(resolve), { value: 'me', label: c.t('macro.me') }];
  return {
    statuses: macroStatuses.map((value) => ({ value, label: c.t(`request.status.${value}`) })),
    solvers: [me, { value: 'none', label: c.t('solver.nobody') }, ...staff],
    watchers: [me, ...staff],
    priorities: scale('priority'),
    importances: scale('importance'),
    kinds: [
      { value: 'false', label: c.t('compose.reply'), icon: 'reply' },
      { value: 'true', label: c.t('core:ui.internalNote'), icon: 'lock' },
    ],
  };
}

/** People and things that there are nowhere. */
function sampleValues(c: PageContext, language: string): Values {
  return {
    'customer.name': 'Hotel Malmen AB',
    'reporter.name': 'Anna Lindqvist',
    'reporter.firstName': 'Anna',
    'request.number': '4812',
    'request.subject': 'A12',
    'installation.name': 'Malmen 1',
    'device.name': 'KONE 3000',
    'order.number': '2026-0187',
    'order.planned': longTime(new Date(Date.UTC(2026, 9, 12, 8, 30)), language, c.fmt.timeZone),
    'agent.name': c.actor.account?.name ?? 'Jana Kováčová',
    'company.name': 'Fjord Service',
  };
}
