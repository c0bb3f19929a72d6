import { definePlugin } from '../../core/api.js';
import { addAccesses } from './accesses/index.js';
import { ProcessedObjects } from './accesses/processed-objects.js';
import type { CustomersExports } from './api.js';
import { CustomerService } from './register/customer-service.js';
import { InstallationService } from './register/installation-service.js';
import { addExchange } from './exchange/index.js';
import { addSearch } from './search/index.js';
import { addOverview } from './overview/index.js';
import { CustomerTabs } from './register/customer-tabs.js';
import { SignInRules, signInOwner } from './accesses/sign-in-rules.js';
import { manifest } from './manifest.js';
import { addRegister } from './pages/register-pages.js';
import { pages } from './pages/index.js';
import { fillPanels } from './panels.js';
import { apis } from './rest/index.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(CustomerService, InstallationService, SignInRules);
    addAccesses(ctx);
    addOverview(ctx);
    addExchange(ctx);
    addRegister(ctx);
    addSearch(ctx);
    for (const module of pages) ctx.pages('staff', module);
    ctx.signIn.owner(signInOwner, ctx.services.resolve(SignInRules));
    for (const module of apis) ctx.api(module);
    fillPanels(ctx);
    ctx.exports({ processed: ctx.services.resolve(ProcessedObjects), tabs: ctx.services.resolve(CustomerTabs) } satisfies CustomersExports);
  },
});
