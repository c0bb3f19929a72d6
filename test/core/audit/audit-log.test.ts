import { expect } from 'chai';
import { AuditLog } from '../../../core/audit/audit-log.js';
import type { Actor } from '../../../core/access/types.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';

const actor: Actor = { kind: 'system', account: null, onBehalfOf: null, sessionId: null, channel: 'job', ip: '::1' };

describe('Audit log', () => {
  let test: TestDatabase;
  let audit: AuditLog;
  beforeEach(async () => {
    test = await createTestDatabase();
    audit = new AuditLog({ db: test.db, clock: { now: () => new Date() }, log: quietLog });
    for (let id = 1; id <= 5; id++) {
      await test.db.transaction(() =>
        audit.record(actor, {
          action: 'desk.order.planned',
          object: { kind: 'desk.order', id, name: `Ä žltý 🖨 ${id} ` },
          before: { status: 'open' },
          after: { status: 'planned' },
        }),
      );
    }
    await audit.seal();
  });
  afterEach(() => test.drop());

  it('links all entries in order', async () => {
    expect(await audit.verify()).to.deep.equal({ ok: true, entries: 5 });
  });

  it('goes on with the chain in later rounds', async () => {
    await audit.record(actor, { action: 'desk.order.closed' });
    await audit.seal();
    expect(await audit.verify()).to.deep.equal({ ok: true, entries: 6 });
  });

  it('forgets what was rolled back', async () => {
    const failing = test.db.transaction(async () => {
      await audit.record(actor, { action: 'desk.order.closed' });
      throw new Error('no');
    });
    await failing.catch(() => undefined);
    await audit.seal();
    expect(await audit.verify()).to.deep.equal({ ok: true, entries: 5 });
  });

  const changes: [string, string, number][] = [
    ['a changed value', `UPDATE core_audit SET after = '{"status":"done"}' WHERE seq = 3`, 3],
    ['a changed actor', 'UPDATE core_audit SET actor = 99 WHERE seq = 2', 2],
    ['a removed entry', 'DELETE FROM core_audit WHERE seq = 4', 4],
    ['a cut-off end', 'DELETE FROM core_audit WHERE seq = 5', 5],
    ['a replaced hash', `UPDATE core_audit SET hash = '${'a'.repeat(64)}' WHERE seq = 1`, 1],
  ];
  for (const [what, sql, seq] of changes) {
    it(`finds ${what}`, async () => {
      await test.db.run(sql.replace('after =', '`after` ='));
      expect(await audit.verify()).to.include({ ok: false, seq });
    });
  }

  it('finds the whole log emptied', async () => {
    await test.db.run('DELETE FROM core_audit');
    expect(await audit.verify()).to.include({ ok: false, seq: 1 });
  });

  it('stays whole when 200 writers and three sealers work at once', async () => {
    const sealers = [audit, ...[1, 2].map(() => new AuditLog({ db: test.db, clock: { now: () => new Date() }, log: quietLog }))];
    const writes = Array.from({ length: 200 }, (_, id) => test.db.transaction(() => audit.record(actor, { action: 'x.y.done', object: { kind: 'x', id } })));
    await Promise.all([...writes, ...sealers.map((sealer) => sealer.seal())]);
    await Promise.all(sealers.map((sealer) => sealer.seal()));
    expect(await audit.verify()).to.deep.equal({ ok: true, entries: 205 });
  });
});
