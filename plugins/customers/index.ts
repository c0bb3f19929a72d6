import { definePlugin } from '../../core/api.js';
import { addAccesses } from './accesses/index.js';
import { CustomerService } from './register/customer-service.js';
import { InstallationService } from './register/installation-service.js';
import { manifest } from './manifest.js';
import { customerPages } from './pages/customer-pages.js';
import { installationPages } from './pages/installation-pages.js';
import { customerApi } from './rest/customers.js';
import { installationApi } from './rest/installations.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(CustomerService, InstallationService);
    addAccesses(ctx);
    for (const pages of [customerPages, installationPages]) ctx.pages('staff', pages);
    for (const api of [customerApi, installationApi]) ctx.api(api);
    ctx.menu.add('staff', {
      label: 'menu.customers',
      href: '/customers',
      icon: 'building-2',
      permission: 'customers.customer.read',
      section: 'register',
      order: 10,
    });
    ctx.outlets.fill('core.home.steps', 'customers/first-step', async (c) =>
      c.may('customers.customer.manage') ? { done: (await ctx.services.resolve(CustomerService).list(c.actor, { limit: 1 })).rows.length > 0 } : null,
    );
  },
});
