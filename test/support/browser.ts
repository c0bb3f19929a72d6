import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.js';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A person's browser: cookies of its own. */
export interface Person {
  context: BrowserContext;
  page: Page;
  /** Messages of the console and of pages that failed; scripts blocked by the CSP show here. */
  problems: string[];
  close(): Promise<void>;
}

/** Opens a real Chromium. @throws Error when none is installed: a browser test never passes without one */
export async function openBrowser(options: { width?: number; height?: number; dark?: boolean; language?: string; scripts?: boolean } = {}): Promise<Person> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('No Chromium is installed. Run "npm test", which installs one.');
  const folder = mkdtempSync(join(tmpdir(), 'portico-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    args: flags,
    viewport: { width: options.width ?? 1280, height: options.height ?? 860 },
    colorScheme: options.dark ? 'dark' : 'light',
    javaScriptEnabled: options.scripts ?? true,
    locale: options.language ?? 'en',
    timezoneId: 'Europe/Stockholm',
  });
  context.setDefaultTimeout(15_000);
  const page = context.pages()[0] ?? (await context.newPage());
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${page.url()}: ${message.text()}`);
  });
  return {
    context,
    page,
    problems,
    async close() {
      await context.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** What axe-core finds wrong on the page, one line each; `rules` narrows to some. */
export async function accessibility(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async (wanted) => {
    interface Axe {
      run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    }
    const { axe, document } = globalThis as unknown as { axe: Axe; document: { getAnimations(): { finish(): void }[] } };
    // Colors in the middle of a transition are nobody's colors.
    for (const animation of document.getAnimations()) animation.finish();
    const { violations } = await axe.run(wanted ? { runOnly: { type: 'rule', values: wanted } } : {});
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
  }, rules);
}

/** Does the page need sideways scrolling? */
export async function overflows(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { document } = globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } };
    return document.documentElement.scrollWidth > document.documentElement.clientWidth;
  });
}
