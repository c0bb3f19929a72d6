import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createBackup } from '../../../core/database/backup.js';
import { lockInstance } from '../../../core/database/instance-lock.js';
import { openDatabase } from '../../../core/database/open.js';
import { restoreBackup } from '../../../core/database/restore.js';
import type { Database } from '../../../core/database/types.js';
import { StartError } from '../../../core/start-error.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';
import { gone, start } from './support/child.js';

describe('Backup and restore', function () {
  this.timeout(60_000);
  let test: TestDatabase;
  let db: Database;
  let outside: string;
  let target: string;
  beforeEach(async () => {
    test = await createTestDatabase();
    db = test.db;
    outside = mkdtempSync(join(tmpdir(), 'portico-backup-'));
    target = join(outside, 'backup');
    await db.run(
      'CREATE TABLE sample_pairs (id INTEGER PRIMARY KEY AUTO_INCREMENT, n INTEGER NOT NULL)'.replace(test.dialect === 'sqlite' ? 'AUTO_INCREMENT' : '', ''),
    );
    mkdirSync(join(test.dataDir, 'files/ab'), { recursive: true });
    writeFileSync(join(test.dataDir, 'files/ab/one'), 'photo');
    writeFileSync(join(test.dataDir, 'secret.key'), 'key');
  });
  afterEach(async () => {
    await test.drop();
    rmSync(outside, { recursive: true, force: true });
  });

  const reopen = async (): Promise<void> => {
    db = await openDatabase({ url: test.url, dataDir: test.dataDir, log: quietLog });
    test = { ...test, db, drop: test.drop };
  };
  const failure = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'did not fail',
      (error: Error) => {
        expect(error).to.be.instanceOf(StartError);
        return error.message;
      },
    );

  it('F28: a backup made while writing is consistent and comes back whole', async () => {
    const { child, said } = start({ what: 'write', url: test.url, dataDir: test.dataDir, folder: '' });
    expect(await said).to.equal('writing');
    await sleep(150);
    const { files } = await createBackup({ url: test.url, dataDir: test.dataDir, target });
    await sleep(50);
    child.kill('SIGKILL');
    await gone(child);
    expect(files).to.equal(3);

    const [{ n: after } = { n: 0 }] = await db.query<{ n: number }>('SELECT COUNT(*) AS n FROM sample_pairs');
    await db.run('CREATE TABLE sample_later (id INTEGER PRIMARY KEY)');
    writeFileSync(join(test.dataDir, 'files/ab/one'), 'changed');
    await db.close();
    const { previous } = await restoreBackup({ url: test.url, dataDir: test.dataDir, source: target });
    await reopen();
    const pairs = await db.query<{ n: number; c: number }>('SELECT n, COUNT(*) AS c FROM sample_pairs GROUP BY n');
    expect(pairs.length)
      .to.be.greaterThan(0)
      .and.lessThan(after / 2);
    expect(pairs.every((pair) => pair.c === 2)).to.equal(true);
    expect(await db.sequelize.getQueryInterface().tableExists('sample_later')).to.equal(false);
    expect(readFileSync(join(test.dataDir, 'files/ab/one'), 'utf8')).to.equal('photo');
    expect(previous && existsSync(previous)).to.equal(true);
    await db.close();
  });

  it('is refused while a server runs on it', async () => {
    await createBackup({ url: test.url, dataDir: test.dataDir, target });
    if (test.dialect === 'mysql')
      expect(await failure(restoreBackup({ url: test.url, dataDir: test.dataDir, source: target }))).to.match(/Stop every Portico server/);
    const release = lockInstance(test.dataDir);
    expect(await failure(restoreBackup({ url: test.url, dataDir: test.dataDir, source: target }))).to.match(/already running/);
    release();
  });

  it('is refused, with nothing changed, when a file of it is damaged, missing or foreign', async () => {
    await createBackup({ url: test.url, dataDir: test.dataDir, target });
    await db.close();
    const restore = (): Promise<string> => failure(restoreBackup({ url: test.url, dataDir: test.dataDir, source: target }));
    const photo = join(target, 'data/files/ab/one');
    const manifest = join(target, 'manifest.json');
    const original = readFileSync(manifest, 'utf8');

    writeFileSync(photo, 'phot0');
    expect(await restore()).to.match(/data\/files\/ab\/one.*damaged/);
    rmSync(photo);
    expect(await restore()).to.match(/data\/files\/ab\/one is missing/);
    for (const bad of ['{', '[]', original.replace('data/files/ab/one', 'data/../../one'), original.replace('"format": 1', '"format": 2')]) {
      writeFileSync(manifest, bad);
      expect(await restore()).to.match(/damaged, or made by a newer version/);
    }
    writeFileSync(manifest, original.replace(/"dialect": "\w+"/, `"dialect": "${test.dialect === 'sqlite' ? 'mysql' : 'sqlite'}"`));
    expect(await restore()).to.match(/another kind of database/);
    rmSync(manifest);
    expect(await restore()).to.match(/not a backup/);
    expect(existsSync(join(test.dataDir, '.restoring'))).to.equal(false);
    expect(readFileSync(join(test.dataDir, 'secret.key'), 'utf8')).to.equal('key');
    await reopen();
    expect(await db.query('SELECT name FROM core_versions')).to.deep.equal([]);
    await db.close();
  });
});
