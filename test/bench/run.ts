import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outRoot } from '../../core/paths.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/server.js';
import { child, load, measure, stop, usage, type Target } from './load.js';
import { benchRights } from './rights.js';
import { measureDesk } from './desk-run.js';
import { measureRegister } from './register-run.js';

/**
 * `npm run bench`: CPU per request and its ratio to a bare Express 'hello' in the same run, on SQLite and, with `-- --mysql`, on MariaDB.
 * Each page is measured in turn with 'hello', several rounds, and the median is printed. Nothing here passes or fails.
 * `--desk` measures requests, messages and search with 10,000 and a million requests (`--small`: 100,000, `--sizes=<numbers>` others),
 * `--register` measures the register of customers only, `--small` with a tenth of the rows, `--quick` with a fifth of the requests, `--only=<words>` the pages so named.
 */
interface Started {
  staffUrl: string;
  portalUrl: string;
  staffCookie: string;
  portalCookie: string;
  portalCsrf: string;
  orderId: number;
  placeId: number;
  toggle: number;
}
const rounds = 3;
const count = 400;
if (process.argv.includes('--mysql')) process.env['PORTICO_TEST_DATABASE'] = 'mysql';
const engine = process.env['PORTICO_TEST_DATABASE'] === 'mysql' ? 'MariaDB' : 'SQLite';
const [quick, small] = [process.argv.includes('--quick'), process.argv.includes('--small')];
const sizes = small ? [1_000] : [10_000, 200_000];

function targets(started: Started): Record<string, Target> {
  const staff = { cookie: started.staffCookie };
  const boundary = 'bench';
  const field = (name: string, value: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return {
    'log-in page': { url: `${started.staffUrl}/sign-in`, status: 200 },
    'order list, 25 rows': { url: `${started.staffUrl}/orders`, headers: staff, status: 200 },
    'order page': { url: `${started.staffUrl}/orders/${started.orderId}`, headers: staff, status: 200 },
    'portal home': { url: `${started.portalUrl}/`, headers: { cookie: started.portalCookie }, status: 200 },
    'report a fault': {
      url: `${started.portalUrl}/report`,
      method: 'POST',
      headers: { cookie: started.portalCookie, origin: started.portalUrl, 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: () =>
        `${field('_csrf', started.portalCsrf)}${field('installation_id', String(started.placeId))}${field('urgency', '2')}${field('text', 'The printer stops after two pages')}--${boundary}--\r\n`,
      status: 303,
    },
  };
}

async function startUp(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portico-bench-'));
  const port = await freePort();
  const began = performance.now();
  const server = spawn(process.execPath, [join(outRoot, 'core/server.js')], {
    env: {
      ...process.env,
      PORTICO_TEST_DATABASE: undefined,
      PORTICO_DATA_DIR: dataDir,
      PORTICO_STAFF_PORT: String(port),
      PORTICO_PORTAL_PORT: String(await freePort()),
      PORTICO_LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  });
  await eventually(
    () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        (r) => r.ok,
        () => false,
      ),
    'start',
    60_000,
  );
  const took = performance.now() - began;
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(dataDir, { recursive: true, force: true });
  return took;
}

if (!process.argv.includes('--desk')) await benchRights();
const hello = await child<{ url: string }>('hello');
const base = { process: hello.process, target: { url: hello.first.url, status: 200 } };
await load(base.target, 1_000);
console.log(`${engine}, Node ${process.versions.node}: CPU per request in µs (median of ${rounds} rounds of ${count}), ratio to 'hello' in the same round\n`);
if (process.argv.includes('--desk')) {
  const asked = process.argv
    .find((word) => word.startsWith('--sizes='))
    ?.slice(8)
    .split(',')
    .map(Number);
  await measureDesk(base, { rounds, count: quick ? 20 : 100, sizes: asked ?? (small ? [10_000, 100_000] : [10_000, 1_000_000]) });
  hello.process.kill();
  process.exit(0);
}
if (!process.argv.includes('--register')) {
  console.log(`start-up of a new installation: ${Math.round(await startUp())} ms`);
  for (const size of sizes) {
    const { process: portico, first } = await child<Started>('portico', [String(size)]);
    const memory = Math.round((await usage(portico)).rss / 1_048_576);
    console.log(`\n${size} orders: memory at rest ${memory} MB, module on or off ${Math.round(first.toggle)} ms`);
    await measure(targets(first), portico, base, { rounds, count });
    await stop(portico);
  }
}
await measureRegister(base, {
  rounds,
  count: quick ? 20 : 100,
  sizes: small ? [500, 5_000] : [5_000, 50_000],
});
hello.process.kill();
process.exit(0);
