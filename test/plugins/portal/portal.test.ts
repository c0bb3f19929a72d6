import { expect } from 'chai';
import { LicenseRequiredError } from '../../../core/errors.js';
import { OrderService } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { licenseFile } from '../../support/licenses.js';

const everyOption = [
  'customers.installation.read',
  'desk.request.create',
  'desk.request.read',
  'desk.order.read',
  'desk.work.read',
  'desk.order.create-direct',
];

describe('the customer portal', () => {
  let test: TestApp;
  let customer: { id: number };
  let place: { id: number };
  before(async () => {
    test = await createTestApp();
    customer = await test.make.customer();
    place = await test.make.installation(customer.id);
  });
  after(() => test.close());

  it('KO-05 gives an account with the right an order at once, on its installation, with status Planned', async () => {
    const person = await test.make.access(customer.id, { options: everyOption });
    const portal = await test.client('portal', person);
    await portal.get('/report');
    const answer = await portal.upload('/report', { installation_id: place.id, text: 'Lift stands still', urgency: 3 }, []);
    expect(answer.location).to.match(/^\/orders\/\d+$/);
    const order = await test.app.service('desk', OrderService).get(system, Number(answer.location!.split('/')[2]));
    expect(order).to.include({ status: 'planned', installation_id: place.id });
    expect((await portal.get(answer.location!)).text).to.contain(order.number);
  });

  it('KO-06 leaves performed work out of the page of an account that may not see it', async () => {
    const orders = test.app.service('desk', OrderService);
    const order = await orders.create(system, {
      customer_id: customer.id,
      installation_id: place.id,
      title: 'Service of the lift',
      technician_id: null,
      planned_start: null,
      planned_end: null,
    });
    await orders.setPerformedWork(system, order.id, 'Replaced the secret bearing');
    const seeing = await test.client('portal', await test.make.access(customer.id, { options: everyOption }));
    const blind = await test.client('portal', await test.make.access(customer.id, { options: everyOption.filter((option) => option !== 'desk.work.read') }));
    expect((await seeing.get(`/orders/${order.id}`)).text).to.contain('secret bearing');
    expect((await blind.get(`/orders/${order.id}`)).text).not.to.contain('secret bearing');
    expect((await blind.get(`/api/v1/desk/orders/${order.id}`)).text).not.to.contain('secret bearing');
  });

  it('shows an account only the installations of its access, and their orders', async () => {
    const other = await test.make.installation(customer.id);
    const order = await test.app
      .service('desk', OrderService)
      .create(system, { customer_id: customer.id, installation_id: other.id, title: 'Elsewhere', technician_id: null, planned_start: null, planned_end: null });
    const portal = await test.client('portal', await test.make.access(customer.id, { installations: [place.id] }));
    const list = await portal.get('/installations');
    expect(list.text).to.contain(`/installations/${place.id}"`).and.not.to.contain(`/installations/${other.id}"`);
    for (const path of [`/installations/${other.id}`, `/orders/${order.id}`]) {
      const [hidden, missing] = [await portal.get(path), await portal.get(path.replace(/\d+$/, '999999'))];
      expect(hidden.status).to.equal(404);
      expect(hidden.text).to.equal(missing.text);
    }
  });

  it('CM-02 shows an account that may only report its own report, and one that may only see orders the orders', async () => {
    const reporter = await test.client('portal', await test.make.access(customer.id, { options: ['customers.installation.read', 'desk.request.create'] }));
    await reporter.get('/report');
    const { location } = await reporter.upload('/report', { installation_id: place.id, text: 'Only mine to see', urgency: 1 }, []);
    expect((await reporter.get(location!)).text).to.contain('Only mine to see');
    expect((await reporter.get('/orders')).text)
      .to.contain('Only mine to see')
      .and.not.to.contain('Lift stands still');
    const reader = await test.client('portal', await test.make.access(customer.id, { options: ['desk.order.read'] }));
    expect((await reader.get('/orders?show=all')).text)
      .to.contain('Lift stands still')
      .and.not.to.contain('Only mine to see');
    expect((await reader.get(location!)).status).to.equal(404);
  });

  it('KO-11 signs out after the time-out, which acts at once when it is changed', async () => {
    let now = Date.now();
    const timed = await createTestApp({ clock: { now: () => new Date(now) } });
    try {
      const owner = await timed.make.customer();
      const portal = await timed.client('portal', await timed.make.access(owner.id));
      expect((await portal.get('/')).status).to.equal(200);
      await timed.app.settings.set(system, { 'portal.timeout': 5 });
      now += 4 * 60_000;
      expect((await portal.get('/')).status).to.equal(200);
      // What the page refetches by itself is not activity.
      now += 4 * 60_000;
      expect((await portal.get('/', { 'x-live': '1' })).status).to.equal(200);
      now += 2 * 60_000;
      expect((await portal.get('/')).location).to.match(/^\/sign-in/);
    } finally {
      await timed.close();
    }
  });

  it('KO-02 KO-18 opens on its own port, which the page About names, and closes when it is switched off', async () => {
    const staff = await test.client('staff', await test.make.staff('administrator'));
    expect((await staff.get('/settings/about')).text).to.contain(`:${test.app.sites.port('portal')}`);
    const url = `${test.portalUrl()}/sign-in`;
    expect((await fetch(url)).status).to.equal(200);
    await test.app.host.setEnabled('portal', false);
    expect(
      await fetch(url).then(
        (answer) => answer.status,
        () => 'refused',
      ),
    ).to.equal('refused');
    await test.app.host.setEnabled('portal', true);
    expect((await fetch(`${test.portalUrl()}/sign-in`)).status).to.equal(200);
  });

  it('KO-03 creates accounts for customers only when the license has the portal', async () => {
    const licensed = await createTestApp();
    try {
      const owner = await licensed.make.customer();
      await licensed.app.license.install(licenseFile(new Date(), { modules: [{ id: 'calendar' }] }));
      await licensed.app.host.reconcile();
      const refusal = await licensed.make.access(owner.id).catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(LicenseRequiredError);
      await licensed.app.license.install(licenseFile(new Date(), { rev: 2, modules: [{ id: 'portal' }] }));
      await licensed.app.host.reconcile();
      expect((await licensed.make.access(owner.id)).status).to.equal('active');
    } finally {
      await licensed.close();
    }
  });
});
