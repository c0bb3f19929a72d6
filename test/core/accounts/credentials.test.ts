import { expect } from 'chai';
import type { Account } from '../../../core/accounts/types.js';
import { network } from '../../../core/accounts/throttle.js';
import { createWorld, failure, goodPassword, type World } from './accounts-world.js';

describe('Credentials', () => {
  let world: World;
  let anna: Account;
  before(async () => {
    world = await createWorld();
    anna = await world.registered('staff', 'anna@example.com');
  });
  after(() => world.drop());

  it('B1 refuses the stored hash, nothing, arrays, objects, a megabyte and other accounts, always in the same way', async () => {
    const [row] = await world.db.query<{ password_hash: string }>('SELECT password_hash FROM core_accounts WHERE id = ?', [anna.id]);
    expect(row?.password_hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const wrong = [
      row?.password_hash,
      '',
      ' ',
      [goodPassword],
      { password: goodPassword },
      null,
      undefined,
      0,
      true,
      'x'.repeat(1_048_576),
      `${goodPassword} `,
      '-',
    ];
    for (const [i, password] of wrong.entries())
      expect(await world.credentials.verify('staff', anna.email, password, { site: 'staff', ip: `203.0.113.${i}` }).catch((e: Error) => e.name)).to.be.oneOf([
        null,
        'ThrottledError',
      ]);
    const fresh = await createWorld();
    try {
      for (const login of ['', [anna.email], { email: anna.email }, null, 7, "' OR 1=1 --", '%', anna.email + '\0']) {
        expect(await fresh.credentials.verify('staff', login, goodPassword, { site: 'staff', ip: null })).to.equal(null);
      }
    } finally {
      await fresh.drop();
    }
  });

  it('does not let an invited, disabled or other-kind account in', async () => {
    const off = await world.registered('customer', 'off@example.com');
    expect(await world.credentials.verify('staff', 'off@example.com', goodPassword, { site: 'staff', ip: null })).to.equal(null);
    await world.accounts.disable(world.system, off.id);
    expect(await world.credentials.verify('customer', 'off@example.com', goodPassword, { site: 'staff', ip: null })).to.equal(null);
    await world.accounts.enable(world.system, off.id);
    expect((await world.credentials.verify('customer', 'off@example.com', goodPassword, { site: 'staff', ip: null }))?.account.id).to.equal(off.id);
    await world.accounts.create(world.system, { kind: 'customer', name: 'New', email: 'new@example.com' });
    expect(await world.credentials.verify('customer', 'new@example.com', '', { site: 'staff', ip: null })).to.equal(null);
  });

  it('B2 works as hard for unknown accounts as for known ones', async function () {
    this.timeout(60_000);
    const known: number[] = [];
    const unknown: number[] = [];
    const accounts: Account[] = [];
    for (let i = 0; i < 4; i++) accounts.push(await world.registered('customer', `time${i}@example.com`));
    for (let i = 0; i < 32; i++) {
      for (const [times, login] of [
        [known, accounts[i % 4]?.email],
        [unknown, `nobody${i % 4}@example.com`],
      ] as const) {
        // Time on the processor, not on the clock: other programs must not decide.
        const start = process.cpuUsage();
        await world.credentials.verify('customer', login, 'not the password', { site: 'staff', ip: null });
        const { user, system } = process.cpuUsage(start);
        times.push((user + system) / 1000);
      }
    }
    const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    const difference = Math.abs(median(known) - median(unknown));
    console.log(`      median known ${median(known).toFixed(2)} ms, unknown ${median(unknown).toFixed(2)} ms`);
    expect(difference).to.be.below(median(known) * 0.5);
  });

  it('B2 makes people wait 15 minutes after ten failures, right password and unknown accounts alike', async () => {
    await world.registered('customer', 'slow@example.com');
    for (const login of ['slow@example.com', 'ghost@example.com']) {
      for (let i = 0; i < 10; i++)
        expect(await world.credentials.verify('customer', i % 2 ? login.toUpperCase() : ` ${login}`, 'wrong', { site: 'staff', ip: null })).to.equal(null);
      const refused = (await failure(world.credentials.verify('customer', login, goodPassword, { site: 'staff', ip: null }))) as Error & {
        retryAfter?: number;
        headers?: Record<string, string>;
      };
      expect(refused).to.include({ code: 'throttled', status: 429 });
      expect(refused.retryAfter).to.be.within(890, 900);
      expect(refused.headers).to.deep.equal({ 'Retry-After': String(refused.retryAfter) });
    }
  });

  it('B2 counts parallel guesses, and slows down a network that tries many accounts', async () => {
    await world.registered('customer', 'burst@example.com');
    const burst = await Promise.allSettled(
      Array.from({ length: 40 }, () => world.credentials.verify('customer', 'burst@example.com', 'wrong', { site: 'staff', ip: null })),
    );
    expect(burst.filter((one) => one.status === 'fulfilled')).to.have.length(10);
    const spray = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) =>
        world.credentials.verify('customer', `spray${i}@example.com`, 'wrong', { site: 'staff', ip: `2001:db8:1:2::${i.toString(16)}` }),
      ),
    );
    expect(spray.filter((one) => one.status === 'fulfilled')).to.have.length(30);
    expect(network('2001:db8:1:2:ffff::9')).to.equal(network('2001:0DB8:1:2::1'));
    expect(network('2001:db8:1:3::1')).not.to.equal(network('2001:db8:1:2::1'));
    expect(network('::ffff:192.0.2.1')).to.equal('192.0.2.1');
  });

  it('does not count sign-ins that succeed', async () => {
    await world.registered('customer', 'often@example.com');
    for (let i = 0; i < 15; i++)
      expect(await world.credentials.verify('customer', 'often@example.com', goodPassword, { site: 'staff', ip: '198.51.100.99' })).not.to.equal(null);
  });

  it('B2 answers a reset request alike for known and unknown addresses, and mails only the known one', async () => {
    const before = world.sent.length;
    await world.credentials.requestReset('staff', 'anna@example.com', world.origin('staff'));
    await world.credentials.requestReset('staff', 'nobody@example.com', world.origin('staff'));
    await world.credentials.requestReset('staff', ['anna@example.com'], world.origin('staff'));
    expect(world.queued).to.have.length(3);
    for (const { payload } of world.queued) await world.credentials.sendReset({ ...payload });
    expect(world.sent.slice(before).map((mail) => [mail.template, mail.secret])).to.deep.equal([['core.password-reset', true]]);
  });

  it('B5 a reset ends all sessions, works once and dies after an hour', async () => {
    const bea = await world.registered('staff', 'bea@example.com');
    const { token: cookie } = await world.sessions.create({ accountId: bea.id, site: 'staff', ip: null, agent: null });
    const ask = async (): Promise<string> => {
      await world.credentials.sendReset({ kind: 'staff', email: 'bea@example.com', site: 'staff' });
      return world.lastToken();
    };
    const late = await ask();
    world.pass(61);
    expect((await failure(world.credentials.reset(late, 'another good one', world.origin('staff')))).code).to.equal('dead_link');
    const { token: second } = await world.sessions.create({ accountId: bea.id, site: 'staff', ip: null, agent: null });
    const token = await ask();
    expect((await failure(world.credentials.reset(token, 'bea@example.com', world.origin('staff')))).fields).to.have.property('password');
    await world.credentials.reset(token, 'another good one', world.origin('staff'));
    for (const session of [cookie, second]) expect(await world.sessions.find(session, 'staff', 600)).to.equal(null);
    expect((await failure(world.credentials.reset(token, 'yet another one', world.origin('staff')))).code).to.equal('dead_link');
    expect(await world.credentials.verify('staff', 'bea@example.com', goodPassword, { site: 'staff', ip: null })).to.equal(null);
    expect(await world.credentials.verify('staff', 'bea@example.com', 'another good one', { site: 'staff', ip: null })).not.to.equal(null);
  });

  it('B5 changing the own password needs the current one and ends every session', async () => {
    const cid = await world.registered('staff', 'cid@example.com');
    const { token, session } = await world.sessions.create({ accountId: cid.id, site: 'staff', ip: null, agent: null });
    const actor = world.actor(cid, session.id);
    expect((await failure(world.credentials.changePassword(actor, 'wrong one', 'a brand new one'))).fields).to.have.property('current');
    expect((await failure(world.credentials.changePassword(actor, goodPassword, 'short'))).fields).to.have.property('password');
    expect(await world.sessions.find(token, 'staff', 60)).not.to.equal(null);
    await world.credentials.changePassword(actor, goodPassword, 'a brand new one');
    expect(await world.sessions.find(token, 'staff', 60)).to.equal(null);
  });
});
