import { z } from 'zod';
import { reachOf } from '../accounts/role-effect.js';
import type { RoleInput, RoleService } from '../accounts/role-service.js';
import type { RolesPlan } from '../accounts/role-writer.js';
import { fingerprint } from '../accounts/role-state.js';
import { administrator, roleHolds, type Role, type Roles } from '../accounts/roles.js';
import { guard, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import { permissionLabel, roleHint, roleLabel, showEffect } from './role-effects.js';

export interface RolePageDeps {
  service: RoleService;
  roles: Roles;
}
const read = guard('core.accounts.manage');
const write = guard('core.accounts.manage', 'write');
const many = z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(z.string().max(200)).max(5_000));
/** `roles`: which ones the form is about, as `<id>@<fingerprint>`; `grants`: what is ticked, as `<id>:<permission>`. */
const posted = z.object({
  roles: many,
  grants: many,
  details: z.string().max(1).default(''),
  name: z.string().max(1_000).optional(),
  all_customers: z.string().max(10).optional(),
  idle_minutes: z.string().max(20).default(''),
  mfa_required: z.string().max(10).optional(),
  step: z.enum(['preview', 'apply', 'edit']).default('preview'),
});
type Posted = z.output<typeof posted>;

/** Which role may do what, as a matrix; one role with its rules; new ones, and deleting. Register it before the settings pages. */
export function rolePages(deps: RolePageDeps): PageModule {
  const { service } = deps;
  return (page) => {
    page.form('/settings/roles', write, {
      schema: posted,
      show: (c, form) => (form.values['details'] ? showRole(deps, c, form) : showMatrix(deps, c, form)),
      submit: (c, input) => save(deps, c, input),
    });

    page.form('/settings/roles/new', write, {
      schema: z.object({ name: z.string().max(1_000).default(''), copyOf: z.string().max(40).default('') }),
      initial: (c) => c.query(z.object({ copyOf: z.string().max(40).catch('agent') })),
      async show(c, form) {
        const title = c.t('core:roles.new.title');
        const models = (await service.list(c.actor)).filter((role) => role.id !== administrator).map((role) => ({ value: role.id, label: roleLabel(c, role) }));
        c.view('core/role-new', { form, title, models: [{ value: '', label: c.t('core:roles.new.empty') }, ...models] }, { title });
      },
      async submit(c, input) {
        const role = await service.create(c.actor, input);
        c.redirect(`/settings/roles/${role.id}`, { key: 'core:roles.toast.created', vars: { name: role.name } });
      },
    });

    page.get('/settings/roles/:id', read, async (c) => {
      const role = await service.get(c.actor, c.params['id'] ?? '');
      await showRole(deps, c, { values: { roles: [tokenOf(role)] }, errors: {}, summary: [] });
    });

    page.form('/settings/roles/:id/delete', stepUp(write), {
      schema: z.object({ replacement: z.string().max(40).default('') }),
      async show(c, form) {
        const role = await service.get(c.actor, c.params['id'] ?? '');
        const { holders } = await service.planRemoval(c.actor, role.id, '');
        const others = (await service.list(c.actor)).filter((one) => one.id !== role.id).map((one) => ({ value: one.id, label: roleLabel(c, one) }));
        const title = c.t('core:roles.delete.title', { name: roleLabel(c, role) });
        c.view('core/role-delete', { form, title, role, others, holders, left: holders.filter((one) => one.only).length }, { title });
      },
      async submit(c, input) {
        const role = await service.get(c.actor, c.params['id'] ?? '');
        const { undo } = await service.remove(c.actor, role.id, input.replacement);
        c.redirect('/settings/roles', { key: 'core:roles.toast.deleted', vars: { name: roleLabel(c, role) }, undo: `/settings/roles/undo/${undo}` });
      },
    });

    page.post('/settings/roles/undo/:id', write, async (c) => {
      const { roles } = await service.revert(c.actor, c.id());
      const only = roles.length === 1 ? roles[0]?.after?.id : undefined;
      c.redirect(only === undefined ? '/settings/roles' : `/settings/roles/${only}`, { key: 'core:roles.toast.undone' });
    });
  };
}

/** From "Save" to the effect, from there to "Apply" or back to what was typed. */
async function save(deps: RolePageDeps, c: PageContext, input: Posted): Promise<void> {
  const { service } = deps;
  const inputs = inputsOf(input);
  const [first] = inputs.keys();
  const back = input.details === '' ? '/settings/roles' : `/settings/roles/${first}`;
  if (input.step === 'edit') {
    const form = { values: { ...input }, errors: {}, summary: [] };
    return input.details === '' ? showMatrix(deps, c, form) : showRole(deps, c, form);
  }
  if (input.step === 'apply') {
    const { roles, undo } = await service.change(c.actor, inputs);
    const key = roles.length === 0 ? 'core:roles.toast.nothing' : 'core:roles.toast.saved';
    return c.redirect(back, { key, vars: { count: roles.length }, ...(roles.length > 0 && { undo: `/settings/roles/undo/${undo}` }) });
  }
  const plan = await service.plan(c.actor, inputs);
  if (plan.roles.length === 0) return c.redirect(back, { key: 'core:roles.toast.nothing', tone: 'info' });
  const { step: _step, ...typed } = input;
  const fields = Object.entries(typed).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one) => ({ name, value: one })),
  );
  showEffect(c, plan, {
    title: c.t('core:roles.effect.title'),
    action: '/settings/roles',
    fields,
    changes: plan.roles.flatMap((role) => ruleChanges(c, role)),
  });
}

