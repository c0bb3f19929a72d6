import { Explainer } from '../access/explainer.js';
import { guard } from '../http/types.js';
import type { DocsParts } from '../rest/docs.js';
import type { ApiModule } from '../rest/types.js';
import { searchApi } from '../search/api.js';
import { identityProviderApi } from '../sso/provider-api.js';
import { webhookApi } from '../webhooks/api.js';
import { meApi } from './api/me.js';
import type { People } from '../people.js';
import { accountApi } from './api/accounts.js';
import { auditApi } from './api/audit.js';
import { documentApi } from './api/document.js';
import { explainApi } from './api/explain.js';
import { moduleApi } from './api/modules.js';
import { rolesApi } from './api/roles.js';
import { settingsApi } from './api/settings.js';
import { ModuleSwitch } from './module-switch.js';
import type { AdminParts } from './index.js';

/** The REST operations that the core itself owns: one line for each module. */
export function coreApis(parts: AdminParts): ApiModule[] {
  const { access, db, host, license, people, settings, translator } = parts;
  const { accounts, roles, staffDirectory } = people;
  return [
    meApi({ accounts, access }),
    documentApi({ ...docsOf(parts), access }),
    accountApi({ db, accounts, roles, directory: staffDirectory }),
    auditApi({ db }),
    settingsApi({ settings }),
    rolesApi({ service: people.roleService, roles }),
    explainApi({ explainer: explainerOf(parts) }),
    searchApi({ search: parts.search }),
    moduleApi({ host, license, translator, switch: moduleSwitch(parts) }),
    webhookApi(parts.webhooks),
    (api) => identityProviderApi(api, installation(people.sso.providers)),
  ];
}

export function moduleSwitch({ host, audit, translator, settings }: AdminParts): ModuleSwitch {
  return new ModuleSwitch({ host, audit, translator, language: () => settings.get('core.language') });
}

/** What the documentation is made from. */
export function docsOf({ routes, sites, people, translator }: AdminParts): DocsParts {
  return { routes, translator, url: (site) => sites.url(site, ''), company: people.accountSettings.companyName };
}

/** Answers "why can X see this?" by the rights that decide. */
export const explainerOf = ({ db, access, subjects, host }: AdminParts): Explainer =>
  new Explainer({ db, access, subjects, isActive: (id) => host.isActive(id) });
/** Sign-in services of the installation itself. */
const installation = (providers: People['sso']['providers']) => ({
  providers,
  path: '/identity-providers',
  owner: () => null,
  read: guard('core.accounts.manage'),
  write: guard('core.accounts.manage', 'write'),
});
