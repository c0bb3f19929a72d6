import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { Factors } from '../../../core/accounts/factors/models.js';
import type { Account } from '../../../core/accounts/types.js';
import { createTestApp, password, system, type TestApp } from '../../support/app.js';
import type { Answer, Client } from '../../support/client.js';
import { startForger } from '../../support/oidc-forger.js';
import { startOidcServer } from '../../support/oidc-server.js';

const ticked = { active: 'true' };

describe('Single sign-on of staff', function () {
  this.timeout(30_000);
  let t: TestApp;
  let oidc: Awaited<ReturnType<typeof startOidcServer>>;
  let admin: Client;
  let boss: Account;
  let id: number;
  before(async () => {
    t = await createTestApp({ config: { outgoing: { allow: ['loopback'] } } });
    const callback = (site: string) => t.app.sites.url(site, '/sign-in/sso/callback');
    oidc = await startOidcServer([callback('staff'), callback('portal')]);
    boss = await t.make.staff('administrator');
    admin = await t.client('staff', boss);
    await admin.get('/settings/single-sign-on/new?preset=other');
    const made = await admin.post('/settings/single-sign-on/new', {
      name: 'Corporate',
      kind: 'staff',
      issuer: oidc.issuer,
      ...oidc.client,
      domains: '',
      ...ticked,
    });
    id = Number(made.location?.split('/').at(-1));
  });
  after(async () => {
    await t.close();
    await oidc.stop();
  });

  const path = (url: string): string => new URL(url).pathname + new URL(url).search;
  async function signIn(client: Client, next = '/profile', providerId = id): Promise<Answer> {
    const start = await client.get(`/sign-in/sso/${providerId}?next=${encodeURIComponent(next)}`);
    if (start.status !== 303) return start;
    return client.get(path(await oidc.authorize(start.location!)));
  }
  const refusals = async (): Promise<string[]> =>
    (await t.app.db.query<{ after: string }>("SELECT * FROM core_audit WHERE action = 'core.provider.refused' ORDER BY id")).map((row) => JSON.stringify(row));
  const change = (values: Record<string, string>) =>
    admin.post(`/settings/single-sign-on/${id}`, {
      name: 'Corporate',
      kind: 'staff',
      issuer: oidc.issuer,
      client_id: 'portico',
      client_secret: '',
      domains: '',
      ...ticked,
      ...values,
    });

  it('a person of staff signs in by the button, is linked by the verified address, and comes to the page that was asked for', async () => {
    const anna = await t.make.staff('agent');
    oidc.state.person = { sub: 'anna-1', email: anna.email.toUpperCase(), email_verified: true };
    const client = await t.client('staff');
    const page = await client.get('/sign-in?next=/customers');
    expect(page.text).to.contain(`/sign-in/sso/${id}?next&#x3D;%2Fcustomers`).and.contain('Sign in with Corporate');
    expect((await signIn(client, '/customers')).location).to.equal('/customers');
    expect((await client.get('/customers')).status).to.equal(200);
    expect((await client.get('/profile')).text)
      .to.contain('Linked sign-in services')
      .and.contain('Corporate');
    // The link holds on to the person, not to the address.
    oidc.state.person = { sub: 'anna-1', email: 'another@elsewhere.test', email_verified: false };
    const again = await t.client('staff');
    expect((await signIn(again)).location).to.equal('/profile');
    expect((await again.get('/profile')).text).to.contain(anna.name);
    const [count] = await t.app.db.query<{ n: number }>("SELECT COUNT(*) AS n FROM core_audit WHERE action = 'core.identity.linked'");
    expect(Number(count?.n)).to.equal(1);
  });

  it('B4 an unverified address links nobody, unless the service is trusted within its own domains', async () => {
    const bea = await t.make.staff('agent');
    for (const claim of [{ email_verified: false }, {}]) {
      oidc.state.person = { sub: 'bea', email: bea.email, ...claim };
      const client = await t.client('staff');
      const answer = await signIn(client);
      expect([answer.status, answer.text.includes('has not verified the address')]).to.deep.equal([403, true]);
      expect((await client.get('/profile')).status).to.equal(302);
    }
    expect((await change({ trust_email: 'true' })).status).to.equal(422);
    expect((await change({ trust_email: 'true', domains: 'staff.test' })).status).to.equal(303);
    expect((await signIn(await t.client('staff'))).location).to.equal('/profile');
    // Outside of the domains nothing is believed, verified or not.
    oidc.state.person = { sub: 'eve', email: 'eve@other.test', email_verified: true };
    expect((await signIn(await t.client('staff'))).text).to.contain('do not sign in with this service');
    await change({});
    expect((await refusals()).at(-1)).to.contain('sso_domain');
  });

  it('who has no account, no address, or a disabled account stays out and reads why', async () => {
    const carl = await t.make.staff('agent');
    oidc.state.person = { sub: 'carl', email: carl.email, email_verified: true };
    const client = await t.client('staff');
    expect((await signIn(client)).location).to.equal('/profile');
    await t.app.accounts.disable(system, carl.id);
    expect((await client.get('/profile')).status).to.equal(302);
    expect((await signIn(await t.client('staff'))).status).to.equal(403);
    await t.app.accounts.enable(system, carl.id);
    expect((await t.app.accounts.get(carl.id))?.status, 'an account without a password that has signed in before').to.equal('active');
    expect((await signIn(await t.client('staff'))).location).to.equal('/profile');

    oidc.state.person = { sub: 'unknown', email: 'unknown@staff.test', email_verified: true };
    expect((await signIn(await t.client('staff'))).text).to.contain('There is no active access for unknown@staff.test');
    oidc.state.person = { sub: 'mute' };
    expect((await signIn(await t.client('staff'))).text).to.contain('did not tell your e-mail address');
    oidc.state.person = null;
    expect((await signIn(await t.client('staff'))).text).to.contain('was cancelled');
  });

  it('an invited person registers with it; accounts are made only where a role is chosen for them', async () => {
    const dora = await t.app.accounts.create(system, { kind: 'staff', name: 'Dora', email: 'dora@staff.test', roles: ['agent'] });
    await t.app.accounts.invite(system, dora.id, 'staff');
    oidc.state.person = { sub: 'dora', email: 'dora@staff.test', email_verified: true };
    expect((await signIn(await t.client('staff'))).location).to.equal('/profile');
    expect((await t.app.accounts.invitation(dora.id)).status).to.equal('accepted');

    oidc.state.person = { sub: 'newcomer', email: 'newcomer@staff.test', email_verified: true, name: 'New Comer' };
    expect((await signIn(await t.client('staff'))).status).to.equal(403);
    expect((await change({ create_role: 'nonsense' })).status).to.equal(422);
    await change({ create_role: 'agent' });
    const client = await t.client('staff');
    expect((await signIn(client, '/customers')).location).to.equal('/customers');
    expect((await client.get('/settings/accounts')).status).to.equal(403);
    expect(await t.app.accounts.findByEmail('staff', 'newcomer@staff.test')).to.include({ name: 'New Comer', status: 'active' });
    await change({});
  });

  it('B3 a forged, foreign, replayed or late answer signs nobody in', async () => {
    const gina = await t.make.staff('agent');
    oidc.state.person = { sub: 'gina', email: gina.email, email_verified: true };
    const [client, other] = [await t.client('staff'), await t.client('staff')];
    const start = await client.get(`/sign-in/sso/${id}`);
    const back = path(await oidc.authorize(start.location!));
    const forged = back.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`);
    for (const [who, way, what] of [
      [client, forged, 'forged state'],
      [client, back.replace(/state=[^&]+/, 'state='), 'empty state'],
      [client, `${back}&state=x`.replace(/state=([^&]+)(.*)&state=x/, 'state=x$2&state=$1'), 'two states'],
      [other, back, 'another browser'],
    ] as const)
      expect((await who.get(way)).status, what).to.equal(400);
    // One browser's cookie with another browser's state.
    await other.get(`/sign-in/sso/${id}`);
    expect((await other.get(back)).status).to.equal(400);
    expect((await client.get(back)).location).to.equal('/');
    expect((await client.get(back)).status, 'replayed').to.equal(400);

    const late = await client.get(`/sign-in/sso/${id}`);
    const lateBack = path(await oidc.authorize(late.location!));
    await t.app.db.run('UPDATE core_sign_in_attempts SET expires_at = ?', [new Date(Date.now() - 1000)]);
    expect((await (await freshCookie(client)).get(lateBack)).status, 'late').to.equal(400);

    const wrong = await client.get(`/sign-in/sso/${id}`);
    const wrongBack = path(await oidc.authorize(wrong.location!)).replace(/code=[^&]+/, 'code=stolen');
    expect((await client.get(wrongBack)).status, 'wrong code').to.equal(403);
    // A code that somebody else got for another attempt: PKCE binds it.
    const first = path(await oidc.authorize((await client.get(`/sign-in/sso/${id}`)).location!));
    const second = path(await oidc.authorize((await client.get(`/sign-in/sso/${id}`)).location!));
    const codeOf = (url: string) => /code=([^&]+)/.exec(url)![1]!;
    expect((await client.get(first.replace(codeOf(first), codeOf(second)))).status, 'injected code').to.equal(403);
    const rows = JSON.stringify(await t.app.db.query('SELECT * FROM core_sign_in_attempts'));
    expect(rows).not.to.contain(client.cookies.get('portico-staff-sso') ?? 'none');
  });
  const freshCookie = async (client: Client): Promise<Client> => {
    const fresh = await t.client('staff');
    for (const [name, value] of client.cookies) if (name.endsWith('-sso')) fresh.cookies.set(name, value);
    return fresh;
  };

  it('comes back to local paths only', async () => {
    const hugo = await t.make.staff('agent');
    oidc.state.person = { sub: 'hugo', email: hugo.email, email_verified: true };
    for (const next of ['https://evil.test/', '//evil.test', '/\\evil.test', 'javascript:alert(1)'])
      expect((await signIn(await t.client('staff'), next)).location, next).to.equal('/');
  });

  it('wrong issuer, audience, nonce, key, time or no signature at all are refused; the right ones pass', async () => {
    const forger = await startForger();
    try {
      const gone = await t.make.staff('agent');
      const provider = await t.app.sso.providers.create(system, null, {
        name: 'Forger',
        kind: 'staff',
        issuer: forger.issuer,
        client_id: 'portico',
        client_secret: 'x',
        domains: [],
        trust_email: false,
        second_factor: false,
        password_off: false,
        create_role: null,
        active: true,
      });
      const attempt = async (claims: (nonce: string) => Record<string, unknown>, more: Partial<typeof forger.state> = {}): Promise<number> => {
        Object.assign(forger.state, { claims: {}, foreignKey: false, unsigned: false }, more);
        const client = await t.client('staff');
        const start = new URL((await client.get(`/sign-in/sso/${provider.id}`)).location!);
        const nonce = start.searchParams.get('nonce')!;
        forger.state.claims = { nonce, email: gone.email, ...claims(nonce) };
        return (await client.get(`/sign-in/sso/callback?code=any&state=${start.searchParams.get('state')}`)).status;
      };
      const now = Math.floor(Date.now() / 1000);
      expect(await attempt(() => ({ iss: 'https://evil.test' })), 'issuer').to.equal(403);
      expect(await attempt(() => ({ aud: 'another' })), 'audience').to.equal(403);
      expect(await attempt(() => ({ aud: ['portico', 'another'] })), 'audience without azp').to.equal(403);
      expect(await attempt(() => ({ nonce: 'another' })), 'nonce').to.equal(403);
      expect(await attempt(() => ({ nonce: undefined })), 'no nonce').to.equal(403);
      expect(await attempt(() => ({ exp: now - 3600, iat: now - 7200 })), 'expired').to.equal(403);
      expect(await attempt(() => ({}), { foreignKey: true }), 'key').to.equal(403);
      expect(await attempt(() => ({}), { unsigned: true }), 'alg none').to.equal(403);
      expect(await attempt(() => ({ sub: '' })), 'no subject').to.equal(403);
      expect(await attempt(() => ({})), 'as it should be').to.equal(303);
      await t.app.sso.providers.remove(system, null, provider.id);
    } finally {
      await forger.stop();
    }
  });

  it('password sign-in off: people of the domain use the service only; administrators keep their password', async () => {
    const ivan = await t.make.staff('agent');
    for (const one of [ivan, boss]) await t.make.password(one.id);
    await change({ domains: 'staff.test', password_off: 'true' });
    const client = await t.client('staff');
    const refused = await client.post('/sign-in', { login: ivan.email, password });
    expect([refused.status, refused.text.includes('Your organization signs in with Corporate')]).to.deep.equal([422, true]);
    // Who does not know the password learns nothing.
    expect((await client.post('/sign-in', { login: ivan.email, password: 'wrong' })).status).to.equal(401);
    expect((await client.post('/sign-in', { login: boss.email, password })).status).to.equal(303);
    await t.app.credentials.sendReset({ kind: 'staff', email: ivan.email, site: 'staff' });
    const resets = await t.app.db.query("SELECT id FROM core_outbox WHERE template = 'core.password-reset' AND account_id = ?", [ivan.id]);
    expect(resets).to.have.length(0);
    await change({});
    expect((await (await t.client('staff')).post('/sign-in', { login: ivan.email, password })).status).to.equal(303);
  });

  it('whoever came by it shows with it once more who they are; another person does not do', async () => {
    const kim = await t.make.staff('administrator');
    oidc.state.person = { sub: 'kim', email: kim.email, email_verified: true };
    const client = await t.client('staff');
    await signIn(client);
    await t.app.db.run('UPDATE core_sessions SET confirmed_at = ? WHERE account_id = ?', [new Date(Date.now() - 3_600_000), kim.id]);
    await t.app.sessions.refresh();
    const asked = await client.get('/settings/single-sign-on/new');
    expect(asked.location).to.match(/^\/confirm\?next=/);
    expect((await client.get(asked.location!)).text).to.contain('Confirm with Corporate');
    const confirm = async () =>
      client.get(path(await oidc.authorize((await client.get(`/sign-in/sso/${id}?confirm=1&next=/settings/single-sign-on/new`)).location!)));
    oidc.state.person = { sub: 'anna-1', email: 'another@elsewhere.test' };
    expect((await confirm()).text).to.contain('as another person');
    expect((await client.get('/settings/single-sign-on/new')).status).to.equal(302);
    oidc.state.person = { sub: 'kim', email: kim.email, email_verified: true };
    expect((await confirm()).location).to.equal('/settings/single-sign-on/new');
    expect((await client.get('/settings/single-sign-on/new')).status).to.equal(200);
  });

  it('goes on to the second step, unless the service counts as second factor; refusals stand in the log of sign-ins', async () => {
    const nora = await t.make.staff('agent');
    await t.app.db.of(Factors).create({ account_id: nora.id, kind: 'email', name: 'Code by e-mail', created_at: new Date() });
    oidc.state.person = { sub: 'nora', email: nora.email, email_verified: true };
    const client = await t.client('staff');
    expect((await signIn(client)).location).to.equal('/sign-in/second');
    expect((await client.get('/profile')).status).to.equal(302);
    await change({ second_factor: 'true' });
    expect((await signIn(client, '/customers')).location).to.equal('/customers');
    await change({});
    const log = (await admin.get('/settings/sign-ins')).text;
    expect(log).to.contain('Single sign-on').and.contain('not accepted from the sign-in service');
  });

  it('by REST: the same services and rules, without the secret; a token alone changes nothing', async () => {
    await admin.get('/profile');
    const made = await admin.api('POST', '/identity-providers', {
      name: 'By API',
      issuer: 'https://login.example.test',
      clientId: 'x',
      clientSecret: 'canary-api',
      domains: ['api.test'],
      active: true,
    });
    expect(made.status, made.text).to.equal(201);
    const { id: own } = made.json() as { id: number };
    expect(made.json()).to.deep.include({ kind: 'staff', hasSecret: true, domains: ['api.test'], trustEmail: false });
    const put = await admin.api('PUT', `/identity-providers/${own}`, {
      name: 'Renamed',
      issuer: 'https://login.example.test',
      clientId: 'x',
      trustEmail: true,
      domains: 'api.test other.test',
      active: false,
    });
    expect(put.json()).to.deep.include({ name: 'Renamed', hasSecret: true, trustEmail: true, active: false, domains: ['api.test', 'other.test'] });
    expect((await admin.api('GET', '/identity-providers')).text)
      .to.contain('Renamed')
      .and.not.contain('canary');
    const token = await t.app.tokens.create(accountActor(boss), { name: 'Script', days: 1, permissions: null, readOnly: false });
    const headers = { authorization: `Bearer ${token.secret}`, 'content-type': 'application/json' };
    const script = (method: string) => fetch(`${t.staffUrl}/api/v1/identity-providers/${own}`, { method, headers });
    expect([(await script('GET')).status, (await script('DELETE')).status]).to.deep.equal([200, 403]);
    expect((await admin.api('POST', '/identity-providers', { name: '', issuer: 'x', clientId: 'x' })).status).to.equal(422);
    expect((await admin.api('GET', `/identity-providers/${own}/description`)).json()).to.deep.include({ ok: false });
    expect((await admin.api('DELETE', `/identity-providers/${own}`)).status).to.equal(204);
    expect((await admin.api('GET', `/identity-providers/${own}`)).status).to.equal(404);
    expect((await (await t.client('staff', await t.make.staff('agent'))).api('GET', '/identity-providers')).status).to.equal(403);
  });

  it('a link can be taken away by its owner only', async () => {
    const lea = await t.make.staff('agent');
    oidc.state.person = { sub: 'lea', email: lea.email, email_verified: true };
    const client = await t.client('staff');
    await signIn(client);
    const link = /\/profile\/identities\/(\d+)\/unlink/.exec((await client.get('/profile')).text)?.[0] ?? '';
    expect((await admin.post(link)).status).to.equal(404);
    expect((await client.post(link)).location).to.equal('/profile');
    expect((await client.get('/profile')).text).not.to.contain('Linked sign-in services');
  });

  it('switching a service off, or deleting it, signs out those who came by it and ends the way in; the secret is never shown', async () => {
    const max = await t.make.staff('agent');
    oidc.state.person = { sub: 'max', email: max.email, email_verified: true };
    const client = await t.client('staff');
    await signIn(client);
    await change({ active: '' });
    expect((await client.get('/profile')).status).to.equal(302);
    expect((await client.get(`/sign-in/sso/${id}`)).status).to.equal(404);
    expect((await client.get('/sign-in')).text).not.to.contain('Corporate');
    await change({});
    await signIn(client);
    const page = await admin.get(`/settings/single-sign-on/${id}`);
    expect(page.text).to.contain('Saved. Leave empty to keep it').and.not.contain('canary');
    expect((await admin.get('/settings/audit')).text).not.to.contain('canary');
    expect(JSON.stringify(await t.app.db.query('SELECT * FROM core_identity_providers'))).not.to.contain('canary');
    expect((await admin.post(`/settings/single-sign-on/${id}/delete`)).location).to.equal('/settings/single-sign-on');
    expect((await client.get('/profile')).status).to.equal(302);
    expect((await client.get(`/sign-in/sso/${id}`)).status).to.equal(404);
    expect(await t.app.db.query('SELECT id FROM core_identities')).to.have.length(0);
  });
});
