import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { accountActor } from '../../../core/access/actors.js';
import type { Account } from '../../../core/accounts/types.js';
import { RequestService, requestInput } from '../../../plugins/desk/api.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

describe('who is at a request', () => {
  let t: TestApp;
  let jana: Account;
  let peter: Account;
  let anna: Account;
  let customerId: number;
  let topic: string;
  let shift = 0;
  const open: { close(): void }[] = [];

  before(async () => {
    t = await createTestApp({ clock: { now: () => new Date(Date.now() + shift) } });
    [jana, peter] = [await t.make.staff('agent', 'Jana Kováčová'), await t.make.staff('agent', 'Peter Horváth')];
    customerId = (await t.make.customer()).id;
    anna = await t.make.access(customerId);
    topic = await request('report');
  });
  afterEach(() => open.splice(0).forEach((one) => one.close()));
  after(() => t.close());

  const request = async (text: string) =>
    `desk.request:${(await t.app.service('desk', RequestService).create(accountActor(anna), requestInput.parse({ customer_id: customerId, text }))).id}`;
  async function sit(account: Account, site: 'staff' | 'portal' = 'staff') {
    const client = await t.client(site, account);
    const made = await openSocket(client);
    open.push(made);
    return { client, ...made };
  }
  /** What the page of this person says. */
  const seen = async (client: Awaited<ReturnType<typeof sit>>['client'], of = topic) =>
    (await client.get(`/presence?of=${of}`, { 'hx-request': 'true' })).text
      .replace(/<span class="avatar[\s\S]*?<\/span>/g, '')
      .replace(/<[^>]+>/g, '')
      .trim();

  it('names the others who look at it or type in it at once, and not oneself', async () => {
    const [one, two] = [await sit(jana), await sit(peter)];
    one.socket.emit('presence', topic, 'views');
    two.socket.emit('presence', topic, 'views');
    await eventually(async () => (await seen(one.client)) === 'Peter Horváth is looking at this', 'Peter is there');
    expect(await seen(two.client)).to.equal('Jana Kováčová is looking at this');
    const before = one.hints.length;
    two.socket.emit('presence', topic, 'types');
    await eventually(() => one.hints.length > before, 'a hint');
    expect(one.hints.at(-1), 'a hint, no name').to.equal(`presence:${topic}`);
    expect(await seen(one.client)).to.equal('Peter Horváth is typing …');
    const told = one.hints.length;
    two.socket.emit('presence', topic, 'types');
    two.socket.emit('presence', topic, 'views');
    await eventually(async () => (await seen(one.client)) === 'Peter Horváth is looking at this', 'no longer types');
    expect(one.hints.length, 'a sign of life alone tells nobody').to.equal(told + 1);
    two.socket.emit('presence', topic, 'gone');
    await eventually(async () => (await seen(one.client)) === '', 'Peter is gone');
  });

  it('who closes the page is gone at once, who says nothing for 15 seconds soon', async () => {
    const [one, two, three] = [await sit(jana), await sit(peter), await sit(await t.make.staff('agent', 'Petra Silent'))];
    for (const { socket } of [one, two, three]) socket.emit('presence', topic, 'views');
    await eventually(async () => (await seen(one.client)).includes('Peter') && (await seen(one.client)).includes('Petra'), 'both are there');
    two.close();
    await eventually(async () => !(await seen(one.client)).includes('Peter Horváth'), 'Peter is gone', 2_000);
    shift += 9_000;
    await delay(1_200);
    expect(await seen(one.client), 'not yet').to.include('Petra Silent');
    one.socket.emit('presence', topic, 'views');
    shift += 8_000;
    await eventually(async () => !(await seen(one.client)).includes('Petra Silent'), 'Petra is gone', 4_000);
    await eventually(() => one.hints.includes(`presence:${topic}`), 'a hint');
  });

  it('two pages of one person are one person; who types in one of them types', async () => {
    const [one, two, again] = [await sit(jana), await sit(peter), await sit(peter)];
    one.socket.emit('presence', topic, 'views');
    two.socket.emit('presence', topic, 'types');
    again.socket.emit('presence', topic, 'views');
    await eventually(async () => (await seen(one.client)) === 'Peter Horváth is typing …', 'once');
    two.close();
    await eventually(async () => (await seen(one.client)) === 'Peter Horváth is looking at this', 'still there');
  });

  it('customers, and staff who do not see the request, are not there, hear nothing and are told nothing', async () => {
    const elsewhere = await t.make.localStaff(['desk.request.read', 'desk.request.manage'], [await t.make.customer()]);
    const [one, customer, other] = [await sit(jana), await sit(anna, 'portal'), await sit(elsewhere)];
    for (const { socket } of [customer, other]) socket.emit('presence', topic, 'types');
    customer.socket.emit('watch', [topic, `presence:${topic}`]);
    other.socket.emit('watch', [`presence:${topic}`]);
    one.socket.emit('presence', topic, 'views');
    await eventually(() => one.hints.includes(`presence:${topic}`), 'the agent hears of it');
    await delay(200);
    expect([await seen(one.client), customer.hints, other.hints]).to.deep.equal(['', [], []]);
    expect((await other.client.get(`/presence?of=${topic}`)).status).to.equal(404);
    expect((await customer.client.get(`/presence?of=${topic}`)).status).to.equal(404);
    for (const wrong of ['', 'desk.request:', 'desk.request:999999', 'desk.order:1', 'core.nothing:1', `desk.request:${'9'.repeat(110)}`])
      expect((await one.client.get(`/presence?of=${wrong}`)).status, wrong).to.equal(404);
  });

  it('a right that is taken away ends it, and what is sent makes no difference', async () => {
    const limited = await t.make.localStaff(['desk.request.read', 'desk.request.manage'], [{ id: customerId }]);
    const [one, two] = [await sit(jana), await sit(limited)];
    for (const { socket } of [one, two]) socket.emit('presence', topic, 'views');
    await eventually(async () => (await seen(one.client)).includes(limited.name), 'there');
    await t.app.db.run('DELETE FROM core_role_permissions WHERE role_id = ?', [`local-${limited.id}`]);
    await t.app.access.changed([limited.id]);
    await t.app.realtime.recheck();
    await eventually(async () => (await seen(one.client)) === '', 'no longer');
    two.socket.emit('presence', topic, 'types');
    for (const wrong of [null, 7, {}, ['views'], 'x'.repeat(500)]) one.socket.emit('presence', wrong, wrong);
    await delay(200);
    expect([await seen(one.client), one.socket.connected]).to.deep.equal(['', true]);
  });

  it('a socket is at five things at most, and a flood of signs is not heard', async () => {
    const topics: string[] = [];
    for (let at = 0; at < 6; at += 1) topics.push(await request(`report ${at}`));
    const [one, two] = [await sit(jana), await sit(peter)];
    for (const each of topics) two.socket.emit('presence', each, 'views');
    await eventually(async () => (await seen(one.client, topics[4])) !== '', 'the fifth');
    await delay(200);
    expect(await seen(one.client, topics[5])).to.equal('');
    one.socket.emit('presence', topics[0], 'views');
    await eventually(() => one.hints.length > 0, 'in');
    const before = one.hints.length;
    for (let at = 0; at < 500; at += 1) two.socket.emit('presence', topics[0], at % 2 ? 'views' : 'types');
    await delay(300);
    expect(one.hints.length - before).to.be.lessThan(40);
    expect(await seen(one.client, topics[0])).to.match(/^Peter Horváth is (typing …|looking at this)$/);
  });
});
