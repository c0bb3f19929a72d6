import { appendFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import Mocha from 'mocha';
import { outRoot } from '../core/paths.js';
import { ensureBrowser } from './browser.js';

/** Runs the test suites. `--services`: the same suites on MariaDB, plus Redis. Further words narrow to files that contain one of them. */
const services = process.argv.includes('--services');
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const needed = [
  { name: 'MariaDB', port: 3306, help: 'Install and start it: apt-get install mariadb-server (root without password on 127.0.0.1:3306).' },
  { name: 'Redis', port: 6379, help: 'Install and start it: apt-get install redis-server.' },
];

/** What people see does not depend on the database: these long ones run once, on SQLite. */
const sameOnBoth = ['browser/pages.test.js'];

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 3_000 });
    socket
      .once('connect', () => resolve(true))
      .once('error', () => resolve(false))
      .once('timeout', () => resolve(false));
    socket.once('connect', () => socket.end());
  });

async function ready(): Promise<boolean> {
  if (!ensureBrowser()) {
    console.error('No Chromium could be found or installed. Install one and say where it is: PORTICO_TEST_BROWSER=/path/to/chromium npm test');
    return false;
  }
  if (!services) return true;
  for (const { name, port, help } of needed) {
    if (await answers(port)) continue;
    console.error(`${name} does not answer on 127.0.0.1:${port}. ${help}`);
    return false;
  }
  process.env['PORTICO_TEST_DATABASE'] = 'mysql';
  process.env['PORTICO_TEST_REDIS'] = 'redis://127.0.0.1:6379';
  return true;
}

function files(): string[] {
  const folder = join(outRoot, 'test');
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(
        (file) => file.endsWith('.test.js') && (words.length === 0 ? !(services && sameOnBoth.includes(file)) : words.some((word) => file.includes(word))),
      )
      // Long ones first, so that both processors are busy until the end.
      .sort((a, b) => Number(b.startsWith('browser')) - Number(a.startsWith('browser')) || a.localeCompare(b))
      .map((file) => join(folder, file))
  );
}

async function run(): Promise<number> {
  // It looks at the environment that was just set.
  const { makeTemplate } = await import('../test/support/template.js');
  const removeTemplate = await makeTemplate();
  const mocha = new Mocha({ parallel: true, jobs: 2, timeout: 60_000, slow: 5_000, reporter: 'spec', forbidOnly: true });
  for (const file of files()) mocha.addFile(file);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', () => (counts.passed += 1))
      .on('fail', () => (counts.failed += 1))
      .on('pending', () => (counts.skipped += 1));
  });
  await removeTemplate();
  const line = `${counts.passed} passed, ${counts.failed} failed${counts.skipped ? `, ${counts.skipped} skipped` : ''}`;
  console.log(`${services ? 'MariaDB' : 'SQLite'}: ${line}`);
  if (process.env['PORTICO_TEST_RESULTS']) appendFileSync(process.env['PORTICO_TEST_RESULTS'], `${line}\n`);
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

process.exit((await ready()) ? await run() : 1);
