import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { outRoot } from '../core/paths.js';

/** Starts the built product once with a given Node and asks it for its pages: `node smoke.js /path/to/node`. */
const node = process.argv[2] ?? process.execPath;
const dataDir = mkdtempSync(join(tmpdir(), 'portico-smoke-'));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const [staff, portal] = [await freePort(), await freePort()];
const started = performance.now();
const child = spawn(node, [join(outRoot, 'core/main.js')], {
  env: {
    ...process.env,
    PORTICO_DATA_DIR: dataDir,
    PORTICO_STAFF_PORT: String(staff),
    PORTICO_PORTAL_PORT: String(portal),
    PORTICO_LOG_LEVEL: 'error',
    PORTICO_TEST_RESULTS: undefined,
  },
  stdio: ['ignore', 'inherit', 'inherit'],
});
const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
let good = false;
for (const end = Date.now() + 30_000; Date.now() < end && !good && child.exitCode === null; await delay(100)) {
  const answers = await Promise.all(
    [`http://127.0.0.1:${staff}/health/ready`, `http://127.0.0.1:${staff}/setup`, `http://127.0.0.1:${portal}/sign-in`].map((url) =>
      fetch(url).then(
        (r) => r.status,
        () => 0,
      ),
    ),
  );
  good = answers.every((status) => status === 200);
}
const took = Math.round(performance.now() - started);
child.kill('SIGTERM');
const code = await Promise.race([ended, delay(20_000, 'late' as const, { ref: false })]);
rmSync(dataDir, { recursive: true, force: true });
console.log(good && code === 0 ? `started and stopped cleanly, ready after ${took} ms` : `failed: ready ${good}, exit ${code}`);
process.exit(good && code === 0 ? 0 : 1);
