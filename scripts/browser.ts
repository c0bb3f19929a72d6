import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium that is installed, or null. */
export function findBrowser(): string | null {
  const own = chromium.executablePath();
  return [process.env['PORTICO_TEST_BROWSER'] ?? '', ...usual, own].find((path) => path !== '' && existsSync(path)) ?? null;
}

const run = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;

/** Finds a Chromium, or installs one: by apt when root, else by Playwright. Says what it did; null = neither worked. */
export function ensureBrowser(): string | null {
  const found = findBrowser();
  if (found) {
    console.log(`browser: ${found}`);
    return found;
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('browser: none found, installing Chromium by apt');
    if (run('apt-get', ['update', '-q']) && run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'])) return findBrowser();
  }
  console.log('browser: none found, asking Playwright to install Chromium');
  run(process.execPath, ['node_modules/playwright-core/cli.js', 'install', 'chromium']);
  return findBrowser();
}
