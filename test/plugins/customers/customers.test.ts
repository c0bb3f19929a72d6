import 'reflect-metadata';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ForbiddenError, InvalidInputError, NotFoundError, type Actor } from '../../../core/api.js';
import { AccessDirectory, AccessRegister, CustomerService, InstallationService, customerInput, installationInput } from '../../../plugins/customers/api.js';
import { AdministratorService } from '../../../plugins/customers/accesses/administrators.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';

const company = { kind: 'company', name: 'Brf Solbacken', contact_person: 'Anna Lindqvist', email: 'anna@solbacken.test' };
const person = { kind: 'person', first_name: 'Zoë', last_name: 'Ångström', email: 'zoe@example.test' };

describe('customers', () => {
  let t: TestApp;
  let customers: CustomerService;
  let register: AccessRegister;
  let installations: InstallationService;
  let directory: AccessDirectory;
  let agent: Actor;
  before(async () => {
    t = await createTestApp();
    customers = t.app.service('customers', CustomerService);
    register = t.app.service('customers', AccessRegister);
    installations = t.app.service('customers', InstallationService);
    directory = t.app.service('customers', AccessDirectory);
    agent = accountActor(await t.make.staff('agent'));
  });
  after(() => t.close());

  const failure = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  it('DX-03: records different data for a person and a company', async () => {
    const solbacken = await customers.create(agent, customerInput.parse({ ...company, registration_number: '769600-1234' }));
    expect(await customers.get(agent, solbacken.id)).to.include({
      kind: 'company',
      name: 'Brf Solbacken',
      registration_number: '769600-1234',
      first_name: null,
    });
    const zoe = await customers.create(agent, customerInput.parse({ ...person, registration_number: 'ignored' }));
    expect(await customers.get(agent, zoe.id)).to.include({
      kind: 'person',
      name: 'Zoë Ångström',
      first_name: 'Zoë',
      registration_number: null,
      contact_person: null,
    });
    expect(zoe.number).to.be.greaterThan(solbacken.number);
  });

  it('DX-03: refuses a customer without its mandatory fields', () => {
    const wrong = (input: object): string[] => customerInput.safeParse(input).error?.issues.map((issue) => String(issue.path[0])) ?? [];
    expect(wrong({ kind: 'company' })).to.have.members(['name', 'contact_person', 'email']);
    expect(wrong({ kind: 'person', first_name: ' ', last_name: '', email: 'no' })).to.have.members(['first_name', 'last_name', 'email']);
    expect(wrong({ ...company, name: 'x'.repeat(161) })).to.deep.equal(['name']);
    expect(wrong({ ...company, kind: 'robot' })).to.deep.equal(['kind']);
    expect(wrong({ ...company, time_zone: 'Mars/Olympus', language: 'xx', invoice_email: '@' })).to.have.members(['time_zone', 'language', 'invoice_email']);
  });

  it('DX-04: lists all customers by name, page by page, and finds them by folded word beginnings', async () => {
    for (const name of ['Älvsborg AB', 'Alfa AB', 'Örebro Hiss', 'Zeta AB'])
      await customers.create(agent, customerInput.parse({ ...company, name, email: 'x@y.test' }));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await customers.list(agent, { after, limit: 2 });
      seen.push(...page.rows.map((row) => row.name));
      after = page.next ?? undefined;
    } while (after);
    expect(seen).to.include.members(['Alfa AB', 'Älvsborg AB', 'Örebro Hiss', 'Zeta AB', 'Brf Solbacken']);
    expect(new Set(seen).size).to.equal(seen.length);
    const find = async (q: string) => (await customers.list(agent, { q })).rows.map((row) => row.name);
    expect(await find('orebro his')).to.deep.equal(['Örebro Hiss']);
    expect(await find('ÅNGSTR')).to.deep.equal(['Zoë Ångström']);
    expect(await find("' UNION SELECT --")).to.deep.equal([]);
    expect(await find('%')).to.have.length(seen.length);
  });

  it('DX-05: creating an access starts a registration with e-mail and mobile number', async () => {
    const customer = await t.make.customer();
    const access = await register.createFirst(agent, customer.id, { name: 'Erik', email: 'erik@solbacken.test', mobile: '+46 70 123 45 67' });
    const [view] = await register.list(agent, customer.id);
    expect(view?.account).to.include({ email: 'erik@solbacken.test', mobile: '+46701234567', status: 'invited' });
    expect(view?.invitation.status).to.equal('invited');
    expect(view?.options).to.include.members(['desk.request.create', 'desk.order.read', 'desk.work.read']);
    expect(view?.options).to.not.include('desk.order.create-direct');
    const mails = await t.app.db.query<{ template: string }>('SELECT template FROM core_outbox WHERE account_id = ?', [access.account_id]);
    expect(mails.map((one) => one.template)).to.deep.equal(['core.invitation']);
  });

  it('creates neither customer nor account when the access fails', async () => {
    const name = 'Half done AB';
    await failure(
      t.app.db.transaction(async () => {
        await customers.create(agent, customerInput.parse({ ...company, name }));
        throw new Error('later step');
      }),
    );
    expect((await customers.list(agent, { q: 'half done' })).rows).to.deep.equal([]);
  });

  it('one account may belong to several customers, once to each', async () => {
    const [one, two] = [await t.make.customer(), await t.make.customer()];
    const input = { name: 'Mia', email: 'mia@shared.test', mobile: null };
    const first = await register.createFirst(agent, one.id, input);
    const second = await register.createFirst(agent, two.id, { ...input, email: 'MIA@shared.test' });
    expect(second.account_id).to.equal(first.account_id);
    expect((await directory.accessesOf(first.account_id)).map((access) => access.customerId)).to.have.members([one.id, two.id]);
    expect(await failure(register.createFirst(agent, one.id, input))).to.be.instanceOf(InvalidInputError);
  });

  it('gives rights on exactly the ticked installations, from the next request on', async () => {
    const customer = await t.make.customer();
    const [north, south] = [await t.make.installation(customer.id, 'North'), await t.make.installation(customer.id, 'South')];
    const foreign = await t.make.installation((await t.make.customer()).id, 'Foreign');
    const account = await t.make.access(customer.id, { installations: [north.id, foreign.id] });
    const actor = accountActor(account);
    const names = async () => (await directory.installations(actor)).map((one) => one.name);
    expect(await names()).to.deep.equal(['North']);
    await register.update(agent, account.accessId, { options: [], all_installations: false, installation_ids: [south.id] });
    expect(await names()).to.deep.equal(['South']);
    expect(await failure(installations.get(actor, north.id))).to.be.instanceOf(NotFoundError);
    await register.update(agent, account.accessId, { options: [], all_installations: true, installation_ids: [] });
    expect(await names()).to.deep.equal(['North', 'South']);
  });

  it('a disabled or removed access, or a disabled customer, gives no rights; undo gives them back', async () => {
    const customer = await t.make.customer();
    await t.make.installation(customer.id, 'Only');
    const account = await t.make.access(customer.id, { options: ['desk.order.read'] });
    const actor = accountActor(account);
    const reach = async () =>
      (await directory.installations(actor)).length + Number(await t.app.access.can(actor, 'desk.order.read', { customer: customer.id }));
    expect(await reach()).to.equal(2);
    await register.setStatus(agent, account.accessId, 'disabled');
    expect(await reach()).to.equal(0);
    await register.setStatus(agent, account.accessId, 'active');
    await register.remove(agent, account.accessId);
    expect(await reach()).to.equal(0);
    expect(await register.list(agent, customer.id)).to.deep.equal([]);
    await register.restore(agent, customer.id, account.accessId);
    expect(await reach()).to.equal(2);
    await customers.setStatus(agent, customer.id, 'disabled');
    expect(await reach()).to.equal(0);
    await customers.setStatus(agent, customer.id, 'active');
    expect(await reach()).to.equal(2);
  });

  it('DX-01: edits are saved with an audit entry that holds only what changed', async () => {
    const customer = await customers.create(agent, customerInput.parse({ ...company, name: 'Before AB' }));
    await customers.update(agent, customer.id, customerInput.parse({ ...company, name: 'After AB', city: 'Lund' }));
    expect(await customers.get(agent, customer.id)).to.include({ name: 'After AB', city: 'Lund' });
    expect((await customers.list(agent, { q: 'after lund' })).rows).to.have.length(1);
    expect((await customers.list(agent, { q: 'before' })).rows).to.have.length(0);
    const [entry] = await t.app.db.query<{ after: string }>("SELECT * FROM core_audit WHERE action = 'customers.customer.updated' AND customer_id = ?", [
      customer.id,
    ]);
    expect(JSON.stringify(entry)).to.contain('After AB').and.to.not.contain('anna@solbacken.test');
    expect(await failure(customers.update(agent, customer.id, customerInput.parse(person)))).to.be.instanceOf(InvalidInputError);
  });

  it('customers see and change nothing in the register', async () => {
    const customer = await t.make.customer();
    const actor = accountActor(await t.make.access(customer.id));
    expect((await customers.list(actor)).rows).to.deep.equal([]);
    expect(await failure(customers.get(actor, customer.id))).to.be.instanceOf(NotFoundError);
    expect(await failure(customers.create(actor, customerInput.parse(company)))).to.be.instanceOf(ForbiddenError);
    expect(await failure(installations.create(actor, customer.id, installationInput.parse({ name: 'Mine' })))).to.be.instanceOf(NotFoundError);
  });

  it('DX-13: a role that is limited to administered customers counts on these and on no other', async () => {
    const [mine, other] = [await t.make.customer(), await t.make.customer()];
    await t.app.db.run("INSERT INTO core_roles (id, all_customers, built_in) VALUES ('field', 0, 0)");
    for (const permission of ['customers.customer.read', 'customers.customer.manage']) {
      await t.app.db.run("INSERT INTO core_role_permissions (role_id, permission, allowed) VALUES ('field', ?, 1)", [permission]);
    }
    const account = await t.app.accounts.create(system, { kind: 'staff', name: 'Temp', email: `temp-${mine.id}@staff.test`, roles: ['field'] });
    const actor = accountActor(account);
    expect(await failure(customers.get(actor, mine.id))).to.be.instanceOf(NotFoundError);
    await t.app.service('customers', AdministratorService).set(agent, mine.id, [account.id]);
    expect((await customers.list(actor)).rows.map((row) => row.id)).to.deep.equal([mine.id]);
    expect((await customers.get(actor, mine.id)).id).to.equal(mine.id);
    expect(await failure(customers.get(actor, other.id))).to.be.instanceOf(NotFoundError);
    expect(await failure(customers.create(actor, customerInput.parse(company)))).to.be.instanceOf(ForbiddenError);
  });

  it('finds installations by name, city, reference number, category and state', async () => {
    const customer = await t.make.customer();
    const add = (input: object) => installations.create(agent, customer.id, installationInput.parse({ active: 'true', ...input }));
    const lift = await add({ name: 'Huvudentré', city: 'Umeå', reference_number: 'REF-77', categories: 'lift, heat pump, lift' });
    await add({ name: 'Garage', city: 'Luleå', categories: 'door' });
    expect(lift.categories).to.deep.equal(['lift', 'heat pump']);
    const find = async (filter: object) => (await installations.list(agent, { customerId: customer.id, ...filter })).map((one) => one.name);
    expect(await find({ q: 'umea huvud' })).to.deep.equal(['Huvudentré']);
    expect(await find({ q: 'ref 77' })).to.deep.equal(['Huvudentré']);
    expect(await find({ q: 'heat' })).to.deep.equal(['Huvudentré']);
    expect(await find({ category: 'heat pump' })).to.deep.equal(['Huvudentré']);
    expect(await find({ category: 'heat' })).to.deep.equal([]);
    await installations.setActive(agent, lift.id, false);
    expect(await find({ active: true })).to.deep.equal(['Garage']);
    expect(await find({ active: false })).to.deep.equal(['Huvudentré']);
  });
});
