import { NotFoundError, guard, z, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { AccessDirectory, AccessOptions, TeamService, flag, idInput, labelOf, many, optionGroups, optional, type Colleague } from '../../customers/api.js';

const rights = { options: many(z.string().max(100)), all_installations: flag, installation_ids: many(idInput) };
const person = {
  name: z.string().trim().min(1).max(120),
  email: z.preprocess((value) => (typeof value === 'string' ? value.trim() : value), z.email().max(200)),
  mobile: optional(z.string().trim().max(40)),
};
const query = z.object({ q: z.string().max(100).default(''), after: z.string().max(400).optional() });

/** A customer's own administrator: colleagues, invited and removed within the own rights. */
export const teamPages: PageModule = (page, resolve) => {
  const team = resolve(TeamService);
  const read = guard('customers.team.manage');
  const write = guard('customers.team.manage', 'write');
  const list = (c: PageContext) => `/team/${c.id()}`;
  const one = (c: PageContext) => `${list(c)}/${c.id('access')}`;

  page.get('/team', read, async (c) => {
    const customers = await team.customers(c.actor);
    const [first] = customers;
    if (first && customers.length === 1) return c.redirect(`/team/${first.id}`);
    c.view('portal/teams', { customers }, { title: c.t('menu.team') });
  });

  page.get('/team/:id', read, async (c) => {
    const { q, after } = c.query(query);
    const { rows, next } = await team.list(c.actor, c.id(), { q, after });
    const customer = (await team.customers(c.actor)).find((item) => item.id === c.id());
    const self = (more: Record<string, string>) => `${list(c)}?${new URLSearchParams({ q, ...more }).toString()}`;
    c.view(
      'portal/team',
      { customer, q, rows: rows.map((row) => shown(c, row)), next: next && self({ after: next }), first: after ? self({}) : null },
      { title: c.t('menu.team') },
    );
  });

  page.form('/team/:id/new', write, {
    schema: z.object({ ...person, ...rights }),
    initial: async (c) => ({ options: resolve(AccessOptions).defaults(), all_installations: (await team.own(c.actor, c.id())).allInstallations ? 'true' : '' }),
    show: (c, form) => showForm(c, resolve, form, null),
    async submit(c, { name, email, mobile, options, all_installations, installation_ids }) {
      await team.invite(c.actor, c.id(), { name, email, mobile }, { options, allInstallations: all_installations, installationIds: installation_ids });
      c.redirect(list(c), { key: 'toast.invited', vars: { name } });
    },
  });

  page.form('/team/:id/:access', write, {
    schema: z.object(rights),
    async initial(c) {
      const access = await team.get(c.actor, c.id(), c.id('access'));
      return { options: access.options, all_installations: access.allInstallations ? 'true' : '', installation_ids: access.installationIds };
    },
    show: async (c, form) => showForm(c, resolve, form, await team.get(c.actor, c.id(), c.id('access'))),
    async submit(c, { options, all_installations, installation_ids }) {
      await team.setRights(c.actor, c.id(), c.id('access'), { options, allInstallations: all_installations, installationIds: installation_ids });
      c.redirect(list(c), { key: 'toast.teamSaved' });
    },
  });

  page.post('/team/:id/:access/resend', write, async (c) => {
    await team.resend(c.actor, c.id(), c.id('access'));
    c.redirect(list(c), { key: 'toast.resent' });
  });
  for (const [action, status, back] of [
    ['enable', 'active', 'disable'],
    ['disable', 'disabled', 'enable'],
  ] as const) {
    page.post(`/team/:id/:access/${action}`, write, async (c) => {
      await team.setStatus(c.actor, c.id(), c.id('access'), status);
      c.redirect(list(c), { key: `toast.team.${status}`, undo: `${one(c)}/${back}` });
    });
  }
  page.post('/team/:id/:access/remove', write, async (c) => {
    await team.remove(c.actor, c.id(), c.id('access'));
    c.redirect(list(c), { key: 'toast.teamRemoved', undo: `${one(c)}/restore` });
  });
  page.post('/team/:id/:access/restore', write, async (c) => {
    await team.restore(c.actor, c.id(), c.id('access'));
    c.redirect(list(c), { key: 'toast.teamRestored' });
  });
};

async function showForm(c: PageContext, resolve: Resolve, form: FormState, access: Colleague | null): Promise<void> {
  const own = await resolve(TeamService).own(c.actor, c.id());
  const places = await resolve(AccessDirectory).installations(c.actor, 'customers.installation.read', { customerId: c.id(), limit: 200 });
  if (access?.customerId !== undefined && access.customerId !== own.customerId) throw new NotFoundError();
  const offered = resolve(AccessOptions)
    .list()
    .filter((option) => own.options.includes(option.id));
  const title = access ? access.account.name : c.t('team.invite');
  c.view(
    'portal/colleague',
    {
      form,
      title,
      access: access && shown(c, access),
      base: `/team/${c.id()}`,
      groups: optionGroups(c, offered, form),
      all: own.allInstallations,
      places: places.map((place) => ({ value: place.id, label: place.name, hint: place.city })),
    },
    { title },
  );
}

function shown(c: PageContext, row: Colleague) {
  return {
    ...row,
    stateText: c.t(`customers:access.state.${row.state}`),
    tone: row.state === 'active' ? 'ok' : row.state === 'expired' || row.state === 'ended' ? 'warn' : row.state === 'disabled' ? 'muted' : 'info',
    pending: row.account.status === 'invited',
    enabled: row.status === 'active',
    rights: row.options.slice(0, 4).map((permission) => c.t(labelOf(permission))),
    more: Math.max(0, row.options.length - 4),
  };
}
