import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { sharedCounters } from '../../../core/second-factors.js';
import { Throttle } from '../../../core/accounts/throttle.js';
import { createTestApp, type TestApp } from '../../support/app.js';
import { onMysql } from '../../support/database.js';
import { failure } from './accounts-world.js';

describe('Throttling', function () {
  this.timeout(60_000);

  it('B2 counts in memory while Redis does not answer, at once and without an error', async () => {
    const redis = new Redis('redis://127.0.0.1:1', { lazyConnect: true, maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    const counters = sharedCounters(redis, () => 'test');
    const throttle = new Throttle('sample', 3, 30, counters);
    const start = Date.now();
    for (let i = 0; i < 3; i++) await throttle.attempt('anna', null);
    expect((await failure(throttle.attempt('anna', null))).code).to.equal('throttled');
    await throttle.succeeded('bertil', '198.51.100.7');
    expect(Date.now() - start).to.be.below(2_000);
    counters?.client.disconnect();
    redis.disconnect();
  });

  it('B2 another spelling of the address of the page opens no bucket of its own', async () => {
    const t = await createTestApp();
    await t.make.staff();
    const client = await t.client('staff');
    const spellings = ['/sign-in', '/sign-in?x=1', '/sign-in?next=%2Forders', '/sign-in/', '//sign-in', '/SIGN-IN', '/sign-in;x', '/sign%2Din'];
    let checked = 0;
    let last = 0;
    for (let i = 0; i < 40 && last !== 429; i++) {
      const login = ['ghost@example.com', ' GHOST@example.com ', 'Ghost@Example.com'][i % 3] ?? '';
      last = (await client.post(spellings[i % spellings.length] ?? '', { login, password: 'wrong' })).status;
      if (last === 401) checked += 1;
      else expect([404, 429], spellings[i % spellings.length]).to.include(last);
    }
    expect([last, checked]).to.deep.equal([429, 10]);
    await t.close();
  });

  // Two servers need a database that both can open: the embedded one belongs to one server.
  if (onMysql)
    it('B2 is shared by all nodes of an installation', async () => {
      const redis = { url: process.env['PORTICO_TEST_REDIS'] ?? 'redis://127.0.0.1:6379' };
      const one = await createTestApp({ config: { redis } });
      const dataDir = mkdtempSync(join(tmpdir(), 'portico-node-'));
      const two = await createTestApp({ config: { redis, database: one.app.config.database, dataDir } });
      await one.make.staff();
      const attempt = async (node: TestApp) => (await (await node.client('staff')).post('/sign-in', { login: 'ghost@example.com', password: 'wrong' })).status;
      for (let i = 0; i < 5; i++) expect([await attempt(one), await attempt(two)]).to.deep.equal([401, 401]);
      expect([await attempt(one), await attempt(two)]).to.deep.equal([429, 429]);
      await two.close();
      await one.close();
      rmSync(dataDir, { recursive: true, force: true });
    });
});
