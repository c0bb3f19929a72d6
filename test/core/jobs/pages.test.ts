import { expect } from 'chai';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('Page of background jobs', () => {
  let test: TestApp;
  let admin: Client;
  before(async () => {
    test = await createTestApp();
    admin = await test.client('staff', await test.make.staff('administrator'));
  });
  after(() => test.close());

  it('shows failed jobs with their error, retries and deletes them', async () => {
    const { jobs } = test.app;
    let healed = false;
    jobs.handle('test.broken', async () => {
      if (!healed) throw new Error('no paper <b>');
    });
    for (let n = 0; n < 2; n++) await jobs.enqueue('test.broken', {}, { maxAttempts: 1 });
    await jobs.idle();
    const page = await admin.get('/settings/jobs');
    expect(page.text).to.contain('test.broken').and.contain('no paper &lt;b&gt;').and.not.contain('no paper <b>');
    healed = true;
    const [first, second] = await jobs.failed();
    expect((await admin.post(`/settings/jobs/${first?.id}/retry`)).status).to.equal(303);
    expect((await admin.post(`/settings/jobs/${second?.id}/delete`)).status).to.equal(303);
    await jobs.idle();
    expect(await jobs.failed()).to.deep.equal([]);
    expect((await admin.post(`/settings/jobs/${first?.id}/retry`)).status).to.equal(404);
    expect((await admin.get('/settings/jobs')).text).to.contain('No job has failed');
  });

  it('shows when each schedule runs next', async () => {
    const undo = test.app.jobs.every('test.nightly', { cron: '0 3 * * *', timeZone: 'Europe/Stockholm' }, async () => undefined);
    expect((await admin.get('/settings/jobs')).text).to.contain('test.nightly');
    undo();
  });

  it('is for those who look after the system', async () => {
    const agent = await test.client('staff', await test.make.staff('agent'));
    expect((await agent.get('/settings/jobs')).status).to.equal(403);
    expect((await agent.post('/settings/jobs/1/delete')).status).to.equal(403);
  });
});
