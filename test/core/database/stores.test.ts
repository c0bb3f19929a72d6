import { expect } from 'chai';
import { openDatabase } from '../../../core/database/open.js';
import { licenseStore, pluginStateStore, versions } from '../../../core/database/stores.js';
import type { Database } from '../../../core/database/types.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';

describe('Stores of the core', function () {
  this.timeout(20_000);
  let test: TestDatabase;
  let other: Database;
  beforeEach(async () => {
    test = await createTestDatabase();
    other = await openDatabase({ url: test.url, dataDir: test.dataDir, log: quietLog });
  });
  afterEach(async () => {
    await other.close();
    await test.drop();
  });

  it('keep the switches of the modules', async () => {
    const store = pluginStateStore(test.db);
    await store.save('desk', true);
    await store.save('portal', true);
    await store.save('desk', false);
    await store.save('desk', false);
    expect([...(await pluginStateStore(other).load())]).to.have.deep.members([
      ['desk', false],
      ['portal', true],
    ]);
  });

  it('make one installation, also when two nodes start at once', async () => {
    const at = new Date('2026-01-01T00:00:00.000Z');
    const clock = { now: () => at };
    const stores = [licenseStore(test.db, clock), licenseStore(other, clock)] as const;
    const [a, b] = await Promise.all([stores[0].load(), stores[1].load()]);
    expect(a).to.deep.equal(b);
    expect(a.text).to.equal(null);
    expect(a.installedAt).to.deep.equal(at);
    const later = new Date('2026-02-01T00:00:00.123Z');
    await stores[0].save({ text: 'license', lastSeenAt: later });
    expect(await stores[1].load()).to.deep.equal({ ...a, text: 'license', lastSeenAt: later });
  });

  it('tell each change once: here after the commit, elsewhere at the next look', async () => {
    const [here, there] = [versions(test.db), versions(other)];
    const told: string[] = [];
    here.watch('rights', () => void told.push('here'));
    const stop = there.watch('rights', () => void told.push('there'));
    await here.bump('rights');
    await Promise.all([here.poll(), there.poll()]);
    told.length = 0;

    await test.db.transaction(async () => {
      await here.bump('rights');
      expect(told).to.deep.equal([]);
    });
    await test.db
      .transaction(async () => {
        await here.bump('rights');
        throw new Error('no');
      })
      .catch(() => undefined);
    await here.poll();
    await there.poll();
    await there.poll();
    expect(told).to.deep.equal(['here', 'there']);

    stop();
    await Promise.all([here.bump('rights'), there.bump('rights'), here.bump('new'), there.bump('new')]);
    await there.poll();
    expect(told.filter((name) => name === 'there')).to.have.length(1);
  });

  it('count a change of switches or license as one that other nodes notice', async () => {
    const there = versions(other);
    const told: string[] = [];
    for (const name of ['plugins', 'license']) there.watch(name, () => void told.push(name));
    await there.poll();
    await pluginStateStore(test.db).save('desk', true);
    await there.poll();
    await licenseStore(test.db, { now: () => new Date() }).save({ text: 'x' });
    await there.poll();
    expect(told).to.deep.equal(['plugins', 'license']);
  });
});
