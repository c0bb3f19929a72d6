import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import { createTestApp, password, system, type TestApp } from '../../support/app.js';
import type { Answer, Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import { openSocket } from '../../support/socket.js';

describe('Signing in, step by step', function () {
  this.timeout(120_000);
  let t: TestApp;
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const pass = (minutes: number) => void (ahead += minutes * 60_000);
  before(async () => (t = await createTestApp({ clock: { now: () => new Date(now()) } })));
  after(() => t.close());

  const codeOf = (key: string) => new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: now() });
  const signIn = (client: Client, email: string, more: Record<string, string> = {}) => client.post('/sign-in', { login: email, password, ...more });
  /** A member of staff with a password and an authenticator app. */
  async function withApp(role: 'agent' | 'administrator' = 'agent') {
    const account = await t.make.staff(role);
    await t.make.password(account.id);
    const client = await t.client('staff', account);
    const page = await client.get('/profile/security/totp');
    const key = /data-copy="([A-Z2-7]{32})"/.exec(page.text)?.[1] ?? '';
    const added = await client.post('/profile/security/totp', { code: codeOf(key) });
    expect(added.location).to.equal('/profile/security/codes');
    const made = await client.post('/profile/security/codes');
    const codes = [...made.text.matchAll(/<li><code>([A-Z0-9-]+)<\/code>/g)].map((match) => match[1] ?? '');
    expect(codes).to.have.length(10);
    pass(1);
    return { account, client, key, codes };
  }
  const signOut = async (client: Client) => {
    await client.get('/profile');
    expect((await client.post('/sign-out')).status).to.equal(303);
  };
  const isIn = async (client: Client): Promise<boolean> => (await client.get('/profile')).status === 200;
  const lastLog = async () =>
    (
      await t.app.db.query<{ account_id: number | null; method: string; result: string; reason: string | null }>(
        'SELECT * FROM core_sign_ins ORDER BY id DESC LIMIT 1',
      )
    )[0];
  async function mails(template: string): Promise<{ data: Record<string, string>; address: string | null; link: string | null }[]> {
    const rows = await t.app.db.query<{ data: string; address: string | null; link: string | null }>(
      'SELECT data, address, link FROM core_outbox WHERE template = ? ORDER BY created_at, id',
      [template],
    );
    return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as Record<string, string> }));
  }

  it('after the password comes the second step, and nothing is open before it', async () => {
    const { account, key } = await withApp();
    const client = await t.client('staff');
    const first = await signIn(client, account.email, { next: '/settings/about' });
    expect([first.status, first.location]).to.deep.equal([303, '/sign-in/second']);
    expect(client.cookies.has('portico-staff')).to.equal(false);
    expect(await isIn(client)).to.equal(false);
    const wrong = await client.post('/sign-in/second', { way: 'totp', code: '000000' });
    expect([wrong.status, /not right/.test(wrong.text)]).to.deep.equal([422, true]);
    expect(await lastLog()).to.include({ account_id: account.id, method: 'totp', result: 'failed', reason: 'code' });
    const pending = client.cookies.get('portico-staff-pending') ?? '';
    const done = await client.post('/sign-in/second', { way: 'totp', code: codeOf(key) });
    expect([done.status, done.location]).to.deep.equal([303, '/settings/about']);
    expect(await isIn(client)).to.equal(true);
    expect(await lastLog()).to.include({ account_id: account.id, method: 'totp', result: 'ok' });

    pass(1);
    const again = await t.client('staff');
    again.cookies.set('portico-staff-pending', pending);
    expect((await again.post('/sign-in/second', { way: 'totp', code: codeOf(key) })).location, 'a used one is dead').to.equal('/sign-in');
  });

  it('B3 a sign-in under way is dead without its cookie, on the other site, with a wrong way and after ten minutes', async () => {
    const { account, key } = await withApp();
    const client = await t.client('staff');
    await signIn(client, account.email);
    const pending = client.cookies.get('portico-staff-pending') ?? '';
    const portal = await t.client('portal');
    for (const [where, name, token] of [
      [await t.client('staff'), 'portico-staff-pending', ''],
      [await t.client('staff'), 'portico-staff-pending', '0'],
      [await t.client('staff'), 'portico-staff-pending', pending.toUpperCase()],
      [portal, 'portico-portal-pending', pending],
    ] as const) {
      where.cookies.set(name, token);
      expect((await where.post('/sign-in/second', { way: 'totp', code: codeOf(key) })).location, name).to.equal('/sign-in');
    }
    expect((await client.post('/sign-in/second', { way: 'email', code: codeOf(key) })).status, 'a way that the account has not falls back to its own').to.equal(
      303,
    );
    await signIn(client, account.email);
    pass(10);
    expect((await client.post('/sign-in/second', { way: 'totp', code: codeOf(key) })).location).to.equal('/sign-in');
  });

  it('a recovery code lets in once, and says how many are left', async () => {
    const { account, codes } = await withApp();
    const client = await t.client('staff');
    await signIn(client, account.email);
    expect((await client.get('/sign-in/second?way=recovery')).text)
      .to.contain('Recovery code')
      .and.not.contain('name="remember"');
    expect((await client.post('/sign-in/second', { way: 'recovery', code: codes[3] ?? '' })).status).to.equal(303);
    expect((await client.get('/profile')).text).to.contain('9 are left');
    const other = await t.client('staff');
    await signIn(other, account.email);
    expect((await other.post('/sign-in/second', { way: 'recovery', code: codes[3] ?? '' })).status).to.equal(422);
  });

  it('a code by e-mail is sent at once when it is the only way, and again on request after half a minute', async () => {
    const account = await t.make.staff();
    await t.make.password(account.id);
    const own = await t.client('staff', account);
    expect((await own.post('/profile/security/email', { code: 'ACDEFGHJ' })).status, 'nothing was sent yet').to.equal(422);
    await own.post('/profile/security/email/send');
    const newest = async () => (await mails('core.sign-in-code')).at(-1)?.data['code'] ?? '';
    expect((await own.post('/profile/security/email', { code: await newest() })).status).to.equal(303);
    const client = await t.client('staff');
    await signIn(client, account.email);
    const page = await client.get('/sign-in/second');
    expect(page.text).to.contain('Code from the e-mail');
    expect((await client.post('/sign-in/second/send')).status).to.equal(429);
    pass(1);
    const old = await newest();
    expect((await client.post('/sign-in/second/send')).location).to.equal('/sign-in/second?way=email');
    expect((await client.post('/sign-in/second', { way: 'email', code: old })).status).to.equal(422);
    expect((await client.post('/sign-in/second', { way: 'email', code: (await newest()).toLowerCase() })).status).to.equal(303);
    expect(await isIn(client)).to.equal(true);
  });

  it('a remembered browser is not asked again, until it is forgotten or the password is reset', async () => {
    const { account, key } = await withApp();
    const client = await t.client('staff');
    await signIn(client, account.email);
    await client.post('/sign-in/second', { way: 'totp', code: codeOf(key), remember: '1' });
    await signOut(client);
    expect((await signIn(client, account.email)).location).to.equal('/');
    expect(await lastLog()).to.include({ method: 'device', result: 'ok' });
    const page = await client.get('/profile/security');
    const id = /\/profile\/security\/devices\/(\d+)\/forget/.exec(page.text)?.[1];
    expect((await client.post(`/profile/security/devices/${id}/forget`)).status).to.equal(303);
    await signOut(client);
    expect((await signIn(client, account.email)).location).to.equal('/sign-in/second');
  });

  it('a link for a new password is only the first step', async () => {
    const { account, key } = await withApp();
    const client = await t.client('staff');
    await client.post('/forgot', { email: account.email });
    const link = new URL(await eventually(async () => (await mails('core.password-reset')).at(-1)?.link, 'the link'));
    const done = await client.post(link.pathname, { password: 'an entirely new sentence', again: 'an entirely new sentence' });
    expect(done.location).to.equal('/sign-in/second');
    expect((await client.post('/sign-in/second', { way: 'totp', code: codeOf(key) })).status).to.equal(303);
  });

  it('what must be confirmed can be confirmed by the password or by any factor', async () => {
    const { client, key } = await withApp();
    pass(11);
    await client.get('/session/ping');
    const asked = await client.get('/profile/security/totp');
    expect(asked.location).to.equal(`/confirm?next=${encodeURIComponent('/profile/security/totp')}`);
    const page = await client.get(asked.location ?? '');
    expect(page.text)
      .to.contain('type="password"')
      .and.match(/way(=|&#x3D;)totp/)
      .and.not.match(/way(=|&#x3D;)email/);
    expect((await client.post('/confirm', { way: 'email', code: 'ACDEFGHJ', next: '/profile/security/totp' })).status).to.equal(422);
    expect((await client.post('/confirm', { way: 'totp', code: '000000', next: '/profile/security/totp' })).status).to.equal(422);
    expect((await client.post('/confirm', { way: 'totp', code: codeOf(key), next: '/profile/security/totp' })).location).to.equal('/profile/security/totp');
    expect((await client.get('/profile/security/totp')).status).to.equal(200);
  });

  it('an account without password and factors confirms by a code to its address', async () => {
    const account = await t.make.staff();
    const client = await t.client('staff', account);
    pass(11);
    expect((await client.get('/profile/email')).location).to.contain('/confirm');
    expect((await client.get('/confirm')).text)
      .to.contain('Send code')
      .and.not.contain('type="password"');
    await client.post('/confirm/send', { next: '/profile/email' });
    const code = (await mails('core.sign-in-code')).at(-1)?.data['code'] ?? '';
    expect((await client.post('/confirm', { way: 'email', code, next: '/profile/email' })).location).to.equal('/profile/email');
    expect((await client.get('/profile/email')).status).to.equal(200);
  });

  it('the rule: a banner first; after the grace period only the pages where a factor is set up open, by page, REST and socket', async () => {
    const admin = await t.make.staff('administrator');
    await t.make.password(admin.id);
    const client = await t.client('staff', admin);
    expect((await client.get('/')).text).to.contain('requires a second step');
    const { socket } = await openSocket(client);
    expect(socket.connected).to.equal(true);
    await t.app.settings.change(system, { 'core.mfaGraceDays': 0 });
    await t.app.sessions.refresh();
    for (const path of ['/', '/settings/accounts', '/orders', '/profile', '/notifications', '/confirm-nothing']) {
      const answer = await client.get(path);
      expect([path, answer.status === 404 ? '/profile/security' : answer.location?.split('?')[0]]).to.deep.equal([path, '/profile/security']);
    }
    const api = await client.api('GET', '/desk/orders');
    expect([api.status, (api.json() as { code: string }).code]).to.deep.equal([403, 'factor_required']);
    expect((await client.post('/settings/modules/portal', {})).status).to.equal(302);
    expect((await client.post('/language', { language: 'en', next: '/' })).status).to.equal(303);
    const page = await client.get('/profile/security');
    expect(page.text).to.contain('Before anything else opens').and.not.contain('href="/settings/accounts"');
    expect(
      await openSocket(client).then(
        ({ close }) => (close(), 'open'),
        () => 'refused',
      ),
    ).to.equal('refused');

    const again = await t.client('staff');
    expect((await signIn(again, admin.email)).location).to.equal('/');
    expect((await again.get('/')).location).to.contain('/profile/security');
    const key = /data-copy="([A-Z2-7]{32})"/.exec((await again.get('/profile/security/totp')).text)?.[1] ?? '';
    await again.post('/profile/security/totp', { code: codeOf(key) });
    expect((await again.get('/')).status).to.equal(200);
    expect((await client.get('/')).location, 'the other browser starts anew').to.contain('/sign-in');
    await t.app.settings.change(system, { 'core.mfaGraceDays': 14 });
  });

  it('a customer can require it of everybody with a live access', async () => {
    const customer = await t.make.customer();
    const person = await t.make.access(customer.id);
    const other = await t.make.access((await t.make.customer()).id);
    await t.app.db.run('UPDATE customers_customers SET mfa_required = 1 WHERE id = ?', [customer.id]);
    expect((await (await t.client('portal', person)).get('/')).text).to.contain('requires a second step');
    expect((await (await t.client('portal', other)).get('/')).text).not.to.contain('requires a second step');
    await t.app.accounts.resetFactors(system, person.id);
  });

  it('B2 known and unknown accounts: the same answer, one log row each, and the typed name is kept nowhere', async () => {
    const account = await t.make.staff();
    await t.make.password(account.id);
    const secret = 'my-password-typed-as-name';
    const answer = await signIn(await t.client('staff'), secret);
    expect(answer.status).to.equal(401);
    expect(await lastLog()).to.include({ account_id: null, reason: 'unknown', result: 'failed' });
    expect(JSON.stringify(await t.app.db.query('SELECT * FROM core_sign_ins'))).not.to.contain(secret);
    const wrong = await (await t.client('staff')).post('/sign-in', { login: account.email, password: 'wrong' });
    expect(await lastLog()).to.include({ account_id: account.id, reason: 'password' });
    const shape = ({ status, text }: Answer) => [status, text.replace(/value="[^"]*"/g, '')];
    expect(shape(wrong)).to.deep.equal(shape(answer));
  });

  it('a new browser is told by mail unless the person does not want it; the same browser is not', async () => {
    const account = await t.make.staff();
    await t.make.password(account.id);
    const told = async () => (await mails('core.new-browser')).filter(({ data }) => data['name'] === account.name).length;
    const client = await t.client('staff');
    await signIn(client, account.email);
    expect(await told(), 'the first of all').to.equal(0);
    await signOut(client);
    await signIn(client, account.email);
    expect(await told(), 'the same browser').to.equal(0);
    await signIn(await t.client('staff'), account.email);
    expect(await told(), 'another one').to.equal(1);
    await client.get('/profile/security');
    expect((await client.post('/profile/security/notice', {})).status).to.equal(303);
    await signIn(await t.client('staff'), account.email);
    expect(await told(), 'not wanted').to.equal(1);
  });

  it('administrators reset the factors of staff, not of customers', async () => {
    const { account } = await withApp();
    const admin = await t.client('staff', await t.make.staff('administrator'));
    expect((await admin.get(`/settings/accounts/${account.id}`)).text).to.contain('Authenticator app');
    expect((await admin.post(`/settings/accounts/${account.id}/reset-factors`)).status).to.equal(303);
    expect((await signIn(await t.client('staff'), account.email)).location).to.equal('/');
    const person = await t.make.access((await t.make.customer()).id);
    expect((await admin.post(`/settings/accounts/${person.id}/reset-factors`)).status).to.equal(404);
  });

  it('the log is read, filtered and exported by those who may, and forgotten after 180 days', async () => {
    const { client } = await withApp('administrator');
    const page = await client.get('/settings/sign-ins?result=failed&method=totp');
    expect(page.text).to.contain('wrong code').and.not.contain('wrong password');
    expect((await client.get('/settings/sign-ins?email=nobody@nowhere.test')).text).to.contain('No sign-in matches');
    const csv = await client.get('/settings/sign-ins/export');
    expect(csv.headers.get('content-type')).to.contain('text/csv');
    expect(csv.text).to.contain('Unknown name').and.contain('person');
    expect((await (await t.client('staff', await t.make.staff())).get('/settings/sign-ins')).status).to.equal(403);
    pass(181 * 24 * 60);
    await t.app.signInLog.purge();
    expect(await t.app.db.query('SELECT id FROM core_sign_ins')).to.have.length(0);
  });
});

describe('The time of a failed sign-in', function () {
  this.timeout(120_000);
  it('B2 tells nothing: the whole answer costs the processor the same for known and unknown accounts', async () => {
    const t = await createTestApp();
    const known: number[] = [];
    const unknown: number[] = [];
    const accounts = await Promise.all([1, 2, 3].map(() => t.make.staff()));
    for (const { id } of accounts) await t.make.password(id);
    const client = await t.client('staff');
    // 28 in all: the thirtieth from one address has to wait.
    for (let i = 0; i < 14; i++) {
      for (const [times, login] of [
        [known, accounts[i % 3]?.email ?? ''],
        [unknown, `nobody${i}@staff.test`],
      ] as const) {
        const start = process.cpuUsage();
        expect((await client.post('/sign-in', { login, password: 'wrong' })).status).to.equal(401);
        const { user, system: kernel } = process.cpuUsage(start);
        times.push((user + kernel) / 1000);
      }
    }
    await t.close();
    const median = (times: number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
    const difference = Math.abs(median(known) - median(unknown));
    console.log(`      known ${median(known).toFixed(2)} ms, unknown ${median(unknown).toFixed(2)} ms, difference ${difference.toFixed(2)} ms of CPU`);
    expect(difference).to.be.below(median(known) * 0.3);
  });
});
