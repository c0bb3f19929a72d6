import { expect } from 'chai';
import {
  CustomerService,
  DeviceService,
  InstallationService,
  ProjectService,
  customerInput,
  deviceInput,
  installationInput,
  projectInput,
} from '../../../plugins/customers/api.js';
import { up } from '../../../plugins/customers/migrations/0041-words-by-name.js';
import { Customers, Devices, Installations, Projects } from '../../../plugins/customers/tables.js';
import { loadDemo } from '../../../plugins/demo/loader.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';

describe('Words of the register carry the name by which lists are ordered', function () {
  this.timeout(60_000);
  let t: TestApp;
  before(async () => (t = await createTestApp()));
  after(() => t.close());

  const owners = { customer: Customers, installation: Installations, device: Devices, project: Projects };
  /** Words with another name than that of the row they belong to, and rows without words. */
  async function wrong(): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const [owner, { table }] of Object.entries(owners))
      found.push(
        ...(await t.app.db.query(`SELECT w.* FROM customers_words w JOIN ${table} o ON o.id = w.owner_id WHERE w.owner = ? AND w.name_key <> o.name_key`, [
          owner,
        ])),
        ...(await t.app.db.query(`SELECT id FROM ${table} WHERE id NOT IN (SELECT owner_id FROM customers_words WHERE owner = ?)`, [owner])),
      );
    return found;
  }

  it('DX-04 through creating and renaming, in sample data, and for those of before', async () => {
    const { app } = t;
    const [customers, installations] = [app.service('customers', CustomerService), app.service('customers', InstallationService)];
    const [devices, projects] = [app.service('customers', DeviceService), app.service('customers', ProjectService)];
    const company = (name: string) => customerInput.parse({ kind: 'company', name, contact_person: 'Anna', email: 'a@words.test' });
    const { id } = await customers.create(system, company('First name'));
    await customers.update(system, id, company('Änother name'));
    const site = (name: string) => installationInput.parse({ name, active: '1' });
    const place = await installations.create(system, id, site('Old hall'));
    await installations.update(system, place.id, site('New hall'));
    const device = (name: string) => deviceInput.parse({ name, kind: 'printer', installation_id: String(place.id), priority: '3', active: '1' });
    const printer = await devices.create(system, id, device('Printer'));
    await devices.update(system, printer.id, device('Copier'));
    const project = (name: string) => projectInput.parse({ name, active: '1' });
    const works = await projects.create(system, id, project('Works'));
    await projects.update(system, works.id, project('Repairs'));
    await loadDemo(t.app, { orders: 10 });
    expect(await wrong()).to.deep.equal([]);
    expect((await devices.list(system, { q: 'copier' })).rows.map((row) => row.name)).to.deep.equal(['Copier']);
    await t.app.db.run("UPDATE customers_words SET name_key = ''");
    expect(await wrong()).not.to.deep.equal([]);
    await up({ db: t.app.db, queryInterface: t.app.db.sequelize.getQueryInterface() });
    expect(await wrong()).to.deep.equal([]);
  });
});
