import { BlockList, isIP } from 'node:net';
import { NotFoundError } from '../errors.js';
import { guard, open, type PageContext, type PageModule } from '../http/types.js';
import type { PluginHost, PluginStatus } from '../plugin/types.js';
import { healthReport, ping, type HealthSources } from './health-report.js';
import type { Metrics } from './metrics.js';

export interface HealthPageDeps extends Omit<HealthSources, 'loopDelay'> {
  host: PluginHost;
  metrics: Metrics;
  /** Are there migrations that have not run yet? */
  migrationsPending(): boolean | Promise<boolean>;
  /** May this address read /metrics, beside this machine itself? */
  trusted(address: string): boolean;
  audit(c: PageContext, action: string, plugin: string): Promise<void>;
}
const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8);
thisMachine.addAddress('::1', 'ipv6');

const TONES: Partial<Record<PluginStatus['state'], string>> = {
  active: 'ok',
  starting: 'info',
  migrating: 'info',
  stopping: 'info',
  quarantined: 'bad',
  failed: 'bad',
  incompatible: 'bad',
  blocked: 'warn',
  unlicensed: 'muted',
  disabled: 'muted',
  discovered: 'muted',
};

/** The page for administrators; `probePages` are for machines. */
export function healthPages(deps: HealthPageDeps): PageModule {
  const { host, metrics } = deps;
  const write = guard('core.health.manage', 'write');
  return (page) => {
    page.get('/settings/health', guard('core.health.manage'), async (c) => {
      const report = await healthReport({ ...deps, loopDelay: () => metrics.loopDelay() });
      const plugins = host.list().map((status) => shown(c, status));
      const broken = host.broken().map(({ folder, reason }) => ({ folder, reason: c.t(reason.key, reason.vars) }));
      const warnings = report.warnings.map(({ key, vars }) => c.t(key, vars));
      c.view(
        'core/health',
        { ...report, warnings, uptime: uptime(c, report.uptimeSeconds), plugins, broken, safeMode: host.safeMode },
        { title: c.t('core:health.title') },
      );
    });
    page.post('/settings/health/:plugin/retry', write, async (c) => {
      const { id } = found(host, c);
      await deps.audit(c, 'core.plugin.retried', id);
      await host.retry(id);
      c.redirect('/settings/health', { key: 'core:health.toast.retried', vars: { name: nameOf(c, id) } });
    });
    page.post('/settings/health/:plugin/off', write, async (c) => {
      const { id, builtIn } = found(host, c);
      if (builtIn) throw new NotFoundError();
      await deps.audit(c, 'core.plugin.disabled', id);
      await host.setEnabled(id, false);
      c.redirect('/settings/health', { key: 'core:health.toast.off', vars: { name: nameOf(c, id) } });
    });
  };
}

/** /health/live, /health/ready and /metrics: small, without a session, never cached. */
export function probePages(deps: Pick<HealthPageDeps, 'db' | 'metrics' | 'migrationsPending' | 'trusted'>): PageModule {
  return (page) => {
    page.get('/health/live', open(), (c) => answer(c, 200, { status: 'live' }));
    page.get('/health/ready', open(), async (c) => {
      const database = (await ping(deps.db)) !== null;
      const migrated = database && !(await deps.migrationsPending());
      const ready = database && migrated;
      answer(c, ready ? 200 : 503, { status: ready ? 'ready' : 'unavailable', database, migrated });
    });
    page.get('/metrics', open(), async (c) => {
      if (!mayScrape(c, deps)) throw new NotFoundError();
      c.res
        .set('Cache-Control', 'no-store')
        .type(deps.metrics.contentType)
        .send(await deps.metrics.text());
    });
  };
}

function answer(c: PageContext, status: number, body: object): void {
  c.res.set('Cache-Control', 'no-store').status(status).json(body);
}

/** A forwarded request comes from elsewhere, however near its last hop is. */
function mayScrape(c: PageContext, deps: Pick<HealthPageDeps, 'trusted'>): boolean {
  if (c.may('core.health.manage')) return true;
  if (c.req.get('x-forwarded-for') !== undefined || c.req.get('forwarded') !== undefined) return false;
  const address = (c.req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const family = isIP(address);
  return family !== 0 && (thisMachine.check(address, family === 6 ? 'ipv6' : 'ipv4') || deps.trusted(address));
}

function found(host: PluginHost, c: PageContext): PluginStatus {
  const status = host.list().find((entry) => entry.id === c.params.plugin);
  if (!status) throw new NotFoundError();
  return status;
}

function nameOf(c: PageContext, id: string): string {
  return c.t(`${id}:plugin.name`);
}

function shown(c: PageContext, status: PluginStatus): object {
  const { id, state, reason, faults, lastFault, requests, p95, builtIn, enabled, manifest, dependants } = status;
  const troubled = state === 'quarantined' || state === 'failed';
  return {
    id,
    faults,
    lastFault,
    requests,
    p95,
    version: manifest.version,
    name: nameOf(c, id),
    tone: TONES[state] ?? 'muted',
    state: c.t(`core:state.${state}`),
    reason: reason ? c.t(reason.key, reason.vars) : '',
    retry: troubled,
    off: !builtIn && enabled,
    offText: c.t(dependants.length > 0 ? 'core:health.offLosses' : 'core:health.offText', {
      losses: dependants.map((dependant) => nameOf(c, dependant)).join(', '),
    }),
  };
}

function uptime(c: PageContext, seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  return days > 0 ? c.t('core:health.uptime.days', { days, hours }) : c.t('core:health.uptime.hours', { hours, minutes });
}
