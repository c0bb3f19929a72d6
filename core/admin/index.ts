import { BlockList, isIP } from 'node:net';
import { Op } from 'sequelize';
import type { Config } from '../../config/index.js';
import type { Subjects } from '../access/subjects.js';
import type { AccessService } from '../access/access-service.js';
import type { SessionStore } from '../accounts/session-store.js';
import type { AuditLog } from '../audit/audit-log.js';
import type { Database } from '../database/types.js';
import type { Message } from '../errors.js';
import { filePages } from '../files/file-pages.js';
import type { FileStore } from '../files/file-store.js';
import type { Page } from '../http/page-context.js';
import type { Contributions, MenuItem } from '../http/contributions.js';
import type { Preview } from '../http/preview.js';
import type { SessionCookies } from '../http/session.js';
import type { Sites } from '../http/sites.js';
import type { Route } from '../http/routes.js';
import type { PageModule } from '../http/types.js';
import type { ApiModule } from '../rest/types.js';
import type { JobQueue } from '../jobs/job-queue.js';
import type { LicenseService } from '../license/license-service.js';
import { OutboxMessage } from '../notifications/model.js';
import type { Outbox } from '../notifications/outbox.js';
import { coreVersion } from '../plugin/check.js';
import type { Log } from '../plugin/context.js';
import type { Host } from '../plugin/host.js';
import type { Manifest } from '../plugin/manifest.js';
import type { People } from '../people.js';
import type { RealtimeHub } from '../realtime/hub.js';
import type { SettingsService } from '../settings/settings-service.js';
import type { Clock } from '../tokens.js';
import type { Webhooks } from '../webhooks/index.js';
import { webhookPages } from '../webhooks/pages.js';
import type { LayoutData, Translator } from '../views/types.js';
import { aboutPages } from './about.js';
import { accountPages } from './accounts.js';
import { apiDocsPages } from './api-docs.js';
import { coreApis, docsOf, explainerOf, moduleSwitch } from './apis.js';
import { confirmPages } from './confirm.js';
import { Entrance } from './entrance.js';
import { auditPages } from './audit.js';
import { explainPages } from './explain.js';
import { healthPages, probePages } from './health.js';
import { homePages } from './home.js';
import { inboxPages } from './inbox.js';
import { jobPages } from './jobs.js';
import { languagePages } from './language.js';
import type { Metrics } from './metrics.js';
import { menuCountPages } from './menu-counts.js';
import { channelTestPages } from './channel-test.js';
import { licenseBanner, modulesPages, type LicenseBanner } from './modules.js';
import { outgoingPages } from './outgoing.js';
import { presencePages } from './presence.js';
import { previewPages } from './preview.js';
import { ownAccountPages } from './own-account.js';
import { profilePages } from './profile.js';
import { registerPages } from './register.js';
import { rolePages } from './roles.js';
import { secondStepPages } from './second-step.js';
import { securityPages } from './security.js';
import { settingsPages } from './settings.js';
import { setupPages } from './setup.js';
import { signInPages } from './sign-in.js';
import { fillSsoOutlets, ssoPages } from './sso.js';
import { ssoSettingsPages } from './sso-settings.js';
import { allTokenPages, tokenPages, type TokenPageDeps } from './token-pages.js';
import { signInLogPages } from './sign-ins.js';
import { searchPages } from '../search/pages.js';
import type { Search } from '../search/types.js';
import { wellKnownPages } from './well-known.js';

/** The parts of the core that its own pages show and change. */
export interface AdminParts {
  config: Config;
  db: Database;
  clock: Clock;
  log: Log;
  host: Host;
  license: LicenseService;
  settings: SettingsService;
  translator: Translator;
  audit: AuditLog;
  access: AccessService;
  subjects: Subjects;
  search: Search;
  preview: Preview;
  people: People;
  sessions: SessionStore;
  outbox: Outbox;
  jobs: JobQueue;
  files: FileStore;
  sites: Sites;
  realtime: RealtimeHub;
  contributions: Contributions;
  metrics: Metrics;
  webhooks: Webhooks;
  manifests: readonly Manifest[];
  /** Every route that is served now. */
  routes(): readonly Route[];
  session: SessionCookies;
  version: string;
  /** Has everything started, with all migrations? */
  started(): boolean;
}

