import { expect } from 'chai';
import { secretHash } from '../../../core/accounts/secrets.js';
import { createWorld, failure, goodPassword, type World } from './accounts-world.js';

const input = { userName: 'anna', password: goodPassword, language: 'sv' };

describe('Invitations', () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.drop());

  async function invite(email: string): Promise<{ id: number; token: string }> {
    const { id } = await world.accounts.create(world.system, { kind: 'customer', name: 'Anna', email });
    await world.accounts.invite(world.system, id, 'portal');
    return { id, token: world.lastToken() };
  }
  const state = async (id: number): Promise<string> => (await world.accounts.invitation(id)).status;

  it('DX-06 mails a registration link of the configured address, marked as secret, and stores only its hash', async () => {
    const { id, token } = await invite('dx06@example.com');
    expect(world.sent.at(-1)).to.deep.include({
      template: 'core.invitation',
      secret: true,
      to: { accountId: id },
      link: `https://portal.example.com/register/${token}`,
    });
    expect(Buffer.from(token, 'base64url')).to.have.length(32);
    const rows = await world.db.query('SELECT * FROM core_invitations WHERE account_id = ?', [id]);
    expect(JSON.stringify(rows)).to.contain(secretHash(token)).and.not.contain(token);
  });

  it('DX-12 tells whether a person was invited, opened the link, let it expire or registered, with dates', async () => {
    const { id } = await world.accounts.create(world.system, { kind: 'customer', name: 'Bo', email: 'dx12@example.com' });
    expect(await state(id)).to.equal('none');
    await world.accounts.invite(world.system, id, 'portal');
    const token = world.lastToken();
    expect(await state(id)).to.equal('invited');
    await world.credentials.open(token, 'register', 'portal');
    expect(await world.accounts.invitation(id))
      .to.include({ status: 'opened' })
      .and.have.property('openedAt')
      .instanceOf(Date);
    world.pass(8 * 24 * 60);
    expect(await state(id)).to.equal('expired');
    expect((await failure(world.credentials.register(token, input, world.origin('portal')))).code).to.equal('dead_link');
    await world.accounts.invite(world.system, id, 'portal');
    await world.credentials.register(world.lastToken(), { ...input, userName: 'bo-12' }, world.origin('portal'));
    const accepted = await world.accounts.invitations([id]);
    expect(accepted.get(id)?.status).to.equal('accepted');
    expect(accepted.get(id)?.sentAt).to.deep.equal(world.clock.now());
  });

  it('activates the account, tells of it and writes the audit log', async () => {
    const told: number[] = [];
    const stop = world.events.on('core.account.registered', ({ accountId }) => void told.push(accountId));
    const { id, token } = await invite('happy@example.com');
    const account = await world.credentials.register(token, { ...input, userName: 'happy' }, world.origin('portal'));
    stop();
    expect(account).to.include({ id, status: 'active', userName: 'happy', language: 'sv' });
    expect(told).to.deep.equal([id]);
    expect(world.audited.at(-1)).to.deep.include({ action: 'core.account.registered', after: { password: true } });
    expect((await world.credentials.verify('customer', 'Happy@Example.com ', goodPassword, { site: 'staff', ip: null }))?.account.id).to.equal(id);
    expect((await world.credentials.verify('customer', 'happy', goodPassword, { site: 'staff', ip: null }))?.account.id).to.equal(id);
  });

  it('sending again kills the older link', async () => {
    const { id, token } = await invite('again@example.com');
    await world.accounts.invite(world.system, id, 'portal');
    expect((await world.credentials.open(token, 'register', 'portal')).status).to.equal('expired');
    expect((await world.credentials.open(world.lastToken(), 'register', 'portal')).status).to.equal('valid');
  });

  it('B3 lets exactly one of twenty simultaneous registrations through', async () => {
    const { token } = await invite('race@example.com');
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => world.credentials.register(token, { ...input, userName: `race-${i}` }, world.origin('portal'))),
    );
    expect(all.filter((one) => one.status === 'fulfilled')).to.have.length(1);
    expect((await world.credentials.open(token, 'register', 'portal')).status).to.equal('used');
  });

  it('B3 treats reused, empty, blank, 0, other case, other site, other purpose and non-text as unknown or used', async () => {
    const { token } = await invite('b3@example.com');
    const swapped = token.replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
    for (const wrong of ['', ' ', '0', swapped, `${token} `, `${token}A`, [token], { token }, null, undefined, 0]) {
      expect((await world.credentials.open(wrong, 'register', 'portal')).status, JSON.stringify(wrong)).to.equal('unknown');
    }
    expect((await world.credentials.open(token, 'register', 'staff')).status).to.equal('unknown');
    expect((await world.credentials.open(token, 'reset', 'portal')).status).to.equal('unknown');
    await world.credentials.register(token, { ...input, userName: 'b3-user' }, world.origin('portal'));
    expect((await failure(world.credentials.register(token, input, world.origin('portal')))).code).to.equal('dead_link');
  });

  it('says per field what is wrong, keeps the link alive and changes nothing', async () => {
    const { id, token } = await invite('wrong@example.com');
    const cases: [Partial<typeof input>, string, string][] = [
      [{ password: 'short' }, 'password', 'passwordShort'],
      [{ password: 'x'.repeat(129) + 'yz' }, 'password', 'passwordLong'],
      [{ password: 'Passw0rd' + '123' }, 'password', 'passwordCommon'],
      [{ password: 'Sommar2026!' }, 'password', 'passwordCommon'],
      [{ password: 'aaaaaaaaab' }, 'password', 'passwordCommon'],
      [{ password: 'WRONG@example.com' }, 'password', 'passwordPersonal'],
      [{ userName: 'a' }, 'userName', 'userName'],
      [{ userName: 'with\r\nBcc: x' }, 'userName', 'userName'],
      [{ userName: 'somebody@else.com' }, 'userName', 'userNameMail'],
      [{ language: 'xx' }, 'language', 'language'],
    ];
    for (const [change, field, key] of cases) {
      const error = await failure(world.credentials.register(token, { ...input, userName: 'fine', ...change }, world.origin('portal')));
      expect(error.fields?.[field]?.key, key).to.equal(`core:accounts.error.${key}`);
    }
    expect((await world.accounts.get(id))?.status).to.equal('invited');
    await world.credentials.register(token, { userName: 'пользователь', password: 'Žluťoučký kůň 🐎', language: 'de' }, world.origin('portal'));
    expect((await world.credentials.verify('customer', 'ПОЛЬЗОВАТЕЛЬ', 'Žluťoučký kůň 🐎', { site: 'staff', ip: null }))?.account.id).to.equal(id);
  });

  it('refuses a user name that another account of the same kind has', async () => {
    const { token } = await invite('taken@example.com');
    await world.registered('customer', 'owner@example.com');
    await world.db.run("UPDATE core_accounts SET user_name = 'Owner', user_name_key = 'owner' WHERE email_key = 'owner@example.com'");
    const error = await failure(world.credentials.register(token, { ...input, userName: 'OWNER' }, world.origin('portal')));
    expect(error.fields?.['userName']?.key).to.equal('core:accounts.error.userNameTaken');
  });

  it('the same mail address may exist once per kind', async () => {
    await world.accounts.create(world.system, { kind: 'customer', name: 'A', email: 'Both@Example.com' });
    await world.accounts.create(world.system, { kind: 'staff', name: 'B', email: 'both@example.com' });
    const error = await failure(world.accounts.create(world.system, { kind: 'staff', name: 'C', email: ' BOTH@example.com ' }));
    expect(error.fields?.['email']?.key).to.equal('core:accounts.error.emailTaken');
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => world.accounts.create(world.system, { kind: 'customer', name: 'D', email: 'parallel@example.com' })),
    );
    expect(all.filter((one) => one.status === 'fulfilled')).to.have.length(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).to.have.property('code', 'invalid_input');
  });

  it('tells mail addresses apart that differ by an accent', async () => {
    const one = await world.accounts.create(world.system, { kind: 'customer', name: 'E', email: 'jose@example.com', userName: 'jose-1' });
    const two = await world.accounts.create(world.system, { kind: 'customer', name: 'F', email: 'joserra@example.com', userName: 'josé-1' });
    expect(one.id).not.to.equal(two.id);
  });

  it('KO-04 an initial password lets the person in only to choose an own one, once', async () => {
    const { id } = await world.accounts.create(world.system, { kind: 'customer', name: 'Kim', email: 'ko04@example.com', userName: 'kim' });
    await world.accounts.setInitialPassword(world.system, id, 'given on the phone');
    const verified = await world.credentials.verify('customer', 'kim', 'given on the phone', { site: 'staff', ip: null });
    expect(verified).to.deep.include({ mustChange: true });
    expect((await failure(world.sessions.create({ accountId: id, site: 'portal', ip: null, agent: null }))).code).to.equal('forbidden');
    const token = (await world.credentials.firstChange(id, 'portal')).split('/').at(-1);
    await world.credentials.reset(token, 'my very own secret', world.origin('portal'));
    expect(await world.credentials.verify('customer', 'kim', 'given on the phone', { site: 'staff', ip: null })).to.equal(null);
    expect(await world.credentials.verify('customer', 'kim', 'my very own secret', { site: 'staff', ip: null })).to.deep.include({ mustChange: false });
    expect((await failure(world.accounts.setInitialPassword(world.system, id, 'taking it over again'))).code).to.equal('already_registered');
  });
});
