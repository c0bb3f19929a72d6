import { expect } from 'chai';
import { createTestApp, password, type TestApp } from '../support/app.js';
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
    await main.locator('#facts').getByRole('link', { name: 'Create order' }).click();
    await main.getByRole('button', { name: 'Create order' }).click();
    await main.getByRole('button', { name: 'On the way' }).click();
    expect(await page.locator('.toast').innerText()).to.contain('on the way');

    await page.goto(report);
    expect(await main.innerText()).to.contain('Technician on the way');
  });
});
