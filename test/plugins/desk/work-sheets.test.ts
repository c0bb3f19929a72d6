import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/api.js';
import { rowInput } from '../../../plugins/customers/api.js';
import { OrderRowService, OrderService, WorkSheetService } from '../../../plugins/desk/api.js';
import { timeInput } from '../../../plugins/desk/inputs.js';
import { TimeService } from '../../../plugins/desk/orders/time-service.js';
import { sumsOf } from '../../../plugins/desk/worksheets/work-sheet.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { pdfText } from '../../support/pdf.js';

const month = new Date().toISOString().slice(0, 7);
const options = ['desk.work-sheet.read', 'desk.work.read'];

describe('monthly work sheets', function () {
  this.timeout(60_000);
  let t: TestApp;
  let sheets: WorkSheetService;
  let agent: Actor;
  let staff: Client;
  let customerId: number;
  let path: string;
  before(async () => {
    t = await createTestApp();
    sheets = t.app.service('desk', WorkSheetService);
    const account = await t.make.staff('agent', 'Tina Technician');
    agent = accountActor(account);
    staff = await t.client('staff', account);
  });
  beforeEach(async () => {
    customerId = (await t.make.customer('=Brf Måsen')).id;
    path = `/work-sheets/${customerId}/${month}`;
  });
  after(() => t.close());

  async function done(installationId: number | null = null) {
    const orders = t.app.service('desk', OrderService);
    const plan = { technician_id: agent.account!.id, planned_start: null, planned_end: null };
    const order = await orders.create(system, { customer_id: customerId, installation_id: installationId, title: 'Pump', ...plan });
    await t.app
      .service('desk', OrderRowService)
      .add(system, order.id, rowInput.parse({ text: 'Seal', quantity: 333, sales_price: 1_001, purchase_price: 777, vat: 2500 }));
    await orders.setPerformedWork(agent, order.id, 'Changed the seal');
    const times = t.app.service('desk', TimeService);
    const entry = { start: `${month}-02T09:00`, kind: 'work' };
    await times.add(agent, order.id, timeInput.parse({ ...entry, minutes: 75, billable: true }));
    await times.add(agent, order.id, timeInput.parse({ ...entry, minutes: 20, kind: 'travel', billable: false }));
    await orders.setStatus(agent, order.id, 'done');
    return order;
  }
  const person = (more: { options?: readonly string[]; installations?: readonly number[] } = {}) => t.make.access(customerId, { options, ...more });
  const text = async (client: Client, url: string) => {
    const answer = await fetch(`${client.base}${url}`, { headers: { cookie: client.cookieHeader } });
    return answer.status === 200 ? pdfText(Buffer.from(await answer.arrayBuffer())).replace(/\s/g, ' ') : String(answer.status);
  };

  it('hold the orders done, time billable or not, rows and sums: as a page, a PDF and CSV', async () => {
    const [one, two] = [await done(), await done()];
    const page = await staff.get(path);
    for (const said of [one.number, two.number, 'Changed the seal', '1 h 15 min', '2 h 30 min', '40 min', 'Seal']) expect(page.text, said).to.include(said);
    const pdf = await text(staff, `${path}/sheet.pdf`);
    expect(pdf).to.include(one.number).and.include('Changed the seal').and.include('2 h 30 min');
    for (const shown of [page.text, pdf]) expect(shown).to.not.match(/7[,.]77|2[,.]59/);
    const csv = (await staff.get(`${path}/sheet.csv`)).text;
    expect(csv).to.include('Seal,0.333,,10.01,0.00,25.00,3.33,EUR').and.include(',time,').and.include('75,1');
    // Integers: 0.333 x 10.01 is 3.33; VAT 0.83 of each order.
    const sheet = await sheets.get(agent, customerId, month);
    expect(sumsOf(sheet.orders)).to.deep.equal({ sales_total: 666, vat: [{ rate: 2500, net: 666, vat: 166 }], vat_total: 166, total: 832 });
    const [line] = (await sheets.list(agent, month, 'UTC')).filter((row) => row.customer_id === customerId);
    expect(line).to.include({ orders: 2, value: 666, sent_at: null });
    expect((await staff.get('/work-sheets')).text).to.include(path);
  });

  it('CM-02: are seen in the portal by accounts with the option once they are sent, and stand still then', async () => {
    await done();
    const buyer = await person();
    const client = await t.client('portal', buyer);
    expect(await text(client, '/work-sheets/sheet.pdf')).to.equal('404');
    expect((await staff.post(`${path}/send`)).status).to.equal(303);
    await t.app.outbox.flush();
    const told = await t.app.db.query<{ subject: string }>('SELECT subject FROM core_inbox WHERE account_id = ?', [buyer.id]);
    expect(told.map((row) => row.subject.split(' ').slice(0, 2))).to.deep.equal([['Work', 'sheet']]);
    const before = await text(client, '/work-sheets/sheet.pdf');
    expect(before).to.include('Changed the seal');
    const late = await done();
    expect((await staff.get(path)).text).to.not.include(late.number);
    expect(await text(client, '/work-sheets/sheet.pdf')).to.equal(before);
    expect((await client.get('/work-sheets')).text)
      .to.include('Changed the seal')
      .and.not.include(late.number);
    expect((await client.get('/work-sheets/export.csv')).text)
      .to.include('Seal,0.333')
      .and.not.include(late.number);
    expect((await staff.post(`${path}/send`)).status).to.equal(409);
    await staff.post(`${path}/take-back`);
    expect((await staff.get(path)).text).to.include(late.number);
    expect(await text(client, '/work-sheets/sheet.pdf')).to.equal('404');
    expect((await staff.post(`${path}/take-back`)).status).to.equal(409);
  });

  it('KO-06, KO-12: hold no performed work and time without the right, and no rows when the portal shows none', async () => {
    await done();
    await sheets.send(agent, customerId, month);
    const blind = await t.client('portal', await person({ options: ['desk.work-sheet.read'] }));
    const [page, csv] = [(await blind.get('/work-sheets')).text, (await blind.get('/work-sheets/export.csv')).text];
    for (const shown of [page, csv, await text(blind, '/work-sheets/sheet.pdf')])
      expect(shown)
        .to.include('Seal')
        .and.not.match(/Changed the seal|1 h 15|,time,/);
    const noWork = await t.make.localStaff(['customers.customer.read', 'desk.work-sheet.manage'], [{ id: customerId }]);
    expect(JSON.stringify(await sheets.get(accountActor(noWork), customerId, month)))
      .to.include('Seal')
      .and.not.include('Changed');
    const client = await t.client('portal', await person());
    await t.app.settings.change(system, { 'portal.showOrderRows': false });
    try {
      expect((await client.get('/work-sheets')).text)
        .to.include('Changed the seal')
        .and.not.include('Seal<');
    } finally {
      await t.app.settings.change(system, { 'portal.showOrderRows': true });
    }
  });

  it('hold the orders that the option reaches, with the sums of these; other customers and staff out of reach get nothing', async () => {
    const [here, there] = [await t.make.installation(customerId), await t.make.installation(customerId)];
    const [one, two] = [await done(here.id), await done(there.id)];
    await sheets.send(agent, customerId, month);
    const limited = await t.client('portal', await person({ installations: [here.id] }));
    const page = (await limited.get('/work-sheets')).text;
    expect(page)
      .to.include(one.number)
      .and.match(/3[,.]33/);
    expect(page)
      .to.not.include(two.number)
      .and.not.match(/6[,.]66/);
    const stranger = accountActor(await t.make.access((await t.make.customer()).id, { options }));
    expect(await sheets.sent(stranger, customerId, month).catch((error: { code: string }) => error.code)).to.equal('not_found');
    const far = await t.client('staff', await t.make.localStaff(['customers.customer.read', 'desk.work-sheet.manage'], [await t.make.customer()]));
    expect([(await far.get(path)).status, (await far.get(`${path}/sheet.csv`)).status, (await far.post(`${path}/take-back`)).status]).to.deep.equal([
      404, 404, 404,
    ]);
    expect((await staff.get(`/work-sheets/${customerId}/2026-13`)).status).to.equal(404);
    expect((await staff.post(`/work-sheets/${customerId}/2031-01/send`)).status).to.equal(409);
  });

  it('are the same over REST', async () => {
    await done();
    const api = `/desk/work-sheets/${customerId}/${month}`;
    const sent = (await staff.api('POST', `${api}/send`)).json() as { sentAt: string; total: number; orders: { billableMinutes: number }[] };
    expect(sent).to.include({ total: 416 });
    expect(sent.orders.map((order) => order.billableMinutes)).to.deep.equal([75]);
    expect(
      ((await staff.api('GET', `/desk/work-sheets?month=${month}`)).json() as { items: { customerId: number; sentAt: string | null }[] }).items.find(
        (row) => row.customerId === customerId,
      )?.sentAt,
    ).to.be.a('string');
    expect((await staff.api('GET', `${api}/csv`)).text).to.include('Seal');
    expect((await staff.api('POST', `${api}/take-back`)).json()).to.include({ sentAt: null });
  });
});
