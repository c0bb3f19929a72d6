import type { Database } from '../database/types.js';
import { guard, type PageModule } from '../http/types.js';
import type { PluginHost } from '../plugin/types.js';
import { engineOf } from './health-report.js';

export interface AboutPageDeps {
  version: string;
  coreVersion: string;
  db: Database;
  host: PluginHost;
  /** Where customers reach the portal; null while no plugin opens it. */
  portalUrl(): { url: string; running: boolean } | null;
  staffUrl(): string;
  instanceId(): string;
}

/** What runs here, in which version, and under which addresses (KO-18). */
export function aboutPages(deps: AboutPageDeps): PageModule {
  return (page) => {
    page.get('/settings/about', guard('core.settings.manage'), async (c) => {
      const plugins = deps.host.list().map(({ id, manifest, state }) => ({
        id,
        name: c.t(`${id}:plugin.name`),
        version: manifest.version,
        state: c.t(`core:state.${state}`),
        tone: state === 'active' ? 'ok' : 'muted',
      }));
      c.view(
        'core/about',
        {
          version: deps.version,
          coreVersion: deps.coreVersion,
          node: process.versions.node,
          database: await engineOf(deps.db),
          portal: deps.portalUrl(),
          staffUrl: deps.staffUrl(),
          instanceId: deps.instanceId(),
          plugins,
        },
        { title: c.t('core:about.title') },
      );
    });
  };
}