/** The log is read by administrators and by those who help them. */
const logLanguage = 'en';
type Sited = readonly [site: string, module: PageModule];

/** The pages that the core itself owns, their menu, the banners of the layouts, and what is said at the start. */
export function corePages(parts: AdminParts): {
  modules: Sited[];
  apis: ApiModule[];
  menu: Omit<MenuItem, 'plugin' | 'site'>[];
  banners(page: Page): LayoutData['banners'];
  announce(): Promise<void>;
} {
  fillSsoOutlets(parts.contributions, parts.people.sso);
  const warnings = (): Message[] =>
    parts.sites.exposed(parts.config.trustedProxies.length > 0).map((site) => ({ key: 'core:warning.exposed', vars: { site } }));
  return {
    modules: [...shared(parts, 'staff'), ...shared(parts, 'portal'), ...staffOnly(parts, warnings).map((module): Sited => ['staff', module])],
    apis: coreApis(parts),
    menu,
    banners: banners(parts),
    async announce() {
      const { sites, host, log } = parts;
      const { setup } = parts.people;
      const lines = [`Portico is running.`, `  Staff site       ${sites.url('staff', '/')}`];
      if (host.isActive('portal')) lines.push(`  Customer portal  ${sites.url('portal', '/')}`);
      if (await setup.needed()) lines.push(`  Set it up at     ${sites.url('staff', '/setup')}`, `  Set-up code      ${await setup.code()}`);
      console.log(lines.join('\n'));
      for (const { key, vars } of warnings()) log.warn({ warning: key, ...vars }, parts.translator.t(logLanguage, key, vars));
    },
  };
}

/** Pages that stand on every site: signing in and what belongs to the person. */
function shared(parts: AdminParts, site: 'staff' | 'portal'): Sited[] {
  const { sessions, session } = parts;
  const { people } = parts;
  const { accounts, credentials, setup, accountSettings } = people;
  const entrance = new Entrance({ ...people, session });
  const siteAccounts = { kind: site === 'staff' ? ('staff' as const) : ('customer' as const), home: '/', session, entrance, settings: accountSettings };
  const modules = [
    signInPages({ ...siteAccounts, credentials, setupNeeded: site === 'staff' ? () => setup.needed() : undefined }),
    registerPages({ ...siteAccounts, credentials }),
    ssoPages({
      ...people.sso,
      sessions,
      enter: (c, { account, next, secondFactor }) => siteAccounts.entrance.complete(c, account.id, { method: 'sso', factorDone: secondFactor, next }),
    }),
    secondStepPages({ ...siteAccounts, ...people }),
    confirmPages({ ...siteAccounts, ...people, sessions }),
    profilePages({ ...siteAccounts, accounts, credentials, sessions }),
    securityPages(people),
    ownAccountPages(people),
    wellKnownPages({
      clock: parts.clock,
      urls: { to: (name, path) => parts.sites.url(name, path) },
      contact: () => parts.settings.get('core.securityContact'),
      languages: accountSettings.languages,
    }),
    languagePages({ languages: accountSettings.languages, remember: (actor, language) => accounts.setLanguage(actor, language) }),
    filePages(parts.files, () => parts.settings.get('core.logo')),
    inboxPages({ outbox: parts.outbox }),
    searchPages({ search: parts.search, clock: parts.clock }),
    tokenPages(tokenParts(parts)),
    apiDocsPages({ ...docsOf(parts), access: parts.access }),
    probePages(healthParts(parts, () => [])),
  ];
  if (site === 'staff') modules.push(setupPages({ ...siteAccounts, setup }));
  return modules.map((module) => [site, module]);
}

