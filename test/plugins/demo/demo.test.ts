import { expect } from 'chai';
import { SettingsService } from '../../../core/settings/settings-service.js';
import { verifyPassword } from '../../../core/accounts/passwords.js';
import { systemActor } from '../../../core/access/actors.js';
import { languages } from '../../../core/views/translator.js';
import { CustomerService, InstallationService } from '../../../plugins/customers/api.js';
import { OrderService, RequestService, orderStatuses, requestTypes, toLocalInput } from '../../../plugins/desk/api.js';
import { samples } from '../../../plugins/demo/data/index.js';
import { loadDemo } from '../../../plugins/demo/loader.js';
import { removeDemo } from '../../../plugins/demo/remover.js';
import { createTestApp, type TestApp } from '../../support/app.js';

const system = systemActor('cli');
const tables = [
  'demo_objects',
  'customers_customers',
  'customers_accesses',
  'customers_access_options',
  'customers_access_installations',
  'customers_administrators',
  'customers_installations',
  'customers_categories',
  'customers_devices',
  'customers_projects',
  'customers_project_rows',
  'customers_words',
  'desk_orders',
  'desk_requests',
  'desk_request_events',
  'desk_request_tags',
  'desk_mentions',
  'desk_order_events',
  'desk_order_rows',
  'desk_time_entries',
  'desk_order_checks',
  'desk_order_technicians',
  'desk_order_files',
  'desk_order_signatures',
  'desk_articles',
  'desk_checklists',
  'desk_messages',
  'desk_words',
  'core_files',
  'core_accounts',
  'core_account_roles',
  'core_sessions',
  'core_inbox',
  'core_outbox',
];

