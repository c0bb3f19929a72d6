import { expect } from 'chai';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { openBrowser, overflows, type Person } from '../support/browser.js';
import { eventually } from '../support/eventually.js';

/** Every option that adds an entry to the menu of the portal. */
const options = [
  'portal.overview.read',
  'desk.request.create',
  'desk.request.read',
  'desk.request.solve',
  'desk.order.read',
  'desk.evaluation.read',
  'desk.work-sheet.read',
  'customers.team.manage',
  'customers.device.read',
  'customers.project.read',
];

describe('the top navigation of the portal in German, with all ten entries', function () {
  this.timeout(90_000);
  let test: TestApp;
  let account: { id: number };
  const people: Person[] = [];
  before(async () => {
    test = await createTestApp();
    await test.app.settings.change(system, { 'core.companyName': 'Fjord Service AB' });
    const customer = await test.make.customer();
    account = await test.make.access(customer.id, { options });
    await test.app.db.run("UPDATE core_accounts SET language = 'de' WHERE id = ?", [account.id]);
    await test.app.sessions.refresh();
  });
  after(async () => {
    for (const person of people) await person.close();
    await test?.close();
  });
  const visitor = async (scripts: boolean): Promise<Person> => {
    const person = await openBrowser({ language: 'de', scripts });
    people.push(person);
    const { token } = await test.app.sessions.create({ accountId: account.id, site: 'portal', ip: null, agent: null });
    await person.context.addCookies([{ name: 'portico-portal', value: token, url: test.staffUrl }]);
    return person;
  };
  /** Names of entries of the bar that lie over one another or over the tools beside them. */
  const collisions = async ({ page }: Person): Promise<string[]> => {
    const boxes: { name: string; x: number; y: number; width: number; height: number }[] = [];
    for (const one of await page.locator('.bar .brand, .top-nav > ul > li, .bar-tools').all()) {
      const box = await one.boundingBox();
      if (box && box.width > 0) boxes.push({ name: (await one.innerText()).trim(), ...box });
    }
    return boxes.flatMap((a, at) =>
      boxes
        .slice(at + 1)
        .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
        .map((b) => `${a.name} / ${b.name}`),
    );
  };
  const entries = async ({ page }: Person): Promise<string[]> => {
    const links = await page.locator('.top-nav > ul > li:not([hidden]):not([data-more]) > a, .top-nav [data-more]:not([hidden]) .menu-list a').all();
    return Promise.all(links.map(async (link) => ((await link.textContent()) ?? '').trim()));
  };

  for (const width of [1280, 1100, 900])
    it(`fits at ${width} pixels, also with words 40 % longer: what does not fit is in "More"`, async () => {
      const person = people[0] ?? (await visitor(true));
      const { page } = person;
      await page.setViewportSize({ width, height: 800 });
      await page.goto(test.portalUrl());
      await eventually(async () => (await collisions(person)).length === 0, 'nothing lies over anything else');
      expect(await entries(person))
        .to.have.length(10)
        .and.include('Team');
      const shown = await page.locator('.top-nav > ul > li:not([hidden]):not([data-more])').count();
      await page.evaluate(() => {
        const { document } = globalThis as unknown as {
          document: { querySelectorAll(selector: string): Iterable<{ append(text: string): void; textContent: string }> };
        };
        for (const link of document.querySelectorAll('.top-nav > ul > li:not([data-more]) > a'))
          link.append('m'.repeat(Math.ceil(link.textContent.trim().length * 0.4)));
      });
      await eventually(async () => (await page.locator('.top-nav > ul > li:not([hidden]):not([data-more])').count()) < shown, 'more entries step into "More"');
      expect(await collisions(person)).to.deep.equal([]);
      expect(await entries(person)).to.have.length(10);
      await page.locator('.top-nav [data-more] summary').click();
      expect(await page.locator('.top-nav [data-more] .menu-list a').last().isVisible()).to.equal(true);
      expect(await overflows(page)).to.equal(false);
      expect(person.problems).to.deep.equal([]);
    });

  it('wraps without scripts, and every entry is in sight', async () => {
    const person = await visitor(false);
    const { page } = person;
    for (const width of [1280, 1100, 900]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(test.portalUrl());
      expect(await collisions(person), `at ${width}`).to.deep.equal([]);
      const bar = (await page.locator('.bar').boundingBox())!;
      for (const link of await page.locator('.top-nav > ul > li > a').all()) {
        const box = (await link.boundingBox())!;
        expect(box.x + box.width, `at ${width}`).to.be.lessThan(width);
        expect(box.y + box.height, `at ${width}`).to.be.at.most(bar.y + bar.height);
      }
      expect(await overflows(page)).to.equal(false);
    }
  });
});