function staffOnly(parts: AdminParts, warnings: () => Message[]): PageModule[] {
  const { audit, clock, db, files, host, license, metrics, settings, sites, translator } = parts;
  const { accounts, roles, roleService, staffDirectory, accountSettings } = parts.people;
  return [
    homePages({ steps: firstSteps(parts) }),
    modulesPages({ host, license, audit, translator, settings, clock, switch: moduleSwitch(parts) }),
    accountPages({
      db,
      accounts,
      directory: staffDirectory,
      roles,
      factors: parts.people.factors,
      languages: accountSettings.languages,
    }),
    rolePages({ service: roleService, roles }),
    previewPages({ accounts, people: () => parts.subjects.people, preview: parts.preview, audit, clock, running: () => sites.port('portal') !== null }),
    explainPages({ explainer: explainerOf(parts) }),
    allTokenPages(tokenParts(parts)),
    healthPages({ ...healthParts(parts, warnings), host, metrics }),
    aboutPages({
      version: parts.version,
      coreVersion,
      db,
      host,
      portalUrl: () => (host.list().some(({ id }) => id === 'portal') ? { url: sites.url('portal', '/'), running: sites.port('portal') !== null } : null),
      staffUrl: () => sites.url('staff', '/'),
      instanceId: () => license.current().instanceId,
    }),
    auditPages({ db, audit, accounts, translator, clock }),
    signInLogPages({ ...parts.people, audit }),
    outgoingPages({ db, outbox: parts.outbox, accounts, audit, settings }),
    ssoSettingsPages({ providers: parts.people.sso.providers, roles, urls: { to: (site, path) => sites.url(site, path) } }),
    webhookPages(parts.webhooks),
    jobPages({ db, jobs: parts.jobs, audit }),
    channelTestPages({ outbox: parts.outbox, mobileOf: async (id) => (await accounts.get(id))?.mobile ?? null, country: accountSettings.country }),
    menuCountPages({ contributions: parts.contributions }),
    presencePages(parts),
    // Last: its `/settings/:plugin` takes every one-word path that is left.
    settingsPages({ settings, accounts, files, translator }),
  ];
}

function tokenParts({ access, clock, people, sites }: AdminParts): TokenPageDeps {
  return { access, clock, tokens: people.tokens, url: (site) => sites.url(site, '') };
}

function healthParts(parts: AdminParts, warnings: () => Message[]) {
  const { audit, config, db, host, jobs, metrics, outbox, realtime } = parts;
  const trusted = new BlockList();
  for (const entry of config.trustedProxies) {
    const [address = '', bits] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(address)) trusted.addSubnet(address, bits ? Number(bits) : family === 'ipv6' ? 128 : 32, family);
  }
  const countOf = async (statuses: string[]): Promise<number> => db.of(OutboxMessage).count({ where: { status: { [Op.in]: statuses } } });
  return {
    db,
    dataDir: config.dataDir,
    metrics,
    migrationsPending: () => !parts.started(),
    trusted: (address: string) => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
    sockets: () => realtime.sockets,
    jobs: async () => {
      const counts = await jobs.counts();
      return { waiting: counts.queued, failed: counts.failed };
    },
    outbox: async () => ({ waiting: await countOf(['queued', 'waiting', 'sending']), failed: await countOf(['failed']) }),
    warnings: async () => [...warnings(), ...(outbox.mail.url ? [] : [{ key: 'core:warning.noMail' }])],
    audit: (c: { actor: Parameters<AuditLog['record']>[0] }, action: string, plugin: string) =>
      audit.record(c.actor, { action, object: { kind: 'core.module', id: plugin, name: host.list().find(({ id }) => id === plugin)?.id } }),
  };
}

function firstSteps({ outbox, settings, license }: AdminParts) {
  return [
    { text: 'core:home.step.company', href: '/settings/core', permission: 'core.settings.manage', done: () => settings.get('core.companyName') !== '' },
    { text: 'core:home.step.mail', href: '/settings/core#section-mail', permission: 'core.settings.manage', done: () => outbox.mail.url !== '' },
    { text: 'core:home.step.modules', href: '/settings/modules', permission: 'core.modules.manage', done: () => license.current().license !== null },
  ] as const;
}

