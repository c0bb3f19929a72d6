import type { DocsParts } from '../rest/docs.js';
import type { ApiModule } from '../rest/types.js';
import { meApi } from './api/me.js';
import { documentApi } from './api/document.js';
import type { AdminParts } from './index.js';

/** The REST operations that the core itself owns: one line for each module. */
export function coreApis(parts: AdminParts): ApiModule[] {
  const { people, access } = parts;
  return [meApi({ accounts: people.accounts, access }), documentApi({ ...docsOf(parts), access })];
}

/** What the documentation is made from. */
export function docsOf({ routes, sites, people, translator }: AdminParts): DocsParts {
  return { routes, translator, url: (site) => sites.url(site, ''), company: people.accountSettings.companyName };
}
