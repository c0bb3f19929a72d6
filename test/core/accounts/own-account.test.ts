import { expect } from 'chai';
import { createTestApp, password, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';

describe('The own account (DX-17)', function () {
  this.timeout(60_000);
  let t: TestApp;
  let ahead = 0;
  before(async () => (t = await createTestApp({ clock: { now: () => new Date(Date.now() + ahead) } })));
  after(() => t.close());

  const newest = async (address: string, template: string): Promise<string | null> => {
    const [row] = await t.app.db.query<{ link: string | null }>(
      'SELECT link FROM core_outbox WHERE template = ? AND address = ? ORDER BY created_at DESC, id DESC LIMIT 1',
      [template, address],
    );
    return row?.link ?? null;
  };
  /** The path of the link in the newest mail. */
  const linkTo = async (address: string, template: string): Promise<string> =>
    new URL(await eventually(() => newest(address, template), `${template} to ${address}`)).pathname;
  async function person(site: 'staff' | 'portal' = 'portal'): Promise<{ account: { id: number; email: string; userName: string }; client: Client }> {
    const account = site === 'staff' ? await t.make.staff() : await t.make.access((await t.make.customer()).id);
    await t.make.password(account.id);
    return { account, client: await t.client(site, account) };
  }

  for (const site of ['portal', 'staff'] as const)
    it(`DX-17 ${site}: a new mail address counts once its link was used; the user name follows; the old address can take it back`, async () => {
      const { account, client } = await person(site);
      const email = `new.${site}@example.com`;
      expect((await client.get('/profile/email')).text).to.contain(account.email);
      expect((await client.post('/profile/email', { email })).location).to.equal('/profile');
      const confirm = await linkTo(email, 'core.email-confirm');
      expect(confirm).to.match(/^\/profile\/email\/confirm\/[\w-]{43}$/);
      expect((await t.app.accounts.get(account.id))?.email, 'not yet').to.equal(account.email);
      const other = await t.client(site);
      expect((await other.get(confirm)).text).to.contain(email);
      expect((await t.app.accounts.get(account.id))?.email, 'opening is not enough').to.equal(account.email);
      expect((await other.post(confirm)).status).to.equal(200);
      expect(await t.app.accounts.get(account.id)).to.include({ email, userName: email });
      for (const answer of [await other.get(confirm), await other.post(confirm)]) expect(answer.status, 'used').to.equal(404);
      expect((await other.post('/sign-in', { login: email, password })).status).to.equal(303);

      const undo = await linkTo(account.email, 'core.email-changed');
      expect((await (await t.client(site)).post(undo)).text).to.contain('taken back');
      expect(await t.app.accounts.get(account.id)).to.include({ email: account.email, userName: account.email });
      expect((await other.get('/profile')).status, 'signed out').to.equal(302);
      expect((await (await t.client(site)).post(undo)).status).to.equal(404);
    });

  it('DX-17 asking for a taken address looks the same, changes nothing, and tells its owner', async () => {
    const one = await person();
    const other = await person();
    const free = await one.client.post('/profile/email', { email: 'free.address@example.com' });
    const taken = await one.client.post('/profile/email', { email: other.account.email });
    expect([taken.status, taken.location, taken.text]).to.deep.equal([free.status, free.location, free.text]);
    const told = () => t.app.db.query('SELECT id FROM core_outbox WHERE template = ? AND address = ?', ['core.email-taken', other.account.email]);
    await eventually(async () => (await told()).length > 0, 'the mail to the owner');
    expect(await told()).to.have.length(1);
    expect(await newest(other.account.email, 'core.email-confirm')).to.equal(null);
  });

  it('DX-17 what is no address, or the present one, is said beside the field, with what was typed', async () => {
    const { account, client } = await person();
    for (const email of ['nonsense', '', account.email, 'a b@c.d']) {
      const answer = await client.post('/profile/email', { email });
      expect([answer.status, answer.text.includes('field-error')], email).to.deep.equal([422, true]);
    }
    expect((await client.post('/profile/email', { email: 'nonsense' })).text).to.contain('value="nonsense"');
  });

  it('B3 links to a new address are dead when another replaced them, after a day, on the other site, and when the address was taken meanwhile', async () => {
    const { client } = await person();
    await client.post('/profile/email', { email: 'first@example.com' });
    const first = await linkTo('first@example.com', 'core.email-confirm');
    await client.post('/profile/email', { email: 'second@example.com' });
    const second = await linkTo('second@example.com', 'core.email-confirm');
    const nobody = await t.client('portal');
    expect((await nobody.post(first)).status).to.equal(404);
    expect((await (await t.client('staff')).post(second)).status).to.equal(404);
    await t.app.accounts.create(system, { kind: 'customer', name: 'Faster', email: 'second@example.com' });
    expect((await nobody.post(second)).status).to.equal(409);
    const late = await person();
    await late.client.post('/profile/email', { email: 'late@example.com' });
    const link = await linkTo('late@example.com', 'core.email-confirm');
    ahead += 24 * 3_600_000;
    expect((await nobody.post(link)).status).to.equal(404);
    ahead = 0;
  });

  it('DX-17 the user name is preset to the mail address, unique, and works for signing in', async () => {
    const { account, client } = await person();
    const other = await person();
    expect((await client.get('/profile/user-name')).text).to.contain(`value="${account.email}"`);
    expect((await client.post('/profile/user-name', { userName: 'anna.lind' })).location).to.equal('/profile');
    expect((await (await t.client('portal')).post('/sign-in', { login: 'ANNA.lind', password })).status).to.equal(303);
    for (const userName of ['Anna.Lind', 'ab', other.account.email, 'x\u0000yz']) {
      expect((await other.client.post('/profile/user-name', { userName })).status, userName).to.equal(userName === other.account.email ? 303 : 422);
    }
    expect((await client.post('/profile/user-name', { userName: other.account.email })).status, "another's address").to.equal(422);
    const rows = await t.app.db.query("SELECT id FROM core_audit WHERE action = 'core.account.user-name-changed'");
    expect(rows).to.have.length(1);
  });

  it('security.txt stands on both sites once there is a contact, and change-password leads to the page', async () => {
    for (const site of ['staff', 'portal'] as const) expect((await (await t.client(site)).get('/.well-known/security.txt')).status).to.equal(404);
    const admin = await t.client('staff', await t.make.staff('administrator'));
    expect((await admin.post('/settings/core', { 'core.securityContact': 'nonsense' })).status).to.equal(422);
    await t.app.settings.change(system, { 'core.securityContact': 'security@fjord.test' });
    for (const site of ['staff', 'portal'] as const) {
      const client = await t.client(site);
      const answer = await client.get('/.well-known/security.txt');
      expect(answer.headers.get('content-type')).to.contain('text/plain');
      expect(answer.text).to.match(/^Contact: mailto:security@fjord\.test\nExpires: \d{4}-\d\d-\d\dT00:00:00\.000Z\n/);
      const expires = Date.parse(/Expires: (.+)/.exec(answer.text)?.[1] ?? '');
      expect(expires - Date.now()).to.be.within(0, 366 * 86_400_000);
      expect((await client.get('/.well-known/change-password')).location).to.equal('/profile/password');
    }
    await t.app.settings.change(system, { 'core.securityContact': 'https://fjord.test/security' });
    expect((await (await t.client('portal')).get('/.well-known/security.txt')).text).to.contain('Contact: https://fjord.test/security');
  });
});
