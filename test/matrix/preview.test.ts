import { expect } from 'chai';
import type { Client } from '../support/client.js';
import { SessionModel } from '../../core/accounts/models.js';
import { system } from '../support/app.js';
import { checksums } from './checksums.js';
import { faultsOf } from './html.js';
import { rows } from './rows/index.js';
import { createWorld, type Who, type World } from './world.js';

describe('See as: the portal as a customer’s account sees it, without being it', function () {
  this.timeout(120_000);
  let world: World;
  let admin: Client;
  let adminAccount: { id: number };
  before(async () => {
    world = await createWorld();
    adminAccount = named('administrator').account!;
    admin = await world.t.client('staff', adminAccount);
  });
  after(() => world.t.close());
  const named = (name: string): Who => world.who.find((who) => who.name === name && who.account !== null)!;
  const customers = () => world.who.filter((who) => who.site === 'portal' && who.account !== null);
  const audited = async () =>
    Number((await world.t.app.db.query<{ n: number }>("SELECT COUNT(*) AS n FROM core_audit WHERE action = 'core.account.previewed'"))[0]?.n);
  /** What a page shows, without what differs between a session and a preview. */
  const words = (html: string): string =>
    html
      .replace(/<section class="preview-bar"[\s\S]*?<\/section>/, '')
      .replace(/<portico-idle[\s\S]*?<\/portico-idle>/g, '')
      .replace(/<script[\s\S]*?<\/script>/g, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();

  it('every page that a person reads on the portal reads the same in the preview, and nothing is written or set', async () => {
    const { t } = world;
    const reading = t.app.slots.routes.filter((route) => route.site === 'portal' && route.method === 'get' && route.kind === 'page');
    const before = { sums: await checksums(t), sessions: await t.app.db.of(SessionModel).count() };
    let pages = 0;
    for (const who of customers()) {
      const own = await t.client('portal', who.account!);
      for (const route of reading) {
        const row = rows[`portal get ${route.path}`]!;
        const things = row.thing ? Object.values(world.things[row.thing] ?? {}) : [''];
        for (const thing of things) {
          const path = row.path(thing);
          const shown = await admin.get(`/see-as/${who.account!.id}${path}`);
          const where = `${who.name} ${path}: ${shown.status}`;
          expect(shown.headers.getSetCookie(), where).to.deep.equal([]);
          if (route.guard.open) {
            expect(shown.status, where).to.equal(404);
            continue;
          }
          // Showing it is part of signing in or begins something there: the preview has no session and writes nothing.
          if (shown.status === 403 && /^\/(confirm|profile)\b/.test(route.path)) continue;
          const real = await own.get(path);
          expect(shown.status, where).to.equal(real.status);
          if (!String(real.headers.get('content-type')).startsWith('text/html')) {
            expect(shown.text, where).to.equal(real.text);
            continue;
          }
          pages += 1;
          expect(faultsOf(shown), where).to.deep.equal([]);
          expect(shown.text, where).to.contain('preview-bar').and.not.contain('<script');
          for (const [form] of shown.text.replace(/<section class="preview-bar"[\s\S]*?<\/section>/, '').matchAll(/<form\b[^>]*>/g))
            expect(/method="post"/.test(form) ? / inert>/.test(form) && !/ action=/.test(form) : true, `${where} ${form}`).to.equal(true);
          for (const [, href] of shown.text.matchAll(/\s(?:href|src|action)="(\/[^"]*)"/g))
            expect(href, where).to.match(new RegExp(`^/(assets|brand)/|^/see-as/${who.account!.id}/`));
          if (path !== '/profile') expect(words(shown.text), where).to.equal(words(real.text));
        }
      }
      // The person's own session for the comparison is the only thing that was made here.
      await t.app.sessions.endAll(who.account!.id);
    }
    expect(pages).to.be.greaterThan(40);
    const { sums, sessions } = before;
    const after = await checksums(t);
    // Signing in for the comparison noted the time; the relay tries waiting messages again by itself, whatever is read meanwhile.
    const moving = ['core_accounts', 'core_versions', 'core_outbox'];
    const compared = (all: Record<string, string>) => Object.fromEntries(Object.entries(all).filter(([name]) => !moving.includes(name)));
    expect(compared(after)).to.deep.equal(compared(sums));
    expect(await t.app.db.of(SessionModel).count()).to.equal(sessions + customers().length);
  });

  it('a preview alone changes no table but the audit, which has one row per preview and not per page', async () => {
    const { t } = world;
    const other = await t.client('staff', adminAccount);
    const [sums, rowsBefore] = [await checksums(t), await audited()];
    const id = named('customer A').account!.id;
    for (const path of ['/', '/orders', `/orders/${world.ids['orderOfA']}`, '/profile', '/notifications', '/search?q=a', '/nothing'])
      await other.get(`/see-as/${id}${path}`);
    expect(await checksums(t)).to.deep.equal(sums);
    expect(await audited()).to.equal(rowsBefore + 1);
    await other.get(`/see-as/${named('customer B').account!.id}/`);
    expect(await audited()).to.equal(rowsBefore + 2);
    expect((await other.post(`/see-as/${id}/stop`)).location).to.match(/^\/customers\/\d+\/accesses\/\d+$/);
    await other.get(`/see-as/${id}/`);
    expect(await audited(), 'begun anew').to.equal(rowsBefore + 3);
  });

  it('shows files and thumbnails with that account’s rights', async () => {
    const photos = world.things['photo']!;
    const [a, b] = [named('customer A').account!.id, named('customer B').account!.id];
    expect((await admin.get(`/see-as/${a}/files/${photos['own']}`)).headers.get('content-type')).to.equal('image/png');
    expect((await admin.get(`/see-as/${b}/files/${photos['own']}`)).status).to.equal(404);
  });

  it('leads to no page of staff, to no other account, and takes nothing that is sent', async () => {
    const id = named('customer A').account!.id;
    for (const path of [
      '/settings/accounts',
      '/customers',
      '/see-as/1/',
      '/reports',
      '/api/v1/desk/orders',
      '/sign-in',
      '/setup',
      `/register/${'A'.repeat(43)}`,
    ])
      expect((await admin.get(`/see-as/${id}${path}`)).status, path).to.equal(404);
    for (const path of ['/%2e%2e/settings/accounts', '/..%2fsettings/accounts', '//settings/accounts', '/;/settings/accounts'])
      expect((await admin.get(`/see-as/${id}${path}`)).status, path).to.equal(404);
    expect((await admin.get(`/see-as/${id}/orders/${world.ids['orderOfB']}`)).status).to.equal(404);
    for (const path of ['/report', '/profile', '/sign-out', '/language', '/notifications/read'])
      expect((await admin.post(`/see-as/${id}${path}`)).status, path).to.equal(404);
    const staff = [adminAccount.id, named('agent').account!.id, 999_999];
    for (const account of staff) expect((await admin.get(`/see-as/${account}/`)).status).to.equal(404);
    for (const who of ['agent', 'agent of A']) expect((await (await world.t.client('staff', named(who).account!)).get(`/see-as/${id}/`)).status).to.equal(403);
  });

  it('shows a person of several customers only to those who see them all', async () => {
    const { app } = world.t;
    const own = String(world.things['role']!['own']);
    const role = (await app.roles.list()).find((one) => one.id === own)!;
    const held = [...role.changes].filter(([, on]) => on).map(([permission]) => permission);
    await app.roleService.change(system, new Map([[own, { permissions: [...held, 'core.accounts.preview'] }]]));
    const limited = await world.t.client('staff', named('agent of A').account!);
    const status = async (name: string) => (await limited.get(`/see-as/${named(name).account!.id}/`)).status;
    expect([await status('customer A'), await status('A and B'), await status('customer B')]).to.deep.equal([200, 404, 404]);
    await app.roleService.change(system, new Map([[own, { permissions: held }]]));
  });

  it('says so in a sentence when the portal is off or the account is disabled', async () => {
    const { app } = world.t;
    const id = named('one place of A').account!.id;
    await app.accounts.disable(system, id);
    expect((await admin.get(`/see-as/${id}/`)).text).to.contain('nobody can sign in with it');
    await app.accounts.enable(system, id);
    await app.host.setEnabled('portal', false);
    expect((await admin.get(`/see-as/${id}/`)).text).to.contain('The customer portal is off');
    await app.host.setEnabled('portal', true);
    expect((await admin.get(`/see-as/${id}/`)).text).to.contain('preview-bar');
  });
});
