import { expect } from 'chai';
import { DeviceService, InstallationService, deviceInput, installationInput } from '../../plugins/customers/api.js';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { openBrowser, type Person } from '../support/browser.js';
import { eventually } from '../support/eventually.js';

describe('choosing installations and devices in a real browser', function () {
  this.timeout(90_000);
  let test: TestApp;
  let person: Person;
  let customerId: number;
  before(async () => {
    test = await createTestApp();
    person = await openBrowser({ language: 'en' });
    customerId = (await test.make.customer()).id;
  });
  after(async () => {
    await person.close();
    await test.close();
  });
  const signIn = async (site: 'staff' | 'portal', account: { id: number }): Promise<void> => {
    const { token } = await test.app.sessions.create({ accountId: account.id, site, ip: null, agent: null });
    await person.context.addCookies([{ name: `portico-${site}`, value: token, url: test.staffUrl }]);
  };

  it('KO-09: what is ticked stays while the search changes, and all of it is saved', async () => {
    const places = test.app.service('customers', InstallationService);
    const make = (name: string, categories = '') => places.create(system, customerId, installationInput.parse({ name, categories, active: '1' }));
    const [north, south] = [await make('North hall', 'lift'), await make('South hall', 'door')];
    await make('West hall');
    await signIn('staff', await test.make.staff('administrator'));
    const { page } = person;
    await page.goto(`${test.staffUrl}/customers/${customerId}/accesses/new`);
    const box = (name: string) => page.getByLabel(name, { exact: false });
    await page.locator('[name=all_installations][type=checkbox]').uncheck();
    await box('North hall').check();
    await page.locator('#picker-installation_ids').fill('south');
    await eventually(async () => (await box('West hall').count()) === 0, 'the list follows the search');
    expect(await box('North hall').isChecked()).to.equal(true);
    await box('South hall').check();
    await page.locator('#picker-installation_ids').fill('');
    await page.locator('select[name=category]').selectOption('lift');
    await eventually(async () => (await page.locator('[data-picker-results] input').count()) === 0, 'the list follows the category');
    expect(await box('North hall').count(), 'never twice').to.equal(1);
    await page.locator('#picker-installation_ids').press('Enter');

    await page.locator('[name=name]').fill('Anna Pick');
    await page.locator('[name=email]').fill('anna@pick.test');
    await page.getByRole('button', { name: 'Create access' }).click();
    await page.waitForURL(/accesses$/);
    const saved = await test.app.db.query<{ installation_id: number }>('SELECT installation_id FROM customers_access_installations ORDER BY installation_id');
    expect(saved.map((row) => row.installation_id)).to.deep.equal([north.id, south.id]);
    expect(person.problems).to.deep.equal([]);
  });

  it('KO-05: the devices that a report offers follow the chosen place', async () => {
    const devices = test.app.service('customers', DeviceService);
    const [one, two] = [await test.make.installation(customerId, 'Place one'), await test.make.installation(customerId, 'Place two')];
    await devices.create(system, customerId, deviceInput.parse({ name: 'Pump one', kind: 'other', installation_id: one.id, active: '1' }));
    const pump = await devices.create(system, customerId, deviceInput.parse({ name: 'Pump two', kind: 'other', installation_id: two.id, active: '1' }));
    await signIn('portal', await test.make.access(customerId, { options: ['desk.request.create', 'customers.device.read'] }));
    const { page } = person;
    await page.goto(`${test.portalUrl()}/report`);
    await page.locator('[name=installation_id]').selectOption(String(two.id));
    await eventually(
      async () => (await page.locator('[name=device_id] option').allInnerTexts()).join() === 'No certain device,Pump two',
      'the devices follow the place',
    );
    await page.locator('[name=device_id]').selectOption(String(pump.id));
    await page.locator('[name=text]').fill('It hums');
    await page.getByRole('button', { name: 'Send report' }).click();
    await page.waitForURL(/reports\/\d+$/);
    expect(await page.locator('main').innerText()).to.include('Pump two');
    expect(person.problems).to.deep.equal([]);
  });
});