describe('sample data', function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    test = await createTestApp();
    await test.make.staff('administrator', 'Real Administrator');
  });
  after(() => test.close());

  const count = async (table: string, where = '1=1'): Promise<number> =>
    Number((await test.app.db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`))[0]?.n);
  const rows = async (): Promise<Record<string, number>> => Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await count(table)])));

  describe('loaded', () => {
    const began = Date.now();
    let password: string;
    let took: NodeJS.CpuUsage;
    let untouched: Record<string, number>;
    before(async () => {
      untouched = await rows();
      const start = process.cpuUsage();
      password = (await loadDemo(test.app)).password;
      took = process.cpuUsage(start);
    });
    after(async () => {
      await removeDemo(test.app);
    });

    it('is a service company: 30 customers, 60 accesses, 150 installations, 5 technicians, 1,000 orders, 85 requests of which 22 fault reports wait', async () => {
      expect(await count('customers_customers')).to.equal(30);
      expect(await count('customers_accesses')).to.equal(60);
      expect(await count('customers_installations')).to.equal(150);
      expect(await count('core_account_roles', "role_id = 'agent'")).to.equal(5);
      expect(await count('core_accounts', "kind = 'customer' AND status = 'active'")).to.equal(60);
      expect(await count('desk_orders')).to.equal(1000);
      expect(await count('desk_requests')).to.equal(85);
      expect(await test.app.service('desk', RequestService).countUnhandled(system)).to.equal(22);
    });

    it('has two to six devices on each installation, projects with rows, and rows on orders that are done', async () => {
      const perPlace = await test.app.db.query<{ n: number }>(
        'SELECT (SELECT COUNT(*) FROM customers_devices d WHERE d.installation_id = i.id) AS n FROM customers_installations i',
      );
      expect(perPlace.every(({ n }) => Number(n) >= 2 && Number(n) <= 6)).to.equal(true);
      const [used] = await test.app.db.query<{ user_login: string }>('SELECT user_login FROM customers_devices WHERE user_login IS NOT NULL ORDER BY id');
      expect(used?.user_login).to.match(/^[A-Z0-9-]+\\[a-z.]+$/);
      expect(await count('customers_projects')).to.be.within(20, 40);
      expect(await count('customers_project_rows')).to.be.greaterThan(60);
      expect(await count('desk_order_rows')).to.be.greaterThan(500);
      expect(await count('desk_order_rows', 'discount > 0')).to.be.greaterThan(20);
      expect(await count('desk_articles')).to.equal(6);
      expect(await count('desk_time_entries')).to.be.greaterThan(500);
      expect(await count('desk_order_checks', 'done_at IS NOT NULL')).to.be.greaterThan(100);
      expect(await count('desk_order_signatures', 'file_id IS NOT NULL')).to.equal(3);
      expect(await count('desk_orders', "status = 'done' AND value = 0")).to.equal(0);
      expect(await count('desk_orders', 'device_id IS NOT NULL')).to.be.greaterThan(200);
    });

    it('has requests of every type and status with conversations, tags, solvers and staff who were named', async () => {
      const found = await test.app.db.query<{ type: string; status: string; language: string }>(
        'SELECT DISTINCT r.type, r.status, c.language FROM desk_requests r JOIN customers_customers c ON c.id = r.customer_id',
      );
      expect(new Set(found.map((row) => row.type))).to.deep.equal(new Set(requestTypes));
      expect(new Set(found.map((row) => row.status))).to.include.all.keys('new', 'accepted', 'waiting', 'planned', 'solved', 'rejected');
      for (const language of languages) expect(found.filter((row) => row.language === language && row.type === 'internal')).to.have.length(1);
      const { rows: listed } = await test.app.service('desk', RequestService).list(system, { sort: 'updated', limit: 25 });
      expect(listed.filter((row) => row.tags.length > 0)).to.have.length.greaterThan(15);
      expect(await count('desk_messages', "owner = 'request' AND visibility = 'internal'")).to.equal(15);
      expect(await count('desk_mentions')).to.equal(10);
      expect(await count('desk_requests', "solver_id IS NULL AND status = 'accepted'")).to.equal(0);
      expect(await count('desk_requests', "open <> (CASE WHEN status IN ('solved', 'closed', 'rejected') THEN 0 ELSE 1 END)")).to.equal(0);
    });

    it('takes less than ten seconds of work', () => {
      expect(took.user + took.system, 'microseconds').to.be.below(10_000_000);
    });

    it('has customers of both kinds and in every language', async () => {
      const found = await test.app.db.query<{ language: string; kind: string }>('SELECT DISTINCT language, kind FROM customers_customers');
      expect(found).to.have.length(10);
      expect(new Set(found.map((row) => row.language))).to.deep.equal(new Set(languages));
    });

    it('has orders in every status, over twelve months and three weeks, in working hours and never two at once for a technician', async () => {
      const found = await test.app.db.query<{ status: string; technician_id: number; planned_start: string | null; planned_end: string | null }>(
        'SELECT status, technician_id, planned_start, planned_end FROM desk_orders ORDER BY technician_id, sort_at',
      );
      expect(new Set(found.map((row) => row.status))).to.deep.equal(new Set(orderStatuses));
      const planned = found.flatMap((row) =>
        row.planned_start && row.planned_end
          ? [{ ...row, start: new Date(`${row.planned_start.slice(0, 19)}Z`), end: new Date(`${row.planned_end.slice(0, 19)}Z`) }]
          : [],
      );
      expect(found.length - planned.length, 'some wait for a date').to.be.within(1, 30);
      const times = planned.map((row) => row.start.getTime());
      expect(Math.min(...times)).to.be.within(began - 367 * 86_400_000, began - 355 * 86_400_000);
      expect(Math.max(...times)).to.be.within(began + 15 * 86_400_000, began + 22 * 86_400_000);
      for (const [index, row] of planned.entries()) {
        const [from, to] = [row.start, row.end].map((at) => toLocalInput(at, 'Europe/Stockholm').slice(11));
        expect(from! >= '07:00' && to! <= '17:00', `${from} - ${to}`).to.equal(true);
        const next = planned[index + 1];
        if (next?.technician_id === row.technician_id) expect(next.start.getTime()).to.be.at.least(row.end.getTime());
      }
    });

    it('never happened in the future', async () => {
      for (const [table, column] of [
        ['desk_orders', 'created_at'],
        ['desk_orders', 'status_at'],
        ['desk_requests', 'created_at'],
        ['desk_requests', 'updated_at'],
        ['desk_order_events', 'at'],
        ['desk_messages', 'at'],
      ] as const) {
        const [late] = await test.app.db.query(`SELECT id FROM ${table} WHERE ${column} > ?`, [new Date()]);
        expect(late, `${table}.${column}`).to.equal(undefined);
      }
    });

    it('is found by search like everything else', async () => {
      const orders = await test.app.service('desk', OrderService).list(system, { q: 'hiss goteb' });
      expect(orders.rows).to.not.be.empty;
      expect(orders.rows[0]?.installation_city).to.equal('Göteborg');
      const customers = await test.app.service('customers', CustomerService).list(system, { q: 'kruger' });
      expect(customers.rows.map((row) => row.name)).to.deep.equal(['Maschinenbau Krüger KG']);
      expect(await test.app.service('customers', InstallationService).list(system, { q: 'vytah bratislava' })).to.not.be.empty;
    });

    it('has photos that are real pictures', async () => {
      expect(await count('core_files', "owner_kind = 'desk.request' AND width = 640")).to.equal(6);
    });

    it('lets its people log in with the one password, which differs per load', async () => {
      const [row] = await test.app.db.query<{ password_hash: string; email: string }>(
        "SELECT password_hash, email FROM core_accounts WHERE kind = 'customer' ORDER BY id",
      );
      expect(await verifyPassword(row!.password_hash, password)).to.equal(true);
      expect((await test.app.credentials.verify('customer', row!.email, password, { site: 'staff', ip: null }))?.mustChange).to.equal(false);
    });

    it('gives each person only their own customer', async () => {
      const contact = (await test.app.accounts.findByEmail('customer', 'anna.lundgren@skeppsbron.example'))!;
      const page = await test.app
        .service('desk', OrderService)
        .list({ kind: 'customer', account: contact, onBehalfOf: null, sessionId: null, channel: 'page', ip: null }, { limit: 500 });
      expect(new Set(page.rows.map((row) => row.customer_name))).to.deep.equal(new Set(['Hotell Skeppsbron AB']));
    });

    it('is the same in every run', async () => {
      const read = () => test.app.db.query('SELECT title, status FROM desk_orders ORDER BY id');
      const first = await read();
      await removeDemo(test.app);
      await loadDemo(test.app);
      expect(await read()).to.deep.equal(first);
    });

    it('is removed without a trace', async () => {
      expect(await removeDemo(test.app)).to.deep.equal([]);
      expect(await rows()).to.deep.equal(untouched);
    });
  });

  describe('beside real data', () => {
    afterEach(() => removeDemo(test.app));

    it('leaves real rows untouched', async () => {
      const customer = await test.make.customer();
      await test.make.installation(customer.id);
      await test.make.access(customer.id);
      const untouched = await rows();
      await loadDemo(test.app, { orders: 50 });
      expect(await removeDemo(test.app)).to.deep.equal([]);
      expect(await rows()).to.deep.equal(untouched);
    });

    it('keeps a sample customer that got real data, with what it needs, and says so', async () => {
      await loadDemo(test.app, { orders: 50 });
      const { db } = test.app;
      const [place] = await db.query<{ id: number; customer_id: number; name: string }>(
        "SELECT i.id, i.customer_id, c.name FROM demo_objects d JOIN customers_installations i ON i.id = d.id JOIN customers_customers c ON c.id = i.customer_id WHERE d.kind = 'installation' ORDER BY d.id",
      );
      const [technician] = await db.query<{ id: number; name: string }>(
        "SELECT a.id, a.name FROM demo_objects d JOIN core_accounts a ON a.id = d.id WHERE d.kind = 'account' AND a.kind = 'staff' ORDER BY a.id",
      );
      const order = await test.app.service('desk', OrderService).create(system, {
        title: 'Real work',
        customer_id: place!.customer_id,
        installation_id: place!.id,
        technician_id: technician!.id,
        planned_start: null,
        planned_end: null,
      });
      const kept = await removeDemo(test.app);
      expect(kept).to.deep.equal([
        { kind: 'customer', id: place!.customer_id, name: place!.name },
        { kind: 'account', id: technician!.id, name: technician!.name },
      ]);
      const view = await test.app.service('desk', OrderService).get(system, order.id);
      expect(view.installation_id).to.equal(place!.id);
      expect(view.technician_name).to.equal(technician!.name);
      expect((await test.app.accounts.get(technician!.id))?.status).to.equal('disabled');
      expect(await count('desk_orders')).to.equal(1);
      expect(await count('customers_installations', `customer_id = ${place!.customer_id}`)).to.equal(1);
      expect(await count('demo_objects')).to.equal(0);
    });

    it('can be loaded again after something was kept', async () => {
      await loadDemo(test.app, { orders: 20 });
      expect(await count('demo_objects', "kind = 'account'")).to.equal(65);
    });

    it('keeps the report that a real order was made from', async () => {
      await loadDemo(test.app, { orders: 50 });
      const requests = test.app.service('desk', RequestService);
      const [report] = (await requests.list(system, { unhandled: true })).rows;
      await requests.createOrder(system, report!.id, {
        title: 'Made of a sample report',
        installation_id: null,
        technician_id: null,
        planned_start: null,
        planned_end: null,
      });
      const kept = await removeDemo(test.app);
      expect(kept).to.deep.include({ kind: 'customer', id: report!.customer_id, name: report!.customer_name });
      expect((await requests.get(system, report!.id)).subject).to.equal(report!.subject);
    });
  });

  it('says everything in all five languages', () => {
    expect(samples.map((sample) => sample.language)).to.have.members([...languages]);
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : value !== null && typeof value === 'object'
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
          : typeof value;
    for (const { kinds, reasons, messages, customers, people, devices, projects, articles } of samples) {
      const first = samples[0]!;
      expect(kinds.map((kind) => shape(kind.faults))).to.deep.equal(first.kinds.map((kind) => shape(kind.faults)));
      expect([shape(devices), shape(projects), shape(articles)]).to.deep.equal([shape(first.devices), shape(first.projects), shape(first.articles)]);
      expect([shape(reasons), shape(messages)]).to.deep.equal([shape(first.reasons), shape(first.messages)]);
      expect([customers.length, people.length]).to.deep.equal([6, 10]);
    }
    const texts = samples.flatMap((sample) => sample.kinds.flatMap((kind) => kind.faults.flatMap((fault) => [fault.title, fault.text, fault.work])));
    expect(new Set(texts).size, 'no text is left untranslated').to.equal(texts.length);
  });

  it('does not set the company name', () => {
    expect(test.app.settings).to.be.instanceOf(SettingsService);
    expect(test.app.settings.get('core.companyName')).to.equal('');
  });
});
