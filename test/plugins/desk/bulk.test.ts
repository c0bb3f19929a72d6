import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Account } from '../../../core/accounts/types.js';
import { RequestService, requestInput } from '../../../plugins/desk/api.js';
import { ActService } from '../../../plugins/desk/bulk/act-service.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

describe('many requests at once', () => {
  let t: TestApp;
  let requests: RequestService;
  let acts: ActService;
  let jana: Account;
  let agent: Client;
  let anna: Account;
  let customerId: number;
  let moment = new Date();

  before(async () => {
    t = await createTestApp({ clock: { now: () => moment } });
    requests = t.app.service('desk', RequestService);
    acts = t.app.service('desk', ActService);
    jana = await t.make.staff('agent', 'Jana Kováčová');
    agent = await t.client('staff', jana);
    customerId = (await t.make.customer('Hotel Malmen AB')).id;
    anna = await t.make.access(customerId, { name: 'Anna Lindqvist' });
  });
  after(() => t.close());

  const file = (subject: string, by: Account = anna, customer = customerId) =>
    requests.create(accountActor(by), requestInput.parse({ customer_id: customer, subject, text: `${subject}: please help` }));
  const several = async (count: number, subject: string) => {
    const made = [];
    for (let at = 0; at < count; at += 1) made.push((await file(`${subject} ${at}`)).id);
    return made;
  };
  const get = (id: number) => requests.get(system, id);
  const states = async (ids: readonly number[]) => (await Promise.all(ids.map(get))).map((one) => one.status);
  function bulk(ids: readonly number[], values: Record<string, string>, client = agent) {
    const body = new URLSearchParams({ _csrf: client.csrf, do: 'change', ...values });
    for (const id of ids) body.append('ids', String(id));
    return client.request('POST', '/desk/open/bulk', { body });
  }
  const undoOf = async (path: string) => /action="(\/desk\/acts\/\d+\/undo)"/.exec((await agent.get(path)).text)?.[1] ?? '';

  it('sets status, solver, priority and tags of those that were ticked, in one go and without a question; one press takes all back', async () => {
    const ids = await several(3, 'Few');
    const done = await bulk(ids, { status: 'accepted', solver: 'me', priority: '2', add_tags: 'batch' });
    expect(done.location).to.equal('/desk/open');
    for (const id of ids) expect(await get(id)).to.deep.include({ status: 'accepted', solver_id: jana.id, priority: 2, tags: ['batch'] });
    const toast = (await agent.get('/desk/open')).text;
    expect(toast).to.include('3 requests were changed.');
    const undo = /action="(\/desk\/acts\/\d+\/undo)"/.exec(toast)?.[1] ?? '';
    expect((await agent.post(undo)).location).to.equal('/desk/open');
    for (const id of ids) expect(await get(id)).to.deep.include({ status: 'new', solver_id: null, tags: [] });
  });

  it('says of each request what became of it: changed, so already, or refused and why', async () => {
    const [changed, same, merged] = [await file('Will change'), await file('Is closed'), await file('Is merged')] as const;
    const other = await t.make.customer();
    const far = await file('Out of reach', await t.make.access(other.id), other.id);
    await requests.change(accountActor(jana), same.id, { status: 'closed' });
    await bulk([changed.id, merged.id], { do: 'merge', sure: 'true' });
    const local = await t.make.localStaff(['desk.request.read', 'desk.request.manage'], [{ id: customerId }]);
    const client = await t.client('staff', local);
    const at = (await bulk([changed.id, same.id, merged.id, far.id, 999_999], { status: 'closed' }, client)).location ?? '';
    expect(at).to.match(/^\/desk\/acts\/\d+$/);
    const items = await acts.items(accountActor(local), Number(at.split('/').at(-1)));
    expect(items.map(({ state, reason, number }) => [state, reason?.key ?? null, number])).to.deep.equal([
      ['changed', null, changed.number],
      ['same', null, same.number],
      ['same', null, merged.number],
      ['refused', 'core:error.notFound', null],
      ['refused', 'core:error.notFound', null],
    ]);
    const text = (await client.get(at)).text;
    expect(text).to.include('Will change').and.include('Was so already').and.include('Refused').and.not.include('Out of reach');
    expect((await get(far.id)).status).to.equal('new');
    expect((await agent.get(at)).status, 'of nobody else').to.equal(404);
  });

  it('asks once before more than twenty, then works as a job with its progress; it is taken back as a whole', async () => {
    const ids = await several(24, 'Many');
    const asked = await bulk(ids, { priority: '1', status: 'accepted' });
    expect(asked.status).to.equal(200);
    expect(asked.text).to.include('Change 24 requests').and.include('name="sure" value="true"');
    expect((await get(ids[0]!)).priority).to.not.equal(1);
    const { hints, socket, close } = await openSocket(agent);
    const at = (await bulk(ids, { priority: '1', status: 'accepted', sure: 'true' })).location ?? '';
    expect(at).to.match(/^\/desk\/acts\/\d+$/);
    socket.emit('watch', [`desk.act:${at.split('/').at(-1)}`]);
    const first = (await agent.get(at)).text;
    expect(first).to.match(/role="meter"|24 changed/);
    await eventually(async () => (await agent.get(at)).text.includes('24 changed'), 'the job is done');
    expect(await states(ids)).to.deep.equal(ids.map(() => 'accepted'));
    await requests.change(accountActor(jana), ids[3]!, { priority: 4 });
    await agent.post(await undoOf(at));
    const end = await eventually(async () => {
      const { text } = await agent.get(at);
      return text.includes('23 taken back') && text;
    }, 'it is taken back');
    expect(end).to.include('1 kept').and.not.include('/undo"');
    expect((await states(ids)).filter((state) => state === 'new')).to.have.length(23);
    expect(hints.filter((hint) => hint.startsWith('desk.act:'))).to.not.deep.equal([]);
    close();
  });

  it('a job that was cut off goes on where it was, and does nothing twice', async () => {
    const ids = await several(22, 'Cut');
    const started = await acts.start(
      accountActor(jana),
      ids,
      { add_tags: ['cut'], say: { texts: { en: 'Said once' }, internal: true } },
      { back: '/desk/open' },
    );
    await eventually(async () => (await acts.get(accountActor(jana), started.id)).state === 'done', 'the job is done');
    await t.app.db.run("UPDATE desk_acts SET state = 'running' WHERE id = ?", [started.id]);
    await acts.work(started.id, new AbortController().signal);
    for (const id of ids.slice(0, 3)) expect((await get(id)).messages.map((one) => one.text)).to.deep.equal(['Said once']);
    const stopped = new AbortController();
    stopped.abort(new Error('stop'));
    await t.app.db.run("UPDATE desk_act_items SET state = 'open' WHERE act_id = ? AND position = 0", [started.id]);
    await t.app.db.run("UPDATE desk_acts SET state = 'running' WHERE id = ?", [started.id]);
    expect(await acts.work(started.id, stopped.signal).catch((error: Error) => error.message)).to.equal('stop');
    expect((await acts.get(accountActor(jana), started.id)).counts.open).to.equal(1);
  });

  it('the whole view can be chosen, not only what is shown; nothing chosen and nothing to do are said', async () => {
    expect((await bulk([], { priority: '2' })).location).to.equal('/desk/open');
    expect((await agent.get('/desk/open')).text).to.include('Choose requests first.');
    expect((await bulk([1], {})).location).to.equal('/desk/open');
    expect((await agent.get('/desk/open')).text).to.include('Choose what is to be changed.');
    const whole = await bulk([], { whole: 'true', priority: '2' });
    const count = await requests.count(accountActor(jana), { open: true }, 500);
    expect(count).to.be.greaterThan(25);
    expect([...whole.text.matchAll(/name="ids"/g)]).to.have.length(count);
    expect((await bulk([], { whole: 'true', priority: 'x' })).status).to.equal(422);
  });

  it('merges into the first after one question that names it, and takes the merge back', async () => {
    const [first, second, third] = await several(3, 'Same');
    const asked = await bulk([first!, second!, third!], { do: 'merge' });
    expect(asked.text).to.include(`#${(await get(first!)).number} Same 0`);
    await bulk([first!, second!, third!], { do: 'merge', sure: 'true' });
    expect((await get(first!)).merged.map((one) => one.number)).to.have.length(2);
    const text = (await agent.get('/desk/open')).text;
    await agent.post(/action="(\/desk\/acts\/\d+\/undo)"/.exec(text)?.[1] ?? '');
    expect(await states([first!, second!, third!])).to.deep.equal(['new', 'new', 'new']);
    expect((await get(first!)).merged).to.deep.equal([]);
  });

  it('applies a macro to all of them; after 15 minutes nothing is taken back, after a day nothing is known of it', async () => {
    const ids = await several(2, 'By macro');
    await agent.post('/desk/macros/new', { name: 'Shelve', status: 'waiting', add_tags: 'shelf', internal: 'false' });
    const [macro] = await t.app.db.query<{ id: number }>("SELECT id FROM desk_templates WHERE name = 'Shelve'");
    await bulk(ids, { macro: String(macro?.id), priority: '4' });
    for (const one of ids) expect(await get(one)).to.deep.include({ status: 'waiting', priority: 4, tags: ['shelf'] });
    const undo = /action="(\/desk\/acts\/\d+\/undo)"/.exec((await agent.get('/desk/open')).text)?.[1] ?? '';
    moment = new Date(moment.getTime() + 16 * 60_000);
    expect((await agent.post(undo)).status).to.equal(409);
    moment = new Date(moment.getTime() + 25 * 3_600_000);
    await acts.sweep();
    expect(await t.app.db.query('SELECT id FROM desk_acts')).to.deep.equal([]);
    expect(await t.app.db.query('SELECT act_id FROM desk_act_items')).to.deep.equal([]);
  });
});
