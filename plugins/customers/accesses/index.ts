import { DATABASE, type PluginContext } from '../../../core/api.js';
import { accessPages } from '../pages/access-pages.js';
import { accountPages } from '../pages/account-pages.js';
import { authorisationPages } from '../pages/authorisation-pages.js';
import { permissionPages } from '../pages/permission-pages.js';
import { rightPages } from '../pages/right-pages.js';
import { templatePages } from '../pages/template-pages.js';
import { authorisationApi } from '../rest/authorisations.js';
import { templateApi } from '../rest/templates.js';
import { teamApi } from '../rest/team.js';
import { AccessDirectory } from './access-directory.js';
import { AccessOptions } from './access-options.js';
import { AccessRegister } from './access-register.js';
import { AccessWriter } from './access-writer.js';
import { AccountDirectory } from './account-directory.js';
import { AdministratorService } from './administrators.js';
import { factorPolicy } from './factor-policy.js';
import { grantSource } from './grants.js';
import { OwnAccess } from './own-access.js';
import { ProcessedObjects } from './processed-objects.js';
import { ProcessorService } from './processors.js';
import { TeamService } from './team.js';
import { TemplateService, templateJob } from './templates.js';

/** Everything about who reaches a customer. */
export function addAccesses(ctx: PluginContext): void {
  const { add, resolve } = ctx.services;
  add(AccessOptions, AccessWriter, AccessRegister, AdministratorService, AccessDirectory, AccountDirectory);
  add(ProcessedObjects, ProcessorService, OwnAccess, TeamService, TemplateService);
  ctx.signIn.policy(factorPolicy(resolve(DATABASE)));
  ctx.access.source(grantSource(resolve(DATABASE), resolve(ProcessedObjects)));
  // Before the pages of customers, whose paths begin with an id where these have a word.
  for (const pages of [accountPages, templatePages, authorisationPages, accessPages, rightPages, permissionPages]) ctx.pages('staff', pages);
  for (const api of [authorisationApi, teamApi, templateApi]) ctx.api(api);
  ctx.menu.add('staff', {
    label: 'menu.accounts',
    href: '/customers/accounts',
    icon: 'users',
    permission: 'customers.customer.read',
    section: 'register',
    order: 15,
  });
  ctx.jobs.handle(templateJob, (payload, signal) => resolve(TemplateService).work(Number(payload['run']), signal));
}
