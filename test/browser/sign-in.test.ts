import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import type { CDPSession, Page } from 'playwright-core';
import { createTestApp, password, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, type Person } from '../support/browser.js';

/** A key in Chromium's own virtual authenticator, which verifies its user as a fingerprint reader does. */
async function virtualKey(page: Page): Promise<{ cdp: CDPSession; id: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id: authenticatorId };
}

describe('second factors in a real browser', function () {
  this.timeout(120_000);
  let t: TestApp;
  let person: Person;
  let page: Page;
  let ahead = 0;
  let key = '';
  let codes: string[] = [];
  const email = 'sara.holm@staff.test';
  const at = (path: string) => t.app.sites.url('staff', path);
  const press = (name: string | RegExp) => page.locator('main').getByRole('button', { name }).click();
  const code = () => new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: Date.now() + ahead });
  const path = () => new URL(page.url()).pathname;
  async function start(): Promise<void> {
    await page.context().clearCookies();
    await page.goto(at('/sign-in'));
  }
  async function byPassword(): Promise<void> {
    await start();
    await page.getByLabel('E-mail or user name').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await press('Sign in');
  }

  before(async () => {
    t = await createTestApp({ clock: { now: () => new Date(Date.now() + ahead) } });
    const account = await t.make.staff('administrator', 'Sara Holm');
    await t.make.password(account.id);
    person = await openBrowser();
    page = person.page;
  });
  after(async () => {
    await person?.close();
    await t?.close();
  });

  it('with no grace left, signing in leads to setting one up, and nothing else opens', async () => {
    await t.app.settings.change(system, { 'core.mfaGraceDays': 0 });
    await byPassword();
    await page.waitForURL('**/profile/security*');
    await page.getByText('Before anything else opens').waitFor();
    expect(await accessibility(page)).to.deep.equal([]);
    await page.goto(at('/orders'));
    expect(path()).to.equal('/profile/security');
  });

  it('TOTP: the picture is shown, the key can be copied, and the app counts after its first code', async () => {
    await page.getByRole('link', { name: 'Add authenticator app' }).click();
    const picture = page.locator('img.qr');
    expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).to.be.greaterThan(0);
    key = (await page.locator('.qr-key code').innerText()).trim();
    await page.getByLabel('Code from the app').fill('000000');
    await press('Add');
    await page.locator('.field-error').first().waitFor();
    await page.getByLabel('Code from the app').fill(code());
    await press('Add');
    await page.waitForURL('**/profile/security/codes');
  });

  it('recovery codes are shown once, can be downloaded, and each lets in once', async () => {
    await press('Make ten codes');
    const list = page.locator('.code-list code');
    await list.first().waitFor();
    codes = await list.allInnerTexts();
    expect(codes).to.have.length(10);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
    const stream = await download.createReadStream();
    let file = '';
    for await (const chunk of stream) file += String(chunk);
    for (const one of codes) expect(file).to.contain(one);
    await page.getByRole('link', { name: 'I have kept them' }).click();
    await page.goto(at('/profile/security/codes'));
    expect(await page.content()).not.to.contain(codes[0]);
    for (const [typed, lands] of [
      [codes[0] ?? '', '/'],
      [codes[0] ?? '', '/sign-in/second'],
    ] as const) {
      await byPassword();
      await page.getByRole('link', { name: 'Recovery code' }).click();
      await page.getByLabel('Recovery code').fill(typed.toLowerCase());
      await press('Continue');
      await page.waitForLoadState();
      expect(path()).to.equal(lands);
    }
  });

  it('TOTP: the second step after the password', async () => {
    ahead += 60_000;
    await byPassword();
    await page.getByLabel('Code from the app').fill(code());
    await press('Continue');
    await page.waitForURL(at('/'));
  });

  it('a passkey is made, is the second step, and signs in without a password', async () => {
    await virtualKey(page);
    await page.goto(at('/profile/security/passkey'));
    await page.getByLabel('Name').fill('Work laptop');
    await press('Create passkey');
    await page.waitForURL('**/profile/security');
    await page.getByText('Work laptop').first().waitFor();

    await page.getByRole('link', { name: 'Rename Work laptop' }).click();
    await page.getByLabel('Name').fill('Old laptop');
    await press('Save');
    await page.waitForURL('**/profile/security');
    await page.getByText('It is called Old laptop now.').waitFor();

    await byPassword();
    await page.waitForURL('**/sign-in/second');
    await press('Use passkey');
    await page.waitForURL(at('/'));

    await start();
    await press('Use a passkey');
    await page.waitForURL(at('/'));
    const log = await t.app.db.query<{ method: string; result: string }>('SELECT method, result FROM core_sign_ins ORDER BY id DESC LIMIT 2');
    expect(log.map(({ method, result }) => `${method} ${result}`)).to.deep.equal(['passkey ok', 'passkey ok']);
  });

  it('a passkey whose counter went back, as that of a copy, is refused', async () => {
    await t.app.db.run("UPDATE core_factors SET counter = 4000000 WHERE kind = 'passkey'");
    await start();
    await press('Use a passkey');
    await page.locator('.error-summary, .errors, [role=alert]').first().waitFor();
    expect(path()).to.equal('/sign-in/passkey');
    await t.app.db.run("UPDATE core_factors SET counter = 0 WHERE kind = 'passkey'");
  });

  it('a dangerous act is confirmed by the passkey', async () => {
    await start();
    await press('Use a passkey');
    await page.waitForURL(at('/'));
    ahead += 11 * 60_000;
    await page.goto(at('/profile/security/totp'));
    expect(path()).to.equal('/confirm');
    await page.getByRole('link', { name: 'Passkey' }).click();
    await press('Use passkey');
    await page.waitForURL('**/profile/security/totp');
  });

  it('nothing was blocked by the content security policy', () => {
    expect(person.problems.filter((line) => !/status of (401|422)/.test(line))).to.deep.equal([]);
  });
});
