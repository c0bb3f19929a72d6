import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/api.js';
import { rowInput } from '../../../plugins/customers/api.js';
import { CheckService, OrderRowService, OrderService, ReportService } from '../../../plugins/desk/api.js';
import { timeInput } from '../../../plugins/desk/inputs.js';
import { TimeService } from '../../../plugins/desk/orders/time-service.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { pdfText } from '../../support/pdf.js';

const all = ['desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read', 'desk.purchase-price.read'];
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe('the service report', () => {
  let t: TestApp;
  let orders: OrderService;
  let agent: Actor;
  let staff: Client;
  let customerId: number;
  before(async () => {
    t = await createTestApp();
    orders = t.app.service('desk', OrderService);
    const account = await t.make.staff('agent', 'Tina Technician');
    agent = accountActor(account);
    staff = await t.client('staff', account);
    customerId = (await t.make.customer('Obec Žilina')).id;
    await t.app.db.run("UPDATE customers_customers SET language = 'sk', time_zone = 'Europe/Bratislava' WHERE id = ?", [customerId]);
    await t.app.settings.change(system, { 'core.companyName': 'Fjord Service Åkesson', 'core.companyPhone': '+46 40 10 20 30' });
  });
  after(() => t.close());

  const finished = async (done = true) => {
    const place = await t.make.installation(customerId, 'Čerpacia stanica', 'Ľubietová');
    const plan = { technician_id: agent.account!.id, planned_start: null, planned_end: null };
    const order = await orders.create(system, { customer_id: customerId, installation_id: place.id, title: 'Výmena čerpadla', ...plan });
    await t.app
      .service('desk', OrderRowService)
      .add(
        system,
        order.id,
        rowInput.parse({ text: 'Čerpadlo', article: 'P-1', quantity: 2000, sales_price: 123_400, purchase_price: 77_777, discount: 1000, vat: 2300 }),
      );
    await orders.setPerformedWork(agent, order.id, 'Vymenené ložisko – ťažké, ľavé.');
    await t.app.service('desk', TimeService).add(agent, order.id, timeInput.parse({ start: '2026-11-02T09:00', minutes: 85, kind: 'travel', billable: false }));
    const checks = t.app.service('desk', CheckService);
    await checks.add(agent, order.id, 'Skúšobná prevádzka');
    await checks.tick(agent, order.id, (await checks.list(agent, order.id))[0]!.id, true);
    await staff.upload(`/orders/${order.id}/sign`, { name: 'Žofia Kováčová' }, [{ field: 'signature', name: 's.png', content: new Uint8Array(png) }]);
    if (done) await orders.setStatus(agent, order.id, 'done');
    return order;
  };
  const person = async (options: readonly string[] = all) => t.client('portal', await t.make.access(customerId, { options }));
  const pdf = async (client: Client, id: number) => {
    const response = await fetch(`${client.base}/orders/${id}/report.pdf`, { headers: { cookie: client.cookieHeader } });
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      text: response.status === 200 ? pdfText(Buffer.from(await response.arrayBuffer())) : '',
    };
  };

  it("is a page and a PDF in the customer's language, with the letters of all our languages, amounts with VAT and the signature", async () => {
    const order = await finished();
    const page = await staff.get(`/orders/${order.id}/report`);
    const file = await pdf(staff, order.id);
    expect([page.status, file.status, file.type]).to.deep.equal([200, 200, 'application/pdf']);
    expect(page.text).to.include('lang="sk"').and.include(`Servisný protokol ${order.number}`).and.include('data-print');
    const amounts = ['2 221,20', '510,88', '2 732,08', '10 %'].map((text) => text.replaceAll(' ', '\u00a0'));
    const words = [
      'Servisný protokol',
      'Fjord Service Åkesson',
      '+46 40 10 20 30',
      'Obec Žilina',
      'Čerpacia stanica',
      'Ľubietová',
      'Vymenené ložisko',
      'ťažké, ľavé',
      'Skúšobná prevádzka',
    ];
    for (const text of [...words, 'Tina Technician', 'Cesta', '1 h 25 min', 'Čerpadlo', 'P-1', 'Žofia Kováčová']) {
      expect(page.text, `page: ${text}`).to.include(text);
      expect(file.text, `PDF: ${text}`).to.include(text);
    }
    for (const amount of amounts) expect(file.text.replace(/\s/g, '\u00a0'), amount).to.include(amount);
  });

  it('KO-07, KO-08: never holds purchase prices, whoever asks for it', async () => {
    const order = await finished();
    for (const client of [staff, await t.client('staff', await t.make.staff('administrator')), await person()]) {
      const file = await pdf(client, order.id);
      expect(file.status).to.equal(200);
      expect(file.text)
        .to.include('Čerpadlo')
        .and.not.match(/777[,.]77|1\D?555[,.]54/);
    }
    expect((await staff.get(`/orders/${order.id}/report`)).text).to.not.match(/777[,.]77/);
    expect(JSON.stringify(await t.app.service('desk', ReportService).build(agent, order.id))).to.not.match(/777|purchase/);
  });

  it('KO-06: holds nothing of the performed work for an account that may not see it', async () => {
    const order = await finished();
    const blind = await person(all.filter((option) => option !== 'desk.work.read'));
    const { status, text } = await pdf(blind, order.id);
    expect(status).to.equal(200);
    expect(text)
      .to.include('Čerpadlo')
      .and.not.match(/ložisko|Skúšobná|Kováčová|25 min/);
    const api = await fetch(`${blind.base}/api/v1/desk/orders/${order.id}/report`, { headers: { cookie: blind.cookieHeader } });
    expect(pdfText(Buffer.from(await api.arrayBuffer())))
      .to.include('Čerpadlo')
      .and.not.include('ložisko');
  });

  it('KO-12: holds no rows for customers when the portal shows none; staff have them', async () => {
    const order = await finished();
    const client = await person();
    await t.app.settings.change(system, { 'portal.showOrderRows': false });
    try {
      expect((await pdf(client, order.id)).text)
        .to.include('ložisko')
        .and.not.match(/P-1|2\D?221/);
      expect((await pdf(staff, order.id)).text).to.include('P-1');
    } finally {
      await t.app.settings.change(system, { 'portal.showOrderRows': true });
    }
  });

  it('is there for customers once the work is done, and never outside their reach', async () => {
    const [open, done] = [await finished(false), await finished()];
    const client = await person();
    expect((await client.get(`/orders/${open.id}`)).text).to.not.include('report.pdf');
    expect((await pdf(client, open.id)).status).to.equal(404);
    expect((await client.get(`/orders/${done.id}`)).text).to.include(`/orders/${done.id}/report.pdf`);
    const other = await t.client('portal', await t.make.access((await t.make.customer()).id, { options: all }));
    expect([(await pdf(other, done.id)).status, (await pdf(other, 999_999)).status]).to.deep.equal([404, 404]);
    expect((await pdf(staff, open.id)).status).to.equal(200);
  });

  it('sets hostile texts as they are and fetches nothing that they name', async () => {
    const order = await finished();
    await orders.setPerformedWork(agent, order.id, '<img src="http://127.0.0.1:1/x"> {{title}} \u202e file:///etc/passwd \ud83d\udd27');
    const file = await pdf(staff, order.id);
    expect(file.status).to.equal(200);
    expect(file.text.replace(/\s/g, '')).to.include('<imgsrc="http://127.0.0.1:1/x">{{title}}').and.include('file:///etc/passwd');
  });
});
