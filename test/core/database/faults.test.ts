import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import Libsql from 'libsql';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Database } from '../../../core/database/types.js';
import { UnavailableError } from '../../../core/errors.js';
import { createTestDatabase, onMysql, type TestDatabase } from '../../support/database.js';

describe('Database under faults', function () {
  this.timeout(30_000);
  let test: TestDatabase;
  let db: Database;
  beforeEach(async () => {
    test = await createTestDatabase();
    db = test.db;
  });
  afterEach(() => test.drop());
  const put = (name: string): Promise<unknown> => db.run('INSERT INTO core_sequences (name, value) VALUES (?, 1)', [name]);
  const names = async (): Promise<string[]> => (await db.query<{ name: string }>('SELECT name FROM core_sequences ORDER BY name')).map((row) => row.name);
  const failure = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  it('F7: waits for a writer of another process without blocking its own', async function () {
    if (onMysql) this.skip();
    const other = new Libsql(join(test.dataDir, 'portico.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    const writes = Promise.all([
      put('a'),
      db.transaction(() => put('b')),
      db
        .of({
          table: 'core_sequences',
          attributes: { name: { type: 'VARCHAR(64)', primaryKey: true }, value: { type: 'INTEGER' } },
          options: { timestamps: false, freezeTableName: true },
        })
        .create({ name: 'c', value: 1 }),
    ]);
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    await sleep(300);
    expect(await names()).to.deep.equal([]);
    other.exec('COMMIT');
    other.close();
    await writes;
    clearInterval(timer);
    expect(turns).to.be.greaterThan(20);
    expect(await names()).to.deep.equal(['a', 'b', 'c']);
  });

  it('F7: gives up with 503 when the lock stays, and heals', async function () {
    if (onMysql) this.skip();
    const other = new Libsql(join(test.dataDir, 'portico.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    const since = Date.now();
    const failures = await Promise.all([failure(put('a')), failure(db.transaction(() => put('b')))]);
    expect(Date.now() - since).to.be.within(4_500, 14_000);
    for (const error of failures) expect(error).to.be.instanceOf(UnavailableError).and.have.property('headers').that.has.property('Retry-After');
    other.exec('ROLLBACK');
    other.close();
    await put('a');
    await db.transaction(() => put('b'));
    expect(await names()).to.deep.equal(['a', 'b']);
  });

  it('F8: a connection that is cut in a transaction is a 503, nothing of it stays, and the next one works', async function () {
    if (!onMysql) this.skip();
    const admin = await createConnection({ host: '127.0.0.1', user: 'root' });
    const cut = async (): Promise<void> => {
      const [rows] = await admin.query<RowDataPacket[]>('SELECT id FROM information_schema.processlist WHERE db = ?', [new URL(test.url).pathname.slice(1)]);
      for (const row of rows) await admin.query(`KILL ${Number(row['id'])}`);
    };
    const error = await failure(
      db.transaction(async () => {
        await put('lost');
        await cut();
        await put('lost too');
      }),
    );
    expect(error).to.be.instanceOf(UnavailableError);
    expect(await names()).to.deep.equal([]);
    for (let i = 0; i < 5; i++) {
      await Promise.all([1, 2, 3].map(() => names()));
      await cut();
      await sleep(50);
      await db.transaction(() => put(`n${i}`));
    }
    expect(await names()).to.have.length(5);
    await admin.end();
  });

  it('F9: more transactions than connections queue up, and none leaks', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        failure(
          db.transaction(async () => {
            await put(`n${i}`);
            await sleep(2);
            if (i % 3 === 0) throw new Error('no');
          }),
        ),
      ),
    );
    expect(await names()).to.have.length(40);
  });
});
