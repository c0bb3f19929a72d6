import { NotFoundError, type PageContext, type Resolve } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { CustomerService } from '../register/customer-service.js';
import type { AccessState, AccessView } from '../types.js';

const tones: Readonly<Record<AccessState, string>> = {
  none: 'muted',
  invited: 'info',
  opened: 'info',
  expired: 'warn',
  active: 'ok',
  disabled: 'muted',
  ended: 'warn',
};
/** How a state looks in a badge. */
export const stateBadge = (c: PageContext, state: AccessState) => ({ state: c.t(`access.state.${state}`), tone: tones[state] });

const found = new WeakMap<PageContext, Promise<AccessView>>();
/** The access that the path names, as it was when the request came: a form asks for it more than once. @throws NotFoundError when it is another customer's */
export function ownAccess(c: PageContext, register: AccessRegister): Promise<AccessView> {
  const known = found.get(c) ?? read(c, register);
  found.set(c, known);
  return known;
}
async function read(c: PageContext, register: AccessRegister): Promise<AccessView> {
  const access = await register.get(c.actor, c.id('access'));
  if (access.customerId !== c.id()) throw new NotFoundError();
  return access;
}

const tabs = ['overview', 'options', 'installations', 'projects', 'permissions'] as const;
/** What the head of every page of an access shows: person, state and tabs. */
export async function accessHead(c: PageContext, resolve: Resolve, access: AccessView, active: (typeof tabs)[number]) {
  const customer = await resolve(CustomerService).get(c.actor, access.customerId);
  const base = `/customers/${customer.id}/accesses/${access.id}`;
  return {
    customer,
    base,
    access: { ...access, ...stateBadge(c, access.state) },
    title: access.account.name,
    tabs: tabs.map((tab) => ({ label: c.t(`access.tab.${tab}`), href: tab === 'overview' ? base : `${base}/${tab}`, active: tab === active })),
  };
}
