import { expect } from 'chai';
import { join } from 'node:path';
import { outRoot, projectRoot } from '../../../core/paths.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';

const folder = 'test/fixtures/plugins/working';
const pluginRoots = [{ code: join(outRoot, folder), assets: join(projectRoot, folder) }];

describe('a plugin that fails while it serves (PL-06, security §5)', function () {
  this.timeout(30_000);
  let t: TestApp;
  let client: Client;
  const state = (id: string) => t.app.host.list().find((one) => one.id === id)?.state;

  before(async () => {
    t = await createTestApp({ pluginRoots });
    client = await t.client('staff', await t.make.staff('administrator'));
  });
  after(() => t.close());

  it('is taken out of service at the third fault, with its dependants, while all others answer', async () => {
    expect((await client.get('/leaning')).json()).to.deep.equal({ leaning: true });
    for (let i = 0; i < 3; i += 1) expect((await client.get('/everything/throws')).status).to.equal(500);
    await eventually(() => state('everything') === 'quarantined', 'the quarantine');
    await eventually(() => state('leaning') === 'blocked', 'the dependant');
    expect((await client.get('/everything')).status).to.equal(404);
    expect((await client.get('/leaning')).status).to.equal(404);
    for (const path of ['/', '/customers', '/orders', '/settings/health', '/health/live']) expect((await client.get(path)).status, path).to.equal(200);
    const status = t.app.host.list().find((one) => one.id === 'everything');
    expect(status?.faults).to.equal(3);
    expect(status?.lastFault?.message).to.equal('out of paper');
  });

  it('comes back by the button on the health page', async () => {
    await client.get('/settings/health');
    expect((await client.post('/settings/health/everything/retry')).status).to.equal(303);
    expect([state('everything'), state('leaning')]).to.deep.equal(['active', 'active']);
    expect((await client.get('/everything')).text).to.include('served');
  });

  it('a page that was under way when the module went off is still answered in full', async () => {
    const slow = client.get('/everything/slow');
    await eventually(async () => ((await client.post('/everything/release')).json() as { released: boolean }).released && 'begun', 'the slow page');
    expect((await slow).text).to.include('served');

    const held = client.get('/everything/slow');
    await new Promise((done) => setTimeout(done, 100));
    const off = t.app.host.setEnabled('everything', false);
    await eventually(async () => (await client.get('/everything')).status === 404, 'the closed door');
    expect((await client.post('/everything/release')).status, 'nothing new comes in').to.equal(404);
    const { releaseSlowPage } = globalThis as { releaseSlowPage?: () => void };
    releaseSlowPage?.();
    const answer = await held;
    await off;
    expect([answer.status, answer.text.includes('served')]).to.deep.equal([200, true]);
    await t.app.host.setEnabled('everything', true);
  });
});

describe('safe mode (security §5)', function () {
  this.timeout(30_000);

  it('leaves all licensed modules out; the desk works and the page says why', async () => {
    const t = await createTestApp({ pluginRoots, safeMode: true });
    try {
      const states = Object.fromEntries(t.app.host.list().map((one) => [one.id, one.state]));
      expect(states).to.include({ customers: 'active', desk: 'active', portal: 'disabled', everything: 'disabled', quiet: 'disabled' });
      const client = await t.client('staff', await t.make.staff('administrator'));
      expect((await client.get('/orders')).status).to.equal(200);
      expect((await client.get('/everything')).status).to.equal(404);
      expect((await client.get('/settings/modules')).text).to.include('safe mode');
    } finally {
      await t.close();
    }
  });
});
