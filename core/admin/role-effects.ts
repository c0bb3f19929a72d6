import type { RolesPlan } from '../accounts/role-writer.js';
import { roleText, type Role } from '../accounts/roles.js';
import type { PageContext } from '../http/types.js';

/** Names shown before "and n others". */
const namesShown = 5;
const tones = { gained: 'ok', widened: 'ok', lost: 'bad', narrowed: 'warn' } as const;
const icons = { gained: 'plus', widened: 'plus', lost: 'minus', narrowed: 'minus' } as const;

/** What a role is called in the reader's language. */
export function roleLabel(c: PageContext, role: Pick<Role, 'id' | 'name'>): string {
  const { key, vars } = roleText(role);
  return c.t(key, vars);
}
export function roleHint(c: PageContext, role: Role): string {
  if (role.builtIn) return c.t(`core:role.${role.id}.help`);
  return c.t(role.allCustomers ? 'core:roles.reach.all' : 'core:roles.reach.administered');
}

/** Label of a permission: in the locales of the plugin that declares it. */
export function permissionLabel(c: PageContext, permission: string): string {
  const dot = permission.indexOf('.');
  return c.t(`${permission.slice(0, dot)}:permission.${permission.slice(dot + 1)}`);
}

interface EffectPage {
  title: string;
  /** Where "Apply" and "Back" post to. */
  action: string;
  /** What was typed, sent again by both. */
  fields: readonly { name: string; value: string }[];
  /** What changes besides permissions. */
  changes: readonly { label: string; before: string; after: string }[];
}

/** The page between "Save" and "Apply": what would change, and for whom. */
export function showEffect(c: PageContext, plan: RolesPlan, page: EffectPage): void {
  c.view(
    'core/role-effect',
    { ...page, changes: page.changes.filter((one) => one.before !== one.after), groups: roleChanges(c, plan), people: peopleOf(c, plan) },
    { title: page.title },
  );
}

/** Permissions that each role gains and loses. */
function roleChanges(c: PageContext, plan: RolesPlan) {
  return plan.roles
    .map(({ before, after, change }) => ({
      name: roleLabel(c, (after ?? before)!),
      rows: (['gained', 'widened', 'lost', 'narrowed'] as const).flatMap((kind) =>
        change[kind].map((permission) => ({
          label: permissionLabel(c, permission),
          tone: tones[kind],
          icon: icons[kind],
          text: c.t(`core:roles.change.${kind}`),
        })),
      ),
    }))
    .filter((group) => group.rows.length > 0);
}

/** Whom it concerns, per permission: other roles may hold it too, so that is not the same. */
function peopleOf(c: PageContext, plan: RolesPlan) {
  return plan.people.map(({ permission, change, accounts }) => ({
    label: permissionLabel(c, permission),
    tone: tones[change],
    icon: icons[change],
    text: c.t(`core:roles.people.${change}`, { count: accounts.length }),
    names: accounts.slice(0, namesShown),
    more: accounts.length > namesShown ? c.t('core:roles.people.more', { count: accounts.length - namesShown }) : '',
  }));
}
