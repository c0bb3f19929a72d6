import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { InvalidInputError, NotFoundError, type Actor } from '../../../core/api.js';
import {
  DeviceService,
  InstallationService,
  ProjectRowService,
  ProjectService,
  deviceInput,
  installationInput,
  projectInput,
  rowInput,
} from '../../../plugins/customers/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

describe('devices, projects and installations of customers', () => {
  let t: TestApp;
  let devices: DeviceService;
  let projects: ProjectService;
  let rows: ProjectRowService;
  let installations: InstallationService;
  let agent: Actor;
  let staff: Client;
  let customerId: number;
  let place: { id: number; name: string };
  let south: { id: number; name: string };
  before(async () => {
    t = await createTestApp();
    devices = t.app.service('customers', DeviceService);
    projects = t.app.service('customers', ProjectService);
    rows = t.app.service('customers', ProjectRowService);
    installations = t.app.service('customers', InstallationService);
    const account = await t.make.staff('agent');
    agent = accountActor(account);
    staff = await t.client('staff', account);
    customerId = (await t.make.customer('Väla Service AB')).id;
    place = await t.make.installation(customerId, 'Väla North', 'Helsingborg');
    south = await t.make.installation(customerId, 'Väla South', 'Malmö');
  });
  after(() => t.close());

  const device = (values: object = {}) =>
    devices.create(agent, customerId, deviceInput.parse({ name: 'Printer', kind: 'printer', installation_id: place.id, active: '1', ...values }));
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  const audits = async (action: string): Promise<number> =>
    Number((await t.app.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM core_audit WHERE action = ?', [action]))[0]?.n);

  describe('a device', () => {
    it('CM-02 is an inventory of hardware and software: model, place, priority, user with login, warranty, one program per line', async () => {
      const made = await device({
        name: 'Workstation 7',
        kind: 'computer',
        manufacturer: 'Dell',
        model: 'OptiPlex',
        serial: 'DX-7',
        location: 'Room 7',
        priority: '2',
        user_name: 'Anna Berg',
        user_login: 'VALA\\anna',
        user_email: 'anna@vala.test',
        warranty_until: '2028-05-31',
        software: 'Windows 11\r\n\r\nLibreOffice\nWindows 11',
      });
      expect(made).to.include({ installation_name: 'Väla North', priority: 2, user_login: 'VALA\\anna', software: 'Windows 11\nLibreOffice' });
      expect(made).not.to.have.any.keys('qr_token');
      for (const q of ['optiplex', 'dx-7', 'room 7', 'vala anna', 'berg', 'workst'])
        expect(
          (await devices.list(agent, { q })).rows.map(({ id }) => id),
          q,
        ).to.deep.equal([made.id]);
      expect((await devices.list(agent, { q: 'berg', kind: 'printer' })).rows).to.deep.equal([]);
      expect((await devices.list(agent, { q: 'berg', priority: 2, active: true })).rows).to.have.length(1);
    });

    it('has a serial number that stands once within its customer, but may stand at another', async () => {
      await device({ serial: 'SAME-1' });
      const error = await failure(device({ serial: 'SAME-1' }));
      expect(error).to.be.instanceOf(InvalidInputError);
      expect((error as InvalidInputError).fields).to.have.key('serial');
      const other = (await t.make.customer()).id;
      const elsewhere = await t.make.installation(other);
      await devices.create(agent, other, deviceInput.parse({ name: 'Twin', kind: 'other', serial: 'SAME-1', installation_id: elsewhere.id, active: '1' }));
    });

    it('moves to another installation of its customer, never to one of another customer', async () => {
      const made = await device({ name: 'Mover' });
      const values = { name: 'Mover', kind: 'printer', active: '1' };
      await devices.update(agent, made.id, deviceInput.parse({ ...values, installation_id: south.id }));
      expect((await devices.get(agent, made.id)).installation_name).to.equal('Väla South');
      const foreign = await t.make.installation((await t.make.customer()).id);
      const error = await failure(devices.update(agent, made.id, deviceInput.parse({ ...values, installation_id: foreign.id })));
      expect(error).to.be.instanceOf(InvalidInputError);
    });

    it('is deactivated with undo, and each change leaves one entry in the log', async () => {
      const made = await device({ name: 'Old fax' });
      const before = await audits('customers.device.updated');
      const answer = await staff.post(`/customers/${customerId}/devices/${made.id}/deactivate`);
      expect(answer.location).to.equal(`/customers/${customerId}/devices/${made.id}`);
      expect((await devices.get(agent, made.id)).active).to.equal(false);
      expect((await staff.get(answer.location!)).text).to.include(`${answer.location}/activate`);
      await staff.post(`${answer.location}/activate`);
      expect((await devices.get(agent, made.id)).active).to.equal(true);
      expect(await audits('customers.device.updated')).to.equal(before + 2);
    });

    it('is added on a page that keeps what was typed, and knows kinds by their name in the language of the reader', async () => {
      const path = `/customers/${customerId}/devices/new`;
      const wrong = await staff.post(path, { name: 'Half', kind: 'Printer', installation_id: '', warranty_until: 'soon' });
      expect(wrong.status).to.equal(422);
      expect(wrong.text).to.include('value="Half"').and.include('Enter a date');
      const made = await staff.post(path, { name: 'Whole', kind: 'pRinter', installation_id: place.id, priority: 3, active: 'true' });
      expect(made.status).to.equal(303);
      const [found] = (await devices.list(agent, { q: 'whole' })).rows;
      expect(found?.kind).to.equal('printer');
      await staff.post(path, { name: 'Own', kind: 'Coffee machine', installation_id: place.id, priority: 3, active: 'true' });
      expect((await staff.get(`/customers/${customerId}/devices?kind=Coffee+machine`)).text).to.include('Own');
    });

    it('is in the CSV of its customer, in which no cell can start a formula', async () => {
      await device({ name: '=cmd()', serial: 'CSV-1' });
      const csv = await staff.get(`/customers/${customerId}/devices/export.csv?q=csv-1`);
      expect(csv.headers.get('content-type')).to.match(/^text\/csv/);
      expect(csv.text).to.include("'=cmd()").and.include('CSV-1').and.include('Serial number');
    });

    it('has a label whose code leads to the portal; a renewed one makes the old address dead', async () => {
      const made = await device({ name: 'Labelled' });
      const path = `/customers/${customerId}/devices/${made.id}/label`;
      const page = await staff.get(path);
      expect(page.text).to.include('<path d="M').and.include('Labelled');
      const png = await staff.get(`${path}.png`);
      expect(png.headers.get('content-type')).to.equal('image/png');
      const [before] = await devices.labels(agent, { customerId, id: made.id });
      expect(before?.address).to.match(/\/d\/[\w-]{22}$/);
      await staff.post(`${path}/renew`);
      const [after] = await devices.labels(agent, { customerId, id: made.id });
      expect(after?.address).not.to.equal(before?.address);
      expect(await devices.byToken(before!.address.split('/d/')[1]!)).to.equal(null);
      const sheet = await staff.get(`/customers/${customerId}/installations/${place.id}/labels`);
      expect(sheet.text.split('class="device-label"').length - 1).to.be.greaterThan(3);
    });

    it('CM-10 is found by who may see just this one, and no other is', async () => {
      const [mine, other] = [await device({ name: 'Single one' }), await device({ name: 'Single two' })];
      const account = await t.make.access(customerId, { options: ['desk.request.read'], installations: [south.id] });
      await t.app.db.run('INSERT INTO customers_access_grants (access_id, permission, device_id, created_at) VALUES (?, ?, ?, ?)', [
        account.accessId,
        'customers.device.read',
        mine.id,
        new Date(),
      ]);
      await t.app.access.changed([account.id]);
      const actor = accountActor(account);
      expect((await devices.list(actor)).rows.map(({ id }) => id)).to.deep.equal([mine.id]);
      expect((await devices.get(actor, mine.id)).name).to.equal('Single one');
      expect(await failure(devices.get(actor, other.id))).to.be.instanceOf(NotFoundError);
    });
  });

  describe('a project', () => {
    it('gets the next number, which can be edited and stands once', async () => {
      const first = await projects.create(agent, customerId, projectInput.parse({ name: 'New lift', active: '1' }));
      expect(first.number).to.match(/^P-\d+$/);
      await projects.update(agent, first.id, projectInput.parse({ name: 'New lift', number: 'LIFT-1', active: '1' }));
      expect((await projects.get(agent, first.id)).number).to.equal('LIFT-1');
      const error = await failure(projects.create(agent, customerId, projectInput.parse({ name: 'Again', number: 'LIFT-1' })));
      expect((error as InvalidInputError).fields).to.have.key('number');
      expect((await projects.list(agent, { customerId, q: 'lift-1' })).rows.map(({ id }) => id)).to.deep.equal([first.id]);
    });

    it('has rows whose sums are computed in integers, halves away from zero', async () => {
      const project = await projects.create(agent, customerId, projectInput.parse({ name: 'Sums', active: '1' }));
      await rows.add(agent, project.id, rowInput.parse({ text: 'Cable', quantity: 1500, unit: 'm', purchase_price: 333, sales_price: 999 }));
      await rows.add(agent, project.id, rowInput.parse({ text: 'Credit', quantity: -500, sales_price: 101 }));
      await rows.add(agent, project.id, rowInput.parse({ text: 'Huge', quantity: 2_000_000_000, sales_price: 2_000_000 }));
      const sheet = await rows.sheet(agent, project.id);
      expect(sheet.rows.map((row) => row.sales_amount)).to.deep.equal([1499, -51, 4_000_000_000_000]);
      expect(sheet.sales_total).to.equal(4_000_000_001_448);
      expect(sheet.purchase_total).to.equal(500);
    });

    it('has rows that are typed in the language of the reader, moved, and removed with undo', async () => {
      const project = await projects.create(agent, customerId, projectInput.parse({ name: 'Typed', active: '1' }));
      const path = `/customers/${customerId}/projects/${project.id}`;
      for (const [text, price] of [
        ['First', '1,250.50'],
        ['Second', '12,5'],
      ] as const)
        expect((await staff.post(`${path}/rows/new`, { text, quantity: '2.5', unit: 'h', sales_price: price, purchase_price: '' })).status).to.equal(303);
      const [first, second] = (await rows.sheet(agent, project.id)).rows;
      expect([first?.sales_price, first?.quantity, second?.sales_price]).to.deep.equal([125_050, 2500, 1250]);

      const wrong = await staff.post(`${path}/rows/${first!.id}`, { text: 'First', quantity: 'many', sales_price: '1.2345' });
      expect(wrong.status).to.equal(422);
      expect(wrong.text).to.include('value="many"').and.include('at most two decimals').and.include('at most three decimals');

      await staff.post(`${path}/rows/${second!.id}/up`);
      expect((await rows.sheet(agent, project.id)).rows.map((row) => row.text)).to.deep.equal(['Second', 'First']);
      await staff.post(`${path}/rows/${second!.id}/remove`);
      expect((await rows.sheet(agent, project.id)).rows.map((row) => row.text)).to.deep.equal(['First']);
      await staff.post(`${path}/rows/${second!.id}/restore`);
      expect((await rows.sheet(agent, project.id)).rows.map((row) => row.text)).to.deep.equal(['Second', 'First']);
    });

    it('KO-07 shows purchase prices only to accounts with that option: without it they are absent from page and REST', async () => {
      const project = await projects.create(agent, customerId, projectInput.parse({ name: 'Prices', active: '1' }));
      await rows.add(agent, project.id, rowInput.parse({ text: 'Pump', quantity: 2000, purchase_price: 77_711, sales_price: 99_900 }));
      const seeing = await t.client('portal', await t.make.access(customerId, { options: ['customers.project.read', 'customers.purchase-price.read'] }));
      const blind = await t.client('portal', await t.make.access(customerId, { options: ['customers.project.read'] }));
      const none = await t.client('portal', await t.make.access(customerId, { options: [] }));
      for (const [client, sees] of [
        [seeing, true],
        [blind, false],
      ] as const) {
        const page = await client.get(`/projects/${project.id}`);
        expect(page.text).to.include('999.00');
        expect(page.text.includes('777.11'), 'price on the page').to.equal(sees);
        expect(page.text.includes('1,554.22'), 'sum on the page').to.equal(sees);
        const api = await client.api('GET', `/projects/${project.id}/rows`);
        expect(api.text.includes('77711'), 'price in JSON').to.equal(sees);
        expect(/purchase/i.test(api.text), 'any word of it in JSON').to.equal(sees);
      }
      expect((await none.get(`/projects/${project.id}`)).status).to.equal(403);
      expect((await none.get('/')).text).not.to.include('/projects');
    });

    it('KO-10 is offered for accesses while it is active, narrowed by a filter', async () => {
      const other = (await t.make.customer()).id;
      const [open, closed] = [
        await projects.create(agent, other, projectInput.parse({ name: 'Ågatan rebuild', active: '1' })),
        await projects.create(agent, other, projectInput.parse({ name: 'Done long ago' })),
      ];
      const all = await staff.get(`/customers/${other}/projects/picker?active=1`);
      expect(all.text).to.include(`value="${open.id}"`).and.not.include(`value="${closed.id}"`);
      expect((await staff.get(`/customers/${other}/projects/picker?active=1&q=agatan`)).text).to.include('Ågatan rebuild');
      expect((await staff.get(`/customers/${other}/projects/picker?active=1&q=nothing`)).text).to.include('Nothing matches');
    });
  });

  describe('installations over all customers', () => {
    it('KO-09 are found by name, city, reference number, category and active, page by page, always within the scope', async () => {
      const [a, b] = [await t.make.customer('Picker A'), await t.make.customer('Picker B')];
      const make = (id: number, values: object) => installations.create(agent, id, installationInput.parse({ active: '1', ...values }));
      const lift = await make(a.id, { name: 'Zeta lift', city: 'Växjö', reference_number: 'REF-77', categories: 'Hiss, Dörr' });
      const old = await make(a.id, { name: 'Zeta old', city: 'Växjö', categories: 'Hiss', active: '' });
      const foreign = await make(b.id, { name: 'Zeta foreign', categories: 'hiss' });
      const found = async (query: string, client = staff) => {
        const { text } = await client.get(`/installations?${query}`);
        return [lift, old, foreign].filter((one) => text.includes(`/installations/${one.id}"`)).map((one) => one.name);
      };
      expect(await found('q=vaxjo')).to.deep.equal(['Zeta lift', 'Zeta old']);
      expect(await found('q=ref-77')).to.deep.equal(['Zeta lift']);
      expect(await found('q=zeta&category=Hiss')).to.deep.equal(['Zeta lift', 'Zeta old', 'Zeta foreign']);
      expect(await found('q=zeta&category=D%C3%B6rr')).to.deep.equal(['Zeta lift']);
      expect(await found('q=zeta&active=0')).to.deep.equal(['Zeta old']);
      const first = await installations.page(agent, { q: 'zeta', limit: 2 });
      const second = await installations.page(agent, { q: 'zeta', limit: 2, after: first.next ?? '' });
      expect([...first.rows, ...second.rows].map((row) => row.name)).to.deep.equal(['Zeta foreign', 'Zeta lift', 'Zeta old']);
      expect(second.next).to.equal(null);

      const person = accountActor(await t.make.access(a.id, { options: [], installations: [lift.id] }));
      expect((await installations.page(person, {})).rows.map((row) => row.name)).to.deep.equal(['Zeta lift']);
      expect(await installations.categories(person)).to.deep.equal(['Dörr', 'Hiss']);
    });

    it('KO-09 the picker of a customer lists its installations only, narrowed in the same ways', async () => {
      const [a, b] = [await t.make.customer(), await t.make.customer()];
      const [one, two] = [await t.make.installation(a.id, 'Picked'), await t.make.installation(b.id, 'Not picked')];
      const { text } = await staff.get(`/customers/${a.id}/installations/picker`);
      expect(text).to.include(`value="${one.id}"`).and.not.include(`value="${two.id}"`);
      expect((await staff.get(`/customers/${a.id}/installations/picker?active=0`)).text).not.to.include(`value="${one.id}"`);
      expect((await staff.get('/customers/999999/installations/picker')).status).to.equal(404);
    });
  });

  it('are read and changed over REST with the same rights', async () => {
    const made = await staff.api('POST', `/customers/${customerId}/devices`, { name: 'By REST', kind: 'server', installationId: place.id, active: true });
    expect(made.status).to.equal(201);
    const { id } = made.json() as { id: number };
    expect((await staff.api('GET', `/devices/${id}`)).json()).to.include({ name: 'By REST', installation: 'Väla North', priority: 3 });
    expect((await staff.api('GET', '/devices?q=rest')).json()).to.have.nested.property('items[0].id', id);
    const project = (await staff.api('POST', `/customers/${customerId}/projects`, { name: 'REST', active: true })).json() as { id: number };
    const sheet = await staff.api('POST', `/projects/${project.id}/rows`, { text: 'Valve', quantity: 1500, salesPrice: 1000, purchasePrice: 400 });
    expect(sheet.json()).to.include({ salesTotal: 1500, purchaseTotal: 600 });
    const person = await t.client('portal', await t.make.access(customerId, { options: ['customers.device.read'] }));
    expect((await person.api('GET', `/devices/${id}`)).status).to.equal(200);
    expect((await person.api('PUT', `/devices/${id}`, { name: 'x', kind: 'x', installationId: place.id })).status).to.equal(405);
  });

  it('stand nowhere for those who may not see them', async () => {
    expect(await failure(devices.get(system, 999_999))).to.be.instanceOf(NotFoundError);
    const person = await t.client('portal', await t.make.access(customerId, { options: ['desk.request.create'] }));
    expect((await person.get('/devices')).status).to.equal(403);
    const home = (await person.get('/')).text;
    expect(home).not.to.include('href="/devices"').and.not.include('Workstation 7');
    expect((await person.get(`/installations/${place.id}`)).text).not.to.include('Workstation 7');
    expect((await person.get('/search?q=workstation')).text).not.to.include('Workstation 7');
    expect((await person.get(`/report?installation=${place.id}`)).text).not.to.include('Workstation 7');
  });
});
