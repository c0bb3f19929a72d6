import { expect } from 'chai';
import { RequestService, reportInput } from '../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, overflows, type Person } from '../support/browser.js';

describe('search in the browser', function () {
  this.timeout(120_000);
  let test: TestApp;
  let person: Person;
  before(async () => {
    test = await createTestApp();
    const customer = await test.make.customer('Åkerbär Konditori');
    const place = await test.make.installation(customer.id, 'Bageriet', 'Örebro');
    const report = (subject: string, text: string) =>
      test.app.service('desk', RequestService).report(system, reportInput.parse({ customer_id: customer.id, installation_id: place.id, subject, text }));
    await report('Ugnen blir inte varm', 'Sedan i morse. Felkod E17 visas.');
    await report(`Ugn ${'w'.repeat(120)}`, `${'x'.repeat(400)} E17`);
    person = await openBrowser();
    const account = await test.make.staff('administrator');
    const { token } = await test.app.sessions.create({ accountId: account.id, site: 'staff', ip: null, agent: null });
    await person.context.addCookies([{ name: 'portico-staff', value: token, url: test.staffUrl }]);
  });
  after(async () => {
    await person.close();
    await test.close();
  });

  it('the palette finds work as it is typed, and Enter goes there', async () => {
    const { page } = person;
    await page.goto(`${test.staffUrl}/`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ugnen varm');
    const first = page.locator('.palette-item', { hasText: 'Ugnen blir inte varm' });
    await first.waitFor();
    expect(await first.textContent()).to.include('Åkerbär Konditori');
    expect(await page.locator('.palette-item').last().getAttribute('href')).to.equal('/search?q=ugnen+varm');
    expect(await accessibility(page)).to.deep.equal([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/desk\//);
  });

  it('the page shows what was found, without sideways scrolling or a finding of axe-core', async () => {
    const { page, problems } = person;
    for (const path of [
      '/search',
      '/search?q=E17',
      '/search?q=ugn&kind=desk.request',
      '/search?q=nothere&state=open',
      '/search?q=akerbar&kind=customers.customer',
    ]) {
      await page.goto(test.staffUrl + path);
      for (const width of [1280, 390, 320]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await overflows(page), `${path} at ${width}`).to.equal(false);
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await accessibility(page), `${path} ${colorScheme}`).to.deep.equal([]);
      }
    }
    await page.goto(`${test.staffUrl}/search?q=E17`);
    expect(await page.locator('mark').allTextContents()).to.deep.equal(['E17', 'E17']);
    expect(problems).to.deep.equal([]);
  });
});
