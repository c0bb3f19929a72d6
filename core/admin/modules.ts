import { z } from 'zod';
import type { Audit } from '../audit/types.js';
import { NotFoundError } from '../errors.js';
import { guard, type PageContext, type PageModule } from '../http/types.js';
import type { LicenseService } from '../license/license-service.js';
import type { PluginHost, PluginStatus } from '../plugin/types.js';
import type { Translator } from '../views/types.js';
import { licenseCard } from './license-card.js';
import { licensePages } from './license-pages.js';
import type { ModuleSwitch } from './module-switch.js';
import { moduleCards, moduleName, type CardParts } from './module-cards.js';

export { licenseBanner, type LicenseBanner } from './license-card.js';
export { recordInstall } from './license-pages.js';

export interface ModulesPageDeps extends CardParts {
  host: PluginHost;
  license: LicenseService;
  audit: Audit;
  translator: Translator;
  switch: ModuleSwitch;
}
const path = '/settings/modules';
const filters = ['all', 'on', 'setup'] as const;

/** Modules and license: one card per module with its switch, and the license in force. Register them before `settingsPages`. */
export function modulesPages(deps: ModulesPageDeps): PageModule {
  const { host } = deps;
  const write = guard('core.modules.manage', 'write');
  return (page, resolve) => {
    licensePages(deps)(page, resolve);
    page.get(path, guard('core.modules.manage'), (c) => show(c, deps));
    page.post(`${path}/:id`, write, async (c) => {
      const status = switchable(host, c);
      const { enabled, confirmed } = c.body(z.object({ enabled: z.enum(['0', '1', 'true', 'false']), confirmed: z.literal('1').optional() }));
      const on = enabled === '1' || enabled === 'true';
      if (!on && status.enabled && !confirmed) return askFirst(c, deps, status);
      await turn(c, deps, status, on);
    });
    page.post(`${path}/:id/on`, write, (c) => turn(c, deps, switchable(host, c), true));
    page.post(`${path}/:id/retry`, write, async (c) => {
      const { id } = switchable(host, c);
      await host.retry(id);
      await deps.switch.record(c.actor, id, 'retried');
      const failed = host.list().some((status) => status.id === id && (status.state === 'failed' || status.state === 'quarantined'));
      c.redirect(path, {
        key: failed ? 'core:modules.toast.stillFailing' : 'core:modules.toast.retried',
        vars: { name: moduleName(c, deps.translator, id) },
        tone: failed ? 'bad' : 'ok',
      });
    });
  };
}

async function show(c: PageContext, deps: ModulesPageDeps): Promise<void> {
  const { show: filter } = c.query(z.object({ show: z.enum(filters).catch('all') }));
  const overview = deps.license.current();
  const cards = moduleCards(c, deps, overview);
  const shown = { all: () => true, on: ({ on }: { on: boolean }) => on, setup: ({ needsSetup }: { needsSetup: boolean }) => needsSetup }[filter];
  c.view(
    'core/modules',
    {
      license: licenseCard(c, overview, await deps.license.seats.count(), deps.clock.now()),
      cards: cards.filter(shown),
      summary: c.t('core:modules.onOf', { on: cards.filter(({ on }) => on).length, all: cards.length }),
      filters: filters.map((id) => ({ label: c.t(`core:modules.filter.${id}`), href: id === 'all' ? path : `${path}?show=${id}`, active: id === filter })),
      broken: deps.host.broken(),
      safeMode: deps.host.safeMode,
    },
    { title: c.t('core:modules.title') },
  );
}

/** Built-in plugins have no switch: to this page they do not exist. */
function switchable(host: PluginHost, c: PageContext): PluginStatus {
  const status = host.list().find(({ id, builtIn }) => id === c.params.id && !builtIn);
  if (!status) throw new NotFoundError();
  return status;
}

/** Before a module goes off: what people lose, and which modules go with it. */
function askFirst(c: PageContext, { translator }: ModulesPageDeps, { id, dependants }: PluginStatus): void {
  const name = moduleName(c, translator, id);
  const own = `${id}:plugin.off`;
  c.view(
    'core/modules-off',
    {
      id,
      moduleName: name,
      loses: translator.has(c.language, own) ? c.t(own) : c.t('core:modules.off.general'),
      dependants: dependants.map((dependant) => moduleName(c, translator, dependant)),
    },
    { title: c.t('core:modules.off.title', { name }) },
  );
}

async function turn(c: PageContext, deps: ModulesPageDeps, status: PluginStatus, on: boolean): Promise<void> {
  const { id } = status;
  const name = moduleName(c, deps.translator, id);
  const result = await deps.switch.turn(c.actor, status, on);
  if (on && result !== 'active') return c.redirect(path, { key: 'core:modules.toast.notStarted', vars: { name }, tone: 'bad' });
  c.redirect(path, on ? { key: 'core:modules.toast.on', vars: { name } } : { key: 'core:modules.toast.off', vars: { name }, undo: `${path}/${id}/on` });
}
