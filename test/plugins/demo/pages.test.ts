import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

describe('sample data page', function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    test = await createTestApp();
  });
  after(() => test.close());
  /** The job may be at work in the running queue already. */
  const reached = (status: string) =>
    eventually(async () => (await test.app.db.query('SELECT id FROM demo_state WHERE status = ?', [status])).length > 0, `sample data is ${status}`, 30_000);

  it('is for administrators only', async () => {
    const agent = await test.client('staff', await test.make.staff('agent'));
    expect((await agent.get('/demo')).status).to.equal(403);
    expect((await agent.get('/')).text).to.not.include('href="/demo"');
    expect((await agent.post('/demo/load')).status).to.equal(403);
  });

  it('is offered on the start page while there are no customers; loads, shows the log-ins, and removes', async () => {
    const client = await test.client('staff', await test.make.staff('administrator'));
    const main = (text: string) => text.slice(text.indexOf('<main'));
    expect(main((await client.get('/')).text)).to.include('id="demo-offer"');
    expect((await client.get('/demo')).text).to.include('action="/demo/load"');

    expect((await client.post('/demo/load')).location).to.equal('/demo');
    expect((await client.post('/demo/load')).status, 'twice').to.equal(409);
    await reached('loaded');
    const loaded = await client.get('/demo');
    expect(loaded.text).to.include('anna.lundgren@skeppsbron.example');
    const password = /<strong class="mono">([a-z0-9-]+)<\/strong>/.exec(loaded.text)?.[1] ?? '';
    expect(await test.app.credentials.verify('staff', 'erik.lindqvist@fjordservice.example', password, { site: 'staff', ip: null })).to.not.equal(null);
    expect(main((await client.get('/')).text)).to.not.include('id="demo-offer"');

    expect((await client.post('/demo/remove')).location).to.equal('/demo');
    await reached('empty');
    const removed = await client.get('/demo');
    expect(removed.text).to.include('action="/demo/load"');
    expect(removed.text).to.not.include(password);
    expect(await test.app.accounts.findByEmail('staff', 'erik.lindqvist@fjordservice.example')).to.equal(null);
  });

  it('shows its progress and asks again every second, also without JavaScript by reloading', async () => {
    await test.app.db.run("UPDATE demo_state SET status = 'loading', done = 250, total = 1000 WHERE id = 1");
    const client = await test.client('staff', await test.make.staff('administrator'));
    const { text } = await client.get('/demo');
    expect(text).to.include('hx-trigger="every 1s"').and.to.include('aria-valuenow="250"').and.to.include('href="/demo"');
    await test.app.db.run("UPDATE demo_state SET status = 'empty' WHERE id = 1");
  });
});
