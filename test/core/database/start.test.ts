import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import { DatabaseStartError } from '../../../core/database/failures.js';
import { lockInstance } from '../../../core/database/instance-lock.js';
import { openDatabase } from '../../../core/database/open.js';
import { createEmptyDatabase, onMysql, quietLog } from '../../support/database.js';
import { gone, start } from './support/child.js';

describe('Database at start', function () {
  this.timeout(20_000);
  let place: Awaited<ReturnType<typeof createEmptyDatabase>>;
  beforeEach(async () => (place = await createEmptyDatabase()));
  afterEach(() => place.remove());

  const sentence = async (url: string): Promise<string> => {
    try {
      await (await openDatabase({ url, dataDir: place.dataDir, log: quietLog })).close();
    } catch (error) {
      expect(error).to.be.instanceOf(DatabaseStartError);
      return (error as Error).message;
    }
    return 'opened';
  };

  it('F23: a second server on one data folder is refused with a sentence that names the first', async () => {
    const release = lockInstance(place.dataDir);
    expect(() => lockInstance(place.dataDir)).to.throw(DatabaseStartError, new RegExp(`already running on .* \\(process ${process.pid} on .*PORTICO_DATA_DIR`));
    release();
    lockInstance(place.dataDir)();
  });

  it('F23: the lock of a killed server is free at once', async () => {
    const { child, said } = start({ what: 'lock', ...place, folder: '' });
    expect(await said).to.equal('locked');
    expect(() => lockInstance(place.dataDir)).to.throw(DatabaseStartError, `process ${child.pid}`);
    child.kill('SIGKILL');
    await gone(child);
    lockInstance(place.dataDir)();
  });

  it('F27: a damaged file is refused, stays as it is, and the sentence names the backup', async function () {
    if (onMysql) this.skip();
    const file = join(place.dataDir, 'portico.sqlite');
    writeFileSync(file, 'this is not a database'.repeat(500));
    expect(await sentence('')).to.match(/is damaged.*Nothing was changed.*npm run restore/);
    expect(readFileSync(file, 'utf8')).to.match(/^this is not/);

    const good = await openDatabase({ url: 'sqlite:good.sqlite', dataDir: place.dataDir, log: quietLog });
    await good.run('CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)');
    for (let i = 0; i < 100; i++) await good.run('INSERT INTO t (x) VALUES (?)', ['x'.repeat(500)]);
    await good.close();
    const bytes = readFileSync(join(place.dataDir, 'good.sqlite'));
    bytes.fill(0xff, 8192, 20_000);
    writeFileSync(join(place.dataDir, 'good.sqlite'), bytes);
    expect(await sentence('sqlite:good.sqlite')).to.match(/is damaged/);
    expect(readFileSync(join(place.dataDir, 'good.sqlite')).equals(bytes)).to.equal(true);
  });

  it('a folder that cannot be written to is named', async function () {
    if (onMysql) this.skip();
    writeFileSync(join(place.dataDir, 'file'), '');
    expect(await sentence('sqlite:file/x.sqlite').catch((error: Error) => error.message)).to.match(/file/);
  });

  it('keeps its files in a safe way: write-ahead log, every commit on disk, foreign keys', async function () {
    if (onMysql) this.skip();
    const db = await openDatabase({ ...place, log: quietLog });
    const read = async (): Promise<unknown[]> => [
      await db.query('PRAGMA journal_mode'),
      await db.query('PRAGMA synchronous'),
      await db.query('PRAGMA foreign_keys'),
      await db.query('PRAGMA busy_timeout'),
    ];
    const expected = [[{ journal_mode: 'wal' }], [{ synchronous: 2 }], [{ foreign_keys: 1 }], [{ timeout: 0 }]];
    expect(await read()).to.deep.equal(expected);
    expect(await db.transaction(read)).to.deep.equal(expected);
    await db.close();
  });

  it('a server that refuses, is missing or unknown is told with what to do', async function () {
    if (!onMysql) this.skip();
    expect(await sentence('mysql://nobody:secret-word@127.0.0.1:3306/x'))
      .to.match(/refused the user "nobody".*PORTICO_DATABASE_URL/)
      .and.not.contain('secret-word');
    expect(await sentence('mysql://root@127.0.0.1:3306/portico_no_such')).to.match(/no database "portico_no_such".*CREATE DATABASE/);
    expect(await sentence('mysql://root@127.0.0.1:1/x')).to.match(/No database server answers at 127.0.0.1:1/);
    expect(await sentence('mysql://root@127.0.0.1:3306')).to.match(/names no database/);
    expect(await sentence('postgres://x')).to.match(/must begin with/);
    const mute = createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    expect(await sentence(`mysql://root@127.0.0.1:${(mute.address() as { port: number }).port}/x`)).to.match(/cannot be used/);
    mute.close();
  });
});
