import { expect } from 'chai';
import { SessionStore } from '../../../core/accounts/session-store.js';
import { versions as versionStore } from '../../../core/database/stores.js';
import type { Account } from '../../../core/accounts/types.js';
import { createWorld, failure, type World } from './accounts-world.js';

describe('Sessions', () => {
  let world: World;
  let anna: Account;
  before(async () => {
    world = await createWorld();
    anna = await world.registered('staff', 'anna@example.com', { roles: ['administrator'] });
  });
  after(() => world.drop());
  const signIn = (accountId = anna.id) => world.sessions.create({ accountId, site: 'staff', ip: '198.51.100.7', agent: 'x'.repeat(500) });

  it('B5 gives each sign-in a new token, stores only its hash, and tells of it', async () => {
    const one = await signIn();
    const two = await signIn();
    expect(one.token).not.to.equal(two.token);
    expect(one.session.csrf).not.to.equal(two.session.csrf);
    expect(JSON.stringify(await world.db.query('SELECT * FROM core_sessions'))).not.to.contain(one.token);
    expect((await world.sessions.find(one.token, 'staff', 60))?.account).to.include({ id: anna.id, email: anna.email });
    expect((await world.accounts.get(anna.id))?.lastSignInAt).to.deep.equal(world.clock.now());
    expect(world.audited.at(-1)?.action).to.equal('core.account.signed-in');
  });

  it('knows no other tokens and no other site', async () => {
    const { token } = await signIn();
    expect(await world.sessions.find(token, 'portal', 60)).to.equal(null);
    for (const wrong of ['', '0', token.slice(1), `${token}x`, token.toUpperCase(), "' OR 1=1 --"])
      expect(await world.sessions.find(wrong, 'staff', 60), wrong).to.equal(null);
  });

  it('KO-11 ends a session after the minutes without activity, and each request starts them anew', async () => {
    const { token } = await signIn();
    for (let i = 0; i < 5; i++) {
      world.pass(9);
      expect(await world.sessions.find(token, 'staff', 10)).not.to.equal(null);
    }
    world.pass(10);
    expect(await world.sessions.find(token, 'staff', 10)).to.equal(null);
    expect(await world.sessions.find(token, 'staff', 1440), 'a longer time-out does not revive it').to.equal(null);
  });

  it('KO-11 a time-out of one minute does not end an active session', async () => {
    const { token } = await signIn();
    for (let i = 0; i < 8; i++) {
      world.pass(0.7);
      expect(await world.sessions.find(token, 'staff', 1)).not.to.equal(null);
    }
  });

  it('B5 ends after the absolute time, however active', async () => {
    const { token } = await signIn();
    for (let i = 0; i < 12 * 4 - 1; i++) {
      world.pass(15);
      expect(await world.sessions.find(token, 'staff', 60)).not.to.equal(null);
    }
    world.pass(15);
    expect(await world.sessions.find(token, 'staff', 60)).to.equal(null);
  });

  it('writes the last activity at most once a minute', async () => {
    const { token, session } = await signIn();
    const seen = async (): Promise<unknown> =>
      (await world.db.query<{ last_seen_at: unknown }>('SELECT last_seen_at FROM core_sessions WHERE id = ?', [session.id]))[0]?.last_seen_at;
    const first = await seen();
    world.pass(0.9);
    await world.sessions.find(token, 'staff', 60);
    expect(await seen()).to.deep.equal(first);
    world.pass(0.2);
    const found = await world.sessions.find(token, 'staff', 60);
    expect(await seen()).not.to.deep.equal(first);
    expect(found?.lastSeenAt).to.deep.equal(world.clock.now());
  });

  it('B5 is dead on the next request after sign-out, and tells whoever holds a socket', async () => {
    const ended: number[] = [];
    const stop = world.sessions.onEnd((id) => ended.push(id));
    const { token, session } = await signIn();
    await world.sessions.find(token, 'staff', 60);
    await world.sessions.end(session.id);
    stop();
    expect(await world.sessions.find(token, 'staff', 60)).to.equal(null);
    expect(ended).to.deep.equal([session.id]);
  });

  it('B5 ends with the account that is disabled, and a disabled account gets none', async () => {
    const bea = await world.registered('staff', 'bea@example.com', { roles: ['agent'] });
    const { token } = await signIn(bea.id);
    await world.accounts.disable(world.system, bea.id);
    expect(await world.sessions.find(token, 'staff', 60)).to.equal(null);
    expect((await failure(signIn(bea.id))).code).to.equal('forbidden');
  });

  it('ends nothing when the change around it is rolled back', async () => {
    const { token, session } = await signIn();
    await failure(
      world.db.transaction(async () => {
        await world.sessions.end(session.id);
        throw new Error('no');
      }),
    );
    expect(await world.sessions.find(token, 'staff', 60)).not.to.equal(null);
  });

  it('another node notices the end of a session', async () => {
    const versions = versionStore(world.db);
    const other = new SessionStore({
      db: world.db,
      clock: world.clock,
      events: world.events,
      audit: { record: async () => undefined },
      versions,
      absoluteHours: () => 12,
      policies: { enrolBy: async () => null, barred: async () => false },
    });
    await versions.poll();
    const { token, session } = await signIn();
    expect(await other.find(token, 'staff', 60)).not.to.equal(null);
    await world.sessions.end(session.id);
    await versions.poll();
    expect(await other.find(token, 'staff', 60)).to.equal(null);
  });

  it('B5 lists the own sessions and ends only those', async () => {
    const cid = await world.registered('staff', 'cid@example.com');
    const dan = await world.registered('staff', 'dan@example.com');
    const mine = await signIn(cid.id);
    const second = await signIn(cid.id);
    const foreign = await signIn(dan.id);
    expect((await world.sessions.list(cid.id)).map((entry) => entry.id)).to.have.members([mine.session.id, second.session.id]);
    expect((await failure(world.sessions.endOwn(world.actor(cid), foreign.session.id))).code).to.equal('not_found');
    await world.sessions.endOwn(world.actor(cid), second.session.id);
    expect(await world.sessions.find(second.token, 'staff', 60)).to.equal(null);
    expect(await world.sessions.find(foreign.token, 'staff', 60)).not.to.equal(null);
    expect(await world.sessions.find(mine.token, 'staff', 60)).not.to.equal(null);
  });

  it('shows a changed profile on the next request', async () => {
    const { token } = await signIn();
    await world.sessions.find(token, 'staff', 60);
    await world.accounts.updateProfile(world.actor(anna), { name: 'Anna Å', mobile: '070-123 45 67', language: 'sv', timeZone: 'Europe/Berlin' });
    expect((await world.sessions.find(token, 'staff', 60))?.account).to.include({ name: 'Anna Å', language: 'sv', timeZone: 'Europe/Berlin' });
    const error = await failure(
      world.accounts.updateProfile(world.actor(anna), { name: ' ', mobile: '<script>', language: '__proto__', timeZone: 'Mars/Base' }),
    );
    expect(Object.keys(error.fields ?? {})).to.have.members(['name', 'mobile', 'language', 'timeZone']);
  });
});
