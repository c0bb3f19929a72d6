import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { OrderService } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Answer, Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';

type Json = Record<string, unknown>;
const json = (answer: Answer) => answer.json() as Json;
const items = (answer: Answer) => (answer.json() as { items: Json[] }).items;

describe('customers by REST', function () {
  this.timeout(60_000);
  let t: TestApp;
  let staff: Client;
  /** A program of staff who see another customer only. */
  let elsewhere: Client;
  let missing: string;
  before(async () => {
    t = await createTestApp();
    staff = await t.program('staff', await t.make.staff('administrator'));
    const rights = ['read', 'manage', 'erase'].map((word) => `customers.customer.${word}`);
    const more = ['installation', 'device', 'project'].flatMap((kind) => [`customers.${kind}.read`, `customers.${kind}.manage`]);
    const account = await t.make.localStaff([...rights, ...more, 'customers.access.manage', 'desk.order.read'], [await t.make.customer()]);
    elsewhere = await t.program('staff', account);
    missing = without((await elsewhere.api('GET', '/customers/999999')).text);
  });
  after(() => t.close());
  /** Problems name the request that they answer. */
  const without = (text: string) => text.replace(/"(instance|requestId)":"[^"]*"/g, '');
  /** Outside of the scope it is as if there was no such thing. */
  const hidden = async (client: Client, method: string, path: string, body?: unknown) => {
    const answer = await client.api(method, path, body);
    expect([method, path, answer.status, without(answer.text)]).to.deep.equal([method, path, 404, missing]);
  };
  const company = (name: string, more: Json = {}) => ({ kind: 'company', name, contactPerson: 'Eva Ek', email: 'eva@firm.test', invite: false, ...more });
  const add = async (name: string, more: Json = {}) => json(await staff.api('POST', '/customers', company(name, more))) as { id: number; version: number };

  it('DX-01 DX-04 lists customers by filters, page by page, and other customers only to who sees them', async () => {
    for (const [name, city] of [
      ['Filter Alfa', 'Lund'],
      ['Filter Beta', 'Lund'],
      ['Filter Gamma', 'Ystad'],
    ] as const)
      await add(name, { city });
    const names = async (path: string) => items(await staff.api('GET', path)).map(({ name }) => name);
    expect(await names('/customers?q=filter&city=Lund')).to.deep.equal(['Filter Alfa', 'Filter Beta']);
    expect(await names('/customers?q=filter&sort=-name')).to.deep.equal(['Filter Gamma', 'Filter Beta', 'Filter Alfa']);
    expect(await names('/customers?q=filter&kind=person')).to.deep.equal([]);
    const first = json(await staff.api('GET', '/customers?q=filter&limit=2')) as { items: Json[]; next: string };
    expect([first.items.length, await names(`/customers?q=filter&limit=2&after=${encodeURIComponent(first.next)}`)]).to.deep.equal([2, ['Filter Gamma']]);
    expect((await staff.api('GET', '/customers?color=red')).status, 'an unknown filter').to.equal(422);
    expect(items(await elsewhere.api('GET', '/customers?q=filter'))).to.deep.equal([]);
  });

  it('DX-02 DX-03 adds persons and companies, each with its own mandatory data; the same key makes one', async () => {
    const missed = async (body: Json) => {
      const answer = await staff.api('POST', '/customers', body);
      return [answer.status, (json(answer)['errors'] as { pointer: string }[]).map(({ pointer }) => pointer).sort()];
    };
    expect(await missed({ kind: 'company', invite: false })).to.deep.equal([422, ['#/contactPerson', '#/email', '#/name']]);
    expect(await missed({ kind: 'person', invite: false })).to.deep.equal([422, ['#/email', '#/firstName', '#/lastName']]);
    const key = { 'idempotency-key': randomUUID() };
    const body = { kind: 'person', firstName: 'Åsa', lastName: 'Once', email: 'asa@once.test', invite: true };
    const [one, two] = [await staff.api('POST', '/customers', body, key), await staff.api('POST', '/customers', body, key)];
    expect([one.status, two.status, two.text === one.text, json(one)['name']]).to.deep.equal([201, 201, true, 'Åsa Once']);
    expect(items(await staff.api('GET', '/customers?q=once'))).to.have.length(1);
    expect(items(await staff.api('GET', `/customers/${String(json(one)['id'])}/accesses`))).to.have.length(1);
    expect((await staff.api('POST', '/customers', { ...body, lastName: 'Twice' }, key)).status, 'the key with another body').to.equal(409);
  });

  it('DX-04 DX-08 saves onto the version that was read, and disables', async () => {
    const { id, version } = await add('Version AB');
    const { invite: _, ...data } = company('Version Two AB');
    expect(json(await staff.api('PUT', `/customers/${id}?version=${version}`, data))).to.include({ name: 'Version Two AB', version: version + 1 });
    const stale = await staff.api('PUT', `/customers/${id}?version=${version}`, { ...data, name: 'Lost AB' });
    expect([stale.status, json(stale)['code']]).to.deep.equal([409, 'version_conflict']);
    expect(json(await staff.api('GET', `/customers/${id}`))).to.include({ name: 'Version Two AB' });
    expect(json(await staff.api('PUT', `/customers/${id}/status`, { status: 'disabled' }))).to.include({ status: 'disabled' });
    expect((await staff.api('PUT', `/customers/${id}/status`, { status: 'deleting' })).status).to.equal(422);
    await hidden(elsewhere, 'GET', `/customers/${id}`);
    await hidden(elsewhere, 'PUT', `/customers/${id}`, data);
    await hidden(elsewhere, 'PUT', `/customers/${id}/status`, { status: 'active' });
  });

  it('DX-09 deletion is asked for by a person who shows who it is, never by a token, and called off', async () => {
    const { id } = await add('Gone AB');
    const path = `/customers/${id}/erasure`;
    expect(json(await staff.api('GET', path))).to.include({ status: 'active', eraseAt: null });
    const token = await staff.api('POST', path, { name: 'Gone AB' });
    expect([token.status, json(token)['code']]).to.deep.equal([403, 'step_up_required']);
    const person = await t.client('staff', await t.make.staff('administrator'));
    expect((await person.api('POST', path, { name: 'Other AB' })).status).to.equal(422);
    const asked = await person.api('POST', path, { name: 'Gone AB' });
    expect([asked.status, json(asked)['status']]).to.deep.equal([202, 'deleting']);
    expect((await person.api('POST', path, { name: 'Gone AB' })).status).to.equal(409);
    await hidden(elsewhere, 'GET', path);
    await hidden(elsewhere, 'DELETE', path);
    expect(json(await staff.api('DELETE', path))).to.include({ status: 'active', eraseAt: null });
  });

  it('DX-04 imports: a dry run, the run, and the undo', async () => {
    const csv = 'Company name,Contact person,E-mail,City\nImported AB,Ida,ida@imported.test,Lund\nBroken AB,Bo,not a mail,Lund\n';
    const started = await staff.api('POST', '/customer-imports', { fileName: 'new.csv', csv });
    expect(started.status).to.equal(202);
    const path = `/customer-imports/${String(json(started)['id'])}`;
    const until = (status: string) => eventually(async () => json(await staff.api('GET', path))['status'] === status, status);
    const found = async () => items(await staff.api('GET', '/customers?q=imported')).length;
    await until('checked');
    expect(items(await staff.api('GET', `${path}/lines`)).map(({ verdict }) => verdict)).to.deep.equal(['create', 'refuse']);
    expect(Object.keys(items(await staff.api('GET', `${path}/lines?verdict=refuse`))[0]?.['errors'] as Json)).to.deep.equal(['email']);
    expect(await found()).to.equal(0);
    expect((await staff.api('POST', `${path}/undo`)).status, 'before the run').to.equal(409);
    expect((await staff.api('POST', `${path}/run`)).status).to.equal(202);
    await until('done');
    expect(await found()).to.equal(1);
    expect((await staff.api('POST', `${path}/undo`)).status).to.equal(202);
    await until('undone');
    expect(await found()).to.equal(0);
    const other = await t.program('staff', await t.make.localStaff(['customers.customer.read'], []));
    expect((await other.api('GET', path)).status).to.be.oneOf([403, 404]);
  });

  it('KO-09 KO-07 KO-08 keeps devices, projects, and rows whose purchase prices are absent without the right', async () => {
    const { id } = await add('Register AB');
    const place = json(await staff.api('POST', `/customers/${id}/installations`, { name: 'Hall', city: 'Malmö', active: true }));
    const input = { name: 'Lift 7', kind: 'lift', installationId: place['id'], serial: 'L-7', active: true };
    const key = { 'idempotency-key': randomUUID() };
    const device = await staff.api('POST', `/customers/${id}/devices`, input, key);
    expect((await staff.api('POST', `/customers/${id}/devices`, input, key)).text, 'the same key').to.equal(device.text);
    expect([device.status, json(device)]).to.deep.equal([201, { ...json(device), name: 'Lift 7', installation: 'Hall', priority: 3 }]);
    const again = await staff.api('POST', `/customers/${id}/devices`, input);
    expect([again.status, (json(again)['errors'] as Json[])[0]?.['pointer']]).to.deep.equal([422, '#/serial']);
    const devicePath = `/devices/${String(json(device)['id'])}`;
    expect(json(await staff.api('PUT', devicePath, { ...input, priority: 1 }))).to.include({ priority: 1 });
    expect(items(await staff.api('GET', `/devices?q=lift&customerId=${id}`))).to.have.length(1);
    await hidden(elsewhere, 'GET', devicePath);
    await hidden(elsewhere, 'PUT', devicePath, input);

    const project = json(await staff.api('POST', `/customers/${id}/projects`, { name: 'Roof', active: true }));
    const plan = { installation_id: null, technician_id: null, planned_start: null, planned_end: null };
    const order = await t.app.service('desk', OrderService).create(system, { customer_id: id, title: 'Repair', ...plan });
    const row = { text: 'Tiles', quantity: 2000, salesPrice: 5000, purchasePrice: 3000 };
    for (const [path, read, price] of [
      [`/projects/${String(project['id'])}`, 'customers.project.read', 'customers.purchase-price.read'],
      [`/desk/orders/${order.id}`, 'desk.order.read', 'desk.purchase-price.read'],
    ] as const) {
      const sheet = await staff.api('POST', `${path}/rows`, row);
      expect([path, sheet.status, json(sheet)['salesTotal'], json(sheet)['purchaseTotal']]).to.deep.equal([path, 201, 10_000, 6000]);
      const blind = await t.program('portal', await t.make.access(id, { options: [read] }));
      const seeing = await t.program('portal', await t.make.access(id, { options: [read, price] }));
      expect((await blind.api('GET', `${path}/rows`)).text)
        .to.include('"salesTotal":10000')
        .and.not.match(/purchase/i);
      expect(json(await seeing.api('GET', `${path}/rows`))).to.include({ purchaseTotal: 6000 });
      const stranger = await t.program('portal', await t.make.access((await t.make.customer()).id, { options: [read, price] }));
      await hidden(stranger, 'GET', `${path}/rows`);
      await hidden(elsewhere, 'GET', path);
    }
  });

  it('KO-04 DX-11 accesses and their rights: tried by dryRun first, then changed; nothing of other customers is named', async () => {
    const { id } = await add('Rights AB');
    const place = await t.make.installation(id, 'Own hall');
    const foreign = await t.make.installation((await t.make.customer()).id, 'Foreign hall');
    const person = await t.make.access(id, { options: ['desk.order.read'] });
    const path = `/accesses/${person.accessId}`;
    const wish = { options: ['desk.work.read'], allInstallations: false, installationIds: [place.id, foreign.id] };
    const tried = json(await staff.api('PATCH', `${path}/rights`, { ...wish, dryRun: true })) as { options: string[]; effect: Record<string, Json[]> };
    expect(tried.options, 'nothing is written').to.deep.equal(['desk.order.read']);
    expect(tried.effect['gains']).to.deep.equal([{ kind: 'option', permission: 'desk.work.read', until: null }]);
    expect(tried.effect['losses']).to.deep.equal([{ kind: 'option', permission: 'desk.order.read' }, { kind: 'allInstallations' }]);
    expect(tried.effect['changes']).to.deep.equal([{ kind: 'installation', name: 'Own hall' }]);
    const saved = json(await staff.api('PATCH', `${path}/rights`, wish));
    expect(saved).to.deep.include({ options: ['desk.work.read'], installationIds: [place.id], effect: tried.effect });
    expect((await staff.api('PUT', `${path}/status`, { status: 'disabled' })).status).to.equal(204);
    expect(json(await staff.api('GET', path))).to.include({ status: 'disabled' });
    await hidden(elsewhere, 'GET', path);
    await hidden(elsewhere, 'PATCH', `${path}/rights`, wish);
    await hidden(elsewhere, 'DELETE', path);
    await hidden(elsewhere, 'GET', `/customers/${id}/accesses`);
  });

  it("CM-05 a customer's own administrator disables, enables, removes and takes back colleagues; staff's word stands", async () => {
    const { id } = await add('Team AB');
    const options = ['customers.team.manage', 'desk.order.read'];
    const boss = await t.program('portal', await t.make.access(id, { options }));
    const colleague = await t.make.access(id, { options: ['desk.order.read'], name: 'Kim Colleague' });
    const path = `/team/${id}/${colleague.accessId}`;
    const state = async () => items(await boss.api('GET', `/team/${id}`)).find((one) => one['id'] === colleague.accessId)?.['state'];
    expect((await boss.api('PUT', `${path}/status`, { status: 'disabled' })).status).to.equal(204);
    expect(await state()).to.equal('disabled');
    expect((await boss.api('PUT', `${path}/status`, { status: 'active' })).status).to.equal(204);
    expect((await boss.api('DELETE', path)).status).to.equal(204);
    expect(await state()).to.equal(undefined);
    expect((await boss.api('POST', `${path}/restore`)).status).to.equal(204);
    expect(await state()).to.equal('active');
    expect((await boss.api('POST', `${path}/invitation`)).status, 'registered already').to.equal(409);
    await staff.api('PUT', `/accesses/${colleague.accessId}/status`, { status: 'disabled' });
    expect((await boss.api('PUT', `${path}/status`, { status: 'active' })).status, 'disabled by staff').to.equal(409);
    const stranger = await t.program('portal', await t.make.access((await t.make.customer()).id, { options }));
    await hidden(stranger, 'PUT', `${path}/status`, { status: 'active' });
    await hidden(stranger, 'POST', `${path}/restore`);
    await hidden(stranger, 'GET', `/team/${id}`);
  });

  it('DX-17 a person leaves a customer, and gives up the account; a token cannot', async () => {
    const [one, two] = [await add('Leave One AB'), await add('Leave Two AB')];
    const person = await t.make.access(one.id, { name: 'Lea Leaver' });
    const second = await t.make.access(two.id, { name: 'Lea Leaver' });
    const program = await t.program('portal', person);
    expect(json(await program.api('DELETE', `/own-accesses/${person.accessId}`))['code']).to.equal('step_up_required');
    const browser = await t.client('portal', person);
    await hidden(browser, 'DELETE', '/own-accesses/999999');
    expect(json(await browser.api('DELETE', `/own-accesses/${person.accessId}`))).to.deep.equal({ accountDisabled: false });
    expect(items(await browser.api('GET', '/own-accesses')).map((access) => access['id'])).to.deep.equal([second.accessId]);
    expect((await browser.api('DELETE', '/own-accesses')).status).to.equal(204);
    expect((await t.app.accounts.get(person.id))?.status).to.equal('disabled');
    expect((await browser.api('GET', '/own-accesses')).status).to.equal(401);
  });
});
