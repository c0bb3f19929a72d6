import 'reflect-metadata';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { OrderService, RequestService, orderInput, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';

/** A 1 x 1 PNG. */
const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe('staff pages of customers and desk', () => {
  let t: TestApp;
  let agent: Client;
  before(async () => {
    t = await createTestApp();
    agent = await t.client('staff', await t.make.staff('agent'));
  });
  after(() => t.close());

  const ok = async (path: string): Promise<string> => {
    const answer = await agent.get(path);
    expect(answer.status, path).to.equal(200);
    // What is left of a missing translation or a broken template.
    expect(answer.text, path).to.not.match(/\[object Object\]|undefined|NaN|>(?:report|order|orders|access|installation|customer|list|tab|urgency)\.[a-z]/);
    return answer.text;
  };
  const done = async (path: string, values: Record<string, string | readonly string[]>): Promise<string> => {
    const answer = await agent.post(path, values);
    expect(answer.status, `${path}: ${answer.text.slice(0, 300)}`).to.equal(303);
    return answer.location ?? '';
  };

  it('DX-03, DX-04, DX-05: adds a company and a person from the overview, each with its own fields', async () => {
    expect(await ok('/customers')).to.contain('/customers/new');
    await ok('/customers/new');
    expect(await ok('/customers/new?kind=company')).to.contain('name="vat_number"');
    expect(await ok('/customers/new?kind=person'))
      .to.contain('name="first_name"')
      .and.to.not.contain('name="vat_number"');
    const wrong = await agent.post('/customers/new?kind=company', { kind: 'company', name: 'Typed & kept', contact_person: '', email: 'nope' });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.contain('Typed &amp; kept').and.to.contain('href="#f-email"').and.to.contain('href="#f-contact_person"');
    const company = await done('/customers/new?kind=company', {
      kind: 'company',
      name: 'Fjord & Co',
      contact_person: 'Eva',
      email: 'eva@fjord.test',
      invite: 'true',
    });
    expect(await ok(company)).to.contain('Fjord &amp; Co');
    expect(await ok(`${company}/accesses`))
      .to.contain('eva@fjord.test')
      .and.to.contain('/resend');
    const person = await done('/customers/new?kind=person', { kind: 'person', first_name: 'Ján', last_name: 'Novák', email: 'jan@novak.test' });
    expect(await ok(`${person}/accesses`)).to.not.contain('/resend');
    expect(await ok('/customers?q=novak'))
      .to.contain('Ján Novák')
      .and.to.not.contain('Fjord');
  });

  it('DX-01: edits a customer, its accesses and its installations, and takes a removal back', async () => {
    const { id } = await t.make.customer('Redigera AB');
    const base = `/customers/${id}`;
    await done(base, { kind: 'company', name: 'Redigerad AB', contact_person: 'Eva', email: 'eva@red.test', city: 'Lund' });
    expect(await ok(base))
      .to.contain('Redigerad AB')
      .and.to.contain('value="Lund"');
    await ok(`${base}/installations/new`);
    await done(`${base}/installations/new`, { name: 'Hiss 1', city: 'Lund', categories: 'lift', active: 'true' });
    const list = await ok(`${base}/installations?category=lift&active=1&q=his`);
    const site = /installations\/(\d+)"/.exec(list)?.[1] ?? '';
    await ok(`${base}/installations/${site}`);
    await done(`${base}/installations/${site}/deactivate`, {});
    expect(await ok(`${base}/installations?active=1`)).to.not.contain(`/installations/${site}"`);
    await done(`${base}/installations/${site}/activate`, {});
    expect(await ok(`${base}/accesses/new`))
      .to.contain('desk.order.create-direct')
      .and.to.contain('Hiss 1');
    expect((await agent.post(`${base}/accesses/new`, { name: 'Bo', email: 'bo@red.test', options: ['desk.order.read'] })).status).to.equal(422);
    await done(`${base}/accesses/new`, {
      name: 'Bo',
      email: 'bo@red.test',
      options: ['desk.order.read', 'desk.order.create-direct'],
      installation_ids: [site],
    });
    const access = /accesses\/(\d+)"/.exec(await ok(`${base}/accesses`))?.[1] ?? '';
    await ok(`${base}/accesses/${access}`);
    await done(`${base}/accesses/${access}`, { options: ['desk.order.read'], all_installations: 'true' });
    for (const step of ['resend', 'disable', 'enable', 'remove']) await done(`${base}/accesses/${access}/${step}`, {});
    expect(await ok(`${base}/accesses`)).to.not.contain('bo@red.test');
    await done(`${base}/accesses/${access}/restore`, {});
    expect(await ok(`${base}/accesses`)).to.contain('bo@red.test');
    const other = await t.make.customer();
    expect((await agent.get(`/customers/${other.id}/accesses/${access}`)).status).to.equal(404);
    expect((await agent.get(`/customers/${other.id}/installations/${site}`)).status).to.equal(404);
  });

  it('KO-19, KO-20: a report with a photo becomes an order, whose steps can be taken and taken back', async () => {
    const { id } = await t.make.customer('Rapport AB');
    const site = await t.make.installation(id, 'Panncentral');
    const reporter = await t.make.access(id);
    const requests = t.app.service('desk', RequestService);
    const { writeFile } = await import('node:fs/promises');
    const path = `${t.dataDir}/uploads/photo.png`;
    await writeFile(path, dot);
    const text = 'Pannan läcker <b>mycket</b>';
    const request = await requests.report(accountActor(reporter), reportInput.parse({ installation_id: site.id, text, urgency: 3 }), [
      { field: 'photos', path, name: 'panna.png', size: dot.length },
    ]);
    expect(await ok('/')).to.contain('/desk/reports/');
    expect(await ok('/desk/reports')).to.contain('Pannan läcker');
    expect((await agent.get('/reports')).location).to.equal('/desk/reports');
    expect((await agent.get(`/reports/${request.id}`)).location).to.equal(`/desk/reports/${request.id}`);
    const page = await ok(`/desk/reports/${request.id}`);
    expect(page).to.contain('Panncentral');
    await ok(`/desk/reports/${request.id}/order`);
    expect(page).to.contain('&lt;b&gt;mycket').and.to.contain('/files/');
    const wrong = await agent.post(`/desk/reports/${request.id}/order`, { title: '', planned_start: 'whenever' });
    expect(wrong.status).to.equal(422);
    const order = await done(`/desk/reports/${request.id}/order`, {
      title: 'Panna',
      installation_id: String(site.id),
      planned_start: '2026-12-24T09:30',
      planned_end: '2026-12-24T10:30',
    });
    expect(await ok(order))
      .to.contain('value="2026-12-24T09:30"')
      .and.to.contain('/files/');
    await done(`${order}/status`, { status: 'on-the-way' });
    const [event] = await t.app.db.query<{ id: number }>("SELECT MAX(id) AS id FROM desk_order_events WHERE kind = 'status'");
    await done(`${order}/status/${event?.id}/undo`, {});
    await done(`${order}/work`, { performed_work: 'Bytte packning' });
    expect(await ok(order)).to.contain('Bytte packning');
    await done(`${order}/messages`, { text: 'Only for us', internal: 'true' });
    expect(await ok(order))
      .to.contain('Only for us')
      .and.to.contain('message-internal');
    expect((await agent.post(`${order}/plan`, { planned_start: '2026-12-24T10:30', planned_end: '2026-12-24T09:30' })).status).to.equal(422);
    await done(`${order}/plan`, { planned_start: '2026-12-25T10:30' });
    expect((await agent.post(`${order}/status`, { status: 'invoiced' })).status).to.equal(409);
    expect(await ok('/orders?q=panna')).to.contain('Panncentral');
    expect(await ok(`/customers/${id}`)).to.contain(order);
    expect(await ok(`/customers/${id}/installations/${site.id}`)).to.contain(order);
  });

  it('KO-20: rejects a report with a reason, and asks for one', async () => {
    const { id } = await t.make.customer();
    const site = await t.make.installation(id);
    const request = await t.app
      .service('desk', RequestService)
      .report(accountActor(await t.make.access(id)), reportInput.parse({ installation_id: site.id, text: 'Light is off' }));
    await ok(`/desk/reports/${request.id}/reject`);
    expect((await agent.post(`/desk/reports/${request.id}/reject`, { reason: '  ' })).status).to.equal(422);
    await done(`/desk/reports/${request.id}/reject`, { reason: 'Change the bulb' });
    expect(await ok(`/desk/reports/${request.id}`)).to.contain('Change the bulb');
    expect(await ok('/desk/reports')).to.not.contain('Light is off');
    expect(await ok('/desk/all?status=rejected')).to.contain('Light is off');
    await done(`/desk/reports/${request.id}/change`, { status: 'new' });
    expect(await ok('/desk/reports')).to.contain('Light is off');
  });

  it('creates an order without a report, in two steps', async () => {
    const { id } = await t.make.customer('Utan Anmälan AB');
    expect(await ok('/orders/new?q=utan')).to.contain(`/orders/new?customer=${id}`);
    await ok(`/orders/new?customer=${id}`);
    const order = await done('/orders/new', { customer_id: String(id), title: 'Yearly service' });
    expect(await ok(order)).to.contain('Yearly service');
  });

  it('exports the list as CSV in which no cell is a formula', async () => {
    const { id } = await t.make.customer('Export AB');
    await t.app.service('desk', OrderService).create(system, { ...orderInput.parse({ title: '=HYPERLINK("x")' }), customer_id: id });
    const answer = await agent.get(`/orders/export.csv?status=&customer=${id}`);
    expect(answer.headers.get('content-type')).to.contain('text/csv');
    expect(answer.text.split('\n')).to.have.length(3);
    expect(answer.text).to.contain("'=HYPERLINK");
  });

  it('shows every page in each language without a missing text', async () => {
    const { id } = await t.make.customer();
    const reporter = await t.make.access(id);
    const order = await t.app.service('desk', OrderService).create(system, { ...orderInput.parse({ title: 'Language' }), customer_id: id });
    const request = await t.app.service('desk', RequestService).report(accountActor(reporter), reportInput.parse({ customer_id: id, text: 'Language' }));
    for (const language of ['sv', 'de', 'nl', 'sk', 'en']) {
      const staff = await t.make.staff('agent');
      await t.app.db.run('UPDATE core_accounts SET language = ? WHERE id = ?', [language, staff.id]);
      agent = await t.client('staff', staff);
      expect(await ok('/')).to.contain(`lang="${language}"`);
      for (const path of [
        '/',
        '/customers',
        `/customers/${id}`,
        `/customers/${id}/accesses`,
        `/customers/${id}/installations`,
        '/desk/reports',
        '/desk/mine',
        '/desk/all?priority=1',
        '/requests/new',
        `/desk/reports/${request.id}`,
        '/orders',
        `/orders/${order.id}`,
      ])
        await ok(path);
    }
  });

  it('serves the REST operations by the same services and rights', async () => {
    const { id } = await t.make.customer('Rest AB');
    const site = await t.make.installation(id);
    const all = ['desk.request.create', 'desk.order.read', 'desk.order.create-direct'];
    const client = await t.client('portal', await t.make.access(id, { options: all }));
    const made = await client.api('POST', '/desk/requests', { installationId: site.id, text: 'Over the wire' });
    expect(made.status).to.equal(201);
    const { orderId } = made.json() as { orderId: number };
    const order = (await client.api('GET', `/desk/orders/${orderId}`)).json() as Record<string, unknown>;
    expect(order).to.include({ id: orderId, status: 'planned', customer: 'Rest AB' }).and.to.not.have.property('performedWork');
    expect((await client.api('GET', '/desk/orders?limit=1')).json())
      .to.have.property('items')
      .with.length(1);
    expect((await client.api('GET', '/desk/orders?limit=0')).status).to.equal(422);
    const stranger = await t.client('portal', await t.make.access((await t.make.customer()).id));
    expect((await stranger.api('GET', `/desk/orders/${orderId}`)).status).to.equal(404);
  });
});
