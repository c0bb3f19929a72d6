import type { PageContext, Resolve } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { InstallationService } from '../register/installation-service.js';
import type { CustomerRow } from '../types.js';

/** What the head of every page of a customer shows: name, state and tabs. */
export async function head(
  c: PageContext,
  resolve: Resolve,
  customer: CustomerRow,
  active: 'overview' | 'accesses' | 'installations' | 'devices' | 'projects' | 'sign-in',
): Promise<object> {
  const base = `/customers/${customer.id}`;
  const accesses = await resolve(AccessRegister).list(c.actor, customer.id);
  const installations = await resolve(InstallationService).list(c.actor, { customerId: customer.id, limit: 2000 });
  return {
    customer,
    base,
    tabs: [
      { label: c.t('tab.overview'), href: base, active: active === 'overview' },
      { label: c.t('tab.accesses'), href: `${base}/accesses`, active: active === 'accesses', count: accesses.length },
      { label: c.t('tab.installations'), href: `${base}/installations`, active: active === 'installations', count: installations.length },
      ...(c.may('customers.device.read') ? [{ label: c.t('tab.devices'), href: `${base}/devices`, active: active === 'devices' }] : []),
      ...(c.may('customers.project.read') ? [{ label: c.t('tab.projects'), href: `${base}/projects`, active: active === 'projects' }] : []),
      ...(c.may('customers.access.manage') ? [{ label: c.t('tab.signIn'), href: `${base}/sign-in`, active: active === 'sign-in' }] : []),
    ],
  };
}
