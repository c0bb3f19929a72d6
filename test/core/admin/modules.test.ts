import 'reflect-metadata';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemActor } from '../../../core/access/actors.js';
import { licenseBanner } from '../../../core/admin/license-card.js';
import { ModuleSwitch } from '../../../core/admin/module-switch.js';
import { modulesPages } from '../../../core/admin/modules.js';
import type { AuditInput } from '../../../core/audit/types.js';
import { AppError } from '../../../core/errors.js';
import type { Flash, Guard, PageContext, PageHandler, PageRouter } from '../../../core/http/types.js';
import { LicenseService } from '../../../core/license/license-service.js';
import { projectRoot } from '../../../core/paths.js';
import { Scope } from '../../../core/plugin/scope.js';
import type { PluginHost, PluginStatus } from '../../../core/plugin/types.js';
import { createViews } from '../../../core/views/engine.js';
import { createFormatter } from '../../../core/views/format.js';
import { addCoreTexts, createTranslator, languages } from '../../../core/views/translator.js';
import { licenseFile, memoryLicenseStore } from '../../support/licenses.js';

const start = new Date('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const missing: string[] = [];
const translator = createTranslator((language, key) => missing.push(`${language} ${key}`));
addCoreTexts(translator);
const views = createViews({
  themesRoot: join(projectRoot, 'themes'),
  coreViews: join(projectRoot, 'core/admin/views'),
  translator,
  assets: { url: (name) => `/assets/${name}` },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});

function plugin(id: string, change: Partial<PluginStatus> = {}): PluginStatus {
  const manifest = { id, version: '1.4.0', core: '^1.0.0', license: id, icon: 'calendar' };
  return {
    id,
    manifest,
    folder: id,
    state: 'active',
    reason: null,
    enabled: true,
    builtIn: false,
    dependants: [],
    faults: 0,
    lastFault: null,
    requests: 0,
    p95: 0,
    ...change,
  };
}

describe('the page Modules and license', () => {
  let folder: string;
  let scope: Scope;
  let now: Date;
  let license: LicenseService;
  let plugins: PluginStatus[];
  let audited: AuditInput[];
  let routes: Map<string, { guard: Guard; handler: PageHandler }>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portico-modules-'));
    scope = new Scope('test');
    now = start;
    audited = [];
    missing.length = 0;
    plugins = [
      plugin('portal', { dependants: ['calendar'] }),
      plugin('calendar'),
      plugin('statistics', { state: 'failed', reason: { key: 'core:reason.failed', vars: { error: 'no' } } }),
      plugin('desk', { builtIn: true }),
    ];
    license = new LicenseService({
      store: memoryLicenseStore(start),
      clock: { now: () => now },
      log: { info: () => undefined, warn: () => undefined },
      dropInFolder: join(folder, 'license'),
      production: false,
      features: () => ['portal', 'calendar', 'statistics'],
      url: () => 'https://help.example.com',
    });
    await license.start(scope);
    routes = new Map();
    const add = (method: string) => (path: string, guard: Guard, handler: PageHandler) => void routes.set(`${method} ${path}`, { guard, handler });
    const router: PageRouter = { get: add('GET'), post: add('POST'), form: () => undefined };
    const find = (id: string): PluginStatus => plugins.find((status) => status.id === id) ?? plugin(id);
    const host: PluginHost = {
      list: () => plugins,
      setEnabled: (id, enabled) => Promise.resolve(void Object.assign(find(id), { enabled, state: enabled ? 'active' : 'disabled' })),
      retry: (id) => Promise.resolve(void Object.assign(find(id), { state: 'active' })),
      reconcile: () => Promise.resolve(),
      safeMode: false,
      broken: () => [],
    };
    const audit = { record: (_actor: unknown, entry: AuditInput) => Promise.resolve(void audited.push(entry)) };
    modulesPages({
      host,
      license,
      audit,
      switch: new ModuleSwitch({ host, audit, translator, language: () => 'en' }),
      translator,
      settings: { states: (id) => (id === 'calendar' ? [{ decl: { type: 'text', default: '', required: true }, value: '' }] : []) },
      clock: { now: () => now },
    })(router, () => {
      throw new Error('not needed');
    });
  });
  afterEach(async () => {
    await scope.end();
    await rm(folder, { recursive: true });
  });

  interface Answer {
    html: string;
    status: number;
    redirect: string | null;
    flash: Flash | null;
  }
  async function call(
    route: string,
    input: { params?: Record<string, string>; query?: object; body?: object; file?: string; language?: string } = {},
  ): Promise<Answer> {
    const answer: Answer = { html: '', status: 200, redirect: null, flash: null };
    const language = input.language ?? 'en';
    const fmt = createFormatter(language, 'UTC');
    const uploads = input.file === undefined ? [] : [{ field: 'file', path: join(folder, 'upload'), name: 'a.lic', size: 1 }];
    if (input.file !== undefined) await writeFile(join(folder, 'upload'), input.file);
    const c = {
      actor: systemActor('page'),
      language,
      fmt,
      uploads,
      params: input.params ?? {},
      site: 'staff',
      t: (key, vars) => translator.t(language, key, vars),
      query: (schema) => schema.parse(input.query ?? {}),
      body: (schema) => schema.parse(input.body ?? {}),
      view(name, data = {}, options = {}) {
        answer.html = views.render(name, data, { language, fmt, site: 'staff', theme: 'base', csrf: 'c', held: new Set() }).html;
        answer.status = options.status ?? 200;
      },
      redirect: (path, flash) => Object.assign(answer, { redirect: path, flash }),
    } as Partial<PageContext> as PageContext;
    await routes.get(route)?.handler(c);
    return answer;
  }
  const text = (html: string): string => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

  it('PL-04 lists every module that has a switch with its state, and the trial', async () => {
    const { html } = await call('GET /settings/modules');
    expect([...html.matchAll(/id="module-(\w+)"/g)].map((match) => match[1])).to.deep.equal(['portal', 'calendar', 'statistics']);
    expect(text(html))
      .to.include('3 of 3 on')
      .and.include('Trial of all modules')
      .and.include('30 days left')
      .and.include('Needs setup')
      .and.include('Did not start')
      .and.include('Try again');
    expect(html).to.include('aria-checked="true"').and.include('href="/settings/calendar"');
  });
  it('filters by the query string', async () => {
    expect((await call('GET /settings/modules', { query: { show: 'setup' } })).html)
      .to.include('module-calendar')
      .and.not.include('module-portal"');
    expect((await call('GET /settings/modules', { query: { show: '<script>' } })).html).to.include('module-portal"');
  });
  it('every route needs the right to manage modules', () => {
    expect([...routes.keys()]).to.have.members([
      'GET /settings/modules',
      'POST /settings/modules/:id',
      'POST /settings/modules/:id/on',
      'POST /settings/modules/:id/retry',
      'GET /settings/license',
      'POST /settings/license',
      'POST /settings/license/install',
    ]);
    for (const [route, { guard }] of routes)
      expect(guard, route).to.deep.include({ permission: 'core.modules.manage', access: route.startsWith('GET') ? 'read' : 'write' });
  });
  it('before a module goes off it says what is lost, and which modules go with it', async () => {
    const asked = await call('POST /settings/modules/:id', { params: { id: 'portal' }, body: { enabled: '0' } });
    expect(text(asked.html)).to.include('Switch off portal?').and.include('calendar').and.include('All data is kept');
    expect(plugins[0]?.enabled).to.equal(true);
    const done = await call('POST /settings/modules/:id', { params: { id: 'portal' }, body: { enabled: '0', confirmed: '1' } });
    expect(done).to.deep.include({ redirect: '/settings/modules' });
    expect(done.flash).to.deep.include({ key: 'core:modules.toast.off', undo: '/settings/modules/portal/on' });
    expect(audited).to.deep.equal([
      { action: 'core.module.disabled', object: { kind: 'core.module', id: 'portal', name: 'portal' }, before: { enabled: true }, after: { enabled: false } },
    ]);
    await call('POST /settings/modules/:id/on', { params: { id: 'portal' } });
    expect(plugins[0]?.enabled).to.equal(true);
    expect(audited).to.have.lengthOf(2);
  });
  it('switching to where it already is changes and audits nothing', async () => {
    await call('POST /settings/modules/:id', { params: { id: 'calendar' }, body: { enabled: '1' } });
    expect(audited).to.deep.equal([]);
  });
  it('a built-in or unknown module cannot be switched, an unlicensed one says why', async () => {
    for (const id of ['desk', 'nothing', '__proto__']) {
      const error = await call('POST /settings/modules/:id', { params: { id }, body: { enabled: '1' } }).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(AppError).and.include({ status: 404 });
    }
    plugins[1] = plugin('calendar', { state: 'unlicensed', enabled: false });
    const error = await call('POST /settings/modules/:id', { params: { id: 'calendar' }, body: { enabled: '1' } }).catch((caught: unknown) => caught);
    expect(error).to.include({ status: 409, code: 'unlicensed' });
    expect(text((await call('GET /settings/modules')).html))
      .to.include('Not in license')
      .and.include('Add to license');
  });
  it('a failed module can be tried again', async () => {
    expect((await call('POST /settings/modules/:id/retry', { params: { id: 'statistics' } })).flash?.key).to.equal('core:modules.toast.retried');
    expect(audited[0]?.action).to.equal('core.module.retried');
  });

  describe('KO-01 loading a license file', () => {
    it('an upload shows what changes, and when; then it comes into force and is audited', async () => {
      const file = licenseFile(start, { modules: [{ id: 'portal' }, { id: 'remote' }] });
      const preview = await call('POST /settings/license', { file });
      expect(text(preview.html))
        .to.include('Fjord Service AB')
        .and.include('Is no longer usable')
        .and.include('Not installed here')
        .and.include('at once')
        .and.include('development key');
      expect(license.current().license).to.equal(null);
      const pasted = /name="text" value="([^"]*)"/.exec(preview.html)?.[1] ?? '';
      const done = await call('POST /settings/license/install', { body: { text: pasted.replace(/&#x3D;/g, '=') } });
      expect(done.flash?.key).to.equal('core:license.toast.installed');
      expect(license.current().license?.payload.id).to.equal('FS-7Q4M-21KD');
      expect(audited[0]).to.deep.include({ action: 'core.license.installed', object: { kind: 'core.license', id: 'FS-7Q4M-21KD', name: 'Fjord Service AB' } });
      expect(text((await call('GET /settings/modules')).html))
        .to.include('Professional license')
        .and.include('1 Mar 2027')
        .and.include('Signature valid')
        .and.include('Development license');
    });
    it('shows taken seats', async () => {
      license.seats.counter('staff', () => Promise.resolve(18));
      await license.install(licenseFile(start));
      expect(text((await call('GET /settings/modules')).html)).to.include('18 of 25');
    });
    it('a bad file is answered with its sentence and the form with what was pasted', async () => {
      for (const route of ['POST /settings/license', 'POST /settings/license/install']) {
        const answer = await call(route, { body: { text: 'hello <script>alert(1)</script>' } });
        expect(answer.status).to.equal(422);
        expect(answer.html).to.include('This is not a Portico license').and.include('hello &lt;script&gt;').and.not.include('<script>');
      }
      const expired = await call('POST /settings/license', { file: licenseFile(start, { nbf: 1, exp: 86_400 }) });
      expect(text(expired.html)).to.include('This license ended on 2 Jan 1970.');
      expect(audited).to.deep.equal([]);
    });
  });

  it('every text exists in all five languages', async () => {
    await license.install(licenseFile(start, { limits: { devices: 3 } }));
    for (const language of languages) {
      await call('GET /settings/modules', { language });
      await call('GET /settings/license', { language, query: { module: 'remote' } });
      await call('POST /settings/license', { language, file: licenseFile(start, { rev: 2, modules: [{ id: 'portal', nbf: start.getTime() / 1000 + 60 }] }) });
      await call('POST /settings/license', { language, body: { text: '-----BEGIN PORTICO LICENSE-----' } });
      await call('POST /settings/modules/:id', { language, params: { id: 'portal' }, body: { enabled: '0' } });
    }
    expect(missing).to.deep.equal([]);
  });

  it('banners: trial and coming end for administrators, grace and read-only for all staff', async () => {
    const banner = () => licenseBanner(license, now);
    expect(banner()).to.deep.include({ key: 'core:license.banner.trial', audience: 'administrators', vars: { count: 30 } });
    now = new Date(start.getTime() + 31 * DAY);
    expect(banner()).to.deep.include({ key: 'core:license.banner.trialOver', audience: 'staff', tone: 'bad' });
    await license.install(licenseFile(start));
    expect(banner()).to.equal(null);
    now = new Date(start.getTime() + 350 * DAY);
    expect(banner()).to.deep.include({ key: 'core:license.banner.expiring', audience: 'administrators', vars: { count: 15 } });
    now = new Date(start.getTime() + 366 * DAY);
    expect(banner()).to.deep.include({ key: 'core:license.banner.grace', audience: 'staff', vars: { count: 13 } });
    now = new Date(start.getTime() + 400 * DAY);
    expect(banner()).to.deep.include({ key: 'core:license.banner.readOnly', audience: 'staff' });
  });
});
