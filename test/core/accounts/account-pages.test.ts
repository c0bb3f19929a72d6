import { expect } from 'chai';
import type { Client } from '../../support/client.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { goodPassword } from './accounts-world.js';

const setupForm = {
  companyName: 'Fjord Service',
  name: 'Anna Lind',
  email: 'anna@example.com',
  password: goodPassword,
  again: goodPassword,
  language: 'en',
  timeZone: 'Europe/Stockholm',
};

describe('Account pages', function () {
  this.timeout(60_000);
  let world: TestApp;
  let admin: Client;
  before(async () => (world = await createTestApp()));
  after(() => world.close());

  /** The path of the link in the newest mail. */
  async function mailedPath(): Promise<string> {
    const [row] = await world.app.db.query<{ link: string }>('SELECT link FROM core_outbox WHERE link IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1');
    return new URL(row?.link ?? '').pathname;
  }

  it('E1 set-up: sign-in leads there until it is done with the code, and then it does not exist any more', async () => {
    const client = await world.client('staff');
    expect((await client.get('/sign-in')).location).to.equal('/setup');
    const page = await client.get('/setup');
    expect(page.status).to.equal(200);
    expect(page.headers.get('cache-control')).to.equal('no-store');
    const wrong = await client.post('/setup', { ...setupForm, code: '2222-2222-2222' });
    expect(wrong.status).to.equal(422);
    expect(wrong.text).to.contain('value="Fjord Service"').and.contain('This is not the current setup code');
    expect(wrong.text).not.to.contain(goodPassword);
    const differing = await client.post('/setup', { ...setupForm, code: '1', again: 'different' });
    expect(differing.text).to.contain('The two passwords are not the same');
    const code = await world.app.setup.code();
    const done = await client.post('/setup', { ...setupForm, code });
    expect([done.status, done.location]).to.deep.equal([303, '/']);
    expect((await client.get('/')).text)
      .to.contain('Anna')
      .and.contain('Fjord Service');
    for (const answer of [await client.get('/setup'), await client.post('/setup', { ...setupForm, code })]) expect(answer.status).to.equal(404);
    admin = client;
  });

  it('sign-in leads to where the person wanted to go, but never to another site', async () => {
    for (const [next, goal] of [
      ['/settings/accounts?q=a', '/settings/accounts?q=a'],
      ['https://evil.example/', '/'],
      ['//evil.example', '/'],
      ['/\\evil.example', '/'],
      ['/sign-in', '/'],
      ['javascript:alert(1)', '/'],
    ] as const) {
      const client = await world.client('staff');
      await client.get(`/sign-in?next=${encodeURIComponent(next)}`);
      const answer = await client.post('/sign-in', { login: 'anna@example.com', password: goodPassword, next });
      expect([answer.status, answer.location], next).to.deep.equal([303, goal]);
    }
  });

  it('B1 a failed sign-in has one shape whatever was sent, and keeps the name but not the password', async () => {
    const bodies: Record<string, string | string[]>[] = [
      { login: 'nobody@example.com', password: 'wrong-secret-1' },
      { login: 'anna@example.com', password: 'wrong-secret-2' },
      { login: 'anna@example.com', password: ['a', 'b'] },
      { 'login[$ne]': 'x', 'password[$ne]': 'y' },
      { login: 'anna@example.com', password: '' },
      {},
    ];
    const shapes = new Set<string>();
    for (const body of bodies) {
      const client = await world.client('staff');
      const answer = await client.post('/sign-in', { ...body, next: '/' });
      expect(answer.status, JSON.stringify(body)).to.equal(401);
      expect(answer.text).not.to.contain('wrong-secret');
      if (typeof body['login'] === 'string') expect(answer.text).to.contain(`value="${body['login']}"`);
      shapes.add(answer.text.replace(/value="[^"]*@example\.com"/, 'value=""'));
    }
    expect(shapes.size).to.equal(1);
  });

  it('B2 too many failures: 429 with Retry-After, on the form itself', async () => {
    const client = await world.client('staff');
    let answer = await client.get('/sign-in');
    for (let i = 0; i < 11; i++) answer = await client.post('/sign-in', { login: 'ghost@example.com', password: 'wrong' });
    expect(answer.status).to.equal(429);
    expect(Number(answer.headers.get('retry-after'))).to.be.within(1, 900);
    expect(answer.text).to.contain('value="ghost@example.com"').and.contain('Too many attempts');
  });

  it('B2 a forgotten password: the answer is the same for known and unknown addresses; the link works once', async () => {
    const client = await world.client('staff');
    const known = await client.post('/forgot', { email: 'anna@example.com' });
    const unknown = await client.post('/forgot', { email: 'nobody@example.com' });
    expect([known.status, known.text]).to.deep.equal([unknown.status, unknown.text]);
    await world.app.jobs.idle();
    const path = await mailedPath();
    expect(path).to.match(/^\/reset\/[\w-]{43}$/);
    expect((await client.get(path)).text).to.contain('anna@example.com');
    expect((await client.post(path, { password: goodPassword, again: 'other' })).status).to.equal(422);
    expect((await client.post(path, { password: goodPassword, again: goodPassword })).location).to.equal('/');
    const again = await client.get(path);
    expect([again.status, /already/.test(again.text)]).to.deep.equal([410, true]);
    expect((await admin.get('/')).status, 'the session of before has ended').to.equal(302);
    admin = client;
  });

  it('staff is invited with a role, registers by the link, and is disabled', async () => {
    const invited = await admin.post('/settings/accounts/new', { name: 'Bo Berg', email: 'bo@example.com', role: 'agent', language: 'sv' });
    expect(invited.status).to.equal(303);
    const account = await admin.get(invited.location ?? '');
    expect(account.text).to.contain('Invited').and.contain('Bo Berg');
    const path = await mailedPath();
    const bo = await world.client('staff');
    const page = await bo.get(path);
    expect(page.text).to.contain('value="bo@example.com"').and.contain('Anna Lind').and.contain('Fjord Service');
    expect((await admin.get(invited.location ?? '')).text).to.contain('Invitation opened');
    expect((await bo.post(path, { userName: 'bo.berg', password: 'short', again: 'short', language: 'sv' })).text)
      .to.contain('value="bo.berg"')
      .and.contain('At least 8');
    expect((await bo.post(path, { userName: 'bo.berg', password: goodPassword, again: goodPassword, language: 'sv' })).location).to.equal('/');
    expect((await bo.get('/profile')).text).to.contain('Min profil');
    expect((await bo.get('/settings/accounts')).status).to.equal(403);
    expect((await admin.get('/settings/accounts?q=bo')).text)
      .to.contain('bo@example.com')
      .and.contain('Active');
    expect((await admin.post(`${invited.location}/invite`)).status).to.equal(409);
    expect((await admin.post(`${invited.location}/disable`)).status).to.equal(303);
    expect((await bo.get('/profile')).status).to.equal(302);
    expect((await admin.post(`${invited.location}/enable`)).status).to.equal(303);
    expect((await admin.post(invited.location ?? '', { roles: ['agent', 'administrator'], step: 'apply' })).status).to.equal(303);
    expect((await admin.post(invited.location ?? '', { roles: 'nonsense' })).status).to.equal(422);
    expect((await admin.get('/settings/roles')).text)
      .to.contain('Administrator')
      .and.contain('Agent');
    for (const missing of ['/settings/accounts/999999', '/settings/accounts/0']) expect((await admin.get(missing)).status).to.equal(404);
  });

  it('customers are no staff accounts', async () => {
    const customer = await world.app.accounts.create(system, { kind: 'customer', name: 'Kund', email: 'kund@example.com' });
    expect((await admin.get(`/settings/accounts/${customer.id}`)).status).to.equal(404);
    expect((await admin.post(`/settings/accounts/${customer.id}/disable`)).status).to.equal(404);
    expect((await admin.post(`/settings/accounts/${customer.id}`, { roles: 'administrator' })).status).to.equal(404);
  });

  it('dead links say what to do', async () => {
    const client = await world.client('staff');
    for (const path of ['/register/nothing', `/register/${'A'.repeat(43)}`, '/reset/0']) {
      const answer = await client.get(path);
      expect([answer.status, /does not work/.test(answer.text)], path).to.deep.equal([404, true]);
      expect((await client.post(path, { userName: 'abc', password: goodPassword, again: goodPassword, language: 'en' })).status).to.equal(404);
    }
    const late = await world.app.accounts.create(system, { kind: 'staff', name: 'Late', email: 'late@example.com' });
    await world.app.accounts.invite(system, late.id, 'staff');
    const path = await mailedPath();
    await world.app.accounts.invite(system, late.id, 'staff');
    const answer = await client.get(path);
    expect([answer.status, /has expired/.test(answer.text)]).to.deep.equal([410, true]);
  });

  it('B5 the profile: own data, own sessions, password, colors, sign-out', async () => {
    const other = await world.client('staff');
    await other.post('/sign-in', { login: 'anna@example.com', password: goodPassword });
    const page = await admin.get('/profile');
    const ends = [...page.text.matchAll(/\/profile\/sessions\/(\d+)\/end/g)].map((match) => match[1]);
    expect(ends.length).to.be.greaterThan(0);
    for (const id of ends) expect((await admin.post(`/profile/sessions/${id}/end`)).status).to.equal(303);
    expect((await other.get('/profile')).status).to.equal(302);
    expect((await admin.post('/profile/sessions/999999/end')).status).to.equal(404);
    expect((await admin.post('/profile', { name: 'Anna Lind-Å', mobile: '', language: 'de', timeZone: 'Europe/Berlin' })).status).to.equal(303);
    const german = await admin.get('/profile');
    expect(german.text).to.contain('Mein Profil').and.contain('Anna Lind-Å');
    expect((await admin.post('/profile', { name: '', mobile: 'x', language: 'xx', timeZone: 'Mars' })).status).to.equal(422);
    expect((await admin.post('/profile', { name: 'Anna', mobile: '', language: 'en', timeZone: 'Europe/Berlin' })).status).to.equal(303);
    expect((await admin.post('/profile/mode', { mode: 'dark' })).status).to.equal(303);
    expect((await admin.get('/profile')).text).to.contain('data-theme="dark"');
    const next = 'an entirely new sentence';
    expect((await admin.post('/profile/password', { current: 'wrong', password: next, again: next })).status).to.equal(422);
    const token = admin.cookieHeader;
    expect((await admin.post('/profile/password', { current: goodPassword, password: next, again: next })).location).to.equal('/profile');
    expect(admin.cookieHeader).not.to.equal(token);
    expect((await admin.get('/session/ping')).status).to.equal(204);
    await admin.get('/profile');
    expect((await admin.post('/sign-out')).location).to.equal('/sign-in');
    expect((await admin.get('/profile')).status).to.equal(302);
  });

  it('no page shows a missing text', async () => {
    const client = await world.client('staff', (await world.app.accounts.findByEmail('staff', 'anna@example.com')) ?? { id: 0 });
    for (const path of [
      '/profile',
      '/profile/password',
      '/settings/accounts',
      '/settings/accounts?q=nobody-there',
      '/settings/accounts/new',
      '/settings/accounts/1',
      '/settings/roles',
    ]) {
      const { text, status } = await client.get(path);
      expect(status, path).to.equal(200);
      expect(text.match(/>\s*([a-z]+:)?(accounts|profile|roles|role|permission|signIn|setup)\.[\w.]+\s*</g), path).to.equal(null);
    }
  });
});
