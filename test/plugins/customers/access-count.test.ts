import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/api.js';
import { AccessRegister, CustomerService, TeamService } from '../../../plugins/customers/api.js';
import { CustomerImports } from '../../../plugins/customers/exchange/import/customer-imports.js';
import { up } from '../../../plugins/customers/migrations/0040-access-count.js';
import { loadDemo } from '../../../plugins/demo/loader.js';
import { removeDemo } from '../../../plugins/demo/remover.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

describe('The number of accesses that is kept with each customer', function () {
  this.timeout(60_000);
  let t: TestApp;
  let admin: Actor;
  let register: AccessRegister;
  before(async () => {
    t = await createTestApp();
    admin = accountActor(await t.make.staff('administrator'));
    register = t.app.service('customers', AccessRegister);
  });
  after(() => t.close());

  /** Customers whose kept number is another than that of their accesses. */
  const wrong = () =>
    t.app.db.query(
      `SELECT id, access_count FROM customers_customers c
       WHERE access_count <> (SELECT COUNT(*) FROM customers_accesses a WHERE a.customer_id = c.id AND a.removed_at IS NULL)`,
    );
  const numberOf = async (id: number): Promise<number> => {
    expect(await wrong()).to.deep.equal([]);
    const [row] = await t.app.db.query<{ n: number }>('SELECT access_count AS n FROM customers_customers WHERE id = ?', [id]);
    return Number(row?.n);
  };

  it('DX-04 follows what staff do: creating, removing one or several, undo, and creating anew', async () => {
    const { id } = await t.make.customer();
    expect(await numberOf(id)).to.equal(0);
    const [one, two] = [await t.make.access(id, { name: 'Nora Nord' }), await t.make.access(id)];
    expect(await numberOf(id)).to.equal(2);
    await register.remove(admin, one.accessId);
    expect(await numberOf(id)).to.equal(1);
    await register.restore(admin, id, one.accessId);
    expect(await numberOf(id)).to.equal(2);
    await register.removeMany(admin, id, [one.accessId, two.accessId]);
    expect(await numberOf(id)).to.equal(0);
    await t.make.access(id, { name: 'Nora Nord' });
    expect(await numberOf(id)).to.equal(1);
    await register.setStatus(admin, one.accessId, 'disabled');
    expect(await numberOf(id)).to.equal(1);
  });

  it('DX-04 follows a customer’s own administrator', async () => {
    const { id } = await t.make.customer();
    const options = ['customers.team.manage'];
    const own = accountActor(await t.make.access(id, { options }));
    const team = t.app.service('customers', TeamService);
    const rights = { options, allInstallations: true, installationIds: [] };
    const colleague = await team.invite(own, id, { name: 'Carl Colleague', email: 'carl@team.test', mobile: null }, rights);
    expect(await numberOf(id)).to.equal(2);
    await team.remove(own, id, colleague.id);
    expect(await numberOf(id)).to.equal(1);
    await team.restore(own, id, colleague.id);
    expect(await numberOf(id)).to.equal(2);
  });

  it('DX-04 is right when many are made at once', async () => {
    const { id } = await t.make.customer();
    await Promise.all(Array.from({ length: 8 }, () => t.make.access(id)));
    expect(await numberOf(id)).to.equal(8);
  });

  it('DX-04 follows an import, its undo and an erasure', async () => {
    const imports = t.app.service('customers', CustomerImports);
    const until = (id: number, status: string) => eventually(async () => (await imports.get(admin, id)).status === status, `${status} of the import`);
    const file = 'Company name,Contact person,E-mail,Access e-mail\nLodge AB,Lo,lo@lodge.test,lo@lodge.test\nNone AB,No,no@none.test,\n';
    const id = await imports.upload(admin, { name: 'customers.csv', bytes: Buffer.from(file) });
    await imports.check(admin, id, { mapping: ['name', 'contact_person', 'email', 'access_email'], invite: false });
    await until(id, 'checked');
    await imports.run(admin, id);
    await until(id, 'done');
    const made = (await t.app.service('customers', CustomerService).list(admin, { q: 'lodge' })).rows;
    expect(made.map((row) => row.accesses)).to.deep.equal([1]);
    expect(await numberOf(made[0]!.id)).to.equal(1);
    await imports.undo(admin, id);
    await until(id, 'undone');
    expect(await wrong()).to.deep.equal([]);
    const [one, other] = [await t.make.customer(), await t.make.customer()];
    for (const { id: customer } of [one, other]) await t.make.access(customer, { name: 'Erik Both' });
    await t.app.erasure.erase(one.id);
    expect(await numberOf(other.id)).to.equal(1);
  });

  it('DX-04 follows the sample data, also where a customer of it stays', async () => {
    await loadDemo(t.app, { orders: 20 });
    expect(await wrong()).to.deep.equal([]);
    const [sample] = await t.app.db.query<{ id: number }>("SELECT MIN(id) AS id FROM demo_objects WHERE kind = 'customer'");
    await t.make.installation(sample!.id);
    expect(await numberOf(sample!.id)).to.be.above(0);
    await removeDemo(t.app);
    expect(await numberOf(sample!.id)).to.equal(0);
  });

  it('DX-04 is filled in for customers of before', async () => {
    const { id } = await t.make.customer();
    await t.make.access(id);
    await t.app.db.run('UPDATE customers_customers SET access_count = 7');
    await up({ db: t.app.db, queryInterface: t.app.db.sequelize.getQueryInterface() });
    expect(await numberOf(id)).to.equal(1);
    expect((await t.app.service('customers', CustomerService).list(system, { withoutAccess: true })).rows.map((row) => row.id)).not.to.include(id);
  });
});
