import { expect } from 'chai';
import type { Account } from '../../../core/accounts/types.js';
import type { Actor } from '../../../core/access/types.js';
import { dayStart } from '../../../core/audit/day-start.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('Pages of the audit log', () => {
  let test: TestApp;
  let boss: Account;
  let admin: Client;
  before(async () => {
    test = await createTestApp();
    boss = await test.make.staff('administrator', 'Zoe Åberg');
    admin = await test.client('staff', boss);
    const actor: Actor = { ...system, kind: 'staff', account: boss, channel: 'page' };
    for (let n = 1; n <= 60; n++) {
      await test.app.audit.record(actor, {
        action: 'desk.order.planned',
        object: { kind: 'desk.order', id: n, name: n === 7 ? '=HYPERLINK("x")' : `Order <${n}>` },
        before: { status: 'open', secret: true },
        after: { status: 'planned', note: '<i>' },
      });
    }
  });
  after(() => test.close());

  it('list by person, action, object and day, page by page', async () => {
    const first = await admin.get(`/settings/audit?actor=${boss.id}&action=desk.order.planned`);
    expect(first.status).to.equal(200);
    expect(first.text).to.contain('Order &lt;60&gt;').and.contain('Zoe Åberg').and.not.contain('Order &lt;10&gt;');
    const [, next = ''] = /rel="next" href="([^"]+)"/.exec(first.text) ?? [];
    const second = await admin.get(next.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='));
    expect(second.text).to.contain('Order &lt;10&gt;').and.not.contain('Order &lt;60&gt;');
    const one = await admin.get('/settings/audit?object=desk.order:12');
    expect(one.text).to.contain('Order &lt;12&gt;').and.not.contain('Order &lt;13&gt;');
    expect((await admin.get('/settings/audit?from=2001-01-01&to=2001-12-31')).text).to.contain('No entry matches');
  });

  it('show the difference of one entry', async () => {
    const list = await admin.get('/settings/audit?object=desk.order:12');
    const [path = ''] = /\/settings\/audit\/\d+/.exec(list.text) ?? [];
    const entry = await admin.get(path);
    expect(entry.text)
      .to.match(/<del>open<\/del>[\s\S]*<ins>planned<\/ins>/)
      .and.contain('&lt;i&gt;');
    expect((await admin.get('/settings/audit/999999')).status).to.equal(404);
  });

  it('verify the chain and name the entry where it is broken', async () => {
    expect((await admin.get('/settings/audit/chain', { 'hx-request': 'true' })).text).to.match(/Chain verified: \d+ entries/);
    expect((await admin.get('/settings/audit/chain')).text).to.contain('<main');
  });

  it('export everything that matches as CSV whose cells no spreadsheet runs', async () => {
    const csv = await admin.get('/settings/audit/export?action=desk.order.planned');
    expect(csv.headers.get('content-disposition')).to.contain('attachment');
    const lines = csv.text.trim().split('\n');
    expect(lines).to.have.length(61);
    expect(csv.text).to.contain(`'=HYPERLINK`);
    expect((await admin.get('/settings/audit?action=core.audit.exported')).text).to.contain('Audit log exported');
  });

  it('are for those who may read the log, and no query breaks them', async () => {
    const agent = await test.client('staff', await test.make.staff('agent'));
    for (const path of ['/settings/audit', '/settings/audit/1', '/settings/audit/chain', '/settings/audit/export'])
      expect((await agent.get(path)).status).to.equal(403);
    for (const query of [
      'actor=x',
      'actor=99999999',
      'object=%00',
      'object=a:b:c',
      'from=2026-99-99',
      'before=-1',
      'action=%F0%9F%96%A8',
      'from[]=1',
      'action=a&action=b',
    ]) {
      expect((await admin.get(`/settings/audit?${query}`)).status, query).to.be.lessThan(500);
    }
  });

  it('begin a day where it begins for the reader', () => {
    expect(dayStart('2026-03-29', 'Europe/Stockholm').toISOString()).to.equal('2026-03-28T23:00:00.000Z');
    expect(dayStart('2026-03-30', 'Europe/Stockholm').toISOString()).to.equal('2026-03-29T22:00:00.000Z');
    expect(dayStart('2026-11-22', 'America/St_Johns').toISOString()).to.equal('2026-11-22T03:30:00.000Z');
  });
});