const bannerMs = 10_000;

/** What the license has to say stands on every page, so it is worked out now and then only. */
function banners({ license, clock }: AdminParts): (page: Page) => LayoutData['banners'] {
  let known: { at: number; banner: LicenseBanner | null } = { at: 0, banner: null };
  license.onChange(() => (known = { at: 0, banner: null }));
  return (page) => [...factorBanner(page), ...licenseBanners(page)];

  function licenseBanners(page: Page): LayoutData['banners'] {
    if (page.actor.kind !== 'staff') return [];
    if (known.at < Date.now() - bannerMs) known = { at: Date.now(), banner: licenseBanner(license, clock.now()) };
    const { banner } = known;
    const administrator = page.may('core.modules.manage');
    if (!banner || (banner.audience === 'administrators' && !administrator)) return [];
    return [{ tone: banner.tone, text: page.t(banner.key, banner.vars), href: administrator ? banner.href : null, link: page.t('core:license.banner.link') }];
  }
}

/** Reminds of the second factor that the rules want, until there is one. */
function factorBanner(page: Page): LayoutData['banners'] {
  const { session } = page.state;
  if (!session?.enrolBy || page.req.path.startsWith('/profile/security')) return [];
  const text = session.restricted ? page.t('core:error.factorRequired') : page.t('core:security.mustBy', { date: page.fmt.date(session.enrolBy) });
  return [{ tone: 'warn', text, href: '/profile/security', link: page.t('core:security.banner.link') }];
}

const menu: Omit<MenuItem, 'plugin' | 'site'>[] = [
  { label: 'menu.home', href: '/', icon: 'house', section: 'work', order: 1 },
  { label: 'menu.general', href: '/settings/core', icon: 'sliders-horizontal', permission: 'core.settings.manage', section: 'settings', order: 10 },
  { label: 'menu.modules', href: '/settings/modules', icon: 'blocks', permission: 'core.modules.manage', section: 'settings', order: 20 },
  { label: 'menu.accounts', href: '/settings/accounts', icon: 'users', permission: 'core.accounts.manage', section: 'settings', order: 30 },
  { label: 'menu.roles', href: '/settings/roles', icon: 'shield-check', permission: 'core.accounts.manage', section: 'settings', order: 40 },
  { label: 'menu.explain', href: '/settings/explain', icon: 'circle-help', permission: 'core.access.explain', section: 'settings', order: 42 },
  { label: 'menu.singleSignOn', href: '/settings/single-sign-on', icon: 'log-in', permission: 'core.accounts.manage', section: 'settings', order: 43 },
  { label: 'menu.apiTokens', href: '/settings/api-tokens', icon: 'key-round', permission: 'core.accounts.manage', section: 'settings', order: 45 },
  { label: 'menu.webhooks', href: '/settings/webhooks', icon: 'webhook', permission: 'core.webhooks.manage', section: 'settings', order: 47 },
  { label: 'menu.outgoing', href: '/settings/outgoing', icon: 'send', permission: 'core.outgoing.read', section: 'settings', order: 50 },
  { label: 'menu.jobs', href: '/settings/jobs', icon: 'list-checks', permission: 'core.health.manage', section: 'settings', order: 60 },
  { label: 'menu.health', href: '/settings/health', icon: 'activity', permission: 'core.health.manage', section: 'settings', order: 70 },
  { label: 'menu.audit', href: '/settings/audit', icon: 'scroll-text', permission: 'core.audit.read', section: 'settings', order: 80 },
  { label: 'menu.signIns', href: '/settings/sign-ins', icon: 'log-in', permission: 'core.signins.read', section: 'settings', order: 85 },
  { label: 'menu.about', href: '/settings/about', icon: 'info', permission: 'core.settings.manage', section: 'settings', order: 90 },
];
