import { expect } from 'chai';
import { createTestApp, password, system, type TestApp } from '../../support/app.js';
import type { Answer, Client } from '../../support/client.js';
import { startOidcServer } from '../../support/oidc-server.js';

const ticked = { active: 'true', trust_email: 'true' };

describe("A customer's own sign-in service", function () {
  this.timeout(30_000);
  let t: TestApp;
  let oidc: Awaited<ReturnType<typeof startOidcServer>>;
  let admin: Client;
  let alder: { id: number };
  let birch: { id: number };
  let id: number;
  const base = () => `/customers/${alder.id}/sign-in`;
  const fields = (more: Record<string, string> = {}) => ({
    name: 'Alder login',
    issuer: oidc.issuer,
    ...oidc.client,
    domains: 'person.test',
    ...ticked,
    ...more,
  });
  before(async () => {
    t = await createTestApp({ config: { outgoing: { allow: ['loopback'] } } });
    oidc = await startOidcServer([t.app.sites.url('portal', '/sign-in/sso/callback')]);
    admin = await t.client('staff', await t.make.staff('administrator'));
    alder = await t.make.customer('Alder');
    birch = await t.make.customer('Birch');
    await admin.get(`${base()}/new?preset=other`);
    const made = await admin.post(`${base()}/new`, fields());
    expect(made.status, made.text.slice(0, 4000)).to.equal(303);
    id = Number(made.location?.split('/').at(-1));
  });
  after(async () => {
    await t.close();
    await oidc.stop();
  });

  const path = (url: string): string => new URL(url).pathname + new URL(url).search;
  async function signIn(client: Client): Promise<Answer> {
    const start = await client.get(`/sign-in/sso/${id}?next=/orders`);
    return start.status === 303 ? client.get(path(await oidc.authorize(start.location!))) : start;
  }
  async function comes(sub: string, email: string): Promise<{ answer: Answer; client: Client }> {
    oidc.state.person = { sub, email };
    const client = await t.client('portal');
    return { answer: await signIn(client), client };
  }

  it('is found by the domain of the address that is typed, and by nothing else', async () => {
    const client = await t.client('portal');
    const page = await client.get('/sign-in?next=/orders');
    expect(page.text).to.contain('Sign in with your organization').and.not.contain('Alder');
    const find = await client.get('/sign-in/sso?next=/orders');
    expect(find.text).not.to.contain('Alder');
    const none = await client.post('/sign-in/sso', { email: 'somebody@unknown.test', next: '/orders' });
    expect([none.status, none.text.includes('No organization signs in with this address'), none.text.includes('value="somebody@unknown.test"')]).to.deep.equal([
      422,
      true,
      true,
    ]);
    const found = await client.post('/sign-in/sso', { email: 'Nils@Person.test', next: '/orders' });
    expect(found.headers.get('refresh')).to.equal(`0; url=/sign-in/sso/${id}?next=%2Forders`);
    expect((await (await t.client('staff')).get('/sign-in')).text).not.to.contain('your organization');
    expect((await (await t.client('staff')).get(`/sign-in/sso/${id}`)).status).to.equal(404);
  });

  it('lets in people who have a live access to this customer only', async () => {
    const own = await t.make.access(alder.id);
    const foreign = await t.make.access(birch.id);
    const { answer, client } = await comes('own', own.email);
    expect(answer.location).to.equal('/orders');
    expect((await client.get('/orders')).status).to.equal(200);
    for (const stranger of [foreign.email, 'nobody@person.test'])
      expect((await comes(`x-${stranger}`, stranger)).answer.text, stranger).to.contain('There is no active access');
    expect((await comes('outside', 'outside@elsewhere.test')).answer.status).to.equal(403);

    // The access ends, and with it the way in; another person of the same name does not get it back.
    await admin.post(`/customers/${alder.id}/accesses/${own.accessId}/disable`);
    expect((await signIn(await t.client('portal'))).status).to.equal(403);
    oidc.state.person = { sub: 'own', email: own.email };
    expect((await signIn(await t.client('portal'))).status).to.equal(403);
    await admin.post(`/customers/${alder.id}/accesses/${own.accessId}/enable`);
    expect((await signIn(await t.client('portal'))).location).to.equal('/orders');
  });

  it('A1 whoever also reaches another customer does not come in by it: its administrators could sign in as them', async () => {
    const name = 'Abel Both';
    const both = await t.make.access(alder.id, { name });
    expect((await comes('both', both.email)).answer.location).to.equal('/orders');
    await t.make.access(birch.id, { name });
    expect((await comes('both', both.email)).answer.status).to.equal(403);
  });

  it('an invited person registers with it; a disabled customer keeps everybody out', async () => {
    const account = await t.app.accounts.create(system, { kind: 'customer', name: 'Ida', email: 'ida@person.test' });
    expect((await comes('ida', 'ida@person.test')).answer.status, 'without an access').to.equal(403);
    await admin.get(`/customers/${alder.id}/accesses/new`);
    await admin.post(`/customers/${alder.id}/accesses/new`, {
      name: 'Ida',
      email: 'ida@person.test',
      mobile: '',
      options: 'desk.order.read',
      all_installations: 'true',
    });
    expect((await comes('ida', 'ida@person.test')).answer.location).to.equal('/orders');
    expect((await t.app.accounts.get(account.id))?.status).to.equal('active');
    await admin.post(`/customers/${alder.id}/status`, { status: 'disabled' });
    expect((await comes('ida', 'ida@person.test')).answer.status).to.equal(403);
    await admin.post(`/customers/${alder.id}/status`, { status: 'active' });
  });

  it('password sign-in off holds for its own people only', async () => {
    const own = await t.make.access(alder.id);
    const foreign = await t.make.access(birch.id);
    for (const one of [own, foreign]) await t.make.password(one.id);
    expect((await admin.post(`${base()}/${id}`, fields({ client_secret: '', password_off: 'true' }))).status).to.equal(303);
    expect((await (await t.client('portal')).post('/sign-in', { login: own.email, password })).text).to.contain('signs in with Alder login');
    expect((await (await t.client('portal')).post('/sign-in', { login: foreign.email, password })).status).to.equal(303);
    await admin.post(`${base()}/${id}`, fields({ client_secret: '' }));
  });

  it('says per field what is wrong and keeps what was typed; a domain leads to one service only', async () => {
    await admin.get(`/customers/${birch.id}/sign-in/new?preset=entra`);
    const wrong = await admin.post(`/customers/${birch.id}/sign-in/new`, fields({ name: 'Birch login', issuer: 'login.birch', domains: 'not a domain!' }));
    expect([
      wrong.status,
      wrong.text.includes('value="Birch login"'),
      wrong.text.includes('such as https://login.example.com'),
      wrong.text.includes('Enter domains such as'),
    ]).to.deep.equal([422, true, true, true]);
    const taken = await admin.post(`/customers/${birch.id}/sign-in/new`, fields({ name: 'Birch login' }));
    expect(taken.text).to.contain('person.test already belongs to another');
    expect((await admin.post(`/customers/${birch.id}/sign-in/new`, fields({ domains: '' }))).text).to.contain('Enter at least one domain');
  });

  it('the test shows the real answer: of the service, of one that is none, of an address that is not allowed', async () => {
    expect((await admin.post(`${base()}/${id}/test`)).text)
      .to.contain(`${oidc.issuer}/auth`)
      .and.contain('answered as OpenID Connect asks');
    await admin.get(`/customers/${birch.id}/sign-in/new?preset=other`);
    const made = await admin.post(`/customers/${birch.id}/sign-in/new`, fields({ issuer: `${t.staffUrl}/nothing`, domains: 'birch.test' }));
    const bad = await admin.post(`${made.location}/test`);
    expect(bad.text).to.contain('did not answer as it should');
    await admin.post(made.location!, fields({ issuer: 'https://10.1.2.3', domains: 'birch.test', client_secret: '' }));
    expect((await admin.post(`${made.location}/test`)).text).to.contain('10.1.2.3 is a private address');
    expect((await admin.post(`${made.location}/delete`)).status).to.equal(303);
  });

  it('stands under its own customer only, for those who manage accesses there', async () => {
    expect((await admin.get(`/customers/${birch.id}/sign-in/${id}`)).status).to.equal(404);
    expect((await admin.post(`/customers/${birch.id}/sign-in/${id}/delete`)).status).to.equal(404);
    expect((await admin.get(`/settings/single-sign-on/${id}`)).status).to.equal(404);
    expect((await admin.get('/settings/single-sign-on')).text).not.to.contain('Alder login');
    expect((await admin.get(base())).text).to.contain('Alder login');
  });

  it('the need for a second factor is switched here, once, and recorded', async () => {
    for (const required of ['true', 'true', '']) await admin.post(`${base()}/second-factor`, { required });
    const rows = await t.app.db.query("SELECT id FROM core_audit WHERE action = 'customers.customer.second-factor-changed'");
    expect(rows).to.have.length(2);
  });

  it('deleting it ends the way in', async () => {
    const own = await t.make.access(alder.id);
    const { client } = await comes('last', own.email);
    expect((await client.get('/orders')).status).to.equal(200);
    await admin.post(`${base()}/${id}/delete`);
    expect((await client.get('/orders')).status).to.equal(302);
    expect((await comes('last', own.email)).answer.status).to.equal(404);
    expect((await (await t.client('portal')).get('/sign-in')).text).not.to.contain('your organization');
  });
});
