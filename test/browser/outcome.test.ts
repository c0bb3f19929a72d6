import { expect } from 'chai';
import type { Email } from 'postal-mime';
import type { Page } from 'playwright-core';
import { createTestApp, password, type TestApp } from '../support/app.js';
import { openBrowser, type Person } from '../support/browser.js';
import { eventually } from '../support/eventually.js';
import { licenseFile } from '../support/licenses.js';
import { startMailServer } from '../support/mail-server.js';
import { photo } from '../support/photo.js';
import { freePort, occupy } from '../support/ports.js';

const minute = 60_000;
const company = 'Fjord Service AB';
const anna = 'anna.lindqvist@nordbruk.test';
const bertil = 'bertil.ek@nordbruk.test';

/** The story of the first day, clicked through the real pages; each step goes on where the one before ended. */
describe('from a fresh installation to a finished order, in a real browser', function () {
  this.bail(true);
  this.timeout(120_000);
  let test: TestApp;
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let admin: Person;
  let customer: Person;
  let staff: Page;
  let portal: Page;
  let ahead = 0;
  let order = '';
  /** Addresses as mails and About show them: a cookie of localhost does not count on 127.0.0.1. */
  const at = {
    get staff(): string {
      return test.app.sites.url('staff', '');
    },
    get portal(): string {
      return test.app.sites.url('portal', '');
    },
  };

  const heading = (page: Page) => page.locator('main h1').innerText();
  const toast = (page: Page) => page.locator('portico-toast .toast-text').innerText();
  const press = (page: Page, name: string | RegExp) => page.locator('main').getByRole('button', { name }).click();
  /** Signs that a page stays the same document: a reload would take it away. */
  const mark = (page: Page) => page.evaluate(() => void Object.assign(globalThis, { sameDocument: true }));
  const isMarked = (page: Page) => page.evaluate(() => 'sameDocument' in globalThis);
  const mailTo = (address: string, about: RegExp): Promise<Email> =>
    eventually(
      () => mail.mails.find(({ to, subject }) => to?.some((one) => one.address === address) && about.test(subject ?? '')),
      `a mail to ${address} about ${about}`,
    );
  const linkIn = ({ text }: Email): string => /https?:\/\/\S+/.exec(text ?? '')?.[0] ?? '';
  const answers = (port: number) =>
    fetch(`http://127.0.0.1:${port}/sign-in`).then(
      (answer) => answer.status,
      (error: Error) => (error.cause as { code?: string }).code,
    );
  /** Goes one status further on the staff's page of the order. */
  async function step(name: string, status: string): Promise<void> {
    await staff.locator('#order-state').getByRole('button', { name, exact: true }).click();
    await staff.locator('#order-state .badge').getByText(status, { exact: true }).waitFor();
  }

  before(async () => {
    mail = await startMailServer();
    test = await createTestApp({ mailUrl: mail.url, portalPort: await freePort(49148), clock: { now: () => new Date(Date.now() + ahead) } });
    [admin, customer] = await Promise.all([openBrowser(), openBrowser()]);
    staff = admin.page;
    portal = customer.page;
  });
  after(async () => {
    await Promise.all([admin?.close(), customer?.close()]);
    await test?.close();
    await mail?.stop();
  });

  it('is set up with the one-time code only', async () => {
    const code = await test.app.setup.code();
    await staff.goto(at.staff);
    expect(new URL(staff.url()).pathname).to.equal('/setup');
    const fill = async (typed: string): Promise<void> => {
      await staff.getByLabel('Setup code').fill(typed);
      await staff.getByLabel('Company name').fill(company);
      await staff.getByLabel('Name', { exact: true }).fill('Sara Holm');
      await staff.getByLabel('E-mail').fill('sara@fjord.test');
      await staff.getByLabel('Password', { exact: true }).fill(password);
      await staff.getByLabel('Repeat the password').fill(password);
      await staff.getByLabel('Time zone').selectOption('Europe/Stockholm');
      await press(staff, 'Start');
    };
    await fill('2222-2222-2222');
    expect(await staff.locator('.error-summary').innerText()).to.contain('This is not the current setup code');
    await fill(code);
    expect(await toast(staff)).to.equal('Portico is ready.');
    expect(await staff.locator('.side').innerText()).to.contain(company);
    expect(await staff.locator('#first-steps').innerText()).to.contain('Done');
    expect((await fetch(`${at.staff}/setup`)).status, 'the set-up page is gone').to.equal(404);
  });

  it("KO-18 shows the portal's web address under Settings → About", async () => {
    await staff.getByRole('link', { name: 'About' }).click();
    const port = test.app.sites.port('portal')!;
    expect(await staff.locator('#portal-address').innerText()).to.equal(`http://localhost:${port}/`);
    expect(await staff.locator('#addresses').innerText()).to.contain('Open');
  });

  it('DX-03 DX-04 DX-05 creates a customer, enforcing what is mandatory for a company', async () => {
    await staff.getByRole('link', { name: 'Customers', exact: true }).first().click();
    expect(await heading(staff)).to.equal('Customer overview');
    await staff.locator('main').getByRole('link', { name: 'Add customer' }).first().click();
    await staff
      .locator('main')
      .getByRole('link', { name: /^Company/ })
      .click();
    await staff.getByLabel('Company name').fill('Nordbruk Maskin AB');
    await press(staff, 'Add customer');
    expect(await staff.locator('.error-summary li').count(), 'contact person and e-mail are missing').to.equal(2);
    expect(await staff.getByLabel('Company name').inputValue()).to.equal('Nordbruk Maskin AB');
    await staff.getByLabel('Contact person').fill('Anna Lindqvist');
    await staff.getByLabel('E-mail', { exact: true }).fill(anna);
    await staff.getByLabel('Mobile').fill('+46 70 123 45 67');
    await press(staff, 'Add customer');
    expect(await toast(staff)).to.contain(anna);
    expect(await heading(staff)).to.equal('Nordbruk Maskin AB');
  });

  it('adds an installation with name, city, reference number and categories', async () => {
    await staff
      .locator('.tabs')
      .getByRole('link', { name: /^Installations/ })
      .click();
    await staff.locator('main').getByRole('link', { name: 'Add installation' }).first().click();
    await staff.getByLabel('Name').fill('Verkstaden Malmö');
    await staff.getByLabel('City').fill('Malmö');
    await staff.getByLabel('Reference number').fill('NB-1042');
    await staff.getByLabel('Categories').fill('Heat pump, Lift');
    await press(staff, 'Save');
    expect(await toast(staff)).to.contain('Verkstaden Malmö');
  });

  it('DX-02 KO-05 KO-06 creates a second access: orders directly, without sight of the performed work', async () => {
    await staff
      .locator('.tabs')
      .getByRole('link', { name: /^Authorisations/ })
      .click();
    expect(await staff.locator('main table').innerText()).to.contain('Invited');
    await staff.locator('main').getByRole('link', { name: 'Create new access' }).click();
    await staff.getByLabel('Name', { exact: true }).fill('Bertil Ek');
    await staff.getByLabel('E-mail', { exact: true }).fill(bertil);
    await staff.getByRole('checkbox', { name: 'Create orders directly' }).check();
    await staff.getByRole('checkbox', { name: 'See performed work' }).uncheck();
    await press(staff, 'Create access');
    expect(await toast(staff)).to.contain(bertil);
    expect(await staff.locator('main tbody tr').count()).to.equal(2);
  });

  it('DX-06 the customer registers by the link of the invitation mail', async () => {
    const invitation = await mailTo(anna, /Your access to Fjord Service AB/);
    expect(invitation.html).to.contain('Register now');
    const link = linkIn(invitation);
    expect(new URL(link).port, 'the link leads to the portal').to.equal(String(test.app.sites.port('portal')));
    await portal.goto(link);
    expect(await heading(portal)).to.equal(`Welcome to ${company}`);
    await portal.getByLabel('Password', { exact: true }).fill(password);
    await portal.getByLabel('Repeat the password').fill(password);
    await press(portal, 'Create access');
    expect(await toast(portal)).to.contain('Welcome, Anna Lindqvist');
    await portal.goto(link);
    expect(await heading(portal), 'a link works once').to.equal('You have registered already');
  });

  it('KO-03 the customer logs out and in again on the portal', async () => {
    await portal.goto(at.portal);
    await portal.locator('.bar-tools summary').last().click();
    await portal.locator('.bar-tools').getByRole('button', { name: 'Sign out' }).click();
    await portal.waitForURL(/sign-in/);
    await portal.getByLabel('E-mail or user name').fill(anna);
    await portal.getByLabel('Password').fill(password);
    await press(portal, 'Sign in');
    expect(await heading(portal)).to.match(/Anna\. What do you need help with\?$/);
    const across = await portal.request.get(`${at.staff}/`, { maxRedirects: 0 });
    expect(across.status(), 'a customer is nobody on the staff site').to.equal(302);
  });

  it("KO-19 a reported fault with a photo appears on the staff's open list, without a reload", async () => {
    await staff
      .locator('.side')
      .getByRole('link', { name: /^Fault reports/ })
      .click();
    expect(await staff.locator('#desk-list').innerText()).to.contain('No requests yet');
    await mark(staff);

    await portal.locator('.top-nav').getByRole('link', { name: 'Report' }).click();
    await portal.getByLabel('Place').selectOption({ label: 'Verkstaden Malmö – Malmö' });
    await portal.getByLabel('What is wrong?').fill('The lift stops between two floors.\nSince this morning.');
    await portal.locator('label', { hasText: 'Work stopped' }).click();
    await portal.locator('input[type=file]').setInputFiles({ name: 'lift.jpg', mimeType: 'image/jpeg', buffer: await photo() });
    expect(await portal.locator('.drop-list').innerText()).to.contain('lift.jpg');
    await press(portal, 'Send report');
    expect(await toast(portal)).to.match(/^Report #\d+ was received$/);
    expect(await heading(portal)).to.equal('The lift stops between two floors.');

    await staff.locator('#desk-list').getByRole('link', { name: 'The lift stops between two floors.' }).waitFor();
    await staff.locator('.side').getByRole('link', { name: 'Fault reports 1' }).waitFor();
    expect(await isMarked(staff)).to.equal(true);
  });

  it('KO-20 staff opens it, sees the photo, and makes a planned order with technician and time', async () => {
    await staff.locator('#desk-list').getByRole('link', { name: 'The lift stops' }).click();
    const image = staff.locator('.attachments img');
    await image.waitFor();
    await eventually(() => image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth > 0), 'the photo is shown');
    await mark(portal);
    await staff.locator('#facts').getByRole('link', { name: 'Create order' }).click();
    await staff.getByLabel('Technician').selectOption({ label: 'Sara Holm' });
    await staff.getByLabel('Planned start').fill('2031-05-06T08:30');
    await staff.getByLabel('Planned end').fill('2031-05-06T10:00');
    await press(staff, 'Create order');
    expect(await toast(staff)).to.match(/with the status Planned/);
    await staff.locator('#order-state .badge').getByText('Planned', { exact: true }).waitFor();
    order = new URL(staff.url()).pathname;
  });

  it("the customer's open page follows: planned, on the way, on site, performed work, done", async () => {
    await portal
      .locator('main .badge')
      .getByText(/^Planned .*08:30/)
      .waitFor();
    expect(new URL(portal.url()).pathname).to.match(/^\/orders\/\d+$/);
    expect(await portal.locator('.bar').isVisible(), 'the page is whole').to.equal(true);
    expect(await portal.locator('main').innerText()).to.contain('Sara Holm');
    await mark(portal);
    for (const [name, status, seen] of [
      ['On the way', 'On the way', 'Technician on the way'],
      ['On site', 'On site', 'Technician on site'],
    ] as const) {
      await step(name, status);
      await portal.locator('main .badge').getByText(seen).waitFor();
    }
    await staff.getByLabel('What was done').fill('Replaced the door contact of the lift.');
    await press(staff, 'Save performed work');
    await portal.getByText('Replaced the door contact of the lift.').waitFor();
    await step('Done', 'Done');
    await portal
      .locator('main .badge')
      .getByText(/^Done /)
      .waitFor();
    expect(await isMarked(portal), 'without a reload').to.equal(true);
    expect((await mailTo(anna, /Order .*: Planned|Order .*: The lift/)).text).to.contain('order');
    await portal.goto(`${at.portal}/orders?show=done`);
    expect(await portal.locator('#orders').innerText()).to.contain('The lift stops');
  });

  it('KO-20 a rejected report shows its reason to the reporter, live and by mail', async () => {
    await portal.goto(`${at.portal}/report`);
    await portal.getByLabel('What is wrong?').fill('The coffee is cold.');
    await press(portal, 'Send report');
    await mark(portal);
    await staff.goto(`${at.staff}/desk/reports`);
    await staff.locator('#desk-list').getByRole('link', { name: 'The coffee is cold.' }).click();
    await staff.locator('#facts').getByRole('link', { name: 'Reject' }).click();
    await press(staff, 'Reject report');
    expect(await staff.locator('.error-summary').innerText(), 'a reason is needed').to.contain('Please fill this in');
    await staff.locator('textarea').fill('Coffee machines are not part of your contract.');
    await press(staff, 'Reject report');
    expect(await toast(staff)).to.contain('rejected');
    await portal.getByText('Coffee machines are not part of your contract.').waitFor();
    expect(await isMarked(portal)).to.equal(true);
    expect((await mailTo(anna, /rejected/)).text).to.contain('Coffee machines are not part of your contract.');
  });

  it('KO-05 KO-06 an account with that right makes a planned order at once, and does not see the work', async () => {
    const second = await openBrowser();
    try {
      const { page } = second;
      await page.goto(linkIn(await mailTo(bertil, /Your access/)));
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByLabel('Repeat the password').fill(password);
      await press(page, 'Create access');
      await page.goto(`${at.portal}/report`);
      await page.getByLabel('Place').selectOption({ label: 'Verkstaden Malmö – Malmö' });
      await page.getByLabel('What is wrong?').fill('Heat pump is too loud');
      await press(page, 'Send report');
      expect(await toast(page)).to.match(/^Order .* was created$/);
      expect(await page.locator('.trail').innerText()).to.match(/planned/i);
      await page.goto(`${at.portal}${order}`);
      expect(await page.locator('main').innerText())
        .to.contain('The lift stops')
        .and.not.to.contain('Replaced the door contact');
      expect(second.problems).to.deep.equal([]);
    } finally {
      await second.close();
    }
    await staff.goto(`${at.staff}/orders`);
    const row = staff.locator('main tbody tr', { hasText: 'Heat pump is too loud' });
    expect(await row.innerText())
      .to.contain('Planned')
      .and.to.contain('Verkstaden Malmö');
  });

  it('KO-02 PL-04 the portal is switched off and on, live: its port refuses and answers again', async () => {
    const port = test.app.sites.port('portal')!;
    await staff
      .locator('.side')
      .getByRole('link', { name: /^Modules/ })
      .click();
    const off = staff.getByRole('switch', { name: 'Customer portal' });
    expect(await off.getAttribute('aria-checked')).to.equal('true');
    await off.click();
    expect(await staff.locator('main').innerText(), 'says what people lose').to.contain('Customers can no longer log in');
    await press(staff, /^Switch off/);
    expect(await staff.getByRole('switch', { name: 'Customer portal' }).getAttribute('aria-checked')).to.equal('false');
    expect(await answers(port)).to.equal('ECONNREFUSED');
    await staff.getByRole('switch', { name: 'Customer portal' }).click();
    await staff.locator('[role=switch][aria-checked=true][aria-labelledby="module-portal-name"]').waitFor();
    expect(await answers(port)).to.equal(200);
    await portal.goto(at.portal);
    expect(await heading(portal), 'the customer is still signed in').to.contain('Anna');
  });

  it("KO-02 PL-06 the portal's port changes at once, a busy one is refused with the reason, no request is lost", async () => {
    const old = test.app.sites.port('portal')!;
    const busy = await occupy();
    const next = await freePort();
    await staff.goto(`${at.staff}/settings/portal`);
    const change = async (port: number): Promise<void> => {
      await staff.getByLabel('Port', { exact: true }).fill(String(port));
      await staff.locator('.save-bar').getByRole('button', { name: 'Save' }).click();
    };
    await change(busy.port);
    expect(await staff.locator('.error-summary').innerText()).to.contain(`Port ${busy.port} is used by another program`);
    await busy.release();
    expect(await answers(old)).to.equal(200);

    const results = { ok: 0, lost: [] as unknown[] };
    let running = true;
    // As a customer does: the port that is open now, and a request that has begun must end well.
    const visitor = async (): Promise<void> => {
      while (running) {
        const answer = await answers(test.app.sites.port('portal')!);
        if (answer === 200) results.ok += 1;
        else results.lost.push(answer);
      }
    };
    const visitors = Array.from({ length: 4 }, visitor);
    await change(next);
    expect(await toast(staff)).to.contain('saved');
    await eventually(() => results.ok > 20, 'visitors come through');
    running = false;
    await Promise.all(visitors);
    expect(results.lost).to.deep.equal([]);
    expect(test.app.sites.port('portal')).to.equal(next);
    expect(await answers(next)).to.equal(200);
    await eventually(async () => (await answers(old)) === 'ECONNREFUSED', 'the old port closes');
    await staff.goto(`${at.staff}/settings/about`);
    expect(await staff.locator('#portal-address').innerText()).to.contain(`:${next}/`);
  });

  it('KO-01 a license file is loaded by upload, live', async () => {
    await staff
      .locator('.side')
      .getByRole('link', { name: /^Modules/ })
      .click();
    expect(await staff.locator('#license').innerText()).to.contain('Trial');
    await staff.locator('#license').getByRole('link', { name: 'Load license file' }).click();
    const upload = async (text: string): Promise<void> => {
      await staff.locator('input[type=file]').setInputFiles({ name: 'portico.lic', mimeType: 'text/plain', buffer: Buffer.from(text) });
      await press(staff, 'Show what changes');
    };
    const text = licenseFile(new Date());
    await upload(text.slice(0, text.length / 2));
    expect(await staff.locator('.error-summary').innerText()).to.contain('Part of this license is missing');
    await upload(text);
    expect(await staff.locator('main').innerText()).to.contain('Fjord Service AB');
    await press(staff, 'Put into force');
    expect(await staff.locator('#license').innerText())
      .to.contain('Professional license')
      .and.to.contain('FS-7Q4M-21KD');
    expect(await answers(test.app.sites.port('portal')!), 'the portal runs on').to.equal(200);
  });

  it('KO-11 PL-06 a time-out of one minute acts at once, and activity keeps the session', async () => {
    await portal.goto(at.portal);
    await staff.goto(`${at.staff}/settings/portal`);
    await staff.getByLabel('Time-out').fill('1');
    await staff.locator('.save-bar').getByRole('button', { name: 'Save' }).click();
    expect(await toast(staff)).to.contain('saved');
    ahead += 0.9 * minute;
    await portal.goto(`${at.portal}/orders`);
    expect(await heading(portal)).to.equal('My orders');
    ahead += 0.9 * minute;
    await portal.goto(`${at.portal}/orders`);
    expect(await heading(portal)).to.equal('My orders');
    ahead += 1.1 * minute;
    await portal.goto(`${at.portal}/orders`);
    expect(new URL(portal.url()).pathname).to.equal('/sign-in');
    await staff.goto(`${at.staff}/customers`);
    expect(await heading(staff), 'staff have a time-out of their own').to.equal('Customer overview');
  });

  it('nothing failed in the pages meanwhile, and no plugin had a fault', () => {
    const expected = /status of (404|410|422)|ERR_CONNECTION_REFUSED|WebSocket|ERR_/;
    expect([...admin.problems, ...customer.problems].filter((line) => !expected.test(line))).to.deep.equal([]);
    expect(test.app.host.list().filter(({ faults }) => faults > 0)).to.deep.equal([]);
  });
});
