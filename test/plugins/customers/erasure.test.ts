import 'reflect-metadata';
import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataTypes } from 'sequelize';
import { accountActor } from '../../../core/access/actors.js';
import { InvalidInputError, type Actor } from '../../../core/api.js';
import { EmailChanges, Factors, PendingSignIns, RecoveryCodes, SignIns } from '../../../core/accounts/factors/models.js';
import { ApiTokenModel } from '../../../core/accounts/tokens/model.js';
import { manifest as core } from '../../../core/manifest.js';
import type { Manifest } from '../../../core/plugin/manifest.js';
import { AccessRegister, CustomerService, customerInput } from '../../../plugins/customers/api.js';
import { CustomerArchives } from '../../../plugins/customers/exchange/archive-service.js';
import { CustomerErasure } from '../../../plugins/customers/exchange/erasure-service.js';
import { manifest as customersManifest } from '../../../plugins/customers/manifest.js';
import { Devices, ProjectRows, Projects } from '../../../plugins/customers/tables.js';
import { manifest as demo } from '../../../plugins/demo/manifest.js';
import {
  CheckService,
  DraftService,
  MessageService,
  OrderService,
  PictureService,
  QuotationService,
  RequestService,
  RequestTies,
} from '../../../plugins/desk/api.js';
import { TimeService } from '../../../plugins/desk/orders/time-service.js';
import { Mentions } from '../../../plugins/desk/requests/tables.js';
import { BlockedSenders, Mails } from '../../../plugins/desk/mail/tables.js';
import { QuotationSending } from '../../../plugins/desk/quotations/quotation-sending.js';
import { QuotationRows } from '../../../plugins/desk/quotations/tables.js';
import { WorkSheets } from '../../../plugins/desk/worksheets/tables.js';
import { newQuotationInput } from '../../../plugins/desk/quotations/inputs.js';
import { Calendars, Contracts, CustomerLevels, Levels } from '../../../plugins/desk/clocks/tables.js';
import { OrderRows } from '../../../plugins/desk/tables.js';
import { manifest as desk } from '../../../plugins/desk/manifest.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { canary, fillCanaries, findCanaries } from './canary.js';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const attic = (id: string): Manifest => ({
  id,
  version: '1.0.0',
  core: '^1.0.0',
  license: id,
  personalData: [{ table: `${id}_notes`, customer: 'customer_id' }],
});
const manifests: Manifest[] = [core, customersManifest, desk, demo, attic('attic'), attic('cellar')];

/** Modules that hold data and do not run: one is off, one fails at its start. */
function modules(): string {
  const root = mkdtempSync(join(tmpdir(), 'portico-modules-'));
  for (const id of ['attic', 'cellar']) {
    mkdirSync(join(root, id));
    writeFileSync(join(root, id, 'manifest.js'), `export const manifest = ${JSON.stringify(attic(id))};`);
    writeFileSync(
      join(root, id, 'index.js'),
      `import { manifest } from './manifest.js'; export default { manifest, register() { throw new Error('broken'); } };`,
    );
  }
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  return root;
}

