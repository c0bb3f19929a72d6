import { ACCESS, type PluginContext } from '../../../core/api.js';
import { activityPages } from '../pages/activity-pages.js';
import { brandingPages } from '../pages/branding-pages.js';
import { CustomerBranding } from '../register/branding-service.js';
import { CustomerTabs, ownTabs } from '../register/customer-tabs.js';
import { overviewPages } from './overview-pages.js';
import { CustomerViews } from './saved-views.js';

/** The overview, the tabs of a customer, what was done about it, and its branding. */
export function addOverview(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(CustomerViews, CustomerTabs, CustomerBranding);
  ctx.scope.add(resolve(CustomerTabs).add(...ownTabs));
  for (const pages of [overviewPages, activityPages, brandingPages]) ctx.pages('staff', pages);
  const access = resolve(ACCESS);
  ctx.files.guard('customers.customer', (actor, customer) => access.can(actor, 'customers.installation.read', { customer }));
  ctx.menu.add('staff', {
    label: 'menu.customers',
    href: '/customers',
    icon: 'building-2',
    permission: 'customers.customer.read',
    section: 'register',
    order: 10,
  });
}
