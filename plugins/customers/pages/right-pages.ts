import { InvalidInputError, guard, z, type FormState, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../accesses/access-directory.js';
import { AccessOptions } from '../accesses/access-options.js';
import { AccessRegister } from '../accesses/access-register.js';
import { flag, id, many } from '../inputs.js';
import { InstallationService } from '../register/installation-service.js';
import { ProjectService } from '../register/project-service.js';
import type { AccessRights } from '../types.js';
import { accessHead, ownAccess } from './access-head.js';
import { endOfDay, endsOf, lastDay, optionGroups, optionValues, optionsInput } from './option-groups.js';
import { pickerView, placeOption, projectOption } from './place-pages.js';
import { confirmed, preview } from './preview.js';

const overviewInput = z
  .object({
    until: z.string().max(20).default(''),
    creator_kind: z.enum(['', 'computer', 'login']).default(''),
    creator: z.string().trim().max(160).default(''),
  })
  .refine((input) => input.creator_kind === '' || input.creator !== '', { path: ['creator'], message: 'customers:error.creator' });
const installationsInput = z.object({ all_installations: flag, installation_ids: many(id) });
const projectsInput = z.object({ all_projects: flag, project_ids: many(id) });

/** Rights of one access, tab by tab. Each change is shown as its effect before it is made. */
export const rightPages: PageModule = (page, resolve) => {
  const register = resolve(AccessRegister);
  const write = guard('customers.access.manage', 'write');
  const own = (c: PageContext) => ownAccess(c, register);
  const path = (c: PageContext, tab: string) => `/customers/${c.id()}/accesses/${c.id('access')}/${tab}`;

  /** Asks first, then changes. */
  async function change(c: PageContext, tab: string, rights: Partial<AccessRights>): Promise<void> {
    const access = await own(c);
    if (!confirmed(c) && (await preview(c, resolve, access, rights, path(c, tab)))) return;
    const differs = await register.setRights(c.actor, access.id, rights);
    c.redirect(path(c, tab), { key: differs ? 'customers:toast.accessSaved' : 'customers:toast.nothingChanged', vars: { name: access.account.name } });
  }

  page.form('/customers/:id/accesses/:access', write, {
    schema: overviewInput,
    async initial(c) {
      const access = await own(c);
      return { until: lastDay(c, access.expiresAt), creator_kind: access.creatorKind ?? '', creator: access.creator ?? '' };
    },
    async show(c, form) {
      const access = await own(c);
      const others = (await resolve(AccessDirectory).accessesOf(access.account.id)).filter((one) => one.customerId !== access.customerId);
      const head = await accessHead(c, resolve, access, 'overview');
      const pending = access.account.status === 'invited';
      c.view(
        'customers/access',
        {
          ...head,
          form,
          enabled: access.status === 'active',
          pending,
          others: others.length,
          kinds: (['', 'computer', 'login'] as const).map((value) => ({ value, label: c.t(`creator.${value || 'all'}`) })),
        },
        { title: `${head.title} · ${head.customer.name}` },
      );
    },
    async submit(c, { until, creator_kind, creator }) {
      const access = await own(c);
      await register.setEnd(c.actor, access.id, until === lastDay(c, access.expiresAt) ? access.expiresAt : endOfDay(c, until, 'until'));
      await register.setCreator(c.actor, access.id, creator_kind === '' ? null : { kind: creator_kind, name: creator });
      c.redirect(path(c, '').slice(0, -1), { key: 'customers:toast.accessSaved', vars: { name: access.account.name } });
    },
  });

  page.form('/customers/:id/accesses/:access/options', write, {
    schema: optionsInput,
    initial: async (c) => optionValues(c, await own(c)),
    async show(c, form) {
      const access = await own(c);
      const head = await accessHead(c, resolve, access, 'options');
      c.view(
        'customers/access-options',
        { ...head, form, groups: optionGroups(c, resolve(AccessOptions).list(), form, access.account.id) },
        { title: head.title },
      );
    },
    async submit(c, input) {
      const access = await own(c);
      const known = resolve(AccessOptions).ids();
      const kept = access.options.filter((permission) => !known.includes(permission));
      const ends = endsOf(c, input);
      for (const [permission, end] of Object.entries(access.ends)) if (lastDay(c, end) === input[`until:${permission}`]) ends[permission] = end;
      const ticked = input.options.filter((permission) => known.includes(permission));
      await change(c, 'options', { options: [...kept, ...ticked], ends: Object.fromEntries(Object.entries(ends).filter(([one]) => ticked.includes(one))) });
    },
  });

  page.form('/customers/:id/accesses/:access/installations', write, {
    schema: installationsInput,
    async initial(c) {
      const { allInstallations, installationIds } = await own(c);
      return { all_installations: allInstallations ? 'true' : '', installation_ids: installationIds };
    },
    async show(c, form) {
      const { customerId } = await own(c);
      const installations = resolve(InstallationService);
      const find = async (q?: string) => (await installations.list(c.actor, { customerId, q })).map(placeOption);
      await showPicker(c, form, 'installations', {
        ...(await pickerView(find, 'installation_ids', form)),
        categories: await installations.categories(c.actor, customerId),
      });
    },
    async submit(c, { all_installations: all, installation_ids: ids }) {
      if (!all && ids.length === 0) throw new InvalidInputError({ installation_ids: { key: 'customers:error.installations' } });
      await change(c, 'installations', { allInstallations: all, installationIds: all ? [] : ids });
    },
  });

  page.form('/customers/:id/accesses/:access/projects', write, {
    schema: projectsInput,
    async initial(c) {
      const { allProjects, projectIds } = await own(c);
      return { all_projects: allProjects ? 'true' : '', project_ids: projectIds };
    },
    async show(c, form) {
      const { customerId } = await own(c);
      const active = new Set<number>();
      const find = async (q?: string) => {
        const { rows } = await resolve(ProjectService).list(c.actor, { customerId, q, limit: 500 });
        for (const row of rows) if (row.active) active.add(row.id);
        return rows.map(projectOption);
      };
      const picker = await pickerView(find, 'project_ids', form, ({ value }) => active.has(value));
      await showPicker(c, form, 'projects', { ...picker, active: true });
    },
    async submit(c, { all_projects: all, project_ids: ids }) {
      await change(c, 'projects', { allProjects: all, projectIds: all ? [] : ids });
    },
  });

  async function showPicker(c: PageContext, form: FormState, tab: 'installations' | 'projects', picker: object): Promise<void> {
    const access = await own(c);
    const head = await accessHead(c, resolve, access, tab);
    c.view(
      'customers/access-picker',
      {
        ...head,
        form,
        tab,
        all: `all_${tab}`,
        icon: tab === 'installations' ? 'map-pin' : 'folder-kanban',
        allLabel: c.t(`picker.${tab}.all`),
        allHint: c.t(`picker.${tab}.allHint`),
        searchHint: c.t(tab === 'installations' ? 'installation.searchHint' : 'project.searchHint'),
        empty: c.t(tab === 'installations' ? 'installation.empty' : 'project.empty'),
        picker: { ...picker, url: `/customers/${access.customerId}/${tab}/picker` },
      },
      { title: head.title },
    );
  }
};
