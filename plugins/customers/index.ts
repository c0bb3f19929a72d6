import { definePlugin } from '../../core/api.js';
import { addAccesses } from './accesses/index.js';
import { CustomerService } from './register/customer-service.js';
import { InstallationService } from './register/installation-service.js';
import { SignInRules, signInOwner } from './accesses/sign-in-rules.js';
import { manifest } from './manifest.js';
import { pages } from './pages/index.js';
import { fillPanels } from './panels.js';
import { apis } from './rest/index.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(CustomerService, InstallationService, SignInRules);
    addAccesses(ctx);
    for (const module of pages) ctx.pages('staff', module);
    ctx.signIn.owner(signInOwner, ctx.services.resolve(SignInRules));
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
  },
});
