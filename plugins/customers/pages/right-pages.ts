import { DATABASE, InvalidInputError, guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../accesses/access-directory.js';
import { AccessOptions } from '../accesses/access-options.js';
import { AccessRegister } from '../accesses/access-register.js';
import { flag, id, many } from '../inputs.js';
import { InstallationService } from '../register/installation-service.js';
import { projectsOf } from '../accesses/pickers.js';
import type { AccessRights } from '../types.js';
import { accessHead, ownAccess } from './access-head.js';
import { endOfDay, endsOf, lastDay, optionGroups, optionValues, optionsInput } from './option-groups.js';
import { confirmed, preview } from './preview.js';

const overviewInput = z
  .object({
    until: z.string().max(20).default(''),
    creator_kind: z.enum(['', 'computer', 'login']).default(''),
    creator: z.string().trim().max(160).default(''),
  })
  .refine((input) => input.creator_kind === '' || input.creator !== '', { path: ['creator'], message: 'customers:error.creator' });
const pickerQuery = z.object({ q: z.string().max(200).default(''), category: z.string().max(100).default(''), active: z.enum(['', '1', '0']).catch('') });
const pickerInput = z.object({ all: flag, ids: many(id), shown: many(id) });

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
    schema: pickerInput,
    initial: async (c) => ({ all: (await own(c)).allInstallations ? 'true' : '' }),
    async show(c, form) {
      const access = await own(c);
      const head = await accessHead(c, resolve, access, 'installations');
      const { q, category, active } = c.query(pickerQuery);
      const installations = resolve(InstallationService);
      const found = await installations.list(c.actor, {
        customerId: access.customerId,
        q,
        category: category || undefined,
        active: active === '' ? undefined : active === '1',
        limit: 200,
      });
      const picked = pickedOf(form.values['ids'], access.installationIds);
      c.view(
        'customers/access-picker',
        {
          ...head,
          form,
          ...texts(c, 'installations'),
          q,
          filter: { category, active },
          categories: await installations.categories(c.actor, access.customerId),
          rows: found.map((place) => ({
            id: place.id,
            name: place.name,
            more: [place.city, place.reference_number, ...place.categories].filter(Boolean).join(' · '),
            active: place.active,
            checked: picked.includes(place.id),
          })),
          chosen: access.installationIds.length,
        },
        { title: head.title },
      );
    },
    async submit(c, input) {
      const ids = merged((await own(c)).installationIds, input);
      if (!input.all && ids.length === 0) throw new InvalidInputError({ ids: { key: 'customers:error.installations' } });
      await change(c, 'installations', { allInstallations: input.all, installationIds: input.all ? [] : ids });
    },
  });

  page.form('/customers/:id/accesses/:access/projects', write, {
    schema: pickerInput,
    initial: async (c) => ({ all: (await own(c)).allProjects ? 'true' : '' }),
    async show(c, form) {
      const access = await own(c);
      const head = await accessHead(c, resolve, access, 'projects');
      const { q, active } = c.query(pickerQuery.extend({ active: z.enum(['', '1', '0']).catch('1').default('1') }));
      const found = await projectsOf(resolve(DATABASE), access.customerId, { q, active: active === '' ? undefined : active === '1' });
      const picked = pickedOf(form.values['ids'], access.projectIds);
      c.view(
        'customers/access-picker',
        {
          ...head,
          form,
          ...texts(c, 'projects'),
          q,
          filter: { active },
          rows: found.map((project) => ({
            id: project.id,
            name: project.name,
            more: project.number,
            active: Boolean(project.active),
            checked: picked.includes(project.id),
          })),
          chosen: access.projectIds.length,
        },
        { title: head.title },
      );
    },
    async submit(c, input) {
      const ids = merged((await own(c)).projectIds, input);
      await change(c, 'projects', { allProjects: input.all, projectIds: input.all ? [] : ids });
    },
  });
};

function texts(c: PageContext, tab: 'installations' | 'projects') {
  return {
    tab,
    allLabel: c.t(`picker.${tab}.all`),
    allHint: c.t(`picker.${tab}.allHint`),
    listLabel: c.t(`picker.${tab}.list`),
    empty: c.t(`picker.${tab}.empty`),
    actives: (['1', '0'] as const).map((value) => ({ value, label: c.t(value === '1' ? 'installation.active' : 'installation.inactive') })),
  };
}

function pickedOf(typed: unknown, stored: readonly number[]): readonly number[] {
  return typed === undefined ? stored : (Array.isArray(typed) ? typed : [typed]).map(Number);
}

/** What a search hid keeps its tick. */
function merged(before: readonly number[], { ids, shown }: z.output<typeof pickerInput>): number[] {
  return [...new Set([...before.filter((one) => !shown.includes(one)), ...ids])];
}
