import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { InvalidInputError, NotFoundError, type Actor } from '../../../core/api.js';
import { DeviceService, ProjectService, deviceInput, projectInput, rowInput } from '../../../plugins/customers/api.js';
import { OrderRowService, OrderService, RequestService, orderInput, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { failure } from '../../support/failure.js';

const all = ['desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];

describe('requests and orders about devices and projects', () => {
  let t: TestApp;
  let devices: DeviceService;
  let requests: RequestService;
  let orders: OrderService;
  let rows: OrderRowService;
  let customerId: number;
  let place: { id: number };
  let south: { id: number };
  let pump: { id: number };
  let fan: { id: number };
  before(async () => {
    t = await createTestApp();
    devices = t.app.service('customers', DeviceService);
    requests = t.app.service('desk', RequestService);
    orders = t.app.service('desk', OrderService);
    rows = t.app.service('desk', OrderRowService);
    customerId = (await t.make.customer()).id;
    place = await t.make.installation(customerId, 'North');
    south = await t.make.installation(customerId, 'South');
    pump = await device('Pump 1', place.id);
    fan = await device('Fan 1', place.id);
  });
  after(() => t.close());

  const device = (name: string, installation_id: number, customer = customerId) =>
    devices.create(system, customer, deviceInput.parse({ name, kind: 'other', installation_id, active: '1' }));
  const report = (actor: Actor, values: object) => requests.report(actor, reportInput.parse({ text: 'It hums', ...values }));
  const order = (values: object = {}) =>
    orders.create(system, { ...orderInput.parse({ title: 'Repair', installation_id: place.id, ...values }), customer_id: customerId });
  const person = (options: readonly string[], installations?: number[]) => t.make.access(customerId, { options, installations });
  const give = async (account: { id: number; accessId: number }, permission: string, deviceId: number) => {
    await t.app.db.run('INSERT INTO customers_access_grants (access_id, permission, device_id, created_at) VALUES (?, ?, ?, ?)', [
      account.accessId,
      permission,
      deviceId,
      new Date(),
    ]);
    await t.app.access.changed([account.id]);
  };

  it("KO-05: a report on a device becomes an order on the device's installation at once, with the device and status Planned", async () => {
    const anna = accountActor(await person([...all, 'customers.device.read', 'desk.order.create-direct']));
    const request = await report(anna, { device_id: pump.id });
    expect(request.installation_id).to.equal(place.id);
    const made = await orders.get(anna, request.order_id ?? 0);
    expect(made).to.include({ status: 'planned', installation_id: place.id, device_id: pump.id, device_name: 'Pump 1' });
  });

  it('a device must stand on the chosen installation and be active', async () => {
    const anna = accountActor(await person([...all, 'customers.device.read']));
    const elsewhere = await failure(report(anna, { installation_id: south.id, device_id: pump.id }));
    expect((elsewhere as InvalidInputError).fields).to.have.key('device_id');
    const old = await device('Old pump', place.id);
    await devices.setActive(system, old.id, false);
    expect(((await failure(report(anna, { device_id: old.id }))) as InvalidInputError).fields).to.have.key('device_id');
    const foreign = (await t.make.customer()).id;
    const theirs = await device('Theirs', (await t.make.installation(foreign)).id, foreign);
    expect(await failure(report(anna, { device_id: theirs.id }))).to.be.instanceOf(NotFoundError);
    expect(await failure(report(anna, { installation_id: place.id, device_id: theirs.id }))).to.be.instanceOf(NotFoundError);
  });

  it('a device that an account may not see cannot be named by guessing its id, and is left out of what it reads', async () => {
    const blind = await person(all);
    expect(await failure(report(accountActor(blind), { installation_id: place.id, device_id: pump.id }))).to.be.instanceOf(NotFoundError);
    const made = await order({ device_id: pump.id });
    const client = await t.client('portal', blind);
    for (const path of [`/orders/${made.id}`, `/api/v1/desk/orders/${made.id}`]) {
      const { status, text } = await client.get(path);
      expect(status).to.equal(200);
      expect(text, path).not.to.include('Pump 1').and.not.include(`"deviceId":${pump.id}`);
    }
  });

  it("CM-10: a right on one device shows that device's requests and orders and no other's, in lists and one by one", async () => {
    const staff = accountActor(await t.make.staff('agent'));
    const [mine, others] = [await report(staff, { device_id: pump.id }), await report(staff, { device_id: fan.id })];
    const [myOrder, otherOrder] = [await order({ device_id: pump.id }), await order({ device_id: fan.id })];
    const account = await person([], [south.id]);
    await give(account, 'desk.request.read', pump.id);
    await give(account, 'desk.order.read', pump.id);
    const actor = accountActor(account);
    const seen = (await requests.list(actor, { limit: 200 })).rows;
    expect(new Set(seen.map((row) => row.device_id))).to.deep.equal(new Set([pump.id]));
    expect(seen.map((row) => row.id)).to.include(mine.id);
    expect((await requests.get(actor, mine.id)).device_name).to.equal('Pump 1');
    expect(await failure(requests.get(actor, others.id))).to.be.instanceOf(NotFoundError);
    expect(new Set((await orders.list(actor, { limit: 200 })).rows.map((row) => row.device_id))).to.deep.equal(new Set([pump.id]));
    expect((await orders.get(actor, myOrder.id)).id).to.equal(myOrder.id);
    expect(await failure(orders.get(actor, otherOrder.id))).to.be.instanceOf(NotFoundError);
  });

  it('CM-10: a right to report on one device lets report on this one only, and the form offers no other', async () => {
    const account = await person([], [south.id]);
    await give(account, 'desk.request.create', pump.id);
    const actor = accountActor(account);
    expect((await report(actor, { device_id: pump.id })).installation_id).to.equal(place.id);
    expect(await failure(report(actor, { device_id: fan.id }))).to.be.instanceOf(NotFoundError);
    expect(await failure(report(actor, { installation_id: place.id }))).not.to.equal(null);
    const form = (await (await t.client('portal', account)).get('/report')).text;
    expect(form).to.include('Pump 1').and.not.include('Fan 1');
  });

  it('CM-02: the business agenda of an account is its projects with their orders, the inventory is another option', async () => {
    const project = await t.app.service('customers', ProjectService).create(system, customerId, projectInput.parse({ name: 'Tower', active: '1' }));
    const made = await order({ project_id: project.id });
    const agenda = await t.client('portal', await person(['customers.project.read', 'desk.order.read']));
    expect((await agenda.get(`/projects/${project.id}`)).text).to.include(made.number);
    expect((await agenda.get('/devices')).status).to.equal(403);
    const inventory = await t.client('portal', await person(['customers.device.read']));
    expect((await inventory.get('/projects')).status).to.equal(403);
    expect((await inventory.get(`/devices/${pump.id}`)).status).to.equal(200);
  });

  it('staff change what an order is about; the order is then found by its device', async () => {
    const staff = await t.make.staff('agent');
    const client = await t.client('staff', staff);
    const made = await order();
    const wrong = await client.post(`/orders/${made.id}/matter`, { installation_id: south.id, device_id: pump.id });
    expect(wrong.status).to.equal(422);
    await client.post(`/orders/${made.id}/matter`, { installation_id: '', device_id: fan.id, project_id: '' });
    expect(await orders.get(system, made.id)).to.include({ installation_id: place.id, device_name: 'Fan 1' });
    expect((await orders.list(system, { q: 'fan', limit: 200 })).rows.map((row) => row.id)).to.include(made.id);
    expect((await client.get(`/customers/${customerId}/devices/${fan.id}`)).text).to.include(made.number);
  });

  describe('rows of an order', () => {
    it('are added, changed and removed with undo by staff on the order page, with VAT and sum', async () => {
      const client = await t.client('staff', await t.make.staff('agent'));
      const made = await order();
      const path = `/orders/${made.id}`;
      const added = await client.post(`${path}/rows/new`, { text: 'Bearing', quantity: '2', sales_price: '100', purchase_price: '60', vat: '25 %' });
      expect(added.location).to.equal(`${path}/rows/new#rows`);
      const [row] = (await rows.sheet(system, made.id)).rows;
      expect(row).to.include({ quantity: 2000, sales_price: 10_000, purchase_price: 6000, vat: 2500, sales_amount: 20_000 });
      expect((await client.get(path)).text)
        .to.include('€200.00')
        .and.include('25%');
      await client.post(`${path}/rows/${row!.id}`, { text: 'Bearing', quantity: '3', sales_price: '100' });
      expect((await rows.sheet(system, made.id)).rows[0]).to.include({ quantity: 3000, purchase_price: 6000 });
      const removed = await client.post(`${path}/rows/${row!.id}/remove`);
      expect((await client.get(removed.location!.split('#')[0]!)).text).to.include(`${path}/rows/${row!.id}/restore`);
      expect((await rows.sheet(system, made.id)).rows).to.deep.equal([]);
      await client.post(`${path}/rows/${row!.id}/restore`);
      expect((await rows.sheet(system, made.id)).sales_total).to.equal(30_000);
    });

    it('of another order are not reached through this one', async () => {
      const client = await t.client('staff', await t.make.staff('agent'));
      const [one, two] = [await order(), await order()];
      const row = await rows.add(system, two.id, rowInput.parse({ text: 'Seal' }));
      expect((await client.get(`/orders/${one.id}/rows/${row}`)).status).to.equal(404);
      expect((await client.post(`/orders/${one.id}/rows/${row}/remove`)).status).to.equal(404);
      expect((await client.api('PUT', `/desk/orders/${one.id}/rows/${row}`, { text: 'x' })).status).to.equal(404);
    });

    it('KO-08: purchase prices are there only for accounts with that option; without it absent from page and REST', async () => {
      const made = await order();
      await rows.add(system, made.id, rowInput.parse({ text: 'Bearing', quantity: 2000, purchase_price: 61_234, sales_price: 98_765 }));
      const seeing = await t.client('portal', await person([...all, 'desk.purchase-price.read']));
      const blind = await t.client('portal', await person(all));
      for (const [client, sees] of [
        [seeing, true],
        [blind, false],
      ] as const) {
        const page = (await client.get(`/orders/${made.id}`)).text;
        expect(page).to.include('1,975.30');
        expect(page.includes('612.34'), 'price').to.equal(sees);
        expect(page.includes('1,224.68'), 'sum').to.equal(sees);
        const api = (await client.api('GET', `/desk/orders/${made.id}/rows`)).text;
        expect(api.includes('61234')).to.equal(sees);
        expect(/purchase/i.test(api)).to.equal(sees);
      }
    });

    it('KO-12: are shown to all accounts, or with the setting off to none, on pages and over REST; staff always see them', async () => {
      const made = await order();
      await rows.add(system, made.id, rowInput.parse({ text: 'Rare bearing', sales_price: 100 }));
      const client = await t.client('portal', await person(all));
      const staff = await t.client('staff', await t.make.staff('agent'));
      expect((await client.get(`/orders/${made.id}`)).text).to.include('Rare bearing');
      await t.app.settings.change(system, { 'portal.showOrderRows': false });
      try {
        expect((await client.get(`/orders/${made.id}`)).text).not.to.include('Rare bearing');
        expect((await client.api('GET', `/desk/orders/${made.id}/rows`)).status).to.equal(404);
        expect((await staff.get(`/orders/${made.id}`)).text).to.include('Rare bearing');
      } finally {
        await t.app.settings.change(system, { 'portal.showOrderRows': true });
      }
    });
  });

  describe('the label on a device', () => {
    const tokenOf = async (id: number): Promise<string> =>
      (await t.app.db.query<{ qr_token: string }>('SELECT qr_token FROM customers_devices WHERE id = ?', [id]))[0]!.qr_token;

    it('opens the fault report with the device chosen, and the report is on it, also without the right to the inventory', async () => {
      const account = await person(all);
      const client = await t.client('portal', account);
      const token = await tokenOf(pump.id);
      const answer = await client.get(`/d/${token}`);
      expect(answer.location).to.equal(`/report?label=${token}`);
      expect((await client.get(answer.location!)).text)
        .to.include('Pump 1')
        .and.include(`value="${token}"`);
      const sent = await client.upload('/report', { label: token, text: 'Scanned', urgency: 2 }, []);
      const request = await requests.get(system, Number(sent.location!.split('/')[2]));
      expect(request).to.include({ device_id: pump.id, installation_id: place.id });
    });

    it('asks who is not signed in to log in, and leads there then', async () => {
      const token = await tokenOf(pump.id);
      const answer = await (await t.client('portal')).get(`/d/${token}`);
      expect(answer.status).to.equal(302);
      expect(decodeURIComponent(answer.location!)).to.include(`/d/${token}`);
    });

    it('says in a plain sentence when the account may not report or the device is out of service', async () => {
      const reader = await t.client('portal', await person(['desk.order.read']));
      const { status, text } = await reader.get(`/d/${await tokenOf(pump.id)}`);
      expect(status).to.equal(200);
      expect(text).to.include('does not allow fault reports on Pump 1');
      const old = await device('Gone', place.id);
      await devices.setActive(system, old.id, false);
      expect((await (await t.client('portal', await person(all))).get(`/d/${await tokenOf(old.id)}`)).text).to.include('out of service');
    });

    it('of another customer answers like one that does not exist', async () => {
      const foreign = await t.make.access((await t.make.customer()).id, { options: all });
      const client = await t.client('portal', foreign);
      const [theirs, unknown] = [await client.get(`/d/${await tokenOf(pump.id)}`), await client.get(`/d/${'A'.repeat(22)}`)];
      expect([theirs.status, unknown.status]).to.deep.equal([404, 404]);
      expect(theirs.text.length).to.equal(unknown.text.length);
    });
  });
});
