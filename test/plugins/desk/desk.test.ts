import 'reflect-metadata';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError, type Actor } from '../../../core/api.js';
import { OrderService, RequestService, orderInput, reportInput, transitions } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { failure } from '../../support/failure.js';

const all = ['desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];

describe('service desk', () => {
  let t: TestApp;
  let requests: RequestService;
  let orders: OrderService;
  let agent: Actor;
  let agentId: number;
  let customerId: number;
  let siteId: number;
  let otherSiteId: number;
  before(async () => {
    t = await createTestApp();
    requests = t.app.service('desk', RequestService);
    orders = t.app.service('desk', OrderService);
    const staff = await t.make.staff('agent');
    agentId = staff.id;
    agent = accountActor(staff);
    customerId = (await t.make.customer()).id;
    siteId = (await t.make.installation(customerId, 'Väla Centrum', 'Helsingborg')).id;
    otherSiteId = (await t.make.installation(customerId, 'Söder', 'Malmö')).id;
  });
  after(() => t.close());

  const person = async (options: readonly string[] = all, installations?: number[]): Promise<Actor> =>
    accountActor(await t.make.access(customerId, { options, installations }));
  const report = (actor: Actor, values: object = {}) =>
    requests.report(actor, reportInput.parse({ installation_id: siteId, text: 'The lift stops between floors\nsince this morning', urgency: '3', ...values }));
  const order = async (actor: Actor) => requests.createOrder(agent, (await report(actor)).id, orderInput.parse({ title: 'Lift' }));
  const outbox = (accountId: number) =>
    t.app.db.query<{ template: string; channel: string; data: string }>('SELECT template, channel, data FROM core_outbox WHERE account_id = ? ORDER BY id', [
      accountId,
    ]);

  it('KO-05: a report of an account that creates orders directly is a planned order on its installation at once', async () => {
    const anna = await person([...all, 'desk.order.create-direct']);
    const waiting = await requests.countUnhandled(agent);
    const request = await report(anna);
    expect(request.order_id).to.be.a('number');
    const made = await orders.get(anna, request.order_id ?? 0);
    expect(made).to.include({ status: 'planned', installation_id: siteId, customer_id: customerId, title: 'The lift stops between floors' });
    expect(made.number).to.match(/^SO-\d+$/);
    expect(await requests.countUnhandled(agent)).to.equal(waiting);
  });

  it('KO-05: the right counts only on the installations of the access', async () => {
    const anna = await person([...all, 'desk.order.create-direct'], [siteId]);
    expect((await report(anna)).order_id).to.not.equal(null);
    expect(await failure(report(anna, { installation_id: otherSiteId }))).to.be.instanceOf(NotFoundError);
    expect(await failure(report(anna, { installation_id: null, customer_id: customerId }))).to.be.instanceOf(InvalidInputError);
  });

  it('KO-06: performed work is absent, not only hidden, for an account without the right', async () => {
    const sees = await person();
    const blind = await person(all.filter((one) => one !== 'desk.work.read'));
    const made = await order(sees);
    await orders.setPerformedWork(agent, made.id, 'Changed the door sensor');
    expect((await orders.get(sees, made.id)).performed_work).to.equal('Changed the door sensor');
    const hidden = await orders.get(blind, made.id);
    expect(hidden).to.not.have.property('performed_work');
    expect(JSON.stringify(hidden)).to.not.contain('door sensor');
  });

  it('KO-19: any other report waits in the list of fault reports and is counted', async () => {
    const anna = await person();
    const before = await requests.countUnhandled(agent);
    const request = await report(anna);
    expect(request).to.include({ status: 'new', order_id: null, urgency: 3, priority: 1 });
    expect(await requests.countUnhandled(agent)).to.equal(before + 1);
    const { rows } = await requests.list(agent, { unhandled: true });
    expect(rows[0]).to.include({ id: request.id, installation_name: 'Väla Centrum', reporter_name: anna.account?.name });
    expect((await outbox(agentId)).filter((one) => one.template === 'desk.report-received')).to.have.length.greaterThan(0);
  });

  it('KO-20: staff create a planned order from a report; the reporter is told by mail and in the portal', async () => {
    const anna = await person();
    const request = await report(anna);
    const input = orderInput.parse({
      title: 'Lift repair',
      technician_id: String(agentId),
      planned_start: '2026-12-01T09:30',
      planned_end: '2026-12-01T11:00',
    });
    const made = await requests.createOrder(agent, request.id, input);
    expect(made).to.include({ status: 'planned', installation_id: siteId, technician_id: agentId });
    // 09:30 in the zone of the agent, Stockholm in winter.
    expect(made.planned_start?.toISOString()).to.equal('2026-12-01T08:30:00.000Z');
    expect((await requests.get(anna, request.id)).order).to.include({ id: made.id, number: made.number });
    expect(
      (await outbox(anna.account?.id ?? 0))
        .filter((one) => one.template === 'desk.order-planned')
        .map((one) => one.channel)
        .sort(),
    ).to.deep.equal(['email', 'inbox']);
    expect(await failure(requests.createOrder(agent, request.id, input))).to.be.instanceOf(ConflictError);
  });

  it('KO-20: staff reject a report with a reason that the reporter sees', async () => {
    const anna = await person();
    const request = await report(anna);
    await requests.reject(agent, request.id, 'The lift belongs to the landlord.');
    expect(await requests.get(anna, request.id)).to.include({ status: 'rejected', reject_reason: 'The lift belongs to the landlord.' });
    const mail = (await outbox(anna.account?.id ?? 0)).find((one) => one.template === 'desk.report-rejected' && one.channel === 'email');
    expect(mail?.data).to.contain('landlord');
    expect(await failure(requests.reject(agent, request.id, 'Again'))).to.be.instanceOf(ConflictError);
    await requests.reopen(agent, request.id);
    expect(await requests.get(anna, request.id)).to.include({ status: 'new', reject_reason: null });
  });

  it('lets exactly one of two people handle a report at the same time', async () => {
    const request = await report(await person());
    const results = await Promise.all([
      failure(requests.createOrder(agent, request.id, orderInput.parse({ title: 'A' }))),
      failure(requests.createOrder(agent, request.id, orderInput.parse({ title: 'B' }))),
      failure(requests.reject(agent, request.id, 'No')),
    ]);
    expect(results.filter((one) => one === null)).to.have.length(1);
    for (const one of results) if (one !== null) expect(one).to.be.instanceOf(ConflictError);
  });

  it('moves an order only along its allowed steps', async () => {
    const made = await order(await person());
    expect(await failure(orders.setStatus(agent, made.id, 'invoiced'))).to.be.instanceOf(ConflictError);
    for (const status of ['on-the-way', 'on-site', 'done', 'invoiced'] as const) {
      await orders.setStatus(agent, made.id, status);
      expect((await orders.get(agent, made.id)).status).to.equal(status);
    }
    for (const [from, targets] of Object.entries(transitions)) expect(targets, from).to.not.include(from);
  });

  it('tells the reporter about each step and closes the report with its order', async () => {
    const anna = await person();
    const made = await order(anna);
    await orders.setStatus(agent, made.id, 'on-the-way');
    await orders.setStatus(agent, made.id, 'done');
    const told = (await outbox(anna.account?.id ?? 0)).filter((one) => one.template === 'desk.order-status' && one.channel === 'email');
    expect(told).to.have.length(2);
    expect((await requests.get(anna, made.request_id ?? 0)).status).to.equal('solved');
  });

  it('takes the last step back, but only the last one and only while it is fresh', async () => {
    const made = await order(await person());
    const first = await orders.setStatus(agent, made.id, 'on-the-way');
    const second = await orders.setStatus(agent, made.id, 'on-site');
    expect(await failure(orders.undoStatus(agent, made.id, first))).to.be.instanceOf(ConflictError);
    await orders.undoStatus(agent, made.id, second);
    expect((await orders.get(agent, made.id)).status).to.equal('on-the-way');
    expect(await failure(orders.undoStatus(agent, made.id, second))).to.be.instanceOf(ConflictError);
    const third = await orders.setStatus(agent, made.id, 'on-site');
    await t.app.db.run('UPDATE desk_order_events SET at = ? WHERE id = ?', [new Date(Date.now() - 60 * 60_000), third]);
    expect(await failure(orders.undoStatus(agent, made.id, third))).to.be.instanceOf(ConflictError);
  });

  it('answers another customer like a missing id, in lists, pages and writes', async () => {
    const made = await order(await person());
    const elsewhere = await t.make.customer();
    const stranger = accountActor(await t.make.access(elsewhere.id, { options: all }));
    expect(await failure(orders.get(stranger, made.id))).to.be.instanceOf(NotFoundError);
    expect(await failure(requests.get(stranger, made.request_id ?? 0))).to.be.instanceOf(NotFoundError);
    expect((await orders.list(stranger)).rows).to.deep.equal([]);
    expect((await requests.list(stranger)).rows).to.deep.equal([]);
    expect(await failure(orders.setStatus(stranger, made.id, 'done'))).to.be.instanceOf(NotFoundError);
    expect(await failure(report(stranger))).to.be.instanceOf(NotFoundError);
  });

  it('gives a customer no way to process its own order', async () => {
    const anna = await person();
    const made = await order(anna);
    expect(await failure(orders.setStatus(anna, made.id, 'done'))).to.be.instanceOf(ForbiddenError);
    expect(await failure(orders.setPerformedWork(anna, made.id, 'x'))).to.be.instanceOf(ForbiddenError);
    expect(await failure(requests.reject(anna, made.request_id ?? 0, 'x'))).to.be.instanceOf(ForbiddenError);
  });

  it('shows own reports to an account that may not see those of its colleagues', async () => {
    const anna = await person(['desk.request.create']);
    const colleague = await report(await person());
    const own = await report(anna);
    expect((await requests.list(anna)).rows.map((row) => row.id)).to.deep.equal([own.id]);
    expect(await failure(requests.get(anna, colleague.id))).to.be.instanceOf(NotFoundError);
  });

  it('reports nothing on an inactive installation, nor on a mixture of two customers', async () => {
    const anna = await person();
    const off = await t.make.installation(customerId);
    await t.app.db.run('UPDATE customers_installations SET active = 0 WHERE id = ?', [off.id]);
    expect(await failure(report(anna, { installation_id: off.id }))).to.be.instanceOf(InvalidInputError);
    const elsewhere = await t.make.customer();
    expect(await failure(report(anna, { customer_id: elsewhere.id }))).to.be.instanceOf(NotFoundError);
    expect(await failure(report(anna, { installation_id: null }))).to.be.instanceOf(InvalidInputError);
  });

  it('finds orders by the beginning of folded words, by status and technician, page by page', async () => {
    const place = await t.make.customer('Ångströms Åkeri');
    const site = await t.make.installation(place.id, 'Terminal Øst', 'Göteborg');
    const numbers: string[] = [];
    for (let i = 0; i < 7; i += 1) {
      const input = {
        ...orderInput.parse({ title: `Gate ${i}`, installation_id: site.id, technician_id: i < 3 ? agentId : '', planned_start: `2027-01-0${7 - i}T08:00` }),
        customer_id: place.id,
      };
      numbers.push((await orders.create(system, input)).number);
    }
    const find = async (filter: Parameters<OrderService['list']>[1]) =>
      (await orders.list(agent, { customerId: place.id, ...filter })).rows.map((row) => row.title);
    expect(await find({ q: 'angstr GOTEB' })).to.have.length(7);
    expect(await find({ q: 'ost gate' })).to.have.length(7);
    expect(await find({ q: numbers[2] })).to.deep.equal(['Gate 2']);
    expect(await find({ q: 'nothing' })).to.deep.equal([]);
    expect(await find({ technicianId: agentId })).to.deep.equal(['Gate 2', 'Gate 1', 'Gate 0']);
    expect(await find({ status: 'done' })).to.deep.equal([]);
    for (const sort of ['newest', 'planned'] as const) {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await orders.list(agent, { customerId: place.id, sort, after, limit: 3 });
        seen.push(...page.rows.map((row) => row.title));
        after = page.next ?? undefined;
      } while (after);
      expect(seen, sort).to.deep.equal(['Gate 6', 'Gate 5', 'Gate 4', 'Gate 3', 'Gate 2', 'Gate 1', 'Gate 0']);
    }
    expect((await orders.list(agent, { after: 'made up' })).rows).to.not.be.empty;
  });

  it('loses nothing of a report with hostile or foreign text', async () => {
    const text = `<script>alert(1)</script> '; DROP TABLE desk_orders; -- 漏水 \u202e ${'é'.repeat(9000)}`;
    const anna = await person();
    const request = await report(anna, { text, subject: 'Ж'.repeat(160), contact: '"><img src=x>' });
    expect(await requests.get(anna, request.id)).to.include({ text, contact: '"><img src=x>' });
    for (const bad of [
      { text: '' },
      { text: 'x'.repeat(10_001) },
      { urgency: '9' },
      { installation_id: '-1' },
      { installation_id: 'abc' },
      { subject: 'x'.repeat(161) },
    ]) {
      expect(reportInput.safeParse({ installation_id: siteId, text: 'x', ...bad }).success, JSON.stringify(bad).slice(0, 40)).to.equal(false);
    }
  });

  it('refuses a plan whose end is not after its start', async () => {
    const made = await order(await person());
    const plan = (start: string | null, end: string | null) =>
      orders.plan(agent, made.id, { technician_id: null, planned_start: start, planned_end: end, helper_ids: [] });
    expect(await failure(plan('2026-12-01T10:00', '2026-12-01T10:00'))).to.be.instanceOf(InvalidInputError);
    expect(await failure(plan(null, '2026-12-01T10:00'))).to.be.instanceOf(InvalidInputError);
    expect(await failure(plan('2026-02-30T10:00', null))).to.be.instanceOf(InvalidInputError);
    await plan('2026-12-01T10:00', '2026-12-01T12:00');
    expect((await orders.get(agent, made.id)).planned_start?.toISOString()).to.equal('2026-12-01T09:00:00.000Z');
  });
});
