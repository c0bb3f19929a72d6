import { expect } from 'chai';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, type Person } from '../support/browser.js';
import { startOidcServer } from '../support/oidc-server.js';

describe('single sign-on in a real browser', function () {
  this.timeout(60_000);
  let t: TestApp;
  let oidc: Awaited<ReturnType<typeof startOidcServer>>;
  let person: Person;
  const rules = { trust_email: true, second_factor: false, password_off: false, create_role: null, active: true };
  before(async () => {
    t = await createTestApp({ config: { outgoing: { allow: ['loopback'] } } });
    const callback = (site: string) => t.app.sites.url(site, '/sign-in/sso/callback');
    oidc = await startOidcServer([callback('staff'), callback('portal')]);
    person = await openBrowser();
  });
  after(async () => {
    await person?.close();
    await t?.close();
    await oidc?.stop();
  });
  // The provider is on 127.0.0.1 and we are on localhost: two sites, as in real life.
  const address = (site: string, path: string): string => t.app.sites.url(site, path);

  it('a customer types the address at work, goes to the organization and comes back signed in to the page that was asked for', async () => {
    const customer = await t.make.customer('Alder');
    const anna = await t.make.access(customer.id);
    const input = { ...rules, name: 'Alder login', kind: 'customer' as const, issuer: oidc.issuer, domains: ['person.test'] };
    await t.app.sso.providers.create(system, `customers.customer:${customer.id}`, { ...input, ...oidc.client });
    oidc.state.person = { sub: 'anna', email: anna.email };
    const { page, problems } = person;
    await page.goto(address('portal', '/orders'));
    await page.getByRole('link', { name: 'Sign in with your organization' }).click();
    expect(await accessibility(page)).to.deep.equal([]);
    await page.getByLabel('E-mail').fill(anna.email);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(address('portal', '/orders'));
    expect(await page.getByRole('heading', { level: 1 }).textContent()).to.contain('rders');
    expect(problems).to.deep.equal([]);
  });

  it('staff press one button; who is refused reads why and gets back', async () => {
    const agent = await t.make.staff('agent');
    const input = { ...rules, name: 'Corporate', kind: 'staff' as const, issuer: oidc.issuer, domains: ['staff.test'] };
    await t.app.sso.providers.create(system, null, { ...input, ...oidc.client });
    const { page, context } = person;
    // The provider would remember who came before.
    await context.clearCookies();
    oidc.state.person = null;
    await page.goto(address('staff', '/sign-in'));
    await page.getByRole('link', { name: 'Sign in with Corporate' }).click();
    await page.getByText('was cancelled').waitFor();
    expect(await accessibility(page)).to.deep.equal([]);
    oidc.state.person = { sub: 'agent', email: agent.email };
    await page.getByRole('link', { name: 'Back to sign-in' }).click();
    await page.getByRole('link', { name: 'Sign in with Corporate' }).click();
    await page.waitForURL(address('staff', '/'));
    await page.goto(address('staff', '/profile'));
    await page.getByText('Linked sign-in services').waitFor();
  });
});