describe('erasure of customers (security §7)', function () {
  this.timeout(60_000);
  let t: TestApp;
  let agent: Actor;
  let root: string;
  let customers: CustomerService;
  let erasure: CustomerErasure;
  before(async () => {
    root = modules();
    t = await createTestApp({ pluginRoots: [{ code: root, assets: root }] });
    await t.app.host.setEnabled('attic', false);
    for (const id of ['attic', 'cellar']) {
      await t.app.db.sequelize.getQueryInterface().createTable(`${id}_notes`, {
        id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
        customer_id: { type: DataTypes.INTEGER, allowNull: false },
        text: { type: DataTypes.STRING(100) },
      });
    }
    agent = accountActor(await t.make.staff('administrator'));
    customers = t.app.service('customers', CustomerService);
    erasure = t.app.service('customers', CustomerErasure);
    await t.app.settings.set(system, { 'customers.erasureDays': 0 });
  });
  after(async () => {
    await t.close();
    rmSync(root, { recursive: true });
  });

  /** A customer with something in every place where there can be anything of it. */
  async function furnished(): Promise<{ id: number; name: string; place: number; alone: number; shared: number }> {
    const { app, make, dataDir } = t;
    const customer = await make.customer();
    const other = await make.customer();
    const place = await make.installation(customer.id);
    const alone = await make.access(customer.id, { installations: [place.id] });
    const shared = await make.access(customer.id, { name: `Shared ${customer.id}` });
    await make.access(other.id, { name: `Shared ${customer.id}` });
    const device = { customer_id: customer.id, installation_id: place.id, name: 'Printer', name_key: 'printer', kind: 'printer', qr_token: `t${customer.id}` };
    await app.db.of(Devices).create({ ...device, created_at: new Date() });
    const project = await app.db
      .of(Projects)
      .create({ customer_id: customer.id, number: `P${customer.id}`, name: 'Roof', name_key: 'roof', created_at: new Date() });
    await app.db.of(ProjectRows).create({ project_id: project.id, position: 1, text: 'Tiles', quantity: 1000 });
    await app.db.run('INSERT INTO customers_access_projects (access_id, project_id) VALUES (?, ?)', [alone.accessId, project.id]);
    await app.db.run('INSERT INTO customers_import_lines (import_id, line, cells, customer_id) VALUES (1, 2, ?, ?)', ['[]', customer.id]);
    await app.db.run('INSERT INTO customers_access_grants (access_id, permission, created_at) VALUES (?, ?, ?)', [
      alone.accessId,
      'desk.order.read',
      new Date(),
    ]);
    for (const id of ['attic', 'cellar']) await app.db.run(`INSERT INTO ${id}_notes (customer_id, text) VALUES (?, ?)`, [customer.id, 'x']);
    const calendar = await app.db.of(Calendars).create({ name: 'Office', time_zone: 'UTC', hours: '[{"from":0,"to":10080}]' });
    const level = await app.db.of(Levels).create({ name: 'Gold', calendar_id: calendar.id, respond_2: 60 });
    await app.db.of(CustomerLevels).create({ customer_id: customer.id, level_id: level.id });
    await app.db.of(Contracts).create({ customer_id: customer.id, number: 'K-1', level_id: level.id, valid_from: '2020-01-01', valid_to: '9999-12-31' });
    const path = join(dataDir, 'uploads/photo.txt');
    writeFileSync(path, `${canary} in a file of ${customer.id}`);
    const actor = accountActor(alone);
    const input = { customer_id: null, installation_id: place.id, subject: 'Leak', text: 'It drips.', urgency: 2 as const, contact: 'Anna' };
    const request = await app.service('desk', RequestService).report(actor, input, [{ field: 'photos', path, name: `${canary}.txt`, size: 30 }]);
    const order = await app
      .service('desk', OrderService)
      .create(agent, { customer_id: customer.id, installation_id: place.id, title: 'Repair', technician_id: null, planned_start: null, planned_end: null });
    await app.db.of(OrderRows).create({ order_id: order.id, position: 1, text: 'Seal', quantity: 1000 });
    await app.service('desk', TimeService).start(agent, order.id);
    await app.service('desk', CheckService).add(agent, order.id, 'Clean');
    await app
      .service('desk', OrderService)
      .plan(agent, order.id, { technician_id: null, planned_start: null, planned_end: null, helper_ids: [agent.account!.id] });
    const drawing = join(dataDir, 'uploads/signature.png');
    writeFileSync(drawing, png);
    await app.service('desk', PictureService).sign(agent, order.id, 'Anna', { field: 'signature', path: drawing, name: 's.png', size: png.length });
    rmSync(drawing);
    const quotation = await app
      .service('desk', QuotationService)
      .create(agent, newQuotationInput.parse({ customer_id: customer.id, title: 'New pump', text: 'As agreed', valid_until: '2099-01-01' }));
    await app.db.of(QuotationRows).create({ quotation_id: quotation.id, position: 1, text: 'Pump', quantity: 1000 });
    await app.service('desk', QuotationSending).send(agent, quotation.id, [alone.id]);
    await app.db.of(WorkSheets).create({ customer_id: customer.id, month: '2026-10', content: '{}', hash: 'x', sent_at: new Date() });
    await app.db.run('INSERT INTO customers_categories (category_key, name_key, installation_id, category) VALUES (?, ?, ?, ?)', [
      'lift',
      'site',
      place.id,
      'Lift',
    ]);
    const messages = app.service('desk', MessageService);
    await messages.post(agent, 'order', order.id, { text: 'Tomorrow', internal: false });
    const mail = { mailbox_id: 1, message_id: '<a@b.test>', sender: 'a@b.test', sender_name: 'A', subject: 'Leak', text: 'x', received_at: new Date() };
    await app.db.of(Mails).create({ ...mail, identity: String(request.id).padStart(64, '0'), state: 'request', request_id: request.id });
    await app.db.of(Mails).create({ ...mail, identity: String(alone.id).padStart(64, 'a'), state: 'waiting', reason: 'reference', account_id: alone.id });
    await app.db.of(BlockedSenders).create({ address: `${alone.id}@b.test`, account_id: alone.id, created_at: new Date() });
    const file = join(dataDir, 'uploads/answer.txt');
    writeFileSync(file, `${canary} in an answer of ${customer.id}`);
    const uploads = [{ field: 'files', path: file, name: `${canary}-answer.txt`, size: 30 }];
    const said = await messages.post(actor, 'request', request.id, { text: 'Thanks', internal: false, uploads });
    await app.db.of(Mentions).create({ account_id: alone.id, message_id: said.id, request_id: request.id, seen: 0 });
    const ties = app.service('desk', RequestTies);
    await ties.setTags(agent, request.id, ['Leak']);
    await ties.watch(agent, request.id, shared.id);
    await ties.link(agent, request.id, (await app.service('desk', RequestService).report(actor, input)).id);
    await app.service('desk', DraftService).save(actor, request.id, 'public', 'Not sent');
    const rules = { trust_email: false, second_factor: false, password_off: false, create_role: null, active: true };
    const provider = await app.sso.providers.create(system, `customers.customer:${customer.id}`, {
      ...{ name: 'Login', kind: 'customer', issuer: 'https://127.0.0.1:1', client_id: 'portico', client_secret: 'x', domains: [`d${customer.id}.test`] },
      ...rules,
    });
    await app.db.run('INSERT INTO core_identities (provider_id, account_id, subject, linked_at) VALUES (?, ?, ?, ?)', [
      provider.id,
      alone.id,
      'sub',
      new Date(),
    ]);
    const hook = { name: 'Hook', url: 'https://127.0.0.1:1/', events: ['customers.customer.updated'], customer_id: customer.id, active: false };
    await app.webhooks.deliveries.test(system, (await app.webhooks.webhooks.create(system, hook)).webhook.id);
    await app.devices.remember(alone.id, 'portal', 'Firefox on Linux');
    await app.db.of(Factors).create({ account_id: alone.id, kind: 'email', name: 'By e-mail', secret: 'x', created_at: new Date() });
    await app.db.of(RecoveryCodes).create({ account_id: alone.id, code_hash: 'x', created_at: new Date() });
    await app.db.of(SignIns).create({ account_id: alone.id, at: new Date(), site: 'portal', agent: 'Firefox', method: 'password', result: 'ok' });
    const soon = { created_at: new Date(), expires_at: new Date() };
    await app.db.of(PendingSignIns).create({ account_id: alone.id, token_hash: `p${alone.id}`, site: 'portal', next: '/orders', ...soon });
    await app.db
      .of(EmailChanges)
      .create({ account_id: alone.id, site: 'portal', old_email: 'a@b.test', new_email: 'c@d.test', confirm_hash: `x${alone.id}`, ...soon });
    await app.db
      .of(ApiTokenModel)
      .create({ account_id: alone.id, name: 'Script', token_hash: `t${alone.id}`, ending: 'abcd', read_only: true, created_at: new Date() });
    await app.sessions.create({ accountId: alone.id, site: 'portal', ip: '10.0.0.9', agent: 'Firefox' });
    rmSync(path);
    rmSync(file, { force: true });
    await app.db.transaction(async () => {
      await app.outbox.send({ to: { accountId: alone.id }, template: 'core.test-mail', data: { text: canary }, channels: ['email'] });
      await app.outbox.send({ to: { accountId: alone.id }, template: 'core.test-mail', data: {}, channels: ['inbox'], customerId: customer.id });
      await app.jobs.enqueue('portal.later', { customerId: customer.id, text: canary }, { runAt: new Date(Date.now() + 1e9) });
    });
    await app.outbox.flush();
    return { ...customer, place: place.id, alone: alone.id, shared: shared.id };
  }

  it('DX-09: after erasure no string of the customer is found in the database, its log, the files or the audit log', async () => {
    const one = await furnished();
    const { app } = t;
    await app.service('customers', CustomerArchives).request(agent, one.id);
    await app.jobs.idle();
    const { columns, empty } = await fillCanaries(t, manifests, { customerId: one.id, accountIds: [one.alone] });
    await customers.update(
      agent,
      one.id,
      customerInput.parse({ kind: 'company', name: `${canary} AB`, contact_person: `${canary} P`, email: 'c@canary.test' }),
    );
    await app.db.transaction(() =>
      app.outbox.send({ to: { email: 'C@canary.test' }, template: 'core.test-mail', data: { text: canary }, channels: ['email'] }),
    );
    await app.audit.record(accountActor({ ...(await app.accounts.get(one.alone))! }, { ip: canary }), {
      action: 'core.account.updated',
      after: { name: canary },
    });
    await app.audit.seal();
    expect(columns).to.be.greaterThan(70);
    // Holding ids only, or nothing of customers' accounts.
    expect(empty).to.have.members([
      'core_api_requests',
      'demo_objects',
      'core_account_roles',
      'customers_administrators',
      'customers_processors',
      'customers_template_run_rows',
      'customers_views',
      'desk_views',
      'desk_templates',
      'desk_acts',
      'desk_act_items',
    ]);
    expect(await findCanaries(t)).to.not.deep.equal([]);

    await erasure.request(agent, one.id, `${canary} AB`);
    await eventually(
      async () => (await app.db.query('SELECT id FROM core_erasures WHERE customer_id = ? AND done_at IS NOT NULL', [one.id]))[0],
      'the erasure',
    );
    await app.jobs.idle();
    // FTS5 keeps words in pieces of its own, in lower case and without repeating how they begin.
    if (app.db.dialect === 'sqlite') {
      const blocks = await app.db.query<{ block: string }>('SELECT hex(block) AS block FROM desk_request_texts_fts_data');
      expect(blocks.filter(({ block }) => Buffer.from(block, 'hex').includes(canary.toLowerCase()))).to.deep.equal([]);
    }
    const hits = await findCanaries(t);
    console.log(`      canaries: ${columns} columns, ${hits.length} hits`);
    expect(hits).to.deep.equal([]);
    expect(readdirSync(join(t.dataDir, 'exports'))).to.deep.equal([]);
    expect(await app.audit.verify()).to.include({ ok: true });
    expect(await app.accounts.get(one.alone)).to.equal(null);
    expect(await app.accounts.get(one.shared)).to.include({ name: `Shared ${one.id}` });
    const left = await app.db.query('SELECT id FROM customers_accesses WHERE customer_id = ?', [one.id]);
    expect(left).to.deep.equal([]);
  });

  it('DX-09: the log keeps that something happened, and an entry that is blanked without a record of it is found', async () => {
    const { app } = t;
    const one = await t.make.customer();
    await app.audit.seal();
    const [entry] = await app.db.query<{ id: number; seq: number }>(
      "SELECT id, seq FROM core_audit WHERE action = 'customers.customer.created' AND customer_id = ?",
      [one.id],
    );
    await app.db.run(
      'UPDATE core_audit SET object_name = NULL, `before` = NULL, `after` = NULL, ip = NULL, token = NULL, salt = NULL, blanked_at = ? WHERE id = ?',
      [new Date(), entry!.id],
    );
    expect(await app.audit.verify()).to.include({ ok: false, seq: entry!.seq });
    await app.audit.record(system, { action: 'core.audit.blanked', after: { entries: String(entry!.id) } });
    await app.audit.seal();
    expect(await app.audit.verify()).to.include({ ok: true });
  });

  it('DX-09: asks for the name, locks at once, and calling it off brings everything back', async () => {
    await t.app.settings.set(system, { 'customers.erasureDays': 7 });
    const one = await furnished();
    const person = accountActor((await t.app.accounts.get(one.alone))!);
    const may = () => t.app.access.can(person, 'desk.order.read', { customer: one.id, installation: one.place });
    expect(await erasure.request(agent, one.id, 'wrong').catch((error: unknown) => error)).to.be.instanceOf(InvalidInputError);
    expect(await may()).to.equal(true);
    const counts = await erasure.preview(agent, one.id);
    expect(counts.map(({ plugin }) => plugin)).to.include.members(['core', 'customers', 'desk', 'attic', 'cellar']);
    await erasure.request(agent, one.id, one.name.toUpperCase());
    expect(await may()).to.equal(false);
    expect((await customers.get(agent, one.id)).status).to.equal('deleting');
    expect(await customers.setStatus(agent, one.id, 'active').catch((error: { code: string }) => error.code)).to.equal('deleting');
    await erasure.cancel(agent, one.id);
    expect(await may()).to.equal(true);
    expect(await erasure.preview(agent, one.id)).to.deep.equal(counts);
    // The job of what was called off does no harm.
    await t.app.db.run("UPDATE core_jobs SET due_at = ? WHERE name = 'customers.erase'", [new Date(0)]);
    await t.app.jobs.idle();
    expect((await customers.get(agent, one.id)).status).to.equal('active');
    await t.app.settings.set(system, { 'customers.erasureDays': 0 });
  });

  it('DX-09: ends the sessions of who belongs to no other customer at once; calling it off lets them sign in again', async () => {
    await t.app.settings.set(system, { 'customers.erasureDays': 7 });
    const [one, other] = [await t.make.customer(), await t.make.customer()];
    const alone = await t.make.access(one.id);
    const both = await t.make.access(one.id, { name: `Both ${one.id}` });
    await t.make.access(other.id, { name: `Both ${one.id}` });
    const [hers, his] = [await t.client('portal', alone), await t.client('portal', both)];
    const program = await t.program('portal', alone);
    const enters = (account: { id: number }) =>
      t.client('portal', account).then(
        () => true,
        (error: { code: string }) => error.code,
      );
    const open = async () => [(await hers.get('/')).status, (await his.get('/')).status, (await program.api('GET', '/me')).status];
    expect(await open()).to.deep.equal([200, 200, 200]);
    await erasure.request(agent, one.id, one.name);
    const live = await t.app.db.query('SELECT account_id FROM core_sessions WHERE ended_at IS NULL AND account_id IN (?, ?)', [alone.id, both.id]);
    expect(live, 'before anybody asks').to.deep.equal([{ account_id: both.id }]);
    expect(await open()).to.deep.equal([302, 200, 401]);
    expect([await enters(alone), await enters(both)]).to.deep.equal(['forbidden', true]);
    await erasure.request(agent, other.id, other.name);
    expect([(await his.get('/')).status, await enters(both)], 'both are being deleted').to.deep.equal([302, 'forbidden']);
    await erasure.cancel(agent, one.id);
    expect([await enters(alone), await enters(both), (await program.api('GET', '/me')).status]).to.deep.equal([true, true, 200]);
    await t.app.settings.set(system, { 'customers.erasureDays': 0 });
  });

  it('a cut-off erasure goes on, and what a backup brought back is erased again; another customer of the same number stays', async () => {
    const { app } = t;
    const one = await furnished();
    const [row] = await app.db.query<Record<string, unknown>>('SELECT * FROM customers_customers WHERE id = ?', [one.id]);
    const stop = new AbortController();
    stop.abort();
    await app.erasure.erase(one.id, stop.signal).catch(() => undefined);
    expect((await app.accounts.get(one.alone))?.id).to.equal(one.alone);
    await app.erasure.erase(one.id);
    expect(await app.accounts.get(one.alone)).to.equal(null);
    await app.erasure.erase(one.id);
    expect(await app.erasure.returned()).to.deep.equal([]);
    const columns = Object.keys(row!);
    const insert = `INSERT INTO customers_customers (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    await app.db.run(insert, Object.values(row!));
    expect(await app.erasure.returned()).to.deep.equal([one.id]);
    await app.db.run('UPDATE customers_customers SET created_at = ? WHERE id = ?', [new Date(0), one.id]);
    expect(await app.erasure.returned()).to.deep.equal([]);
  });

  it('every table with customers, accounts or things of theirs is declared, and every declaration is true', async () => {
    const queryInterface = t.app.db.sequelize.getQueryInterface();
    const names = (await queryInterface.showAllTables()).map((table) => (typeof table === 'string' ? table : (table as { tableName: string }).tableName));
    const declared = new Map(manifests.flatMap(({ personalData = [] }) => personalData.map((decl) => [decl.table, decl] as const)));
    const hints =
      /^(|.*_)(customer|account|access|order|request|device|installation|project|author|actor|technician|solver)_id$|^(created|updated|invited)_by$|^owner_id$/;
    /** The log is blanked, the record of erasures holds numbers only. */
    const known = new Set(['core_audit', 'core_erasures']);
    for (const table of names) {
      const columns = Object.keys(await queryInterface.describeTable(table));
      const telling = columns.filter((column) => hints.test(column));
      if (telling.length > 0 && !known.has(table)) expect(declared.has(table), `${table} (${telling.join(', ')}) is not declared`).to.equal(true);
      const decl = declared.get(table);
      if (!decl) continue;
      const used = [
        decl.customer,
        decl.account,
        decl.owner?.column,
        ...(decl.through ?? []).map(({ column }) => column),
        ...(decl.mentions ?? []),
        ...(decl.addresses ?? []),
      ];
      expect(columns).to.include.members(used.filter((column) => column !== undefined));
    }
  });

  it('DX-09: the archive holds JSON, safe CSV and files with their hashes, no secrets, and is fetched once', async () => {
    const one = await furnished();
    const archives = t.app.service('customers', CustomerArchives);
    await customers.update(agent, one.id, customerInput.parse({ kind: 'company', name: '=1+1', contact_person: 'Anna', email: 'a@formula.test' }));
    await archives.request(agent, one.id);
    await eventually(async () => (await archives.latest(agent, one.id))?.status === 'ready', 'the archive');
    const row = await archives.latest(agent, one.id);
    const client = await t.client('staff', agent.account!);
    const answer = await client.get(`/customers/${one.id}/archive/${row!.id}`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-type')).to.equal('application/zip');
    expect(answer.text).to.contain('manifest.json').and.contain('tables/customers_customers.json').and.contain('files/desk.request/');
    // It counts as fetched once all of it has left, a moment after it has arrived.
    await eventually(async () => (await client.get(`/customers/${one.id}/archive/${row!.id}`)).status === 404, 'it is fetched once');
    expect((await t.app.service('customers', AccessRegister).list(agent, one.id)).length).to.equal(2);
  });
});
