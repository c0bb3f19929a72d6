import 'reflect-metadata';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { container as root } from 'tsyringe';
import type { Config } from '../config/index.js';
import { accountActor, systemActor } from './access/actors.js';
import { AccessService } from './access/access-service.js';
import { Subjects } from './access/subjects.js';
import { FactorPolicies } from './accounts/factors/policy.js';
import { Roles } from './accounts/roles.js';
import { SessionStore } from './accounts/session-store.js';
import { corePages } from './admin/index.js';
import { remindOfLicense } from './admin/license-mails.js';
import { recordInstall } from './admin/modules.js';
import { AuditLog } from './audit/audit-log.js';
import { AuditReader } from './audit/audit-reader.js';
import { Contributor } from './contribute.js';
import { lockInstance } from './database/instance-lock.js';
import { migrate } from './database/migrate.js';
import { openDatabase } from './database/open.js';
import { openRedis } from './database/redis.js';
import { licenseStore, pluginStateStore, versions as versionStore } from './database/stores.js';
import { createErasure, eraseReturned } from './erasure/index.js';
import { EventBus } from './events/event-bus.js';
import { FileStore } from './files/file-store.js';
import { Contributions } from './http/contributions.js';
import { dispatcher } from './http/dispatcher.js';
import { Preview } from './http/preview.js';
import { Renderer } from './http/renderer.js';
import { collectPages } from './http/routes.js';
import { sameHost, sessionCookies, sessionTokenOf } from './http/session.js';
import { siteApp } from './http/site-app.js';
import { Sites, staffSite } from './http/sites.js';
import { Slots } from './http/slots.js';
import type { Resolve } from './http/types.js';
import { assetFiles } from './http/static.js';
import { Traffic } from './http/traffic.js';
import { JobQueue } from './jobs/job-queue.js';
import { LicenseService } from './license/license-service.js';
import { createLogger, logOf } from './logger.js';
import { createMetrics } from './admin/metrics.js';
import { manifest as coreManifest } from './manifest.js';
import { accountJobs, createPeople } from './people.js';
import { Outbox } from './notifications/outbox.js';
import { outRoot, projectRoot } from './paths.js';
import { discover, pluginFolders } from './plugin/discovery.js';
import { Host } from './plugin/host.js';
import type { Manifest } from './plugin/manifest.js';
import { Scope } from './plugin/scope.js';
import { RealtimeHub } from './realtime/hub.js';
import { collectApi } from './rest/collect.js';
import { createRest } from './rest/index.js';
import { SearchHub } from './search/hub.js';
import { guardCoreSettings } from './settings/core-guards.js';
import { SettingsService } from './settings/settings-service.js';
import * as tokens from './tokens.js';
import { loadAssets } from './views/assets.js';
import { createViews } from './views/engine.js';
import { createFormatter } from './views/format.js';
import { addCoreTexts, createTranslator } from './views/translator.js';
import type { Views } from './views/types.js';
import { createWebhooks } from './webhooks/index.js';

export interface AppOptions {
  config: Config;
  safeMode?: boolean;
  /** Time, for tests. */
  clock?: tokens.Clock;
  /** Print the addresses at the start? */
  announce?: boolean;
  /** Folder in which license files are dropped. */
  licenseDir?: string;
  /** Further folders with plugins, for tests and installed plugins. */
  pluginRoots?: readonly { code: string; assets: string }[];
}

/** A running Portico. */
export type App = Awaited<ReturnType<typeof createApp>>;

const closeMs = 20_000;
const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };

