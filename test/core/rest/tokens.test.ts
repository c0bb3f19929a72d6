import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { Factors } from '../../../core/accounts/factors/models.js';
import type { Account } from '../../../core/accounts/types.js';
import { IdentityModel, ProviderModel } from '../../../core/sso/models.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { Client } from '../../support/client.js';

describe('API tokens (security B3, A3, A4)', () => {
  let t: TestApp;
  let admin: Account;
  let now = new Date();
  before(async () => {
    t = await createTestApp({ clock: { now: () => now } });
    admin = await t.make.staff('administrator');
  });
  after(() => t.close());
  const me = async (client: Client) => (await client.api('GET', '/me')).status;
  const later = (milliseconds: number) => (now = new Date(now.getTime() + milliseconds));

  it('let a program act for their owner, by 256 random bits that only their hash is kept of', async () => {
    const program = await t.program('staff', admin);
    expect(program.token).to.match(/^ptk_[A-Za-z0-9_-]{43}$/);
    const answer = await program.api('GET', '/me');
    expect(answer.status).to.equal(200);
    expect(answer.json()).to.include({ id: admin.id, email: admin.email });
    expect(answer.headers.getSetCookie()).to.deep.equal([]);
    const stored = JSON.stringify(await t.app.db.query('SELECT * FROM core_api_tokens'));
    expect(stored).not.to.contain(program.token!.slice(4));
  });

  it('B3 open nothing when they are wrong, of another case, with a blank, empty, of another site or expired', async () => {
    const program = await t.program('staff', admin, { days: 1 });
    const good = program.token!;
    for (const token of [
      good.slice(0, -1),
      `${good}A`,
      good.toUpperCase(),
      good.replace('ptk_', ''),
      `${good.slice(0, -1)}${good.endsWith('A') ? 'B' : 'A'}`,
      '0',
      'ptk_',
    ]) {
      program.token = token;
      const answer = await program.api('GET', '/me');
      expect([token.length, answer.status]).to.deep.equal([token.length, 401]);
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer error="invalid_token"');
    }
    const elsewhere = new Client(t.portalUrl());
    elsewhere.token = good;
    expect(await me(elsewhere)).to.equal(401);
    program.token = good;
    expect(await me(program)).to.equal(200);
    later(25 * 3_600_000);
    expect(await me(program)).to.equal(401);
  });

  it('A3 are dead on the next request once they are revoked, and stay dead after their owner was disabled', async () => {
    const agent = await t.make.staff('agent');
    const [one, two] = [await t.program('staff', agent), await t.program('staff', agent)];
    expect([await me(one), await me(two)]).to.deep.equal([200, 200]);
    await t.app.tokens.revokeOwn(accountActor(agent), one.tokenId);
    expect([await me(one), await me(two)]).to.deep.equal([401, 200]);
    await t.app.accounts.disable(accountActor(admin), agent.id);
    expect(await me(two)).to.equal(401);
    await t.app.accounts.enable(accountActor(admin), agent.id);
    expect(await me(two)).to.equal(401);
  });

  it('A4 never reach a page, with or without a cookie beside them, and a cookie beside them counts for nothing', async () => {
    const agent = await t.make.staff('agent');
    const program = await t.program('staff', admin, { permissions: ['desk.order.read'] });
    for (const path of ['/', '/profile', '/settings/accounts', '/orders', '/api/docs'])
      expect([path, (await program.get(path)).location?.slice(0, 8)]).to.deep.equal([path, '/sign-in']);
    const browser = await t.client('staff', agent);
    const answer = await program.request('GET', '/api/v1/me', { headers: { cookie: browser.cookieHeader } });
    expect(answer.json()).to.include({ id: admin.id });
    const wrong = await browser.api('GET', '/me', undefined, { authorization: `Bearer ptk_${'A'.repeat(43)}` });
    expect(wrong.status).to.equal(401);
  });

  it('need no form token, which a session does', async () => {
    const program = await t.program('staff', admin);
    expect((await program.api('PATCH', '/me', { mobile: '+46 70 123 45 67' })).status).to.equal(200);
    const browser = await t.client('staff', admin);
    browser.useCsrf('');
    expect((await browser.api('PATCH', '/me', { mobile: '' })).status).to.equal(403);
  });

  it('narrowed to permissions give these and no others; narrowed to reading, no change', async () => {
    const customer = await t.make.customer('Narrow AB');
    const place = await t.make.installation(customer.id);
    const narrow = await t.program('staff', admin, { permissions: ['desk.request.create'] });
    expect((await narrow.api('GET', '/me')).json())
      .to.have.property('permissions')
      .that.deep.equals(['desk.request.create']);
    expect((await narrow.api('GET', '/desk/orders')).status).to.equal(403);
    const reading = await t.program('staff', admin, { readOnly: true });
    const report = { installationId: place.id, text: 'It drips' };
    const refused = await reading.api('POST', '/desk/requests', report);
    expect([refused.status, (refused.json() as { title: string }).title]).to.deep.equal([403, 'This API token may only read.']);
    expect((await reading.api('GET', '/desk/orders')).status).to.equal(200);
    expect((await reading.api('PATCH', '/me', { name: 'X' })).status).to.equal(403);
  });

  it('hold at most what their owner holds: can(), scope() and held() all narrow', async () => {
    const { access } = t.app;
    const agent = accountActor(await t.make.staff('agent'));
    const token = { id: 1, name: 'x', permissions: new Set(['desk.order.read', 'core.settings.manage']), readOnly: false };
    const narrowed = { ...agent, token };
    expect([...(await access.held(narrowed))]).to.deep.equal(['desk.order.read']);
    expect(await access.can(narrowed, 'core.settings.manage')).to.equal(false);
    expect(await access.can(narrowed, 'desk.order.read')).to.equal(true);
    expect(await access.can(narrowed, 'desk.order.manage')).to.equal(false);
    expect((await access.scope(narrowed, 'desk.order.manage')).kind).to.equal('none');
    expect((await access.scope(narrowed, 'desk.order.read')).kind).to.equal('all');
    expect(await access.can(agent, 'desk.order.manage')).to.equal(true);
  });

  it('A4 make no tokens, end none and change no password; nobody narrows one to what the owner does not hold', async () => {
    const agent = accountActor(await t.make.staff('agent'));
    const token = { id: 1, name: 'x', permissions: null, readOnly: false };
    const input = { name: 'More', days: 90, permissions: null, readOnly: false };
    for (const refused of [
      t.app.tokens.create({ ...agent, token }, input),
      t.app.tokens.revokeOwn({ ...agent, token }, 1),
      t.app.tokens.create({ ...agent, onBehalfOf: agent.account }, input),
    ])
      expect(await refused.then(String, (error: Error) => error.name)).to.equal('ForbiddenError');
    const problem = async (changed: object) =>
      t.app.tokens.create(agent, { ...input, ...changed }).then(String, (error: { fields: object }) => Object.keys(error.fields)[0]);
    expect(await problem({ permissions: ['core.settings.manage'] })).to.equal('permissions');
    expect(await problem({ permissions: [] })).to.equal('permissions');
    for (const days of [0, 366, 1.5, null]) expect(await problem({ days })).to.equal('days');
    expect(await t.app.tokens.create(accountActor(admin), { ...input, days: null })).to.have.property('secret');
  });

  it('name themselves in the audit log, whose chain still holds', async () => {
    const program = await t.program('staff', admin, { name: 'Nightly import' });
    await program.api('PATCH', '/me', { name: 'Ada Audited' });
    await t.app.audit.seal();
    const [entry] = await t.app.db.query<{ token: string; channel: string }>(
      "SELECT token, channel FROM core_audit WHERE action = 'core.account.updated' ORDER BY id DESC LIMIT 1",
    );
    expect(entry).to.deep.equal({ token: `#${program.tokenId} Nightly import`, channel: 'api' });
    expect((await t.app.audit.verify()).ok).to.equal(true);
  });

  it('note their last use and its address at most once a minute', async () => {
    const program = await t.program('staff', admin);
    const used = async () => (await t.app.tokens.list(admin.id)).find(({ id }) => id === program.tokenId);
    await me(program);
    const first = await used();
    expect(first).to.have.property('last_used_ip').that.includes('127.0.0.1');
    later(59_000);
    await me(program);
    expect((await used())?.last_used_at).to.deep.equal(first?.last_used_at);
    later(2_000);
    await me(program);
    expect((await used())?.last_used_at).to.deep.equal(now);
  });

  it('A3 count no longer once their owner has let the time for a second factor pass, and again when there is one', async () => {
    const agent = await t.make.staff('agent');
    const program = await t.program('staff', agent);
    const status = async () => {
      await t.app.sessions.refresh();
      const answer = await program.api('GET', '/me');
      return answer.status === 200 ? 200 : [answer.status, answer.json()];
    };
    const rule = (yes: boolean) => t.app.db.run('UPDATE core_roles SET mfa_required = ? WHERE id = ?', [yes, 'agent']);
    const refusal = 'The owner of this API token must set up a second step for signing in first. Until then the token opens nothing.';
    await rule(true);
    expect(await status(), 'within the days of grace').to.equal(200);
    await t.app.settings.change(system, { 'core.mfaGraceDays': 0 });
    const [code, problem] = (await status()) as [number, { code: string; title: string }];
    expect([code, problem.code, problem.title]).to.deep.equal([403, 'factor_required', refusal]);
    await t.app.db.of(Factors).create({ account_id: agent.id, kind: 'email', name: 'Mail', created_at: now });
    expect(await status(), 'with a factor').to.equal(200);
    await t.app.db.of(Factors).destroy({ where: { account_id: agent.id } });
    const rules = { trust_email: false, second_factor: true, password_off: false, create_role: null, active: true };
    const times = { created_at: now, updated_at: now };
    const provider = { name: 'Entra', kind: 'staff' as const, issuer: 'https://id.test', client_id: 'x', client_secret: null, domains: '', owner: null };
    const { id } = await t.app.db.of(ProviderModel).create({ ...provider, ...rules, ...times });
    await t.app.db.of(IdentityModel).create({ provider_id: id, account_id: agent.id, subject: 'a', email: null, linked_at: now, used_at: now });
    expect(await status(), 'signed in by a service that asks for a factor').to.equal(200);
    await t.app.db.of(ProviderModel).update({ second_factor: false }, { where: { id } });
    expect(await status(), 'the service no longer asks').to.be.an('array');
    await rule(false);
    expect(await status()).to.equal(200);
    await t.app.settings.change(system, { 'core.mfaGraceDays': 14 });
  });

  it('are refused while the setting does not allow them', async () => {
    const program = await t.program('staff', admin);
    await t.app.settings.change(system, { 'core.apiTokens': 'nobody' });
    expect(await me(program)).to.equal(401);
    await t.app.settings.change(system, { 'core.apiTokens': 'staff' });
    expect(await me(program)).to.equal(200);
    await t.app.settings.change(system, { 'core.apiTokens': 'everyone' });
  });
});
