import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { Explainer } from '../../../core/access/explainer.js';
import type { Actor } from '../../../core/access/types.js';
import type { Account } from '../../../core/accounts/types.js';
import { AppError } from '../../../core/errors.js';
import { AccessRegister, CustomerService } from '../../../plugins/customers/api.js';
import { OrderService, RequestService } from '../../../plugins/desk/api.js';
import { createWorld, type World } from '../../matrix/world.js';
import { system } from '../../support/app.js';
import type { Client } from '../../support/client.js';

const status = async (work: Promise<unknown>): Promise<number> => {
  try {
    await work;
    return 200;
  } catch (error) {
    if (error instanceof AppError) return error.status;
    throw error;
  }
};
/** The same numbers every time. */
const random = (seed: number) => (below: number) => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return Math.floor((seed / 2_147_483_648) * below);
};

describe('Explain: why can X see this?', function () {
  this.timeout(120_000);
  let world: World;
  let explainer: Explainer;
  let admin: Actor;
  let site: Client;
  const accounts = new Map<string, Account>();
  before(async () => {
    world = await createWorld();
    const { app } = world.t;
    explainer = new Explainer({ db: app.db, access: app.access, subjects: app.subjects, isActive: (id) => app.host.isActive(id) });
    for (const { name, account } of world.who) if (account) accounts.set(name, (await app.accounts.get(account.id))!);
    admin = accountActor(named('administrator'));
    site = await world.t.client('staff', named('administrator'));
    await app.db.run(
      "INSERT INTO customers_devices (customer_id, installation_id, name, name_key, kind, priority, active, qr_token, created_at) VALUES (?, ?, 'Boiler', 'boiler', 'boiler', 3, 1, 'AAAA', ?)",
      [world.ids['a'], world.ids['place'], new Date()],
    );
    await app.db.run(
      "INSERT INTO customers_projects (customer_id, number, name, name_key, active, created_at) VALUES (?, 'P1', 'New wing', 'new wing', 1, ?)",
      [world.ids['b'], new Date()],
    );
  });
  after(() => world.t.close());
  const named = (name: string): Account => accounts.get(name)!;
  const explain = (name: string, permission: string, object?: string) => explainer.explain(admin, { account: named(name).id, permission, object });
  const keys = async (...asked: Parameters<typeof explain>) =>
    (await explain(...asked)).steps.map(({ ok, text }) => `${ok} ${text.key.replace('core:explain.', '')}`);

  it('the answer is the decision: for random accounts, permissions and objects explain() says what can() and the service say', async () => {
    const { app } = world.t;
    const next = random(7);
    const people = [...accounts.values()];
    const permissions = app.access.permissions();
    const { things } = world;
    const refs = [
      ...Object.values(things['order']!).map((id) => `desk.order:${id}`),
      ...Object.values(things['report']!).map((id) => `desk.request:${id}`),
      ...Object.values(things['customer']!).map((id) => `customers.customer:${id}`),
      ...Object.values(things['installation']!).map((id) => `customers.installation:${id}`),
      'customers.device:1',
      'customers.project:1',
    ].filter((ref) => !ref.endsWith(':999999'));
    let allowed = 0;
    for (let i = 0; i < 800; i += 1) {
      const [account, permission, ref] = [
        people[next(people.length)]!,
        permissions[next(permissions.length)]!,
        next(5) === 0 ? undefined : refs[next(refs.length)]!,
      ];
      const actor = accountActor(account);
      const object = ref === undefined ? null : await explainer.object(admin, ref);
      const can = await app.access.can(actor, permission.id, object?.resource);
      const told = await app.access.explain(account, permission.id, object?.resource);
      expect(told.allowed, `${account.name} ${permission.id} ${ref}`).to.equal(can);
      const answer = await explainer.explain(admin, { account: account.id, permission: permission.id, object: ref });
      const seen = object?.of.read === permission.id ? (await app.subjects.find(object.of, actor, object.id)) !== null : can;
      expect(answer.allowed, `${account.name} ${permission.id} ${ref}, the whole chain`).to.equal(seen);
      if (answer.allowed) expect(answer.steps.some((step) => step.ok === true)).to.equal(true);
      else
        expect(
          answer.steps.some((step) => step.ok === false),
          'a denial names its reason',
        ).to.equal(true);
      allowed += can ? 1 : 0;
    }
    expect(allowed).to.be.greaterThan(100);
  });

  it('tells the chain: account, audience, module, where the right comes from, where it reaches', async () => {
    const { ids } = world;
    expect(await keys('one place of A', 'desk.order.read', `desk.order:${ids['orderOfA']}`)).to.deep.equal([
      'true account.customer.active',
      'true audience.fits',
      'true module.on',
      'true source.gives',
      'true reach.matched',
    ]);
    const other = await explain('one place of A', 'desk.order.read', `desk.order:${world.things['order']!['sibling']}`);
    expect(other.allowed).to.equal(false);
    const last = other.steps.at(-1)!;
    expect(last.text).to.deep.include({ key: 'core:explain.reach.misses' });
    expect(last.text.vars).to.deep.include({ missing: 'Alder South', reach: '10001 Alder Clinics · Alder North' });
    expect((await explain('customer B', 'desk.order.read', `desk.order:${ids['orderOfA']}`)).steps.at(-1)?.text.vars?.['missing']).to.equal(
      '10001 Alder Clinics',
    );
    expect((await keys('customer A', 'desk.order.create-direct')).at(-1)).to.equal('false source.lacks');
    expect((await keys('customer A', 'core.settings.manage'))[1]).to.equal('false audience.staff');
    expect((await keys('agent', 'desk.order.read')).slice(-2)).to.deep.equal(['true source.gives', 'true reach.all']);
    expect((await explain('agent', 'desk.order.read')).steps.at(-1)?.href).to.equal('/settings/roles/agent');
  });

  it('names why an access, a customer, an account or a limited role gives nothing just now', async () => {
    const { app } = world.t;
    const register = app.service('customers', AccessRegister);
    const customer = await world.t.make.customer();
    const bo = await world.t.make.access(customer.id);
    const asked = async () =>
      (await explainer.explain(admin, { account: bo.id, permission: 'desk.order.read' })).steps.flatMap((step) => step.inner?.['off']?.key ?? []);
    expect(await asked()).to.deep.equal([]);
    await register.setStatus(system, bo.accessId, 'disabled');
    expect(await asked()).to.deep.equal(['customers:why.off.access']);
    await register.setStatus(system, bo.accessId, 'active');
    await app.service('customers', CustomerService).setStatus(system, customer.id, 'disabled');
    expect(await asked()).to.deep.equal(['customers:why.off.customer']);
    await app.service('customers', CustomerService).setStatus(system, customer.id, 'active');
    await app.db.run('UPDATE customers_accesses SET expires_at = ? WHERE id = ?', [new Date(Date.now() - 60_000), bo.accessId]);
    await app.db.transaction(() => app.access.changed([bo.id]));
    expect(await asked()).to.deep.equal(['core:explain.off.expired']);
    await app.db.run('UPDATE customers_accesses SET expires_at = NULL WHERE id = ?', [bo.accessId]);
    await app.accounts.disable(system, bo.id);
    const answer = await explainer.explain(admin, { account: bo.id, permission: 'desk.order.read' });
    expect([answer.allowed, answer.steps[0]?.ok]).to.deep.equal([false, false]);
    const limited = await world.t.make.staff();
    await app.accounts.setRoles(system, limited.id, [String(world.things['role']!['own'])]);
    const chain = (await explainer.explain(admin, { account: limited.id, permission: 'desk.order.read' })).steps;
    expect(chain.at(-1)?.inner?.['off']?.key).to.equal('core:explain.off.noCustomers');
  });

  it('a module that is off denies', async () => {
    const { app } = world.t;
    const off = new Explainer({ db: app.db, access: app.access, subjects: app.subjects, isActive: () => false });
    const answer = await off.explain(admin, { account: named('agent').id, permission: 'desk.order.read' });
    expect([answer.allowed, answer.steps[2]?.text.key]).to.deep.equal([false, 'core:explain.module.off']);
    expect((await off.explain(admin, { account: named('administrator').id, permission: 'core.settings.manage' })).allowed).to.equal(true);
    expect(await status(explainer.explain(admin, { account: named('agent').id, permission: 'knowledge.article.read' }))).to.equal(404);
  });

  it('what the asking person does not see is absent: accounts, objects, and rules about other customers', async () => {
    const { app } = world.t;
    const own = String(world.things['role']!['own']);
    const role = (await app.roles.list()).find((one) => one.id === own)!;
    const held = [...role.changes].filter(([, on]) => on).map(([id]) => id);
    await app.roleService.change(system, new Map([[own, { permissions: [...held, 'core.access.explain'] }]]));
    const limited = accountActor(named('agent of A'));
    const { ids } = world;
    const ask = (name: string, object?: string) => explainer.explain(limited, { account: named(name).id, permission: 'desk.order.read', object });
    expect(await status(ask('customer A', `desk.order:${ids['orderOfA']}`))).to.equal(200);
    expect(await status(ask('customer A', `desk.order:${ids['orderOfB']}`))).to.equal(404);
    expect(await status(ask('customer A', 'desk.order:999999'))).to.equal(404);
    expect(await status(ask('customer B'))).to.equal(404);
    expect((await ask('A and B')).steps.filter((step) => step.text.key === 'core:explain.source.gives')).to.have.length(1);
    expect(await status(explainer.readers(limited, `desk.order:${ids['orderOfB']}`, 0, 10))).to.equal(404);
    expect(await explainer.search(limited, named('customer B').name)).to.deep.equal([]);
    expect(await explainer.objects(limited, 'Birch')).to.deep.equal([]);
    for (const forbidden of [explainer.account(accountActor(named('agent')), ids['a']!), explainer.search(accountActor(named('agent')), 'a')])
      expect(await status(forbidden)).to.equal(403);
    const client = await world.t.client('staff', named('agent of A'));
    const [hidden, missing] = [
      await client.get(`/settings/explain?object=desk.order:${ids['orderOfB']}`),
      await client.get('/settings/explain?object=desk.order:999999'),
    ];
    expect([hidden.status, missing.status]).to.deep.equal([404, 404]);
    await app.roleService.change(system, new Map([[own, { permissions: held }]]));
  });

  it('who can see this: everybody who does, each once and with the reason, page by page', async () => {
    const { app } = world.t;
    const object = `desk.order:${world.ids['orderOfA']}`;
    const seen: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: Awaited<ReturnType<Explainer['readers']>> = await explainer.readers(admin, object, after, 3);
      expect(page.readers.length).to.be.at.most(3);
      for (const reader of page.readers) expect(reader.why?.key).to.match(/^(core:role\.|customers:why\.)/);
      seen.push(...page.readers.map((reader) => reader.account.id));
      after = page.next;
    }
    const orders = app.service('desk', OrderService);
    const all = await app.db.query<{ id: number }>("SELECT id FROM core_accounts WHERE status <> 'disabled' ORDER BY id");
    const expected: number[] = [];
    for (const { id } of all) if ((await status(orders.get(accountActor((await app.accounts.get(id))!), world.ids['orderOfA']!))) === 200) expected.push(id);
    expect(seen).to.deep.equal(expected);
    expect((await site.get(`/settings/explain/who?object=${object}`)).text).to.contain('Access to the customer Alder Clinics');
  });

  it('a report that its reporter sees without the permission is explained as the service decides', async () => {
    const { app, make } = world.t;
    const reporter = await make.access(world.ids['a']!, { options: ['desk.request.create'] });
    const input = { customer_id: null, installation_id: world.ids['place']!, subject: 'Own', text: 'It drips.', urgency: 2, contact: null };
    const report = await app.service('desk', RequestService).report(accountActor(reporter), input);
    const answer = await explainer.explain(admin, { account: reporter.id, permission: 'desk.request.read', object: `desk.request:${report.id}` });
    expect([answer.allowed, answer.steps.at(-1)?.text.key]).to.deep.equal([true, 'core:explain.service.shows']);
  });

  it('the pages ask step by step, and links lead there', async () => {
    const text = async (path: string) => (await site.get(path)).text.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&');
    expect((await site.get('/settings/explain')).text).to.contain('Choose a person');
    expect(await text(`/settings/explain?who=${encodeURIComponent(named('customer A').name)}&what=Alder`))
      .to.contain(`/settings/explain?account=${named('customer A').id}`)
      .and.contain('Alder North');
    const answer = await site.get(`/settings/explain?account=${named('customer A').id}&permission=desk.order.read&object=desk.order:${world.ids['orderOfA']}`);
    const staffOnly = await site.get(`/settings/explain?account=${named('customer A').id}&permission=core.settings.manage`);
    expect(staffOnly.text, 'offered, and answered').to.match(/<option value="core.settings.manage" selected>[^<]*for staff only/);
    expect(staffOnly.text).to.contain('is denied').and.contain('The permission is for staff only.');
    expect(answer.text).to.contain('is allowed on').and.contain('gives it').and.contain('It reaches');
    expect(await text(`/orders/${world.ids['orderOfA']}`)).to.contain('/settings/explain/who?object=desk.order:');
    expect(await text(`/settings/accounts/${named('agent').id}`)).to.contain(`/settings/explain?account=${named('agent').id}`);
    for (const bad of ['account=999999', 'object=desk.order:x', 'object=nothing:1', `account=${named('agent').id}&permission=nothing`])
      expect((await site.get(`/settings/explain?${bad}`)).status, bad).to.equal(404);
  });
});
