import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('Health, metrics and About', function () {
  this.timeout(30_000);
  let portico: TestApp;
  let admin: Client;
  let stranger: Client;
  before(async () => {
    portico = await createTestApp();
    admin = await portico.client('staff', await portico.make.staff('administrator'));
    stranger = await portico.client('staff');
  });
  after(() => portico.close());

  it('KO-18: About shows the web address of the portal, and whether it is open', async () => {
    const { text, status } = await admin.get('/settings/about');
    expect(status).to.equal(200);
    const address = /id="portal-address" href="([^"]+)"/.exec(text)?.[1];
    expect(new URL(address ?? '').port).to.equal(new URL(portico.portalUrl()).port);
    expect(text)
      .to.contain(`Node.js`)
      .and.contain(process.versions.node)
      .and.match(/SQLite|MariaDB|MySQL/);
    for (const { manifest } of portico.app.host.list()) expect(text).to.contain(manifest.version);
  });

  it('the health page tells the state of each module, the database, the queue and the server', async () => {
    const { text, status } = await admin.get('/settings/health');
    expect(status).to.equal(200);
    for (const { id } of portico.app.host.list()) expect(text, id).to.contain(`id="plugin-${id}"`);
    expect(text).to.contain('Running').and.contain('Database answers within').and.contain('waiting: ').and.contain('Free disk space');
  });

  it('a module is switched off from the health page, and started again', async () => {
    await admin.get('/settings/health');
    expect((await admin.post('/settings/health/portal/off')).status).to.equal(303);
    expect(portico.app.host.list().find(({ id }) => id === 'portal')?.state).to.equal('disabled');
    expect((await admin.get('/settings/about')).text).to.contain('Closed');
    await portico.app.host.setEnabled('portal', true);
    expect((await admin.post('/settings/health/portal/retry')).status).to.equal(303);
    expect((await admin.post('/settings/health/desk/off')).status, 'built in').to.equal(404);
    expect((await admin.post('/settings/health/nothing/retry')).status).to.equal(404);
  });

  it('the probes answer without a session, small and uncached', async () => {
    const live = await stranger.get('/health/live');
    expect(live.status).to.equal(200);
    expect(live.headers.get('cache-control')).to.equal('no-store');
    const ready = await stranger.get('/health/ready');
    expect(ready.status).to.equal(200);
    expect(ready.json()).to.deep.equal({ status: 'ready', database: true, migrated: true });
  });

  it('metrics label requests by route pattern, and only for this machine or staff who may', async () => {
    await admin.get('/settings/core');
    const answer = await stranger.get('/metrics');
    expect(answer.status).to.equal(200);
    expect(answer.text)
      .to.contain('portico_http_request_seconds_count{route="get /settings/:plugin",site="staff",status="2xx"}')
      .and.contain('nodejs_eventloop_lag');
    expect((await stranger.get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status, 'forwarded').to.equal(404);
    expect((await admin.get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status, 'staff').to.equal(200);
  });
});
