import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError, type Actor } from '../../../core/api.js';
import {
  DraftService,
  Evaluation,
  MessageService,
  OrderService,
  RequestReading,
  RequestService,
  RequestTies,
  orderInput,
  requestInput,
  requestSteps,
  requestStatuses,
  type RequestStatus,
} from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { failure } from '../../support/failure.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

describe('requests', () => {
  let t: TestApp;
  let requests: RequestService;
  let ties: RequestTies;
  let agent: Actor;
  let colleague: Actor;
  let anna: Actor;
  let annaAccess: { id: number; accessId: number };
  let customerId: number;
  let placeId: number;
  before(async () => {
    t = await createTestApp();
    [requests, ties] = [t.app.service('desk', RequestService), t.app.service('desk', RequestTies)];
    [agent, colleague] = [accountActor(await t.make.staff()), accountActor(await t.make.staff())];
    customerId = (await t.make.customer()).id;
    placeId = (await t.make.installation(customerId, 'Hotel Malmen')).id;
    const access = await t.make.access(customerId, { name: 'Anna Lindqvist' });
    [anna, annaAccess] = [accountActor(access), access];
  });
  after(() => t.close());

  const create = (actor: Actor, values: object = {}) =>
    requests.create(actor, requestInput.parse({ customer_id: customerId, subject: 'Printer stops', text: 'After two pages', ...values }));
  const messages = () => t.app.service('desk', MessageService);
  const lastEvents = async (id: number) => (await requests.get(agent, id)).events.map((one) => one.kind);

  it('are filed by staff, of any type, in the name of an account of the customer, which then follows it', async () => {
    const made = await create(agent, { type: 'question', installation_id: placeId, reporter_id: annaAccess.id, priority: '2', importance: '4' });
    expect(made).to.include({ type: 'question', reporter_account_id: annaAccess.id, priority: 2, importance: 4, origin: 'staff', status: 'new', open: 1 });
    expect((await requests.get(anna, made.id)).subject).to.equal('Printer stops');
    const stranger = await t.make.access((await t.make.customer()).id);
    expect(await failure(create(agent, { reporter_id: stranger.id }))).to.be.instanceOf(InvalidInputError);
    expect(await failure(create(agent, { customer_id: 999_999 }))).to.be.instanceOf(NotFoundError);
    // A customer files in its own name only, and sets no scales.
    const own = await create(anna, { type: 'supplies', reporter_id: stranger.id, priority: '1', importance: '1', urgency: '1' });
    expect(own).to.include({ type: 'supplies', reporter_account_id: annaAccess.id, priority: 3, importance: 3, origin: 'portal' });
  });

  it('KO-05, CM-14: only a fault report becomes an order at once; a program of a device names computer and login', async () => {
    const direct = accountActor(await t.make.access(customerId, { options: ['desk.request.create', 'desk.order.read', 'desk.order.create-direct'] }));
    expect((await create(direct, { type: 'fault', installation_id: placeId })).status).to.equal('planned');
    expect((await create(direct, { type: 'question', installation_id: placeId })).order_id).to.equal(null);
    const device = await create({ ...anna, channel: 'api' }, { computer: 'RECEPTION-1', login: 'FIRM\\anna' });
    expect(device).to.include({ origin: 'device', computer: 'RECEPTION-1', login: 'FIRM\\anna' });
    expect((await create({ ...anna, channel: 'mail' })).origin).to.equal('mail');
  });

  it('CM-01: internal requests do not exist for customers: lists, counts, search, evaluation, pages, REST, files, orders, sockets', async () => {
    const full = await t.make.access(customerId, {
      options: ['portal.overview.read', 'desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.evaluation.read', 'desk.request.solve'],
    });
    const all = accountActor(full);
    const evaluation = t.app.service('desk', Evaluation);
    const reported = async () => (await evaluation.months(all, 'UTC')).reduce((sum, row) => sum + row.reports, 0);
    const [before, counted] = [await reported(), await requests.count(all, {}, 1000)];
    const portal = await t.client('portal', full);
    const { socket, hints, close } = await openSocket(portal);
    const [topic, marker] = [`desk.requests:c${customerId}`, `desk.orders:c${customerId}`];
    socket.emit('watch', [topic, marker]);
    await eventually(() => {
      t.app.realtime.touch('desk.orders', `c${customerId}`);
      return hints.includes(marker);
    }, 'the socket to watch');
    const secret = await create(agent, { type: 'internal', subject: 'Zebrafish plan', text: 'Nobody tells' });
    expect(secret.reporter_account_id).to.equal(agent.account?.id);
    await requests.change(agent, secret.id, { priority: 1 });
    await messages().post(agent, 'request', secret.id, { text: 'Really', internal: false, hold: false });
    // The next visible one is the first that its socket hears of.
    const seen = await create(agent, { subject: 'Visible' });
    await eventually(() => hints.includes(topic), 'a hint');
    expect(hints.filter((one) => one === topic)).to.have.length(1);
    close();

    expect(await requests.count(all, {}, 1000)).to.equal(counted + 1);
    expect((await requests.list(all, { limit: 200 })).rows.map((row) => row.id))
      .to.include(seen.id)
      .and.not.include(secret.id);
    for (const filter of [{ type: 'internal' as const }, { number: secret.number }, { q: 'zebrafish' }])
      expect([(await requests.list(all, filter)).rows, await requests.count(all, filter)]).to.deep.equal([[], 0]);
    expect((await requests.list(agent, { q: 'zebrafish' })).rows.map((row) => row.id)).to.deep.equal([secret.id]);
    expect(await reported()).to.equal(before + 1);
    for (const work of [
      requests.get(all, secret.id),
      messages().post(all, 'request', secret.id, { text: 'x', internal: false }),
      t.app.service('desk', DraftService).get(all, secret.id),
      t.app.service('desk', RequestReading).markRead(all, secret.id),
    ])
      expect(await failure(work)).to.be.instanceOf(NotFoundError);
    expect((await portal.get(`/reports/${secret.id}`)).text).to.equal((await portal.get('/reports/999999')).text);
    expect((await portal.get('/search?q=Zebrafish')).text).not.to.include('Zebrafish plan');
    expect(await failure(requests.change(agent, secret.id, { type: 'question' }))).to.be.instanceOf(InvalidInputError);
    expect(await failure(requests.change(agent, seen.id, { type: 'internal' }))).to.be.instanceOf(InvalidInputError);
    expect(await failure(create(all, { type: 'internal' }))).to.be.instanceOf(InvalidInputError);
    // Not even who was chosen to solve it.
    await t.app.db.run('UPDATE desk_requests SET solver_id = ?, reporter_account_id = ? WHERE id = ?', [full.id, full.id, secret.id]);
    expect(await failure(requests.get(all, secret.id))).to.be.instanceOf(NotFoundError);
    const order = await requests.createOrder(agent, secret.id, orderInput.parse({ title: 'Visit' }));
    const shown = await t.app.service('desk', OrderService).get(all, order.id);
    expect(shown.request).to.equal(null);
    expect(JSON.stringify(shown)).not.to.match(/Zebrafish|Nobody tells/);
  });

  it('take only the steps of one table; a rejection needs a reason that the reporter sees (KO-20)', async () => {
    const { id } = await create(anna);
    for (const from of requestStatuses)
      for (const to of requestStatuses) {
        await t.app.db.run('UPDATE desk_requests SET status = ?, open = 1, reject_reason = NULL WHERE id = ?', [from, id]);
        const error = await failure(requests.change(agent, id, { status: to, reject_reason: 'Not ours' }));
        const allowed = from === to ? from !== 'rejected' : (requestSteps[from] as readonly RequestStatus[]).includes(to);
        if (allowed) expect(error, `${from} to ${to}`).to.equal(null);
        else expect(error, `${from} to ${to}`).to.be.instanceOf(ConflictError);
      }
    await t.app.db.run("UPDATE desk_requests SET status = 'new', open = 1 WHERE id = ?", [id]);
    expect(await failure(requests.change(agent, id, { status: 'rejected', reject_reason: ' ' }))).to.be.instanceOf(InvalidInputError);
    await requests.change(agent, id, { status: 'rejected', reject_reason: 'Belongs to the landlord' });
    expect(await requests.get(anna, id)).to.include({ status: 'rejected', open: 0, reject_reason: 'Belongs to the landlord' });
    await requests.change(agent, id, { status: 'accepted' });
    expect(await requests.get(anna, id)).to.include({ status: 'accepted', open: 1, reject_reason: null });
    expect(await failure(requests.change(anna, id, { status: 'closed' }))).to.be.instanceOf(ForbiddenError);
  });

  it('are changed with a way back, as long as nothing newer touched the same', async () => {
    const { id } = await create(anna);
    const first = await requests.change(agent, id, { priority: 1, status: 'accepted' });
    const other = await requests.change(colleague, id, { subject: 'Printer in the hall stops' }, first.version);
    await requests.undo(agent, id, first.undo ?? 0);
    expect(await requests.get(agent, id)).to.include({ priority: 2, status: 'new', subject: 'Printer in the hall stops' });
    expect(await failure(requests.undo(agent, id, first.undo ?? 0)), 'a second time').to.include({ code: 'undo_expired' });
    await requests.change(colleague, id, { subject: 'Another' });
    expect(await failure(requests.undo(agent, id, other.undo ?? 0)), 'touched since').to.include({ code: 'undo_expired' });
    expect(await failure(requests.undo(agent, (await create(anna)).id, other.undo ?? 0)), 'of another request').to.include({ code: 'undo_expired' });
    expect(await requests.change(agent, id, { subject: 'Another' })).to.include({ undo: null });
    expect(await failure(requests.change(agent, id, { priority: 4 }, first.version))).to.include({ code: 'request_changed' });
    expect((await lastEvents(id)).filter((kind) => kind === 'changed')).to.have.length(4);
  });

  it('let exactly one of two people change the same version', async () => {
    const { id, version } = await create(anna);
    const results = await Promise.all([1, 4].map((priority) => failure(requests.change(agent, id, { priority }, version))));
    expect(results.filter((one) => one === null)).to.have.length(1);
    expect(results.find((one) => one !== null)).to.be.instanceOf(ConflictError);
  });

  it('move only to places, devices and solvers that fit', async () => {
    const { id } = await create(anna);
    const elsewhere = await t.make.installation((await t.make.customer()).id);
    expect(await failure(requests.change(agent, id, { installation_id: elsewhere.id }))).to.be.instanceOf(NotFoundError);
    await requests.change(agent, id, { installation_id: placeId });
    expect((await requests.list(agent, { installationId: placeId })).rows[0]?.id).to.equal(id);
    expect(await failure(requests.change(agent, id, { solver_id: annaAccess.id }))).to.be.instanceOf(InvalidInputError);
    await requests.change(agent, id, { solver_id: colleague.account?.id ?? 0 });
    expect((await requests.list(agent, { solverId: colleague.account?.id ?? 0 })).rows[0]?.solver_name).to.equal(colleague.account?.name);
    expect((await requests.list(agent, { solverId: 'none', limit: 200 })).rows.map((row) => row.id)).not.to.include(id);
  });

  it('carry tags that differ by more than case and accents; customers see none and cannot ask by them', async () => {
    const { id } = await create(anna);
    await ties.setTags(agent, id, ['Toner', ' tóner ', 'På plats', '']);
    expect((await requests.get(agent, id)).tags).to.deep.equal(['På plats', 'tóner']);
    expect((await requests.list(agent, { tag: 'pa PLATS' })).rows.map((row) => row.id)).to.deep.equal([id]);
    expect(await ties.tagsLike(agent, 'ton')).to.deep.equal(['tóner']);
    expect((await requests.get(anna, id)).tags).to.deep.equal([]);
    expect(await requests.count(anna, { tag: 'toner' })).to.equal(await requests.count(anna));
    expect(await failure(ties.setTags(anna, id, ['x']))).to.be.instanceOf(ForbiddenError);
    await ties.setTags(agent, id, []);
    expect((await requests.get(agent, id)).events.at(-1)).to.deep.include({
      kind: 'tags',
      data: { before: { tags: ['På plats', 'tóner'] }, after: { tags: [] } },
    });
  });

  it('are linked from both sides, within reach', async () => {
    const [one, other] = [await create(anna), await create(anna)];
    await ties.link(agent, one.id, other.id);
    await ties.link(agent, one.id, other.id);
    expect((await requests.get(agent, other.id)).links.map((link) => link.id)).to.deep.equal([one.id]);
    await ties.unlink(agent, other.id, one.id);
    expect((await requests.get(agent, one.id)).links).to.deep.equal([]);
    expect(await lastEvents(one.id)).to.deep.equal(['created', 'linked', 'unlinked']);
    expect(await failure(ties.link(agent, one.id, 999_999))).to.be.instanceOf(NotFoundError);
  });

  it('are merged within one customer: the conversation goes on in the target, and comes apart again', async () => {
    const [doubled, target] = [await create(anna, { text: 'It stops again' }), await create(anna)];
    await messages().post(anna, 'request', doubled.id, { text: 'Also on floor two', internal: false });
    await messages().post(anna, 'request', target.id, { text: 'Since Monday', internal: false });
    await ties.merge(agent, doubled.id, target.id);
    const merged = await requests.get(agent, target.id);
    expect(merged.messages.map((one) => [one.owner_id, one.text])).to.deep.equal([
      [doubled.id, 'Also on floor two'],
      [target.id, 'Since Monday'],
    ]);
    expect(merged.merged[0]).to.include({ id: doubled.id, text: 'It stops again', reporter_name: 'Anna Lindqvist' });
    expect(await requests.get(anna, doubled.id)).to.deep.include({ status: 'closed', open: 0 });
    expect((await requests.get(anna, doubled.id)).target).to.include({ id: target.id });
    // What the customer writes on the old one moves the target, and is new there.
    await t.app.service('desk', RequestReading).markRead(agent, target.id);
    await messages().post(anna, 'request', doubled.id, { text: 'Hello?', internal: false });
    expect((await requests.list(agent, { number: target.number })).rows[0]).to.include({ unread: true });
    expect(await failure(requests.change(agent, doubled.id, { status: 'accepted' }))).to.be.instanceOf(ConflictError);
    expect(await failure(ties.merge(agent, target.id, doubled.id))).to.include({ code: 'request_merge' });

    const third = await create(anna);
    await ties.merge(agent, target.id, third.id);
    expect((await requests.get(agent, third.id)).messages).to.have.length(3);
    await ties.unmerge(agent, target.id);
    expect((await requests.get(agent, target.id)).messages).to.have.length(3);
    await ties.unmerge(agent, doubled.id);
    expect(await requests.get(agent, doubled.id)).to.include({ status: 'new', open: 1, merged_into: null });
    expect((await requests.get(agent, third.id)).messages).to.deep.equal([]);
    const foreign = await create(agent, { customer_id: (await t.make.customer()).id });
    expect(await failure(ties.merge(agent, doubled.id, foreign.id))).to.be.instanceOf(InvalidInputError);
  });

  it('CM-01, CM-03: a merged conversation shows nobody more than they saw before', async () => {
    const narrow = accountActor(await t.make.access(customerId, { options: ['desk.request.create'] }));
    const [hers, his] = [await create(anna, { text: 'Secret of Anna' }), await create(narrow)];
    await messages().post(anna, 'request', hers.id, { text: 'Only for Anna', internal: false });
    await ties.merge(agent, hers.id, his.id);
    expect(JSON.stringify(await requests.get(narrow, his.id))).not.to.match(/Secret of Anna|Only for Anna/);
    expect((await requests.get(anna, his.id)).messages.map((one) => one.text)).to.deep.equal(['Only for Anna']);
    const internal = await create(agent, { type: 'internal' });
    expect(await failure(ties.merge(agent, internal.id, his.id))).to.include({ code: 'request_merge' });
  });

  it('are found by every filter, in three orders, page by page without gaps', async () => {
    const own = (await t.make.customer()).id;
    const ids: number[] = [];
    for (let i = 0; i < 7; i += 1) ids.push((await create(system, { customer_id: own, subject: `Paging ${i}`, importance: String((i % 4) + 1) })).id);
    for (const [i, id] of ids.entries()) await t.app.db.run('UPDATE desk_requests SET due_at = ? WHERE id = ?', [new Date(Date.UTC(2031, 0, 1 + (i % 3))), id]);
    const due = [0, 3, 6, 1, 4, 2, 5].map((i) => ids[i]);
    for (const [sort, expected] of [
      ['newest', [...ids].reverse()],
      ['due', due],
      ['updated', [...ids].reverse()],
    ] as const) {
      const seen: number[] = [];
      let after: string | undefined;
      do {
        const page = await requests.list(agent, { customerId: own, sort, after, limit: 2 });
        seen.push(...page.rows.map((row) => row.id));
        after = page.next ?? undefined;
      } while (after);
      expect(seen, sort).to.deep.equal(expected);
    }
    expect(await requests.count(agent, { customerId: own, importance: 1 })).to.equal(2);
    expect(await requests.count(agent, { customerId: own, dueBefore: new Date(Date.UTC(2031, 0, 2)) })).to.equal(3);
    expect(await requests.count(agent, { customerId: own, open: true, q: 'paging' }, 5)).to.equal(5);
    expect((await requests.list(agent, { customerId: own, after: 'nonsense', sort: 'due' })).rows).to.have.length(7);
    await requests.change(agent, ids[0] ?? 0, { status: 'solved' });
    expect([await requests.count(agent, { customerId: own, open: true }), await requests.count(agent, { customerId: own, status: 'solved' })]).to.deep.equal([
      6, 1,
    ]);
  });

  it('warn of likely duplicates: open ones of the customer with the same words', async () => {
    const own = (await t.make.customer()).id;
    const [first, other, again] = [
      await create(system, { customer_id: own, subject: 'Printer at reception stops after two pages' }),
      await create(system, { customer_id: own, subject: 'Order more coffee' }),
      await create(system, { customer_id: own, subject: 'The printer at the reception stops' }),
    ];
    const reading = t.app.service('desk', RequestReading);
    expect((await reading.duplicates(agent, again.id)).map((one) => one.id)).to.deep.equal([first.id]);
    expect(await reading.duplicates(agent, other.id)).to.deep.equal([]);
    await requests.change(agent, first.id, { status: 'closed' });
    expect(await reading.duplicates(agent, again.id)).to.deep.equal([]);
  });

  it('ask the database as often for many as for few', async () => {
    const own = (await t.make.customer()).id;
    const { db } = t.app;
    const query = db.query.bind(db);
    let asked = 0;
    const counted = async (work: () => Promise<unknown>) => {
      // Timers ask now and then, too: the least of some is what the work itself asks.
      const all: number[] = [];
      db.query = ((...args: Parameters<typeof query>) => ((asked += 1), query(...args))) as typeof db.query;
      for (let i = 0; i < 4; i += 1) {
        asked = 0;
        await work();
        all.push(asked);
      }
      db.query = query;
      return Math.min(...all);
    };
    const one = await create(system, { customer_id: own });
    const work = [() => requests.list(agent, { customerId: own }), () => requests.get(agent, one.id), () => requests.count(agent, { customerId: own })];
    const say = () => messages().post(agent, 'request', one.id, { text: 'Hello @nobody', internal: true });
    await say();
    const few: number[] = [];
    for (const each of work) few.push(await counted(each));
    for (let i = 0; i < 12; i += 1) await ties.setTags(agent, (await create(system, { customer_id: own })).id, [`t${i}`]);
    for (let i = 0; i < 12; i += 1) await say();
    for (const [i, each] of work.entries()) expect(await counted(each), String(i)).to.equal(few[i]);
    expect(few[0]).to.be.at.most(7);
    expect(few[1]).to.be.at.most(17);
    expect(few[2]).to.equal(1);
  });
});
