import { expect } from 'chai';
import { EventBus } from '../../../core/events/event-bus.js';
import '../../../core/manifest.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

describe('Events', () => {
  let test: TestDatabase;
  let faults: string[];
  let bus: EventBus;
  let heard: number[];
  before(async () => {
    test = await createTestDatabase();
  });
  after(() => test.drop());
  beforeEach(() => {
    faults = [];
    heard = [];
    bus = new EventBus(test.db, (owner, error) => faults.push(`${owner}: ${(error as Error).message}`));
  });

  it('are delivered after the commit, not before', async () => {
    bus.on('core.account.invited', ({ accountId }) => void heard.push(accountId));
    await test.db.transaction(async () => {
      bus.emit('core.account.invited', { accountId: 7 });
      await test.db.query('SELECT 1');
      expect(heard).to.deep.equal([]);
    });
    await bus.idle();
    expect(heard).to.deep.equal([7]);
  });

  it('of a transaction that was rolled back are never delivered', async () => {
    bus.on('core.account.invited', ({ accountId }) => void heard.push(accountId));
    const failing = test.db.transaction(async () => {
      bus.emit('core.account.invited', { accountId: 7 });
      throw new Error('no');
    });
    await failing.catch(() => undefined);
    bus.emit('core.account.invited', { accountId: 8 });
    await bus.idle();
    expect(heard).to.deep.equal([8]);
  });

  it('are written down by a keeper in the transaction of the change, which does not happen without that', async () => {
    const { db } = test;
    await db.run('CREATE TABLE kept (account INT NOT NULL)');
    bus.keep((name, payload) => {
      if (name !== 'core.account.invited') return null;
      return () => db.run('INSERT INTO kept (account) VALUES (?)', [(payload as { accountId: number }).accountId || null]).then(() => undefined);
    });
    const change = (accountId: number, after?: Error) =>
      db
        .transaction(async () => {
          bus.emit('core.account.invited', { accountId });
          await db.run("UPDATE core_versions SET version = version WHERE name = 'x'");
          if (after) throw after;
          return 'committed';
        })
        .catch(() => 'taken back');
    expect([await change(7), await change(8, new Error('no')), await change(0)]).to.deep.equal(['committed', 'taken back', 'taken back']);
    expect(await db.query('SELECT account FROM kept')).to.deep.equal([{ account: 7 }]);
  });

  it("reach the other listeners when one throws, and the fault is its owner's", async () => {
    bus.scoped('desk').on('core.account.invited', () => {
      throw new Error('at once');
    });
    bus.scoped('stats').on('core.account.invited', () => Promise.reject(new Error('later')));
    bus.on('core.account.invited', ({ accountId }) => void heard.push(accountId));
    bus.emit('core.account.invited', { accountId: 1 });
    await bus.idle();
    expect(heard).to.deep.equal([1]);
    expect(faults).to.have.members(['desk: at once', 'stats: later']);
  });

  it('leave no listener behind after 100 times on and off', () => {
    for (let round = 0; round < 100; round++) bus.scoped('desk').on('core.account.invited', () => undefined)();
    expect(bus.size).to.equal(0);
  });
});
