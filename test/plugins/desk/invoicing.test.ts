import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/api.js';
import { rowInput } from '../../../plugins/customers/api.js';
import { OrderRowService, OrderService, orderInput } from '../../../plugins/desk/api.js';
import { InvoiceService } from '../../../plugins/desk/orders/invoice-service.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

interface Basis {
  orders: { number: string; net: number; total: number; rows: { amount: number; purchasePrice?: number }[] }[];
}

describe('the way to the invoice', () => {
  let t: TestApp;
  let orders: OrderService;
  let invoices: InvoiceService;
  let admin: Actor;
  let client: Client;
  let customer: { id: number };
  before(async () => {
    t = await createTestApp();
    orders = t.app.service('desk', OrderService);
    invoices = t.app.service('desk', InvoiceService);
    const account = await t.make.staff('administrator');
    admin = accountActor(account);
    client = await t.client('staff', account);
    customer = await t.make.customer('=Formula AB');
  });
  after(() => t.close());

  const done = async (customerId = customer.id, status: 'done' | 'planned' = 'done') => {
    const input = { ...orderInput.parse({ title: 'Pump' }), customer_id: customerId };
    const order = await orders.create(system, input);
    await t.app
      .service('desk', OrderRowService)
      .add(system, order.id, rowInput.parse({ text: 'Valve', quantity: 1500, sales_price: 10_000, purchase_price: 6_100, discount: 1000, vat: 2500 }));
    await t.app.service('desk', OrderRowService).add(system, order.id, rowInput.parse({ text: 'Credit', quantity: -1000, sales_price: 500 }));
    if (status === 'done') await orders.setStatus(system, order.id, 'done');
    return order;
  };
  const json = async (id: number) => (await client.get(`/invoicing/${id}/orders.json`)).json() as Basis;
  const code = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: { code: string }) => error.code,
    );

  it('hands over done orders once, as JSON and CSV that can be fetched again, and marks them as invoiced', async () => {
    const [one, two, open] = [await done(), await done(), await done(customer.id, 'planned')];
    const page = await client.get('/invoicing');
    expect(page.text).to.include('Hand over 2 orders').and.include(one.number).and.not.include(open.number);
    const sent = await client.post('/invoicing');
    const id = Number(sent.location!.split('/').at(-1));
    const first = await json(id);
    expect(first.orders.map((order) => [order.number, order.net, order.total])).to.deep.equal([
      [one.number, 13_000, 16_375],
      [two.number, 13_000, 16_375],
    ]);
    expect(first.orders[0]!.rows.map((row) => row.amount)).to.deep.equal([13_500, -500]);
    expect(await json(id)).to.deep.equal(first);
    const csv = (await client.get(`/invoicing/${id}/orders.csv`)).text.trim().split('\n');
    expect(csv).to.have.length(5);
    expect(csv[1]).to.include("'=Formula AB").and.include(',Valve,1.500,,100.00,10.00,25.00,135.00,EUR,61.00,91.50');
    expect(csv[2]).to.include(',Credit,-1.000,,5.00,0.00,,-5.00,EUR');
    // Nothing waits any more, and nobody hands over the same again.
    expect(await invoices.count(admin)).to.equal(0);
    expect((await client.post('/invoicing')).status).to.equal(409);
    await client.post(`/invoicing/${id}/invoice`);
    expect((await orders.get(admin, one.id)).status).to.equal('invoiced');
    expect((await invoices.list(admin))[0]).to.include({ id, orders: 2, open: 0 });
    expect(await code(invoices.undo(admin, id))).to.equal('export_invoiced');
  });

  it('is taken back as long as nothing is invoiced: the orders wait again', async () => {
    const one = await done();
    const id = await invoices.create(admin);
    await client.post(`/invoicing/${id}/undo`);
    expect((await invoices.waiting(admin)).rows.map((row) => row.id)).to.include(one.id);
    expect((await client.get(`/invoicing/${id}`)).text).to.include('Taken back');
    await client.post(`/invoicing/${id}/undo`);
    const again = await invoices.create(admin);
    expect((await json(again)).orders.map((order) => order.number)).to.deep.equal([one.number]);
    await invoices.undo(admin, again);
  });

  it('holds the rows still, and the order where it is, until the hand-over is taken back', async () => {
    const one = await done();
    const id = await invoices.create(admin);
    const rows = t.app.service('desk', OrderRowService);
    const [row] = (await rows.sheet(admin, one.id)).rows;
    expect(await code(rows.add(admin, one.id, rowInput.parse({ text: 'Late' })))).to.equal('order_settled');
    expect(await code(rows.remove(admin, one.id, row!.id))).to.equal('order_settled');
    expect(await code(orders.setStatus(admin, one.id, 'on-site'))).to.equal('order_exported');
    const page = (await client.get(`/orders/${one.id}`)).text;
    expect(page).to.include('the rows stand still').and.not.include(`/orders/${one.id}/rows/new`);
    await invoices.undo(admin, id);
    await orders.setStatus(admin, one.id, 'on-site');
    await rows.remove(admin, one.id, row!.id);
    await orders.setStatus(admin, one.id, 'done');
    expect((await json(await invoices.create(admin))).orders.find((order) => order.number === one.number)?.net).to.equal(-500);
  });

  it('takes only what is in reach: staff of some customers hand over, see and undo theirs, without the right to purchase prices without these', async () => {
    const [mine, theirs] = [await t.make.customer(), await t.make.customer()];
    const [own, foreign] = [await done(mine.id), await done(theirs.id)];
    const local = await t.make.localStaff(['customers.customer.read', 'desk.order.read', 'desk.order.manage', 'desk.invoice.manage'], [mine]);
    const actor = accountActor(local);
    expect((await invoices.waiting(actor)).rows.map((row) => row.id)).to.deep.equal([own.id]);
    const id = await invoices.create(actor);
    const { basis } = await invoices.get(actor, id);
    expect(basis.map((order) => order.id)).to.deep.equal([own.id]);
    expect(JSON.stringify(basis)).to.not.include('purchase');
    const all = await invoices.create(admin);
    const browser = await t.client('staff', local);
    expect((await browser.get(`/invoicing/${all}`)).status).to.equal(404);
    expect((await browser.get(`/invoicing/${id}/orders.csv`)).text)
      .to.include(own.number)
      .and.not.include('purchase')
      .and.not.include(foreign.number);
    expect((await browser.get('/invoicing')).text).to.not.include(`/invoicing/${all}`);
    const agent = await t.client('staff', await t.make.staff('agent'));
    expect((await agent.get('/invoicing')).status).to.equal(403);
  });

  it('works over REST in the same way', async () => {
    const one = await done();
    const waiting = (await client.api('GET', '/desk/exports/waiting')).json() as { items: { id: number; value: number }[] };
    expect(waiting.items.find((order) => order.id === one.id)?.value).to.equal(13_000);
    const made = await client.api('POST', '/desk/exports');
    expect(made.status).to.equal(201);
    const { id } = made.json() as { id: number };
    expect(((await client.api('GET', `/desk/exports/${id}`)).json() as Basis).orders.at(-1)).to.deep.include({ number: one.number, total: 16_375 });
    expect((await client.api('GET', `/desk/exports/${id}/csv`)).text).to.include(one.number);
    expect((await client.api('POST', `/desk/exports/${id}/invoice`)).json()).to.include({ open: 0 });
    expect((await client.api('POST', `/desk/exports/${id}/undo`)).status).to.equal(409);
  });
});
