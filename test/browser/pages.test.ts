import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, overflows, type Person } from '../support/browser.js';
import { makeSample, type Sample } from '../support/sample.js';

interface Stop {
  site: 'staff' | 'portal';
  path: string;
  signedIn: boolean;
}
const shots = process.env['SHOTS'] === '1' ? (process.env['SHOTS_DIR'] ?? 'shots') : null;
const colors = ['color-contrast'];
const all = undefined;
/**
 * What axe looks for where. Colors are the same for every width, markup the same for every theme: each look adds what the others do not show.
 * All rules are asked of every page once; the other looks of pages that show a part, an element with its classes, that no page before them showed.
 */
const looks = {
  base: [
    { width: 1280, dark: false, rules: all },
    { width: 1280, dark: true, rules: colors },
    { width: 390, dark: true, rules: all },
    { width: 390, dark: false, rules: null },
  ],
  harbor: [
    { width: 1280, dark: false, rules: colors },
    { width: 1280, dark: true, rules: colors },
    { width: 390, dark: true, rules: null },
    { width: 390, dark: false, rules: null },
  ],
} as const;
/** Answers of these are not pages. */
const notPages =
  /^\/(brand|api|files|health|metrics|session|menu|notifications\/unread)\b|\/(export|html)$|\.(csv|png|svg|json)$|\/chain$|^\/\.well-known\/|^\/sign-in\/sso\//;

for (const { theme, language } of [
  { theme: 'base', language: 'de' },
  { theme: 'harbor', language: 'en' },
] as const) {
  describe(`every page of both sites in the theme ${theme}, read in ${language}`, function () {
    this.timeout(900_000);
    let test: TestApp;
    let sample: Sample;
    let stops: Stop[];
    const found: { about: string; what: string }[] = [];
    const seenParts = new Set<string>();
    const people: Person[] = [];
    const nothing = (about: string) =>
      expect(
        found
          .filter((one) => one.about === about)
          .map(({ what }) => what)
          .join('\n'),
      ).to.equal('');

    before(async () => {
      test = await createTestApp();
      await test.app.settings.change(system, {
        'core.theme': theme,
        'core.language': language,
        'core.companyName': 'Fjord Service AB',
        'core.mailFrom': 'service@fjord.test',
      });
      sample = await makeSample(test, language);
      const pages = test.app.slots.routes.filter(({ kind, method, path }) => kind === 'page' && method === 'get' && !notPages.test(path));
      stops = pages.flatMap((route) => {
        const site = route.site as Stop['site'];
        const open = route.guard.open;
        return sample.paths(route).map((path) => ({ site, path, signedIn: !open }));
      });
      for (const site of ['staff', 'portal'] as const)
        stops.push({ site, path: '/nothing-here', signedIn: true }, { site, path: '/nothing-here', signedIn: false });
      await Promise.all([walk((_, at) => at % 2 === 0), walk((_, at) => at % 2 === 1)]);
    });
    after(async () => {
      await Promise.all(people.map((person) => person.close()));
      await test?.close();
    });

    async function walk(mine: (stop: Stop, at: number) => boolean): Promise<void> {
      const person = await openBrowser({ language });
      people.push(person);
      const cookies = await cookiesOf();
      for (const stop of stops.filter(mine)) {
        await person.context.clearCookies();
        if (stop.signedIn) await person.context.addCookies(cookies);
        await visit(person, stop);
      }
    }

    async function cookiesOf() {
      const made = [];
      for (const site of ['staff', 'portal'] as const) {
        const { token } = await test.app.sessions.create({ accountId: (site === 'staff' ? sample.staff : sample.customer).id, site, ip: null, agent: null });
        made.push({ name: `portico-${site}`, value: token, url: test.staffUrl });
      }
      return made;
    }

    async function visit({ page, problems }: Person, stop: Stop): Promise<void> {
      const name = `${stop.site} ${stop.path}${stop.signedIn ? '' : ' (signed out)'}`;
      const note = (about: string, what: string) => void found.push({ about, what: `${name}: ${what}` });
      const before = problems.length;
      await page.setViewportSize({ width: 1280, height: 860 });
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      const answer = await page.goto((stop.site === 'staff' ? test.staffUrl : test.portalUrl()) + stop.path, { waitUntil: 'load' });
      const wanted = stop.path === '/nothing-here' || stop.path.includes('AAAA') || (stop.path === '/setup' && !stop.signedIn) ? 404 : 200;
      if (answer?.status() !== wanted) note('answer', String(answer?.status()));
      const headings = await page.locator('h1').count();
      if (headings !== 1) note('heading', `${headings} h1`);
      if (!(await skipsFirst(page))) note('keyboard', 'the first Tab does not reach the skip link');
      const fresh = (await partsOf(page)).filter((part) => !seenParts.has(part));
      for (const part of fresh) seenParts.add(part);
      if (fresh.length === 0 && theme === 'harbor') return;
      for (const [at, { width, dark, rules: asked }] of looks[theme].entries()) {
        const rules = at > 0 && fresh.length === 0 ? null : asked;
        await page.setViewportSize({ width, height: width === 390 ? 844 : 860 });
        await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' });
        if (await overflows(page)) note('width', `scrolls sideways at ${width}`);
        for (const violation of rules === null ? [] : await accessibility(page, rules)) note('axe', `at ${width} ${dark ? 'dark' : 'light'}: ${violation}`);
        if (shots) await page.screenshot({ path: shotOf(stop, theme, `${width}-${dark ? 'dark' : 'light'}`), fullPage: true });
      }
      await page.setViewportSize({ width: 320, height: 640 });
      if (await overflows(page)) note('width', 'scrolls sideways at 320');
      for (const line of problems.slice(before)) if (wanted === 200 || !/status of 404/.test(line)) note('console', line);
    }

    it('walked through more than fifty pages, and each of them answered', () => {
      expect(stops.length).to.be.greaterThan(50);
      nothing('answer');
    });
    it('axe-core finds nothing, at 1280 and 390 pixels, in light and in dark', () => nothing('axe'));
    it('no page scrolls sideways, down to 320 pixels', () => nothing('width'));
    it('no script fails and nothing is blocked by the content security policy', () => nothing('console'));
    it('every page has exactly one main heading', () => nothing('heading'));
    it('the first Tab reaches the link that skips the navigation', () => nothing('keyboard'));
  });
}

/** Forms that put the cursor into their first field begin there; everywhere else the skip link comes first. */
async function skipsFirst(page: Page): Promise<boolean> {
  if (await page.locator('[autofocus], [data-focus]').count()) return true;
  await page.keyboard.press('Tab');
  return page.evaluate(() => {
    const focused = (globalThis as unknown as { document: { activeElement: { className: string; blur(): void } | null } }).document.activeElement;
    const reached = focused?.className === 'skip-link';
    focused?.blur();
    return reached;
  });
}

/** The parts a page is made of: each kind of element with its classes. */
const partsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(all: string): Iterable<{ tagName: string; getAttribute(name: string): string | null }> };
    };
    return [...new Set([...document.querySelectorAll('body *')].map((one) => `${one.tagName}.${one.getAttribute('class') ?? ''}`))];
  });

function shotOf({ site, path, signedIn }: Stop, theme: string, look: string): string {
  mkdirSync(`${shots}/${theme}`, { recursive: true });
  return `${shots}/${theme}/${site}${path.replace(/\W+/g, '-')}${signedIn ? '' : '-out'}.${look}.png`;
}
