import type { Route } from '../http/routes.js';
import type { Translator } from '../views/types.js';
import { openApi } from './document.js';

export interface DocsParts {
  /** Every route that is served now. */
  routes(): readonly Route[];
  url(site: string): string;
  company(): string;
  translator: Translator;
}
const language = 'en';

/** The document of a site, as far as somebody's rights go; without them all of it. In English, as programs' names are. */
export function documentOf({ routes, url, company, translator }: DocsParts, site: string, held?: ReadonlySet<string>) {
  const served = routes().filter(({ site: one, kind, guard }) => one === site && kind === 'api' && (!held || !guard.permission || held.has(guard.permission)));
  return openApi({
    routes: served,
    url: url(site).replace(/\/$/, ''),
    title: `${company()} API`,
    tag: (plugin) => ({
      name: plugin,
      description:
        plugin === 'core'
          ? 'The own account, accounts of staff, settings, modules, audit log.'
          : `${translator.t(language, `${plugin}:plugin.name`)}. ${translator.t(language, `${plugin}:plugin.description`)}`,
    }),
  });
}