function inputsOf(input: Posted): Map<string, RoleInput> {
  return new Map(
    input.roles.map((token) => {
      const [id = '', seen] = token.split('@', 2);
      const details =
        input.details === ''
          ? {}
          : {
              name: input.name,
              allCustomers: input.all_customers === 'true',
              idleMinutes: input.idle_minutes.trim() === '' ? null : Number(input.idle_minutes),
              mfaRequired: input.mfa_required !== undefined,
            };
      const permissions = input.grants.filter((grant) => grant.startsWith(`${id}:`)).map((grant) => grant.slice(id.length + 1));
      return [id, { ...details, permissions, fingerprint: seen }];
    }),
  );
}

function ruleChanges(c: PageContext, { before, after }: RolesPlan['roles'][number]) {
  if (before === null || after === null) return [];
  const minutes = (value: number | null) => (value === null ? c.t('core:roles.idle.site') : c.t('core:roles.idle.minutes', { count: value }));
  const yes = (value: boolean) => c.t(value ? 'core:roles.yes' : 'core:roles.no');
  const reach = (role: Role) => c.t(role.allCustomers ? 'core:roles.reach.all' : 'core:roles.reach.administered');
  return [
    { label: c.t('core:roles.field.name'), before: roleLabel(c, before), after: roleLabel(c, after) },
    { label: c.t('core:roles.field.reach'), before: reach(before), after: reach(after) },
    { label: c.t('core:roles.field.idle'), before: minutes(before.idleMinutes), after: minutes(after.idleMinutes) },
    { label: c.t('core:roles.field.mfa'), before: yes(before.mfaRequired), after: yes(after.mfaRequired) },
  ];
}

const tokenOf = (role: Role): string => `${role.id}@${fingerprint(role)}`;

async function showMatrix(deps: RolePageDeps, c: PageContext, form: FormState): Promise<void> {
  const all = await deps.service.list(c.actor);
  const counts = await deps.roles.counts();
  const title = c.t('core:roles.title');
  const roles = all.map((role) => ({
    id: role.id,
    name: roleLabel(c, role),
    hint: roleHint(c, role),
    holders: counts.get(role.id) ?? 0,
    locked: role.id === administrator,
  }));
  const tokens = all.filter((role) => role.id !== administrator).map(tokenOf);
  c.view('core/roles', { title, form, roles, tokens, groups: await groupsOf(deps, c, all, form) }, { title });
}

async function showRole(deps: RolePageDeps, c: PageContext, form: FormState): Promise<void> {
  const { service, roles } = deps;
  const [token] = z.array(z.string()).parse([form.values['roles']].flat());
  const role = await service.get(c.actor, token?.split('@', 1)[0] ?? '');
  const name = roleLabel(c, role);
  const typed = form.values['details']
    ? form.values
    : { name, all_customers: String(role.allCustomers), idle_minutes: role.idleMinutes, mfa_required: role.mfaRequired || undefined };
  const catalog = service.catalog();
  const standard = { ...role, changes: new Map<string, boolean>() };
  c.view(
    'core/role',
    {
      title: name,
      role,
      hint: roleHint(c, role),
      form: { ...form, values: typed },
      token: tokenOf(role),
      locked: role.id === administrator,
      groups: await groupsOf(deps, c, [role], form),
      reaches: (['true', 'false'] as const).map((value) => ({
        value,
        label: c.t(value === 'true' ? 'core:roles.reach.all' : 'core:roles.reach.administered'),
      })),
      standard:
        role.builtIn && role.changes.size > 0 ? [...catalog.keys()].filter((id) => roleHolds(standard, id, catalog)).map((id) => `${role.id}:${id}`) : null,
      holders: await roles.holders([role.id]),
    },
    { title: name },
  );
}

/** Permissions by module, each with a box per role. What the person may not give cannot be ticked. */
async function groupsOf({ service, roles }: RolePageDeps, c: PageContext, shown: readonly Role[], form: FormState) {
  const catalog = service.catalog();
  const own = (await roles.of([c.actor.account?.id ?? 0])).get(c.actor.account?.id ?? 0) ?? [];
  const mine = (await service.list(c.actor)).filter((role) => own.includes(role.id));
  const may = own.includes(administrator) ? null : reachOf(mine, catalog);
  const typed = 'grants' in form.values || 'step' in form.values ? new Set([form.values['grants'] ?? []].flat().map(String)) : null;
  const groups = new Map<string, { name: string; rows: object[] }>();
  for (const id of catalog.keys()) {
    const plugin = id.slice(0, id.indexOf('.'));
    let group = groups.get(plugin);
    if (group === undefined) groups.set(plugin, (group = { name: c.t(plugin === 'core' ? 'core:roles.core' : `${plugin}:plugin.name`), rows: [] }));
    const label = permissionLabel(c, id);
    const cells = shown.map((role) => {
      const [value, held] = [`${role.id}:${id}`, roleHolds(role, id, catalog)];
      const locked = role.id === administrator;
      const beyond = may !== null && !held && (!may.has(id) || (role.allCustomers && may.get(id) !== 'all'));
      return { value, label: `${roleLabel(c, role)}: ${label}`, checked: locked || (typed?.has(value) ?? held), locked, disabled: locked || beyond };
    });
    group.rows.push({ label, help: c.t(`${plugin}:permission.${id.slice(plugin.length + 1)}.help`), cells });
  }
  return [...groups.values()];
}
