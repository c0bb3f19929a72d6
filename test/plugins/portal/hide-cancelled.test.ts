import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { NotFoundError, type Actor } from '../../../core/api.js';
import { Evaluation, OrderService, RequestService, orderInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { photo } from '../../support/photo.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

const options = ['portal.overview.read', 'desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read', 'desk.evaluation.read'];

const ascending = (a: number, b: number) => a - b;

describe('KO-17: hide cancelled orders', () => {
  let t: TestApp;
  let orders: OrderService;
  let requests: RequestService;
  let customer: Actor;
  let browser: Client;
  let staff: Client;
  const ids = { rejectedReport: 0, cancelledReport: 0, openReport: 0, cancelled: 0, rejected: 0, open: 0 };
  const hrefs: string[] = [];
  let round = 0;
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );
  const hide = (on: boolean) => t.app.settings.change(system, { 'portal.hideCancelled': on });

  before(async () => {
    t = await createTestApp();
    orders = t.app.service('desk', OrderService);
    requests = t.app.service('desk', RequestService);
    const { id } = await t.make.customer();
    const place = await t.make.installation(id);
    const account = await t.make.access(id, { options });
    customer = accountActor(account);
    browser = await t.client('portal', account);
    staff = await t.client('staff', await t.make.staff('agent'));
    const report = async (subject: string) => {
      const sent = await browser.upload('/report', { installation_id: String(place.id), subject, text: `${subject} it drips`, urgency: '2' }, [
        { field: 'photos', name: 'leak.jpg', content: new Uint8Array(await photo()) },
      ]);
      const request = Number(sent.location!.split('/')[2]);
      hrefs.push((await t.app.files.list({ kind: 'desk.request', id: request }))[0]!.href);
      return request;
    };
    ids.rejectedReport = await report('Droppedreport');
    ids.cancelledReport = await report('Droppedorder');
    ids.openReport = await report('Stays');
    await requests.reject(system, ids.rejectedReport, 'No contract');
    const made = await requests.createOrder(system, ids.cancelledReport, orderInput.parse({ title: 'Droppedorder' }));
    await orders.setStatus(system, (ids.cancelled = made.id), 'cancelled');
    const order = (title: string) => orders.create(system, { ...orderInput.parse({ title, installation_id: place.id }), customer_id: id });
    ids.rejected = (await order('Droppedtoo')).id;
    await orders.setStatus(system, ids.rejected, 'rejected');
    ids.open = (await order('Open one')).id;
  });
  after(() => t.close());
  afterEach(() => hide(false));

  it('is off from the start: customers see what was rejected, with the reason, and what was cancelled', async () => {
    expect((await browser.get('/orders?show=all')).text)
      .to.include('Droppedreport')
      .and.include('Droppedorder')
      .and.include('Droppedtoo');
    expect((await requests.get(customer, ids.rejectedReport)).reject_reason).to.equal('No contract');
  });

  it('on: absent from lists, counts and figures, in the service', async () => {
    const counts = async () => ({
      orders: (await orders.list(customer, { limit: 100 })).rows.map((row) => row.id).sort(ascending),
      requests: (await requests.list(customer, { limit: 100 })).rows.map((row) => row.id).sort(ascending),
      reports: (await t.app.service('desk', Evaluation).months(customer, 'UTC')).reduce((sum, row) => sum + row.reports, 0),
    });
    expect(await counts()).to.deep.equal({
      orders: [ids.cancelled, ids.rejected, ids.open].sort(ascending),
      requests: [ids.rejectedReport, ids.cancelledReport, ids.openReport].sort(ascending),
      reports: 3,
    });
    await hide(true);
    expect(await counts()).to.deep.equal({ orders: [ids.open], requests: [ids.openReport], reports: 1 });
    for (const status of ['cancelled', 'rejected'] as const) expect((await orders.list(customer, { status })).rows).to.deep.equal([]);
    expect((await orders.list(customer, { q: 'droppedtoo' })).rows).to.deep.equal([]);
    for (const id of [ids.cancelled, ids.rejected]) expect(await failure(orders.get(customer, id))).to.be.instanceOf(NotFoundError);
    for (const id of [ids.rejectedReport, ids.cancelledReport]) expect(await failure(requests.get(customer, id))).to.be.instanceOf(NotFoundError);
  });

  it('on: pages, search, REST and files answer as if they did not exist', async () => {
    await hide(true);
    for (const path of ['/', '/orders?show=all', '/orders?show=done', '/search?q=dropped'])
      expect((await browser.get(path)).text, path).to.not.match(/Dropped/);
    const likeness = async (path: string) => {
      const { status, text } = await browser.get(path);
      return [status, text.replaceAll(encodeURIComponent(path), 'PATH').replaceAll(path, 'PATH')];
    };
    for (const path of [`/orders/${ids.cancelled}`, `/orders/${ids.rejected}`])
      expect(await likeness(path), path).to.deep.equal(await likeness('/orders/999999'));
    for (const path of [`/reports/${ids.rejectedReport}`, `/reports/${ids.cancelledReport}`])
      expect(await likeness(path), path).to.deep.equal(await likeness('/reports/999999'));
    expect((await browser.post(`/orders/${ids.cancelled}/messages`, { text: 'Why?' })).status).to.equal(404);
    for (const path of [
      `/desk/orders/${ids.cancelled}`,
      `/desk/orders/${ids.rejected}/rows`,
      `/desk/orders/${ids.cancelled}/checks`,
      `/desk/orders/${ids.cancelled}/report`,
    ])
      expect((await browser.api('GET', path)).status, path).to.equal(404);
    expect((await browser.api('GET', '/desk/orders')).text)
      .to.include('Open one')
      .and.not.include('Dropped');
    expect(await Promise.all(hrefs.map(async (href) => (await browser.get(href)).status))).to.deep.equal([404, 404, 200]);
  });

  it('on: nobody watches them live', async () => {
    /** The hints that came by the time when those of `wanted` had. */
    const hinted = async (wanted: readonly number[]) => {
      const { socket, hints, close } = await openSocket(browser);
      try {
        socket.emit('watch', [`desk.order:${ids.cancelled}`, `desk.order:${ids.open}`]);
        await eventually(async () => {
          for (const id of [ids.cancelled, ids.open]) await orders.setPerformedWork(system, id, `Work ${(round += 1)}`);
          return wanted.every((id) => hints.includes(`desk.order:${id}`));
        }, 'the hints');
        return hints.includes(`desk.order:${ids.cancelled}`);
      } finally {
        close();
      }
    };
    expect(await hinted([ids.cancelled, ids.open])).to.equal(true);
    await hide(true);
    expect(await hinted([ids.open])).to.equal(false);
  });

  it('on: staff see everything as before, and a taken back cancellation is there again', async () => {
    await hide(true);
    expect((await staff.get('/orders?status=')).text)
      .to.include('Droppedorder')
      .and.include('Droppedtoo');
    await orders.setStatus(system, ids.rejected, 'planned');
    expect((await browser.get('/orders')).text).to.include('Droppedtoo');
    await orders.setStatus(system, ids.rejected, 'rejected');
  });
});