/** Puts all parts together. The only place that knows all of them; nothing listens or runs before `start()`. */
export async function createApp(options: AppOptions) {
  const { config } = options;
  const clock = options.clock ?? { now: () => new Date() };
  const logger = createLogger(config.log.level);
  const log = logOf(logger, 'core');
  const scope = new Scope('app');
  mkdirSync(join(config.dataDir, 'uploads'), { recursive: true });
  const pluginRoots = [{ code: join(outRoot, 'plugins'), assets: join(projectRoot, 'plugins') }, ...(options.pluginRoots ?? [])];
  const discovery = await discover(pluginFolders(pluginRoots));
  const manifests: Manifest[] = [coreManifest, ...discovery.found.map((f) => f.manifest)];

  // Data
  if (!/^(mysql|mariadb):/.test(config.database.url)) scope.add(lockInstance(config.dataDir));
  const db = await openDatabase({ url: config.database.url, dataDir: config.dataDir, log });
  scope.add(() => db.close());
  await migrate(db, [{ id: 'core', folder: join(outRoot, 'core/migrations') }]);
  const versions = versionStore(db);

  const redis = openRedis(config.redis.url, log, scope);
  const shared = redis && { client: redis, prefix: () => license.current().instanceId };

  // Texts and views
  const translator = createTranslator((language, key) => log.warn({ language, key }, 'missing translation'));
  addCoreTexts(translator);
  for (const { manifest, folder } of discovery.found) translator.add(manifest.id, join(folder.assets, 'locales'));
  const publicFolder = join(outRoot, 'public');
  const views: Views = createViews({
    themesRoot: join(projectRoot, 'themes'),
    coreViews: join(projectRoot, 'core/admin/views'),
    translator,
    assets: loadAssets(publicFolder),
    log,
  });

  // Services
  const fault = (plugin: string, error: unknown, context?: object): void => host.fault(plugin, error, context);
  const events = new EventBus(db, fault);
  const audit = new AuditLog({ db, clock, log });
  const urls: tokens.Urls = { to: (site, path) => sites.url(site, path) };
  const roles = new Roles(db);
  const access = new AccessService({ db, events, versions, clock, log, manifests: () => manifests, isActive: (id) => host.isActive(id), roles });
  const subjects = new Subjects();
  const search = new SearchHub(access);
  const policies = new FactorPolicies({ db, clock, graceDays: () => settings.get('core.mfaGraceDays'), onFault: fault });
  const sessions = new SessionStore({
    db,
    clock,
    events,
    audit,
    versions,
    absoluteHours: () => settings.get('core.absoluteTimeout'),
    policies,
  });
  const settings = new SettingsService({ db, audit, access, events, versions, log, clock, dataDir: config.dataDir });
  for (const { id, settings: declared } of manifests) if (declared) settings.declare(id, declared);
  guardCoreSettings(settings);
  await settings.load();
  const contributions = new Contributions(() => views, fault);
  const realtime = new RealtimeHub({
    ...{ db, access, sessions, log, clock },
    token: (req, site) => (req.headers.origin !== undefined && !sameHost(req.headers.origin, req) ? null : sessionTokenOf(req, site)),
    async actor(token, site) {
      const session = await sessions.find(token, site.name, site.idleMinutes(), false);
      return session === null || session.restricted ? null : accountActor(session.account, { sessionId: session.id, channel: 'socket' });
    },
    onTouch: () => contributions.forgetCounts(),
    redis: shared,
  });
  for (const name of ['core.access', 'core.sessions']) versions.watch(name, () => void realtime.recheck());
  const outbox = new Outbox({
    ...{ db, translator, settings, clock, log, realtime },
    accounts: (id) => accounts.get(id),
    mailUrl: config.mail.url,
    smsUrl: config.sms.url,
  });
  const jobs = new JobQueue({ db, clock, log, onFault: fault });
  const files = new FileStore({ db, dataDir: config.dataDir, clock, log });
  // Files in settings are for those who may see the settings; what is public, such as the logo, has a page of its own.
  files.guard('core.setting', (actor) => access.can(actor, 'core.settings.manage'));
  const license = new LicenseService({
    store: licenseStore(db, clock),
    clock,
    log,
    dropInFolder: options.licenseDir ?? join(projectRoot, 'config/license'),
    production: config.production,
    features: () => discovery.found.flatMap((f) => f.manifest.license ?? []),
    url: () => sites.url('portal', '/'),
    transaction: (work) => db.transaction(work),
    dropped: (change, file) => recordInstall(audit, systemActor('job'), change, file),
  });
  const { dataDir } = config;
  const people = createPeople({
    ...{ db, clock, access, audit, events, jobs, license, manifests, roles, sessions, settings, urls, versions, policies, redis, dataDir, log },
    notifications: outbox,
    smsReady: () => outbox.sms.configured,
    allow: config.outgoing.allow,
  });
  scope.add(people.closeCounters);
  const { accounts } = people;
  const { companyName, languages, timeZone } = people.accountSettings;
  for (const add of accountJobs(people, jobs)) scope.add(add);

  const webhooks = await createWebhooks({
    ...{ db, clock, log, dataDir, access, audit, events, versions, jobs, settings, manifests, subjects, urls, accounts, scope },
    notifications: outbox,
    isActive: (id) => host.isActive(id),
    allow: config.outgoing.allow,
  });
  const erasure = createErasure({ db, clock, access, audit, events, files, sessions, manifests, dataDir, jobs, scope });

  // Sites and plugins
  const metrics = createMetrics();
  const traffic = new Traffic((route, site, status, seconds) => metrics.observe(route, site, status, seconds));
  const renderer = new Renderer({
    views,
    contributions,
    theme: () => settings.get('core.theme'),
    company: companyName,
    logo: () => settings.get('core.logo'),
    languages,
    layoutOf: (name) => {
      const site = sites.definition(name);
      return { layout: site?.layout ?? 'plain', home: site?.home ?? '/' };
    },
    banners: (page) => pages.banners(page),
    unread: (accountId) => outbox.inbox.unread(accountId),
  });
  const pageParts = { translator, formatter: createFormatter, renderer, timeZone };
  const restParts = { db, clock, dataDir, access, settings, tokens: people.tokenReader, redis: shared };
  const { api, idempotency } = createRest({ ...restParts, routes: () => slots.routes });
  scope.add(jobs.every('core.api-requests', { minutes: 60 }, () => idempotency.sweep()));
  const slots = new Slots(
    manifests.map((m) => m.id),
    dispatcher({
      ...pageParts,
      traffic,
      idempotency,
      uploadFolder: join(config.dataDir, 'uploads'),
      confirmed: ({ session }) => session !== null && sessions.confirmed(session),
      writable: (plugin) => {
        const feature = discovery.found.find((f) => f.manifest.id === plugin)?.manifest.license;
        return feature === undefined || license.module(feature).writable;
      },
      onFault: fault,
      onDenied: (actor, route) => audit.record(actor, { action: 'core.access.denied', object: { kind: 'core.route', id: route } }),
    }),
  );
  const preview = new Preview({ ...pageParts, access, languages, slots: () => slots.handlers('portal') });
  const assets = assetFiles(publicFolder);
  const sites = new Sites({
    config: (site) => config.sites[site as keyof Config['sites']] ?? config.sites.staff,
    settings,
    app: (definition) =>
      siteApp(definition, {
        ...pageParts,
        sessions,
        access,
        assets,
        trustedProxies: config.trustedProxies,
        languages,
        defaultLanguage: () => settings.get('core.language'),
        api,
        slots: (site) => slots.handlers(site),
        onFault: fault,
      }),
    attach: (definition, listener) => realtime.attach(definition, listener),
    onMoved: (site) => log.info({ site, url: sites.url(site, '/') }, 'site open'),
  });
  const container = root.createChildContainer();
  for (const [token, value] of [
    [tokens.DATABASE, db],
    [tokens.ACCESS, access],
    [tokens.AUDIT, audit],
    [tokens.AUDIT_TRAIL, new AuditReader(db)],
    [tokens.ERASURE, erasure],
    [tokens.EVENTS, events],
    [tokens.FILES, files],
    ...people.services,
    [tokens.JOBS, jobs],
    [tokens.NOTIFICATIONS, outbox],
    [tokens.REALTIME, realtime],
    [tokens.SEARCH, search],
    [tokens.SETTINGS, settings],
    [tokens.TRANSLATOR, translator],
    [tokens.CLOCK, clock],
    [tokens.URLS, urls],
  ] as const)
    container.register<unknown>(token, { useValue: value });
  const contributor = new Contributor({
    container,
    slots,
    sites,
    contributions,
    events,
    jobs,
    access,
    subjects,
    files,
    ...{ realtime, views, search },
    log: (plugin) => logOf(logger, plugin),
    channel: (channel) => outbox.channel(channel),
    signInOwner: (kind, owner) => people.sso.owners.add(kind, owner),
    signInPolicy: (plugin, policy) => policies.add(plugin, policy),
  });
  const host: Host = new Host(
    {
      licensing: license,
      store: pluginStateStore(db),
      log,
      safeMode: options.safeMode ?? config.safeMode,
      migrate: async ({ manifest, folder }) => void (await migrate(db, [{ id: manifest.id, folder: join(folder.code, 'migrations') }])),
      contribute: (plugin, pluginScope) => contributor.contribute(plugin, pluginScope),
      drain: (id, milliseconds) => traffic.drain(id, milliseconds),
      traffic: (id) => traffic.of(id),
      changed: (id, state) => events.emit('core.plugin.changed', { id, state }),
    },
    discovery,
  );
  let started = false;
  const pages = corePages({
    ...{ config, db, clock, log, search },
    host,
    license,
    settings,
    translator,
    audit,
    access,
    subjects,
    people,
    preview,
    sessions,
    ...{ outbox, jobs, files, sites, realtime },
    contributions,
    metrics,
    webhooks,
    manifests,
    routes: () => slots.routes,
    version,
    session: sessionCookies({ db, sessions, log: people.signInLog }),
    started: () => started,
  });
  const resolve: Resolve = (token) => container.resolve(token as never);
  for (const [site, module] of pages.modules) scope.add(slots.add('core', collectPages('core', site, module, resolve)));
  for (const module of pages.apis) scope.add(slots.add('core', collectApi('core', access.catalog(), module, resolve)));
  for (const entry of pages.menu) contributions.addMenu({ ...entry, plugin: 'core', site: 'staff' });

  let starting: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    await license.start(scope);
    license.onChange(() => {
      events.emit('core.license.changed', { state: license.current().term.state });
      void host.reconcile();
    });
    scope.add(jobs.every('core.license-reminder', { minutes: 360 }, () => remindOfLicense({ license, accounts, access, notifications: outbox, urls, clock })));
    versions.watch('plugins', () => void host.reconcile());
    await sites.open(staffSite(settings, config.sites.staff.port), scope);
    await host.reconcile();
    scope.add(() => host.close());
    await eraseReturned(erasure, jobs);
    jobs.start(scope);
    outbox.start(scope);
    webhooks.start();
    audit.start(scope);
    versions.start(scope);
    if (options.announce ?? true) await pages.announce();
    started = true;
  };

  return {
    db,
    settings,
    events,
    audit,
    access,
    subjects,
    ...people,
    sessions,
    outbox,
    jobs,
    files,
    erasure,
    license,
    host,
    sites,
    slots,
    contributions,
    realtime,
    translator,
    container,
    versions,
    metrics,
    webhooks,
    config,
    service: contributor.service.bind(contributor),
    start(): Promise<void> {
      starting = run();
      return starting;
    },
    async close(): Promise<void> {
      // Told to stop while it starts: parts that are still being made must not lose the database below them.
      await starting.catch(() => undefined);
      const limit = setTimeout(() => process.exit(1), closeMs + 10_000);
      limit.unref();
      const failures = await scope.end();
      clearTimeout(limit);
      for (const error of failures) log.error({ err: error }, 'did not close cleanly');
    },
  };
}
