import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createEmptyDatabase, onMysql } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startServer, type ServerProcess } from '../support/server.js';

describe('the server as a process', function () {
  this.timeout(120_000);
  let place: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let running: ServerProcess[] = [];
  const start = async (env: Record<string, string> = {}): Promise<ServerProcess> => {
    const server = await startServer({ PORTICO_DATA_DIR: place.dataDir, PORTICO_DATABASE_URL: place.url, ...env });
    running.push(server);
    return server;
  };
  beforeEach(async () => {
    place = await createEmptyDatabase();
  });
  afterEach(async () => {
    for (const server of running) {
      server.process.kill('SIGTERM');
      await server.exited;
    }
    running = [];
    await place.remove();
  });

  it('F1 is restarted after kill -9, with its data', async () => {
    const server = await start();
    await server.ready();
    const first = server.worker();
    expect(first).to.be.a('number');
    process.kill(first!, 'SIGKILL');
    await eventually(() => server.worker() !== first && server.worker() !== null, 'a new worker', 5_000);
    await server.ready();
    expect(server.output()).to.contain('starting again');
  });

  it('starts in safe mode after three crashes in five minutes', async () => {
    writeFileSync(join(place.dataDir, 'starts.json'), JSON.stringify([Date.now() - 9_000, Date.now() - 6_000, Date.now() - 3_000]));
    const server = await start();
    await server.ready();
    await fetch(server.portalUrl).then(
      () => expect.fail('the licensed portal is open in safe mode'),
      (error: Error) => expect(error.message).to.contain('fetch failed'),
    );
  });

  it('F22 drops no request when it is told to stop', async () => {
    const server = await start();
    await server.ready();
    const answers = Array.from({ length: 20 }, () => fetch(`${server.url}/sign-in`, { headers: { connection: 'close' } }).then((r) => r.status));
    await Promise.race(answers);
    server.process.kill('SIGTERM');
    for (const answer of await Promise.allSettled(answers)) {
      // Accepted requests are answered; what was not accepted any more is refused at once, never cut off.
      if (answer.status === 'fulfilled') expect(answer.value).to.equal(200);
    }
    expect(await server.exited).to.equal(0);
  });

  it('says which port is busy and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const server = await start({ PORTICO_STAFF_PORT: String(port) });
    expect(await server.exited).to.equal(78);
    expect(server.output()).to.contain(`Port ${port} cannot be opened`).and.to.contain('choose another port');
    await new Promise((resolve) => other.close(resolve));
  });

  it('lists all mistakes of the configuration at once, without values', async () => {
    const server = await start({ PORTICO_STAFF_HOTS: '::', PORTICO_MAIL_URL: 'not a secret address' });
    expect(await server.exited).to.equal(78);
    expect(server.output()).to.contain('PORTICO_STAFF_HOTS').and.to.contain('PORTICO_STAFF_HOST').and.to.contain('mail.url');
    expect(server.output()).not.to.contain('not a secret address');
  });

  // On MariaDB several servers share one database; a data folder of SQLite belongs to one.
  if (!onMysql)
    it('F23 a second server on one data folder refuses with a sentence', async () => {
      const server = await start();
      await server.ready();
      const second = await start();
      expect(await second.exited).to.equal(78);
      expect(second.output()).to.match(/another|already|second/i);
    });

  it('says what to do when the database does not answer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'portico-nodb-'));
    const server = await start({ PORTICO_DATA_DIR: folder, PORTICO_DATABASE_URL: 'mysql://nobody:secret-word@127.0.0.1:9/none' });
    expect(await server.exited).to.equal(78);
    expect(server.output()).to.contain('Portico cannot start').and.not.to.contain('secret-word');
    rmSync(folder, { recursive: true, force: true });
  });
});
