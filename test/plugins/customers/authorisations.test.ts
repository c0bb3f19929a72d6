import { join } from 'node:path';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { NotFoundError, type Actor } from '../../../core/api.js';
import { outRoot, projectRoot } from '../../../core/paths.js';
import { AccessRegister, DeviceService, ProjectService, deviceInput } from '../../../plugins/customers/api.js';
import { ProcessorService } from '../../../plugins/customers/accesses/processors.js';
import { OrderService, RequestService, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { valuesOf, type Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { licenseFile } from '../../support/licenses.js';

const options = 'test/fixtures/plugins/options';
const plan = { technician_id: null, planned_start: null, planned_end: null };
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('authorisations of a customer', () => {
  let t: TestApp;
  let staff: Client;
  let agent: Actor;
  let register: AccessRegister;
  before(async () => {
    t = await createTestApp({ pluginRoots: [{ code: join(outRoot, options), assets: join(projectRoot, options) }] });
    const account = await t.make.staff('administrator', 'Sara Holm');
    agent = accountActor(account);
    staff = await t.client('staff', account);
    register = t.app.service('customers', AccessRegister);
  });
  after(() => t.close());

  /** What the form of a page holds, as a browser would send it. */
  const form = async (path: string): Promise<Record<string, string | string[]>> => {
    const { text } = await staff.get(path);
    const found = [...text.matchAll(/<form[^>]*method="post"[^>]*>[\s\S]*?<\/form>/g)].map(([html]) => html).find((html) => html.includes(`action="${path}"`));
    return valuesOf(found ?? '');
  };

  it('KO-04 DX-02 DX-11 several accesses per customer are created by mail, each with its options and their end', async () => {
    const customer = await t.make.customer();
    const path = `/customers/${customer.id}/accesses`;
    await staff.get(`${path}/new`);
    const input = { name: 'Anna Berg', email: 'anna.berg@firm.test', mobile: '+46701234567', way: 'invite', all_installations: 'true' };
    const created = await staff.post(`${path}/new`, { ...input, options: ['desk.order.read', 'desk.work.read'], 'until:desk.work.read': '2031-05-31' });
    expect(created.location).to.equal(path);
    await staff.post(`${path}/new`, { ...input, name: 'Bo Ek', email: 'bo.ek@firm.test', options: 'desk.order.read' });
    const [anna, bo] = await register.list(agent, customer.id);
    expect([anna?.account.name, anna?.state, bo?.account.name]).to.deep.equal(['Anna Berg', 'invited', 'Bo Ek']);
    expect(anna?.options).to.have.members(['desk.order.read', 'desk.work.read']);
    expect(anna?.ends['desk.work.read']?.toISOString()).to.match(/^2031-05-31T2[0-3]|^2031-06-01/);
    expect((await form(`${path}/${anna?.id}/options`))['until:desk.work.read']).to.deep.equal(['2031-05-31']);
    const passed = await staff.post(`${path}/new`, { ...input, email: 'x@firm.test', options: 'desk.order.read', 'until:desk.order.read': '2020-01-01' });
    expect(passed.status).to.equal(422);
    expect(passed.text).to.include('This day has passed').and.to.include('x@firm.test');
  });

  it('KO-04 an initial password is shown once, works once, and must be replaced', async () => {
    const customer = await t.make.customer();
    const path = `/customers/${customer.id}/accesses`;
    await staff.get(`${path}/new`);
    const shown = await staff.post(`${path}/new`, {
      name: 'Carl',
      email: 'carl@firm.test',
      way: 'password',
      options: 'desk.order.read',
      all_installations: 'true',
    });
    const [password = ''] = /[a-z2-9]{4}(-[a-z2-9]{4}){3}/.exec(shown.text) ?? [];
    expect(password).to.have.length(19);
    expect(shown.headers.get('cache-control')).to.include('no-store');
    const [access] = await register.list(agent, customer.id);
    expect((await staff.get(`${path}/${access?.id}`)).text).not.to.include(password);
    const [stored] = await t.app.db.query<{ hash: string }>('SELECT password_hash AS hash FROM core_accounts WHERE id = ?', [access?.account.id]);
    expect(stored?.hash).to.match(/^\$argon2id/);
    const portal = await t.client('portal');
    await portal.get('/sign-in');
    const answer = await portal.post('/sign-in', { login: 'carl@firm.test', password });
    expect(answer.location).to.match(/^\/reset\//);
    expect(await t.app.db.query('SELECT id FROM core_outbox WHERE account_id = ?', [access?.account.id])).to.deep.equal([]);
  });

  it('KO-03 without the portal in the license the form says why, with the way to the license, and keeps what was typed', async () => {
    const other = await createTestApp();
    try {
      const customer = await other.make.customer();
      await other.app.license.install(licenseFile(new Date(), { modules: [{ id: 'calendar' }] }));
      await other.app.host.reconcile();
      const client = await other.client('staff', await other.make.staff('administrator'));
      await client.get(`/customers/${customer.id}/accesses/new`);
      const answer = await client.post(`/customers/${customer.id}/accesses/new`, {
        name: 'Dora',
        email: 'dora@firm.test',
        way: 'invite',
        all_installations: 'true',
      });
      expect(answer.status).to.equal(403);
      expect(answer.text).to.include('href="/settings/modules"').and.to.include('dora@firm.test');
    } finally {
      await other.close();
    }
  });

  it('DX-12 each access shows how far its person has come; sending again kills the older link', async () => {
    const customer = await t.make.customer();
    const row = await register.create(agent, customer.id, {
      name: 'Eva',
      email: 'eva@firm.test',
      mobile: null,
      options: [],
      all_installations: true,
      installation_ids: [],
    });
    const list = async (state: string) => (await register.page(agent, customer.id, { state: state as 'invited' })).rows.length;
    const state = async () => (await register.get(agent, row.id)).state;
    const link = async () => {
      const [mail] = await t.app.db.query<{ link: string }>(
        "SELECT link FROM core_outbox WHERE account_id = ? AND template = 'core.invitation' ORDER BY id DESC LIMIT 1",
        [row.account_id],
      );
      return new URL(mail?.link ?? '').pathname;
    };
    expect([await state(), await list('invited'), await list('opened')]).to.deep.equal(['invited', 1, 0]);
    const first = await link();
    await register.resend(agent, row.id);
    const portal = await t.client('portal');
    expect((await portal.get(first)).text).not.to.include('name="password"');
    await portal.get(await link());
    expect([await state(), await list('opened')]).to.deep.equal(['opened', 1]);
    await t.app.db.run('UPDATE core_invitations SET expires_at = ? WHERE account_id = ?', [new Date(Date.now() - 1000), row.account_id]);
    expect([await state(), await list('expired')]).to.deep.equal(['expired', 1]);
    await t.app.db.run("UPDATE core_accounts SET status = 'active' WHERE id = ?", [row.account_id]);
    expect([await state(), await list('active')]).to.deep.equal(['active', 1]);
    await register.setStatus(agent, row.id, 'disabled');
    expect([await state(), await list('disabled'), await list('active')]).to.deep.equal(['disabled', 1, 0]);
  });

  it('KO-09 installations are ticked one by one; a search hides none of the ticks; the effect is shown before it is made', async () => {
    const customer = await t.make.customer();
    const north = await t.make.installation(customer.id, 'North', 'Kiruna');
    const south = await t.make.installation(customer.id, 'South', 'Malmö');
    const person = await t.make.access(customer.id, { installations: [north.id] });
    const path = `/customers/${customer.id}/accesses/${person.accessId}/installations`;
    expect((await staff.get(path)).text).to.match(new RegExp(`value="${north.id}" checked`));
    const found = await staff.get(`/customers/${customer.id}/installations/picker?q=malmo`);
    expect(found.text).to.include('South').and.not.to.include('North');
    const sent = { installation_ids: [String(north.id), String(south.id)] };
    const preview = await staff.post(path, sent);
    expect(preview.text).to.include('Gains').and.to.include('South').and.not.to.include('Loses');
    expect((await register.get(agent, person.accessId)).installationIds).to.deep.equal([north.id]);
    expect((await staff.post(path, { ...sent, confirmed: '1' })).status).to.equal(303);
    expect((await register.get(agent, person.accessId)).installationIds).to.have.members([north.id, south.id]);
  });

  it('KO-10 projects: all active ones are offered, a filter narrows, chosen ones are kept', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id);
    const add = async (number: string, name: string, active: boolean) =>
      (await t.app.service('customers', ProjectService).create(agent, customer.id, { number, name, active })).id;
    const roof = await add('P-1', 'Roof', true);
    await add('P-2', 'Cellar', true);
    const wall = await add('P-3', 'Old wall', false);
    const path = `/customers/${customer.id}/accesses/${person.accessId}/projects`;
    expect((await staff.get(path)).text)
      .to.include('Roof')
      .and.to.include('Cellar')
      .and.not.to.include('Old wall');
    expect((await staff.get(`/customers/${customer.id}/projects/picker?q=p-1`)).text)
      .to.include('Roof')
      .and.not.to.include('Cellar');
    await staff.post(path, { project_ids: String(roof), confirmed: '1' });
    expect(await register.get(agent, person.accessId)).to.deep.include({ allProjects: false, projectIds: [roof] });
    await register.setRights(agent, person.accessId, { projectIds: [roof, wall] });
    expect((await staff.get(path)).text, 'a chosen one stays, active or not').to.match(new RegExp(`value="${wall}" checked`));
    await staff.post(path, { all_projects: 'true', confirmed: '1' });
    expect(await register.get(agent, person.accessId)).to.deep.include({ allProjects: true, projectIds: [] });
  });

  it('CM-02 every option stands on its own: grouped by module with help, and each gives exactly its right', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id, { options: [] });
    const path = `/customers/${customer.id}/accesses/${person.accessId}/options`;
    const page = (await staff.get(path)).text;
    for (const text of [
      '<legend>Service desk</legend>',
      '<legend>Customer portal</legend>',
      'Initial overview',
      'Presentation and evaluation',
      'Monthly work sheets',
      'See performed work',
    ])
      expect(page).to.include(text);
    const portal = await t.client('portal', person);
    const pages = {
      'desk.evaluation.read': '/evaluation',
      'desk.work-sheet.read': '/work-sheets',
      'desk.request.create': '/report',
      'desk.request.solve': '/solve',
      'customers.team.manage': '/team',
    };
    for (const [option, address] of Object.entries(pages)) {
      expect((await portal.get(address)).status, `${address} before`).to.equal(403);
      expect((await staff.post(path, { options: option })).text).to.include('Gains');
      await staff.post(path, { options: option, confirmed: '1' });
      expect((await portal.get(address)).status, address).to.be.lessThan(400);
      for (const other of Object.values(pages)) if (other !== address) expect((await portal.get(other)).status, `${other} with ${option}`).to.equal(403);
    }
    expect((await portal.get('/')).text).not.to.include('id="my-orders"');
    await staff.post(path, { options: 'portal.overview.read', confirmed: '1' });
    expect((await portal.get('/')).text).to.include('id="my-orders"');
  });

  it('CM-02 an option that has ended gives nothing any more', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id, { options: [] });
    const portal = await t.client('portal', person);
    await register.setRights(agent, person.accessId, { options: ['desk.evaluation.read'], ends: { 'desk.evaluation.read': new Date(Date.now() + 1_500) } });
    expect((await portal.get('/evaluation')).status).to.equal(200);
    await eventually(async () => (await portal.get('/evaluation')).status === 403, 'the end of the option');
    await register.setRights(agent, person.accessId, { options: ['desk.evaluation.read'], ends: {} });
    await register.setEnd(agent, person.accessId, new Date(Date.now() - 1000));
    expect((await portal.get('/evaluation')).status).to.equal(403);
    expect((await register.get(agent, person.accessId)).state).to.equal('ended');
  });

  it("CM-09 a module's own option is in its own group while the module is on, and comes back ticked after it was off", async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id, { options: [] });
    const portal = await t.client('portal', person);
    const path = `/customers/${customer.id}/accesses/${person.accessId}/options`;
    expect((await staff.get(path)).text)
      .to.include('<legend>Handbook</legend>')
      .and.to.include('Sees the handbook in the portal.');
    expect((await portal.get('/handbook')).status).to.equal(403);
    await staff.post(path, { options: 'handbook.page.read', confirmed: '1' });
    expect((await portal.get('/handbook')).status).to.equal(200);
    await t.app.host.setEnabled('handbook', false);
    expect((await staff.get(path)).text).not.to.include('Handbook');
    await staff.post(path, { options: 'desk.order.read', confirmed: '1' });
    await t.app.host.setEnabled('handbook', true);
    expect((await form(path))['options']).to.have.members(['desk.order.read', 'handbook.page.read']);
    expect((await portal.get('/handbook')).status).to.equal(200);
  });

  it('CM-10 a tick in the matrix gives one activity on one device, and nothing on its neighbor', async () => {
    const customer = await t.make.customer();
    const place = await t.make.installation(customer.id, 'North hall');
    const elsewhere = await t.make.installation(customer.id, 'South hall');
    const person = await t.make.access(customer.id, { options: [], installations: [elsewhere.id] });
    const device = async (name: string) => {
      const input = deviceInput.parse({ name, kind: name === 'Printer' ? 'printer' : 'other', installation_id: place.id, active: '1' });
      return (await t.app.service('customers', DeviceService).create(agent, customer.id, input)).id;
    };
    const [one, two] = [await device('Printer'), await device('Scanner')];
    const path = `/customers/${customer.id}/accesses/${person.accessId}/permissions`;
    expect((await staff.get(`${path}?q=print`)).text)
      .to.include('Printer')
      .and.not.to.include('Scanner');
    const found = async (q: string) => (await staff.get(`${path}?${new URLSearchParams({ q }).toString()}`)).text;
    expect(await found('north'), 'by the installation')
      .to.include('Printer')
      .and.to.include('Scanner');
    expect(await found('north scan'), 'each word by the device or its installation')
      .to.include('Scanner')
      .and.not.to.include('Printer');
    expect(await found('south')).to.include('No device matches');
    const sent = { grants: `${one} desk.request.create`, shown: [String(one), String(two)], until: '2031-01-31' };
    expect((await staff.post(path, sent)).text).to.include('Report faults: Printer');
    await staff.post(path, { ...sent, confirmed: '1' });
    const actor = accountActor(person);
    const may = (id: number) => t.app.access.can(actor, 'desk.request.create', { customer: customer.id, installation: place.id, device: id });
    expect([await may(one), await may(two)]).to.deep.equal([true, false]);
    expect((await staff.get(path)).text).to.match(/31 Jan 2031|Jan 31, 2031/);
    await staff.post(path, { shown: [String(one), String(two)], confirmed: '1' });
    expect(await may(one)).to.equal(false);
    const foreign = await t.make.customer();
    await register.setRights(agent, (await t.make.access(foreign.id)).accessId, {
      grants: [{ permission: 'desk.request.create', deviceId: one, expiresAt: null }],
    });
    expect(await t.app.db.query('SELECT id FROM customers_access_grants WHERE device_id = ?', [one])).to.deep.equal([]);
  });

  it('CM-01 the template "contact person" gives customer-desk and technical data, read only and without internal requests', async () => {
    const customer = await t.make.customer();
    const place = await t.make.installation(customer.id);
    const person = await t.make.access(customer.id, { options: ['desk.request.create', 'desk.order.create-direct'], name: 'Contact Only' });
    const page = (await staff.get('/customers/templates')).text;
    expect(page).to.include('Contact person').and.to.include('IT manager');
    const [, template = ''] = /href="\/customers\/templates\/(\d+)">Contact person/.exec(page) ?? [];
    const path = `/customers/templates/${template}/apply`;
    const preview = (await staff.post(path, { q: 'Contact Only' })).text;
    expect(preview).to.include('Accesses: 1').and.to.include('See all fault reports: 1').and.to.include('Report faults: 1');
    const run = (await staff.post(path, { q: 'Contact Only', confirmed: '1' })).location ?? '';
    await eventually(async () => (await staff.get(run)).text.includes('1 of 1'), 'the template to be applied');
    const portal = await t.client('portal', person);
    const reports = t.app.service('desk', RequestService);
    const report = await reports.report(system, reportInput.parse({ installation_id: place.id, text: 'Leak' }));
    expect((await portal.get(`/reports/${report.id}`)).status).to.equal(200);
    expect((await portal.get('/report')).status).to.equal(403);
    expect((await staff.post(`${run}/undo`)).status).to.equal(303);
    await eventually(async () => (await register.get(agent, person.accessId)).options.includes('desk.order.create-direct'), 'the template to be taken back');
    expect((await register.get(agent, person.accessId)).options).to.have.members(['desk.request.create', 'desk.order.create-direct']);
  });

  it('CM-05 an account serves several customers, and all accounts stand on one page', async () => {
    const [one, two] = [await t.make.customer('First of Fia'), await t.make.customer('Second of Fia')];
    await t.make.access(one.id, { name: 'Fia Several' });
    await t.make.access(two.id, { name: 'Fia Several' });
    const page = (await staff.get('/customers/accounts?q=fia+sev')).text;
    expect(page.match(/fia\.several@person\.test/g)).to.have.length(1);
    expect(page).to.include('First of Fia').and.to.include('Second of Fia');
    for (const q of ['SEVERAL', 'fia.sev', 'fia.several@person.test', 'pers fí']) {
      expect((await staff.get(`/customers/accounts?q=${encodeURIComponent(q)}`)).text, q).to.include('First of Fia');
      expect((await staff.get(`/customers/${one.id}/accesses?q=${encodeURIComponent(q)}`)).text, q).to.include('fia.several@person.test');
    }
    expect((await staff.get('/customers/accounts?q=everal')).text, 'words count from their beginning').to.include('No access matches');
    expect((await staff.get('/customers/accounts?q=fia+sev&state=disabled')).text).to.include('No access matches');
    expect((await staff.get('/customers/accounts/export.csv?q=fia')).text).to.include('"First of Fia, Second of Fia"');
  });

  it('DX-10 DX-13 DX-15 the tab shows all three groups; what is selected is removed, and undo brings it back', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id, { name: 'Gustav Grund' });
    const colleague = await t.make.staff('agent', 'Hedda Hall');
    const base = `/customers/${customer.id}`;
    expect((await staff.get(`${base}/administrators?q=hedda`)).text)
      .to.include('Hedda Hall')
      .and.not.to.include('Sara Holm</span>');
    await staff.post(`${base}/administrators`, { ids: String(colleague.id) });
    const page = (await staff.get(`${base}/accesses`)).text;
    for (const text of ['Gustav Grund', 'Hedda Hall', 'Additional processors', 'pick-action']) expect(page).to.include(text);
    for (const [group, id, text] of [
      ['accesses', person.accessId, 'Gustav Grund'],
      ['administrators', colleague.id, 'Hedda Hall'],
    ] as const) {
      const asked = await staff.post(`${base}/authorisations/remove`, { group, ids: String(id), ask: '1' });
      expect(asked.text).to.include('name="confirmed" value="1"');
      await staff.post(`${base}/authorisations/remove`, { group, ids: String(id) });
      const after = (await staff.get(`${base}/accesses`)).text;
      expect(after.replace(/<div class="toast[\s\S]*/, '')).not.to.include(text);
      const [, undo = ''] = /action="([^"]+restore[^"]+)"/.exec(after) ?? [];
      await staff.post(undo.replaceAll('&#x2F;', '/'));
      expect((await staff.get(`${base}/accesses`)).text).to.include(text);
    }
    const foreign = await t.make.access((await t.make.customer()).id);
    expect((await staff.post(`${base}/authorisations/remove`, { group: 'accesses', ids: String(foreign.accessId) })).status).to.equal(404);
  });

  it('DX-14 an additional processor sees and processes that object, and nothing else of the customer', async () => {
    const customer = await t.make.customer();
    const orders = t.app.service('desk', OrderService);
    const make = (title: string) => orders.create(system, { customer_id: customer.id, installation_id: null, title, ...plan });
    const [given, other] = [await make('Given to the processor'), await make('Not given')];
    await t.app.db.run("INSERT INTO core_roles (id, all_customers, built_in) VALUES ('nothing', 0, 0)");
    const account = await t.app.accounts.create(system, { kind: 'staff', name: 'Ines Iversen', email: 'ines@staff.test', roles: ['nothing'] });
    await t.app.db.run("UPDATE core_accounts SET status = 'active' WHERE id = ?", [account.id]);
    const path = `/customers/${customer.id}/processors`;
    expect((await staff.get(`${path}?q=given+to&staff=ines`)).text)
      .to.include('Given to the processor')
      .and.to.include('Ines Iversen')
      .and.not.to.include('Not given');
    await staff.post(path, { kind: 'desk.order', object_id: given.id, ids: String(account.id) });
    const actor = accountActor({ ...account, kind: 'staff' });
    expect((await orders.list(actor, {})).rows.map((row) => row.id)).to.deep.equal([given.id]);
    const client = await t.client('staff', account);
    expect((await client.get(`/orders/${given.id}`)).status).to.equal(200);
    expect((await client.post(`/orders/${given.id}/status`, { status: 'on-site' })).status).to.equal(303);
    expect((await client.get(`/orders/${other.id}`)).status).to.equal(404);
    expect((await client.get(`/customers/${customer.id}`)).status).to.be.oneOf([403, 404]);
    expect(await failure(orders.create(actor, { customer_id: customer.id, installation_id: null, title: 'New', ...plan }))).to.be.instanceOf(NotFoundError);
    const processors = t.app.service('customers', ProcessorService);
    const [row] = await processors.list(agent, customer.id);
    await processors.remove(agent, customer.id, [row?.id ?? 0]);
    expect((await client.get(`/orders/${given.id}`)).status).to.be.oneOf([403, 404]);
    expect(await failure(processors.list(actor, customer.id))).to.be.instanceOf(NotFoundError);
  });

  it('KO-04 DX-11 CM-02 CM-03 accesses and their rights are kept by REST, too', async () => {
    const customer = await t.make.customer();
    await staff.get('/');
    const body = { name: 'Rita Rest', email: 'rita@firm.test', mobile: null, options: ['desk.order.read'], allInstallations: true, installationIds: [] };
    const created = await staff.api('POST', `/customers/${customer.id}/accesses`, body);
    expect(created.status).to.equal(201);
    const { id } = created.json() as { id: number };
    const ends = { 'desk.evaluation.read': '2031-05-31T22:00:00Z' };
    const changed = await staff.api('PATCH', `/accesses/${id}/rights`, {
      options: ['desk.evaluation.read'],
      ends,
      creator: { kind: 'login', name: 'firm\\rita' },
    });
    expect(changed.json()).to.deep.include({ options: ['desk.evaluation.read'], ends: { 'desk.evaluation.read': '2031-05-31T22:00:00.000Z' } });
    expect(await register.get(agent, id)).to.include({ creator: 'firm\\rita', creatorKind: 'login', allInstallations: true });
    expect((await staff.api('GET', '/customer-accounts?q=rita')).text).to.include('rita@firm.test');
    expect((await staff.api('DELETE', `/accesses/${id}`)).status).to.equal(204);
    expect(await register.list(agent, customer.id)).to.deep.equal([]);
  });

  it('customers touch none of it', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id);
    const actor = accountActor(person);
    expect(await failure(register.setRights(actor, person.accessId, { options: ['desk.request.manage'] }))).to.be.instanceOf(NotFoundError);
    await register.setRights(agent, person.accessId, { options: ['desk.order.manage', 'core.accounts.manage', 'desk.order.read'] });
    expect((await register.get(agent, person.accessId)).options).to.deep.equal(['desk.order.read']);
  });
});
