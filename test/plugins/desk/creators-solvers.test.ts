import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ForbiddenError, InvalidInputError, NotFoundError } from '../../../core/api.js';
import { AccessRegister } from '../../../plugins/customers/api.js';
import { OrderService, RequestDetails, RequestService, orderInput, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { failure } from '../../support/failure.js';

const options = ['portal.overview.read', 'desk.request.read', 'desk.order.read', 'desk.work.read', 'desk.request.create'];

describe('requests of one creator, and solvers', () => {
  let t: TestApp;
  let requests: RequestService;
  let orders: OrderService;
  let details: RequestDetails;
  let register: AccessRegister;
  before(async () => {
    t = await createTestApp();
    requests = t.app.service('desk', RequestService);
    orders = t.app.service('desk', OrderService);
    details = t.app.service('desk', RequestDetails);
    register = t.app.service('customers', AccessRegister);
  });
  after(() => t.close());

  const report = (customer: number, more: object) =>
    requests.report(system, reportInput.parse({ customer_id: customer, text: `Fault ${JSON.stringify(more)}`, ...more }));

  it('CM-03 such an account sees the requests of that login name and the orders made from them, everywhere, and nothing else', async () => {
    const customer = await t.make.customer();
    const [hers, other] = [await report(customer.id, { login: 'FIRM\\Anna' }), await report(customer.id, { login: 'FIRM\\bert' })];
    const [done, others] = [await report(customer.id, { login: 'firm\\ANNA' }), await report(customer.id, { computer: 'PC-7' })];
    const mine = await requests.createOrder(system, done.id, orderInput.parse({ title: 'Mine to follow' }));
    const theirs = await requests.createOrder(system, others.id, orderInput.parse({ title: 'Theirs to follow' }));
    const person = await t.make.access(customer.id, { options });
    const free = accountActor(await t.make.access(customer.id, { options }));
    const actor = accountActor(person);
    await register.setCreator(system, person.accessId, { kind: 'login', name: 'firm\\anna' });

    const seen = async (who: typeof actor) => (await requests.list(who, {})).rows.map((row) => row.id);
    expect(await seen(actor)).to.have.members([hers.id, done.id]);
    expect(await seen(free)).to.have.length(4);
    expect((await orders.list(actor, {})).rows.map((row) => row.id)).to.deep.equal([mine.id]);
    expect((await orders.list(actor, { q: 'follow' })).rows.map((row) => row.id)).to.deep.equal([mine.id]);
    expect([await orders.countOpen(actor), await orders.countOpen(free)]).to.deep.equal([1, 2]);
    for (const work of [requests.get(actor, other.id), orders.get(actor, theirs.id), orders.getByRequest(actor, others.id)])
      expect(await failure(work)).to.be.instanceOf(NotFoundError);

    const portal = await t.client('portal', person);
    expect((await portal.get('/search?q=follow')).text)
      .to.include('Mine to <mark>follow</mark>')
      .and.not.to.include('Theirs');
    const missing = await portal.get('/orders/999999');
    expect((await portal.get(`/orders/${theirs.id}`)).text).to.equal(missing.text);
    expect((await portal.post(`/reports/${other.id}/messages`, { text: 'Hello' })).status).to.equal(404);
    expect((await portal.api('GET', `/desk/orders/${theirs.id}`)).status).to.equal(404);
    expect((await portal.api('GET', '/desk/orders')).text)
      .to.include('Mine to follow')
      .and.not.to.include('Theirs');
  });

  it('CM-03 by computer; what such an account reports itself is filed under its creator; staff set the origin', async () => {
    const customer = await t.make.customer();
    const waiting = await report(customer.id, {});
    const person = await t.make.access(customer.id, { options });
    const actor = accountActor(person);
    await register.setCreator(system, person.accessId, { kind: 'computer', name: 'OFFICE-PC-7' });
    expect((await requests.list(actor, {})).rows).to.deep.equal([]);
    const own = await requests.report(actor, reportInput.parse({ customer_id: customer.id, text: 'Own', computer: 'SOMEBODY-ELSE' }));
    expect(own.computer).to.equal('OFFICE-PC-7');
    const staff = await t.client('staff', await t.make.staff('administrator'));
    await staff.get(`/desk/reports/${waiting.id}`);
    expect((await staff.post(`/desk/reports/${waiting.id}/origin`, { computer: 'office-pc-7', login: '' })).location).to.equal(`/desk/reports/${waiting.id}`);
    expect((await requests.list(actor, {})).rows.map((row) => row.id)).to.have.members([own.id, waiting.id]);
    await register.setCreator(system, person.accessId, null);
    expect((await requests.list(actor, {})).rows).to.have.length(2);
  });

  it('CM-04 an account with the option can be chosen as the solver, is told, sees it under "To solve" and solves it', async () => {
    const customer = await t.make.customer();
    const request = await report(customer.id, { subject: 'Paper jam' });
    const solver = await t.make.access(customer.id, { options: ['desk.request.solve'], name: 'Sven Solver' });
    const without = await t.make.access(customer.id, { options });
    const elsewhere = await t.make.access((await t.make.customer()).id, { options: ['desk.request.solve'] });
    const staff = await t.make.staff('agent', 'Tora Tech');
    const names = (await details.solvers(request)).map((one) => one.id);
    expect(names).to.include.members([solver.id, staff.id]).and.not.to.include.members([without.id]).and.not.to.include.members([elsewhere.id]);
    for (const id of [without.id, elsewhere.id, 999_999])
      expect(await failure(requests.change(system, request.id, { solver_id: id }))).to.be.instanceOf(InvalidInputError);

    const portal = await t.client('portal', solver);
    expect((await portal.get(`/reports/${request.id}`)).status).to.equal(404);
    await requests.change(accountActor(staff), request.id, { solver_id: solver.id });
    const mails = await t.app.db.query<{ template: string }>('SELECT DISTINCT template FROM core_outbox WHERE account_id = ?', [solver.id]);
    expect(mails.map((one) => one.template)).to.include('desk.solver-chosen');
    expect((await portal.get('/solve')).text).to.include('Paper jam');
    expect((await portal.get(`/reports/${request.id}`)).text).to.include('You solve this request');
    expect((await portal.post(`/reports/${request.id}/messages`, { text: 'Drum changed' })).status).to.equal(303);
    expect((await portal.post(`/reports/${request.id}/solve`)).location).to.equal('/solve');
    expect((await requests.get(system, request.id)).status).to.equal('solved');
    expect((await portal.get('/solve')).text).not.to.include('Paper jam');
    expect((await portal.post(`/reports/${request.id}/solve`)).status).to.equal(409);
    const told = await t.app.db.query("SELECT id FROM core_outbox WHERE account_id = ? AND template = 'desk.request-solved'", [staff.id]);
    expect(told).to.have.length(1);
    await requests.reopen(accountActor(staff), request.id);
    expect((await requests.get(system, request.id)).status).to.equal('new');
    expect(await failure(details.solve(accountActor(without), request.id))).to.be.instanceOf(ForbiddenError);
  });
});
