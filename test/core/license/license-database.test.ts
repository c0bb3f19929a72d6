import 'reflect-metadata';
import { expect } from 'chai';
import { AuditLog } from '../../../core/audit/audit-log.js';
import { systemActor } from '../../../core/access/actors.js';
import { recordInstall } from '../../../core/admin/license-pages.js';
import { licenseStore } from '../../../core/database/stores.js';
import { LicenseRequiredError } from '../../../core/errors.js';
import { LicenseService } from '../../../core/license/license-service.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';
import { licenseFile } from '../../support/licenses.js';

const clock = { now: () => new Date() };

describe('the license in the database', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  const service = (): LicenseService =>
    new LicenseService({
      store: licenseStore(test.db, clock),
      clock,
      log: quietLog,
      dropInFolder: test.dataDir,
      production: false,
      features: () => ['portal'],
      url: () => '',
      transaction: (work) => test.db.transaction(work),
    });

  it('comes into force on every node and is audited in the same transaction', async () => {
    const [one, other] = [service(), service()];
    await one.reload();
    await other.reload();
    expect(one.current().instanceId).to.equal(other.current().instanceId);
    const audit = new AuditLog({ db: test.db, clock, log: quietLog });
    const failure = await one.install(licenseFile(clock.now()), () => Promise.reject(new Error('no audit'))).catch((error: Error) => error.message);
    expect(failure).to.equal('no audit');
    await other.reload();
    expect(other.current().license).to.equal(null);
    await one.install(licenseFile(clock.now()), (change) => recordInstall(audit, systemActor('cli'), change));
    await other.reload();
    expect(other.module('portal').state).to.equal('valid');
    expect(await test.db.query('SELECT action FROM core_audit')).to.deep.equal([{ action: 'core.license.installed' }]);
  });

  it('50 at once for the last seat: one wins', async () => {
    const license = service();
    await license.install(licenseFile(clock.now(), { limits: { devices: 5 } }));
    await test.db.run('CREATE TABLE test_seats (id INTEGER NOT NULL)');
    await test.db.run('CREATE TABLE test_seat_lock (id INTEGER NOT NULL PRIMARY KEY)');
    await test.db.run('INSERT INTO test_seat_lock (id) VALUES (1)');
    for (const id of [1, 2, 3, 4]) await test.db.run('INSERT INTO test_seats (id) VALUES (?)', [id]);
    const take = (id: number): Promise<void> =>
      test.db.transaction(async () => {
        await test.db.run('UPDATE test_seat_lock SET id = 1 WHERE id = 1');
        const [row] = await test.db.query<{ used: number }>('SELECT COUNT(*) AS used FROM test_seats');
        license.seats.assertSeat('devices', Number(row?.used));
        await test.db.run('INSERT INTO test_seats (id) VALUES (?)', [id]);
      });
    const results = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => take(100 + i)));
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.lengthOf(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).to.be.instanceOf(LicenseRequiredError);
    expect(await test.db.query('SELECT COUNT(*) AS used FROM test_seats')).to.deep.equal([{ used: 5 }]);
  }).timeout(30_000);
});
