import { DATABASE, definePlugin } from '../../core/api.js';
import { AccessDirectory } from './accesses/access-directory.js';
import { AccessOptions } from './accesses/access-options.js';
import { AccessRegister } from './accesses/access-register.js';
import { AdministratorService } from './accesses/administrators.js';
import type { CustomersExports } from './api.js';
import { CustomerService } from './register/customer-service.js';
import { grantSource } from './accesses/grants.js';
import { factorPolicy } from './accesses/factor-policy.js';
import { InstallationService } from './register/installation-service.js';
import { manifest } from './manifest.js';
import { addRegister } from './pages/register-pages.js';
import { accessPages } from './pages/access-pages.js';
import { customerPages } from './pages/customer-pages.js';
import { installationPages } from './pages/installation-pages.js';
import { accessApi } from './rest/accesses.js';
import { customerApi } from './rest/customers.js';
import { installationApi } from './rest/installations.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(AccessOptions, CustomerService, InstallationService, AccessRegister, AdministratorService, AccessDirectory);
    ctx.access.source(grantSource(ctx.services.resolve(DATABASE)));
    addRegister(ctx);
    ctx.signIn.policy(factorPolicy(ctx.services.resolve(DATABASE)));
    for (const pages of [customerPages, accessPages, installationPages]) ctx.pages('staff', pages);
    for (const api of [customerApi, installationApi, accessApi]) ctx.api(api);
    ctx.menu.add('staff', {
      label: 'menu.customers',
      href: '/customers',
      icon: 'building-2',
      permission: 'customers.customer.read',
      section: 'register',
      order: 10,
    });
    ctx.exports({ options: ctx.services.resolve(AccessOptions) } satisfies CustomersExports);
  },
});
