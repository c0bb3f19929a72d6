import { expect } from 'chai';
import { Secret, TOTP } from 'otpauth';
import { Factors } from '../../../../core/accounts/factors/models.js';
import type { Account } from '../../../../core/accounts/types.js';
import { newCode, normalizeCode } from '../../../../core/accounts/codes.js';
import { accountActor } from '../../../../core/access/actors.js';
import { createWorld, failure, goodPassword, type World } from '../accounts-world.js';

describe('Second factors', function () {
  this.timeout(60_000);
  let world: World;
  let count = 0;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.drop());

  async function person(kind: 'staff' | 'customer' = 'customer') {
    const account = await world.registered(kind, `person${++count}@example.com`, kind === 'staff' ? { roles: ['agent'] } : {});
    const { token, session } = await world.sessions.create({ accountId: account.id, site: 'portal', ip: null, agent: null });
    return { account, token, session, actor: accountActor(account, { sessionId: session.id, ip: '198.51.100.7' }) };
  }
  type Someone = Awaited<ReturnType<typeof person>>;
  const asked = (account: { id: number }, owner = 'pending:1') => ({ account, owner, site: 'portal', ip: '198.51.100.7' });
  const codeOf = (key: string, ahead = 0) => new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: world.clock.now().getTime() + ahead * 1000 });
  const mailedCode = () => String(world.sent.findLast(({ template }) => template === 'core.sign-in-code')?.data['code']);

  async function withTotp({ account, actor, session }: Someone): Promise<string> {
    const { key } = await world.totp.offer(`session:${session.id}`, account);
    await world.factors.addTotp(actor, codeOf(key), 'App');
    return key;
  }
  const stored = async (): Promise<string> =>
    JSON.stringify(
      await Promise.all(
        ['factors', 'challenges', 'recovery_codes', 'pending_sign_ins', 'remembered_devices'].map((t) => world.db.query(`SELECT * FROM core_${t}`)),
      ),
    );

  it('codes have no signs that look alike, and are found again however they are typed (DX-07)', () => {
    const code = newCode(2000);
    expect(code).not.to.match(/[O0Il1L5S8B2ZU]/);
    expect(normalizeCode(` ${code.toLowerCase().slice(0, 4)}-${code.slice(4, 8)} `)).to.equal(code.slice(0, 8));
    for (const wrong of ['', ' ', '0', 'O0I1', ['A'], { a: 1 }, null, undefined, 'A'.repeat(101)]) expect(normalizeCode(wrong), String(wrong)).to.equal('');
  });

  describe('TOTP', () => {
    it('is added by a right code only; its key is stored encrypted, and the person is told', async () => {
      const one = await person();
      const { key, svg } = await world.totp.offer(`session:${one.session.id}`, one.account);
      expect(svg).to.match(/^<svg /);
      expect((await world.totp.offer(`session:${one.session.id}`, one.account)).key, 'a reload shows the same').to.equal(key);
      expect((await failure(world.factors.addTotp(one.actor, '000000', 'App'))).fields).to.have.property('code');
      await world.factors.addTotp(one.actor, codeOf(key), 'App');
      expect(await stored()).not.to.contain(key);
      expect(await world.factors.ways(one.account.id)).to.deep.equal(['totp']);
      expect(world.sent.at(-1)).to.include({ template: 'core.factor-added' });
      expect(world.audited.filter(({ action }) => action === 'core.account.factor-added')).to.have.length(1);
    });

    it('B3 a code works once, one step early or late, and not for another account', async () => {
      const one = await person();
      const other = await person();
      const key = await withTotp(one);
      await withTotp(other);
      const prove = (code: unknown, who: Account = one.account) => world.factors.prove(asked(who), 'totp', { code });
      expect(await prove(codeOf(key)), 'the code of the enrolment').to.equal(false);
      world.pass(1);
      const code = codeOf(key);
      expect(await prove(code, other.account)).to.equal(false);
      for (const wrong of ['', ' ', '0', [code], { code }, null, `${code}0`]) expect(await prove(wrong)).to.equal(false);
      const at_once = await Promise.all([prove(code), prove(code)]);
      expect(at_once.filter(Boolean), 'of two at once one wins').to.have.length(1);
      expect(await prove(code), 'replay').to.equal(false);
      world.pass(20);
      expect(await prove(codeOf(key, 30)), 'a clock that is ahead').to.equal(true);
      expect(await prove(codeOf(key)), 'an earlier step after a later one').to.equal(false);
      world.pass(20);
      expect(await prove(codeOf(key, -30)), 'a clock that is behind').to.equal(true);
      world.pass(20);
      expect(await prove(codeOf(key, -90))).to.equal(false);
    });

    it('B2 guesses are counted per account', async () => {
      const one = await person();
      await withTotp(one);
      let tries = 0;
      const error = await failure(
        (async () => {
          for (; ; tries++) await world.factors.prove({ ...asked(one.account), ip: `198.51.100.${tries}` }, 'totp', { code: '123456' });
        })(),
      );
      expect([error.code, tries]).to.deep.equal(['throttled', 10]);
    });
  });

  describe('codes by e-mail', () => {
    it('B3 are bound to the sign-in, work once, five tries, ten minutes, and are stored hashed', async () => {
      const one = await person();
      await world.emailCodes.send('pending:1', one.account);
      const code = mailedCode();
      expect(code).to.match(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/);
      expect(await stored()).not.to.contain(code.replace('-', ''));
      const check = (text: unknown, owner = 'pending:1') => world.emailCodes.check(owner, text);
      expect(await check(code, 'pending:2'), 'another sign-in').to.equal(false);
      for (const wrong of ['', ' ', '0', [code], null]) expect(await check(wrong)).to.equal(false);
      expect(await check(code.toLowerCase().replace('-', ' '))).to.equal(true);
      expect(await check(code), 'reused').to.equal(false);

      world.pass(1);
      await world.emailCodes.send('pending:1', one.account);
      const second = mailedCode();
      for (let i = 0; i < 5; i++) expect(await check('ACDEFGHJ')).to.equal(false);
      expect(await check(second), 'after five wrong ones').to.equal(false);

      world.pass(1);
      await world.emailCodes.send('pending:1', one.account);
      world.pass(10);
      expect(await check(mailedCode()), 'after ten minutes').to.equal(false);
    });

    it('are sent again after half a minute, and the older one is dead', async () => {
      const one = await person();
      await world.emailCodes.send('pending:1', one.account);
      const first = mailedCode();
      expect((await failure(world.emailCodes.send('pending:1', one.account))).code).to.equal('throttled');
      world.pass(0.5);
      await world.emailCodes.send('pending:1', one.account);
      expect(await world.emailCodes.check('pending:1', first)).to.equal(false);
      expect(await world.emailCodes.check('pending:1', mailedCode())).to.equal(true);
    });
  });

  describe('recovery codes', () => {
    it('B3 are ten, stored hashed, good once each for their account, and dead with a new set', async () => {
      const one = await person();
      const other = await person();
      expect((await failure(world.factors.renewCodes(one.actor))).code, 'without a factor').to.equal('no_factor');
      await withTotp(one);
      await withTotp(other);
      const codes = await world.factors.renewCodes(one.actor);
      await world.factors.renewCodes(other.actor);
      expect(new Set(codes).size).to.equal(10);
      expect(await stored()).not.to.contain(codes[0]?.replaceAll('-', ''));
      const prove = (code: unknown, who: Account = one.account) => world.factors.prove(asked(who), 'recovery', { code });
      expect(await prove(codes[0], other.account)).to.equal(false);
      const both = await Promise.all([prove(codes[0]), prove(codes[0])]);
      expect(both.filter(Boolean)).to.have.length(1);
      expect(await prove(codes[0])).to.equal(false);
      expect((await world.recovery.state(one.account.id))?.left).to.equal(9);
      expect(world.sent.some(({ template }) => template === 'core.recovery-code-used')).to.equal(true);
      const renewed = await world.factors.renewCodes(one.actor);
      expect(await prove(codes[1])).to.equal(false);
      expect(await prove(renewed[0]?.toLowerCase())).to.equal(true);
    });
  });

  describe('an account', () => {
    it('B5 the first factor signs all other browsers out, and lifts the session that added it', async () => {
      const one = await person();
      const other = await world.sessions.create({ accountId: one.account.id, site: 'portal', ip: null, agent: null });
      await withTotp(one);
      expect(await world.sessions.find(other.token, 'portal', 60)).to.equal(null);
      expect((await world.sessions.find(one.token, 'portal', 60))?.factorDone).to.equal(true);
    });

    it('removes its own factors only; with the last go the codes and the remembered browsers', async () => {
      const one = await person();
      const other = await person();
      await withTotp(one);
      await withTotp(other);
      await world.factors.renewCodes(one.actor);
      await world.devices.remember(one.account.id, 'portal', null);
      const [foreign] = await world.factors.list(other.account.id);
      const [own] = await world.factors.list(one.account.id);
      expect((await failure(world.factors.remove(one.actor, foreign?.id ?? 0))).code).to.equal('not_found');
      await world.factors.remove(one.actor, own?.id ?? 0);
      expect(await world.recovery.state(one.account.id)).to.equal(null);
      expect(await world.devices.list(one.account.id)).to.have.length(0);
      expect(world.sent.at(-1)?.template).to.equal('core.factor-removed');
    });

    it('renames its own passkeys only, and each change is in the log with both names', async () => {
      const one = await person();
      const other = await person();
      await withTotp(one);
      const passkey = await world.db
        .of(Factors)
        .create({ account_id: one.account.id, kind: 'passkey', name: 'Laptop', credential_hash: 'a'.repeat(64), created_at: world.clock.now() });
      await world.factors.rename(one.actor, passkey.id, 'Work laptop');
      await world.factors.rename(one.actor, passkey.id, 'Work laptop');
      expect((await world.factors.passkey(one.actor, passkey.id)).name).to.equal('Work laptop');
      const renamed = world.audited.filter(({ action }) => action === 'core.account.factor-renamed');
      expect(
        renamed.map(({ before, after }) => [before, after]),
        'once',
      ).to.deep.equal([[{ factor: 'Laptop' }, { factor: 'Work laptop' }]]);
      const [app] = await world.factors.list(one.account.id);
      for (const [actor, id] of [
        [other.actor, passkey.id],
        [one.actor, app?.id ?? 0],
        [one.actor, 999_999],
      ] as const)
        expect((await failure(world.factors.rename(actor, id, 'Mine'))).code).to.equal('not_found');
    });

    it('the reset takes everything away, signs out, is audited once and mailed; only who manages the account may', async () => {
      const boss = await world.registered('staff', 'boss@example.com', { roles: ['administrator'] });
      const staff = await person('staff');
      const agent = await person('staff');
      await withTotp(staff);
      expect((await failure(world.accounts.resetFactors(agent.actor, staff.account.id))).code).to.equal('forbidden');
      await world.accounts.resetFactors(world.actor(boss), staff.account.id);
      expect(await world.factors.ways(staff.account.id)).to.deep.equal([]);
      expect(await world.sessions.find(staff.token, 'portal', 60)).to.equal(null);
      expect(world.audited.filter(({ action }) => action === 'core.account.factors-reset')).to.have.length(1);
      expect(world.sent.at(-1)?.template).to.equal('core.factors-reset');
    });
  });

  describe('remembered browsers', () => {
    it('count for their account and site, until their days are over, forgotten, or the password changes', async () => {
      const one = await person();
      const other = await person();
      const remember = () => world.devices.remember(one.account.id, 'portal', 'Firefox');
      const knows = (token: string, id = one.account.id, site = 'portal') => world.devices.knows(token, id, site);
      const token = await remember();
      expect(await stored()).not.to.contain(token);
      expect([await knows(token), await knows(token, other.account.id), await knows(token, one.account.id, 'staff'), await knows('')]).to.deep.equal([
        true,
        false,
        false,
        false,
      ]);
      world.limits.rememberDays = 0;
      expect(await knows(token), 'switched off').to.equal(false);
      world.limits.rememberDays = 30;
      const [device] = await world.devices.list(one.account.id);
      expect((await failure(world.factors.forgetDevice(other.actor, device?.id ?? 0))).code).to.equal('not_found');
      await world.factors.forgetDevice(one.actor, device?.id ?? 0);
      expect(await knows(token)).to.equal(false);
      const second = await remember();
      world.pass(30 * 24 * 60);
      expect(await knows(second)).to.equal(false);
      const third = await remember();
      await world.credentials.changePassword(one.actor, goodPassword, 'an entirely new sentence');
      expect(await knows(third)).to.equal(false);
      const fourth = await remember();
      await world.accounts.disable(world.system, one.account.id);
      await world.accounts.enable(world.system, one.account.id);
      expect(await knows(fourth)).to.equal(false);
    });
  });

  describe('the policy', () => {
    const required = (role: string, yes: boolean) => world.db.run('UPDATE core_roles SET mfa_required = ? WHERE id = ?', [yes, role]);
    const look = async ({ token }: Someone) => {
      await world.sessions.refresh();
      return world.sessions.find(token, 'portal', 100_000);
    };

    it('reminds from when the rule first met the account, then restricts; a factor lifts it; without the rule it starts anew', async () => {
      world.limits.absoluteHours = 10_000;
      const one = await person('staff');
      expect((await look(one))?.enrolBy).to.equal(null);
      await required('agent', true);
      const ends = world.clock.now().getTime() + 14 * 86_400_000;
      expect((await look(one))?.enrolBy?.getTime()).to.equal(ends);
      world.pass(13 * 24 * 60);
      const late = await look(one);
      expect([late?.enrolBy?.getTime(), late?.restricted]).to.deep.equal([ends, false]);
      world.pass(24 * 60);
      expect((await look(one))?.restricted).to.equal(true);
      await required('agent', false);
      expect((await look(one))?.enrolBy).to.equal(null);
      await required('agent', true);
      expect((await look(one))?.restricted, 'a new grace period').to.equal(false);
      world.limits.graceDays = 0;
      expect((await look(one))?.restricted, 'at once').to.equal(true);
      await withTotp(one);
      expect((await look(one))?.restricted).to.equal(false);
      const [factor] = await world.factors.list(one.account.id);
      expect((await failure(world.factors.remove(one.actor, factor?.id ?? 0))).code, 'the last one stays').to.equal('factor_required');
    });

    it('asks what plugins added, and takes one that fails for a yes', async () => {
      const one = await person();
      const undo = world.policies.add('sample', async ({ id }) => ({ mfaRequired: id === one.account.id }));
      expect(await world.policies.required(one.account)).to.equal(true);
      expect(await world.policies.required((await person()).account)).to.equal(false);
      undo();
      expect([await world.policies.required(one.account), world.policies.size]).to.deep.equal([false, 0]);
      world.policies.add('broken', () => Promise.reject(new Error('no answer')));
      expect(await world.policies.required(one.account)).to.equal(true);
      expect(world.faults).to.have.length(1);
    });
  });
});
