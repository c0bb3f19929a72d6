import { expect } from 'chai';
import { Op } from 'sequelize';
import type { Account } from '../../../core/accounts/types.js';
import { AuditEntry } from '../../../core/audit/model.js';
import { OutboxMessage } from '../../../core/notifications/model.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { startMailServer } from '../../support/mail-server.js';

describe('Pages of messages', () => {
  let test: TestApp;
  let admin: Client;
  let agent: Account;
  before(async () => {
    test = await createTestApp();
    admin = await test.client('staff', await test.make.staff('administrator'));
    agent = await test.make.staff('agent');
  });
  after(() => test.close());

  it('KO-04: without a mail server the invitation waits on "Outgoing", where its link can be copied, and opening it is recorded', async () => {
    const { app } = test;
    const invited = await app.accounts.create(system, { kind: 'staff', name: 'Nina <b>', email: 'nina@staff.test' });
    await app.db.transaction(() => app.accounts.invite(system, invited.id, 'staff'));
    await app.outbox.flush();
    const list = await admin.get('/settings/outgoing');
    expect(list.status).to.equal(200);
    const row = await app.db.of(OutboxMessage).findOne({ where: { account_id: invited.id } });
    expect(row).to.include({ status: 'waiting', attempts: 0 });
    expect(list.text).to.contain(`/settings/outgoing/${row?.id}`).and.contain('No mail server is set up').and.not.contain('Nina <b>');
    const message = await admin.get(`/settings/outgoing/${row?.id}`);
    expect(message.text).to.contain(`data-copy="${row?.link?.replace(/=/g, '&#x3D;')}"`);
    const html = await admin.get(`/settings/outgoing/${row?.id}/html`);
    expect(html.headers.get('content-security-policy')).to.match(/^sandbox; default-src 'none'/);
    expect(html.text).to.contain('Nina &lt;b&gt;');
    expect(await app.db.of(AuditEntry).count({ where: { action: 'core.message.viewed', object_id: row?.id ?? '' } })).to.equal(1);
  });

  it('are for those who may read them; missing messages are missing', async () => {
    const row = await test.app.db.of(OutboxMessage).findOne();
    const other = await test.client('staff', agent);
    for (const path of ['/settings/outgoing', `/settings/outgoing/${row?.id}`, `/settings/outgoing/${row?.id}/html`, '/settings/mail-test'])
      expect((await other.get(path)).status).to.equal(403);
    expect((await admin.get('/settings/outgoing/nothing')).status).to.equal(404);
    for (const query of ['state=x', 'channel=%27', 'before=%00', 'state[]=1', 'channel=a&channel=b'])
      expect((await admin.get(`/settings/outgoing?${query}`)).status).to.be.lessThan(500);
  });

  it('send a test mail and show the real answer; waiting messages go out when a server is set', async () => {
    const server = await startMailServer();
    try {
      await admin.get('/settings/mail-test');
      expect((await admin.post('/settings/mail-test', { address: 'me@example.org' })).text).to.contain('No mail server is set up yet');
      await test.app.settings.set(system, { 'core.mailServer': server.url });
      const answer = await admin.post('/settings/mail-test', { address: 'me@example.org' });
      expect(answer.text).to.contain('250 ').and.contain('accepted the mail to me@example.org');
      const waiting = () => test.app.db.of(OutboxMessage).count({ where: { status: { [Op.ne]: 'accepted' }, channel: 'email' } });
      for (const end = Date.now() + 5000; (await waiting()) > 0 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(server.mails.map((mail) => mail.to?.[0]?.address)).to.have.members(['me@example.org', 'nina@staff.test']);
      const row = await test.app.db.of(OutboxMessage).findOne({ where: { channel: 'email' } });
      expect((await admin.get(`/settings/outgoing/${row?.id}`)).text).to.contain('deleted after delivery');
    } finally {
      await test.app.settings.set(system, { 'core.mailServer': '' });
      await server.stop();
    }
    await test.app.settings.set(system, { 'core.mailServer': 'smtp://127.0.0.1:1' });
    expect((await admin.post('/settings/mail-test', { address: 'me@example.org' })).text).to.contain('ECONNREFUSED');
  });

  it('KO: the bell counts, everybody reads only their own, one by one or all at once', async () => {
    const { app } = test;
    const mine = await test.client('staff', agent);
    for (const order of ['1', '2'])
      await app.outbox.send({
        template: 'core.test-mail',
        to: { accountId: agent.id },
        channels: ['inbox'],
        data: { order },
        link: `${test.staffUrl}/orders/${order}`,
      });
    await app.outbox.flush();
    for (const end = Date.now() + 5000; (await app.outbox.unread(agent.id)) < 2 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await mine.get('/notifications/unread')).json()).to.deep.equal({ unread: 2 });
    const list = await mine.get('/notifications');
    const [, id] = /\/notifications\/(\d+)\/read/.exec(list.text) ?? [];
    await admin.get('/notifications');
    expect((await admin.post(`/notifications/${id}/read`)).status).to.equal(404);
    expect((await mine.post(`/notifications/${id}/read`)).status).to.equal(303);
    expect((await mine.get('/notifications/unread')).json()).to.deep.equal({ unread: 1 });
    await mine.post('/notifications/read');
    expect((await mine.get('/notifications/unread')).json()).to.deep.equal({ unread: 0 });
  });
});
