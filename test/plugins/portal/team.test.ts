import { expect } from 'chai';
import { AccessRegister } from '../../../plugins/customers/api.js';
import { OrderService, RequestService, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';

const held = ['customers.team.manage', 'portal.overview.read', 'desk.order.read', 'desk.request.read', 'desk.request.create'];

describe('own accesses, the customer switcher and the team', () => {
  let t: TestApp;
  let register: AccessRegister;
  before(async () => {
    t = await createTestApp();
    register = t.app.service('customers', AccessRegister);
  });
  after(() => t.close());

  const order = (customer: number, title: string) =>
    t.app
      .service('desk', OrderService)
      .create(system, { customer_id: customer, installation_id: null, title, technician_id: null, planned_start: null, planned_end: null });

  it('CM-05 an account with several customers switches between them; the choice narrows and never widens', async () => {
    const [one, two, foreign] = [await t.make.customer('Alpha AB'), await t.make.customer('Beta AB'), await t.make.customer('Gamma AB')];
    const person = await t.make.access(one.id, { name: 'Ida Both' });
    await t.make.access(two.id, { name: 'Ida Both' });
    for (const [customer, title] of [
      [one, 'Work at Alpha'],
      [two, 'Work at Beta'],
      [foreign, 'Work at Gamma'],
    ] as const)
      await order(customer.id, title);
    const portal = await t.client('portal', person);
    expect((await portal.get('/')).text)
      .to.include('Work at Alpha')
      .and.to.include('Work at Beta')
      .and.to.include('All my customers');
    expect((await portal.post('/customer', { customer: two.id, back: '/orders' })).location).to.equal('/orders');
    for (const path of ['/', '/orders'])
      expect((await portal.get(path)).text)
        .to.include('Work at Beta')
        .and.not.to.include('Work at Alpha');
    expect((await portal.post('/customer', { customer: foreign.id })).status).to.equal(404);
    portal.cookies.set('portico-customer', String(foreign.id));
    expect((await portal.get('/orders')).text)
      .to.include('Work at Alpha')
      .and.not.to.include('Work at Gamma');
    expect((await portal.post('/customer', { customer: 0, back: 'https://evil.test/' })).location).to.equal('/');
  });

  it('DX-17 the profile lists the own customers with what each gives; one is left, the last one closes the account', async () => {
    const [one, two] = [await t.make.customer('Delta AB'), await t.make.customer('Epsilon AB')];
    const person = await t.make.access(one.id, { name: 'Jan Leaves', options: ['desk.order.read'] });
    const second = await t.make.access(two.id, { name: 'Jan Leaves', options: ['desk.request.create'] });
    const other = await t.make.access(one.id);
    await t.make.password(person.id);
    const portal = await t.client('portal', person);
    const profile = (await portal.get('/profile')).text;
    for (const text of ['Delta AB', 'Epsilon AB', 'See orders', 'Report faults']) expect(profile).to.include(text);
    expect((await portal.post(`/my-access/${other.accessId}/leave`)).status).to.equal(404);
    const leaving = (await portal.get(`/my-access/${second.accessId}/leave`)).text;
    for (const text of ['What you lose', 'Report faults', 'All installations', 'can give the access back']) expect(leaving).to.include(text);
    expect(leaving, 'only what goes with this one').not.to.include('See orders');
    expect((await portal.post(`/my-access/${second.accessId}/leave`)).location).to.equal('/profile');
    expect((await portal.get('/profile')).text).not.to.include('Epsilon AB');

    const wrong = await portal.post('/my-access/delete', { email: 'somebody@else.test' });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.include('not the address of your account');
    const staff = await t.make.staff('agent');
    await t.app.db.run('UPDATE customers_customers SET account_manager_id = ? WHERE id = ?', [staff.id, one.id]);
    expect((await portal.post('/my-access/delete', { email: person.email })).location).to.equal('/sign-in');
    expect((await portal.get('/')).status).to.equal(302);
    expect((await t.app.accounts.get(person.id))?.status).to.equal('disabled');
    expect((await register.list(system, one.id)).map((access) => access.account.id)).to.deep.equal([other.id]);
    const told = await t.app.db.query("SELECT id FROM core_outbox WHERE account_id = ? AND template = 'customers.access-left'", [staff.id]);
    expect(told).to.have.length(1);

    const boss = await t.client('staff', await t.make.staff('administrator'));
    const list = `/customers/${one.id}/accesses`;
    expect((await boss.get(`${list}/removed`)).text)
      .to.include('Removed accesses (1)')
      .and.to.include(person.email);
    expect((await boss.post(`${list}/${person.accessId}/restore`)).location).to.equal(list);
    expect((await boss.get(`${list}/removed`)).text).to.include('No access was removed');
    expect((await t.app.accounts.get(person.id))?.status, 'the account opens again').to.equal('active');
    expect((await register.get(system, person.accessId)).options).to.deep.equal(['desk.order.read']);
    expect((await (await t.client('portal', person)).get('/orders')).status).to.equal(200);
  });

  it('DX-17 deleting the own access asks once more who one is', async () => {
    const person = await t.make.access((await t.make.customer()).id);
    const portal = await t.client('portal', person);
    await t.app.db.run('UPDATE core_sessions SET confirmed_at = ? WHERE account_id = ?', [new Date(Date.now() - 3_600_000), person.id]);
    await t.app.sessions.refresh();
    expect((await portal.get('/my-access/delete')).location).to.match(/^\/confirm/);
    expect((await portal.post('/my-access/delete', { email: person.email })).location).to.match(/^\/confirm/);
    expect((await t.app.accounts.get(person.id))?.status).to.equal('active');
  });

  it("CM-02 a customer's own administrator hands on what it holds, where it reaches, and nothing else", async () => {
    const customer = await t.make.customer();
    const [north, south] = [await t.make.installation(customer.id, 'North'), await t.make.installation(customer.id, 'South')];
    const boss = await t.make.access(customer.id, { options: held, installations: [north.id], name: 'Karin Boss' });
    const portal = await t.client('portal', boss);
    const path = `/team/${customer.id}`;
    expect((await portal.get('/team')).location).to.equal(path);
    const page = (await portal.get(`${path}/new`)).text;
    expect(page).to.include('North').and.not.to.include('South').and.not.to.include('Create orders directly').and.not.to.include('All installations');
    const person = { name: 'Lars New', email: 'lars.new@firm.test' };
    const beyond: Record<string, string | number>[] = [
      { options: 'desk.order.create-direct', installation_ids: north.id },
      { options: 'desk.order.read', installation_ids: south.id },
      { options: 'desk.order.read', all_installations: 'true' },
      { options: 'desk.order.read' },
    ];
    for (const wrong of beyond) expect((await portal.post(`${path}/new`, { ...person, ...wrong })).status, JSON.stringify(wrong)).to.equal(422);
    expect((await portal.post(`${path}/new`, { ...person, options: 'desk.order.read', installation_ids: north.id })).location).to.equal(path);
    const lars = (await register.list(system, customer.id)).find((access) => access.account.name === 'Lars New');
    expect(lars).to.deep.include({ state: 'invited', options: ['desk.order.read'], allInstallations: false, installationIds: [north.id] });
    const one = `${path}/${lars?.id}`;
    expect((await portal.post(`${one}/resend`)).status).to.equal(303);
    expect((await portal.post(`${one}/disable`)).status).to.equal(303);
    expect((await portal.post(`${one}/enable`)).status).to.equal(303);
    await register.setStatus(system, lars?.id ?? 0, 'disabled');
    expect((await portal.post(`${one}/enable`)).status).to.equal(409);
    expect((await portal.post(`${one}/remove`)).status).to.equal(303);
    expect((await portal.get(path)).text).not.to.include('lars.new@firm.test');
    expect((await portal.post(`${one}/restore`)).status).to.equal(303);

    // Nobody beyond the own reach, not the own access, and no other customer.
    const wider = await t.make.access(customer.id, { options: ['desk.order.read'], name: 'Maj Wider' });
    expect((await portal.get(path)).text).to.include('Managed by the service company');
    for (const id of [wider.accessId, boss.accessId])
      for (const act of ['', '/disable', '/remove'])
        expect((await portal.post(`${path}/${id}${act}`, { options: 'desk.order.read', installation_ids: north.id })).status, `${id}${act}`).to.equal(403);
    const stranger = await t.make.customer();
    expect((await portal.get(`/team/${stranger.id}`)).status).to.equal(404);
    expect((await portal.post(`${path}/${(await t.make.access(stranger.id)).accessId}/remove`)).status).to.equal(404);
  });

  it('CM-03 a colleague invited by somebody limited to one creator is limited, too', async () => {
    const customer = await t.make.customer();
    const boss = await t.make.access(customer.id, { options: held });
    await register.setCreator(system, boss.accessId, { kind: 'login', name: 'firm\\anna' });
    const portal = await t.client('portal', boss);
    await portal.get(`/team/${customer.id}/new`);
    await portal.post(`/team/${customer.id}/new`, { name: 'Nils', email: 'nils@firm.test', options: 'desk.request.read', all_installations: 'true' });
    const nils = (await register.list(system, customer.id)).find((access) => access.account.name === 'Nils');
    expect(nils).to.include({ creatorKind: 'login', creator: 'firm\\anna' });
  });

  it('CM-02 evaluation and monthly work sheets hold the own figures; performed work only for those who may see it', async () => {
    const [customer, other] = [await t.make.customer(), await t.make.customer()];
    const place = await t.make.installation(customer.id, 'Main hall');
    const orders = t.app.service('desk', OrderService);
    await t.app.service('desk', RequestService).report(system, reportInput.parse({ installation_id: place.id, text: 'Leak' }));
    const done = await orders.create(system, {
      customer_id: customer.id,
      installation_id: place.id,
      title: 'Tap mended',
      technician_id: null,
      planned_start: '2031-01-01T08:00',
      planned_end: '2031-01-01T10:00',
    });
    await orders.setPerformedWork(system, done.id, 'New washer');
    await orders.setStatus(system, done.id, 'done');
    await orders.setStatus(system, (await order(other.id, 'Secret work')).id, 'done');
    const options = ['desk.evaluation.read', 'desk.work-sheet.read'];
    const portal = await t.client('portal', await t.make.access(customer.id, { options }));
    const [, reports, finished, inTime] = /Main hall,(\d+),(\d+),\d+,(\d+)/.exec((await portal.get('/evaluation/export.csv')).text) ?? [];
    expect([reports, finished, inTime]).to.deep.equal(['1', '1', '1']);
    expect((await portal.get('/evaluation')).text)
      .to.include('Main hall')
      .and.to.include('1 of 1');
    expect((await portal.get('/work-sheets')).text)
      .to.include('Tap mended')
      .and.not.to.include('New washer')
      .and.not.to.include('Secret work');
    const seeing = await t.client('portal', await t.make.access(customer.id, { options: [...options, 'desk.work.read'] }));
    expect((await seeing.get('/work-sheets')).text).to.include('New washer');
    expect((await seeing.get('/work-sheets/export.csv')).text).to.include('New washer');
    expect((await portal.get('/work-sheets?month=2024-01')).text).to.include('No order was done in this month');
  });
});
