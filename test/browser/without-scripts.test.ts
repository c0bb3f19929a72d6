import { expect } from 'chai';
import { InstallationService, installationInput } from '../../plugins/customers/api.js';
import { createTestApp, password, system, type TestApp } from '../support/app.js';
import { openBrowser, type Person } from '../support/browser.js';
import { photo } from '../support/photo.js';

describe('without JavaScript', function () {
  this.timeout(60_000);
  let test: TestApp;
  let person: Person;
  before(async () => {
    test = await createTestApp();
    person = await openBrowser({ scripts: false, width: 390, height: 844 });
  });
  after(async () => {
    await person?.close();
    await test?.close();
  });

  it('a customer signs in, reports a fault with a photo and follows its order; staff sets the status', async () => {
    const customer = await test.make.customer('Nordbruk');
    await test.make.installation(customer.id, 'Verkstaden');
    const account = await test.make.access(customer.id, { name: 'Anna Lindqvist' });
    const agent = await test.make.staff('agent');
    await test.make.password(account.id);
    await test.make.password(agent.id);
    const { page } = person;
    const main = page.locator('main');
    const signIn = async (url: string, email: string): Promise<void> => {
      await page.goto(url);
      await page.getByLabel('E-mail or user name').fill(email);
      await page.getByLabel('Password').fill(password);
      await main.getByRole('button', { name: 'Sign in' }).click();
    };

    await signIn(test.portalUrl(), account.email);
    await page.goto(`${test.portalUrl()}/report`);
    await page.getByLabel('What is wrong?').fill('The gate does not close.');
    await page.locator('input[type=file]').setInputFiles({ name: 'gate.jpg', mimeType: 'image/jpeg', buffer: await photo() });
    await main.getByRole('button', { name: 'Send report' }).click();
    expect(await page.locator('main h1').innerText()).to.equal('The gate does not close.');
    expect(await page.locator('main img').count()).to.equal(1);
    const report = page.url();

    await signIn(test.staffUrl, agent.email);
    await page.goto(`${test.staffUrl}/reports`);
    await main.getByRole('link', { name: 'The gate does not close.' }).click();
    await main.locator('#thread-head summary').click();
    await main.locator('#thread-head').getByRole('link', { name: 'Create order' }).click();
    await main.getByRole('button', { name: 'Create order' }).click();
    await main.getByRole('button', { name: 'On the way' }).click();
    expect(await page.locator('.toast').innerText()).to.contain('on the way');

    await page.goto(report);
    expect(await main.innerText()).to.contain('Technician on the way');
  });

  it('KO-09: installations beyond the first hundred are found, and what is ticked and typed stays', async () => {
    const customer = await test.make.customer('Nordbruk');
    const places = test.app.service('customers', InstallationService);
    const names = [...Array.from({ length: 101 }, (_, at) => `Hall ${String(at).padStart(3, '0')}`), 'Zinc works'];
    const ids = new Map<string, number>();
    for (const name of names) ids.set(name, (await places.create(system, customer.id, installationInput.parse({ name, active: '1' }))).id);
    const { token } = await test.app.sessions.create({ accountId: (await test.make.staff('administrator')).id, site: 'staff', ip: null, agent: null });
    await person.context.addCookies([{ name: 'portico-staff', value: token, url: test.staffUrl }]);
    const { page } = person;
    await page.goto(`${test.staffUrl}/customers/${customer.id}/accesses/new`);
    await page.locator('[name=name]').fill('Anna Pick');
    await page.locator('[name=all_installations][type=checkbox]').uncheck();
    await page.getByLabel('Hall 007').check();
    expect(await page.getByLabel('Zinc works').count()).to.equal(0);
    await page.getByRole('searchbox', { name: 'Search' }).fill('zinc');
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.locator('.field-error').count(), 'nothing is wrong yet').to.equal(0);
    expect(await page.locator('[name=name]').inputValue()).to.equal('Anna Pick');
    expect(await page.getByLabel('Hall 008').count(), 'not sought').to.equal(0);
    expect(await page.getByLabel('Hall 007').isChecked()).to.equal(true);
    await page.getByLabel('Zinc works').check();
    await page.locator('[name=email]').fill('anna@pick.test');
    await page.getByRole('button', { name: 'Create access' }).click();
    await page.waitForURL(/accesses$/);
    const saved = await test.app.db.query<{ id: number }>('SELECT installation_id AS id FROM customers_access_installations ORDER BY installation_id');
    expect(saved.map(({ id }) => id)).to.deep.equal([ids.get('Hall 007'), ids.get('Zinc works')]);
  });
});
