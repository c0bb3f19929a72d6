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
import { SignInRules, signInOwner } from './accesses/sign-in-rules.js';
import { manifest } from './manifest.js';
import { addRegister } from './pages/register-pages.js';
import { pages } from './pages/index.js';
import { fillPanels } from './panels.js';
import { apis } from './rest/index.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(AccessOptions, CustomerService, InstallationService, AccessRegister, AdministratorService, AccessDirectory, SignInRules);
    ctx.access.source(grantSource(ctx.services.resolve(DATABASE)));
    addRegister(ctx);
    for (const module of pages) ctx.pages('staff', module);
    ctx.signIn.owner(signInOwner, ctx.services.resolve(SignInRules));
    ctx.signIn.policy(factorPolicy(ctx.services.resolve(DATABASE)));
    for (const module of apis) ctx.api(module);
    ctx.menu.add('staff', {
      label: 'menu.customers',
      href: '/customers',
      icon: 'building-2',
      permission: 'customers.customer.read',
      section: 'register',
      order: 10,
    });
    fillPanels(ctx);
    ctx.exports({ options: ctx.services.resolve(AccessOptions) } satisfies CustomersExports);
  },
});
