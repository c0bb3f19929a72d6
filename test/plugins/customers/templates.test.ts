import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { AccountModel } from '../../../core/accounts/models.js';
import type { Actor } from '../../../core/api.js';
import { AccessRegister } from '../../../plugins/customers/api.js';
import { TemplateService } from '../../../plugins/customers/accesses/templates.js';
import { Accesses } from '../../../plugins/customers/tables.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';

describe('templates of options', () => {
  let t: TestApp;
  let agent: Actor;
  let client: Client;
  before(async () => {
    t = await createTestApp();
    const account = await t.make.staff('administrator');
    agent = accountActor(account);
    client = await t.program('staff', account);
  });
  after(() => t.close());

  it('CM-01 are made, changed, tried, given, taken back and deleted by REST', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id, { options: ['desk.order.read'] });
    const options = async () => (await t.app.service('customers', AccessRegister).get(agent, person.accessId)).options;
    const made = await client.api('POST', '/option-templates', { name: 'Caretaker', options: ['desk.request.read'] });
    expect([made.status, made.json()]).to.deep.equal([201, { id: (made.json() as { id: number }).id, name: 'Caretaker', options: ['desk.request.read'] }]);
    const path = `/option-templates/${(made.json() as { id: number }).id}`;
    const changed = await client.api('PUT', path, { name: 'Caretaker', options: ['desk.request.read', 'desk.work.read'] });
    expect((changed.json() as { options: string[] }).options).to.have.members(['desk.request.read', 'desk.work.read']);
    expect((await client.api('GET', '/option-templates')).text)
      .to.include('Caretaker')
      .and.to.include('Contact person');
    expect((await client.api('POST', `${path}/apply`, {})).status, 'nothing said of whom').to.equal(422);
    const effect = { accesses: 1, gains: { 'desk.request.read': 1, 'desk.work.read': 1 }, losses: { 'desk.order.read': 1 } };
    const tried = await client.api('POST', `${path}/apply`, { customerId: customer.id, dryRun: true });
    expect(tried.json()).to.deep.equal({ runId: null, ...effect });
    expect(await options()).to.deep.equal(['desk.order.read']);
    const given = (await client.api('POST', `${path}/apply`, { customerId: customer.id })).json() as { runId: number };
    expect(given).to.deep.include(effect);
    const run = `/option-template-runs/${given.runId}`;
    await eventually(async () => ((await client.api('GET', run)).json() as { done: number }).done === 1, 'the run');
    expect(await options()).to.have.members(['desk.request.read', 'desk.work.read']);
    expect((await client.api('POST', `${run}/undo`)).status).to.equal(202);
    await eventually(async () => (await options()).join() === 'desk.order.read', 'the undo');
    const local = await t.program('staff', await t.make.localStaff(['customers.customer.read', 'customers.access.manage'], [customer]));
    expect((await local.api('DELETE', path)).status, 'of everybody: not for who manages some customers').to.equal(403);
    expect((await local.api('GET', run)).status, 'a run of somebody else').to.equal(404);
    expect((await client.api('DELETE', path)).status).to.equal(204);
    expect((await client.api('GET', path)).status).to.equal(404);
  });

  it('CM-01 reach every access that matches, also more than 5,000', async () => {
    const { id: customer_id } = await t.make.customer();
    const now = new Date();
    const count = 5_001;
    const people = Array.from({ length: count }, (_, at) => `many-${at}@person.test`);
    const account = { kind: 'customer' as const, mobile: null, language: 'en', time_zone: 'UTC', status: 'active' as const, must_change_password: false };
    const named = (email: string) => ({ name: email, email, email_key: email, user_name: email, user_name_key: email });
    await t.app.db.of(AccountModel).bulkCreate(people.map((email) => ({ ...account, ...named(email), created_at: now })));
    const rows = await t.app.db.query<{ id: number }>("SELECT id FROM core_accounts WHERE email_key LIKE 'many-%'");
    await t.app.db.of(Accesses).bulkCreate(rows.map(({ id }) => ({ customer_id, account_id: id, created_at: now, covers_all_installations: true })));
    const templates = t.app.service('customers', TemplateService);
    const [template] = await templates.list(agent);
    const effect = await templates.effect(agent, template!.id, { customerId: customer_id });
    expect([effect.total, Math.max(...Object.values(effect.gains))]).to.deep.equal([count, count]);
    const taken = new Error('not for good');
    const work = t.app.db.transaction(async () => {
      const run = await templates.apply(agent, template!.id, { customerId: customer_id }, 'Many');
      const [listed] = await t.app.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM customers_template_run_rows WHERE run_id = ?', [run]);
      expect([(await templates.run(agent, run)).total, Number(listed?.n)]).to.deep.equal([count, count]);
      throw taken;
    });
    expect(await work.catch((error: unknown) => error)).to.equal(taken);
  });
});
