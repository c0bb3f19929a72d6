import { expect } from 'chai';
import { accountActor } from '../../core/access/actors.js';
import type { Account } from '../../core/accounts/types.js';
import { RequestService, requestInput } from '../../plugins/desk/api.js';
import { macroInput, templateInput } from '../../plugins/desk/macros/inputs.js';
import { TemplateService } from '../../plugins/desk/macros/template-service.js';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, overflows, type Person } from '../support/browser.js';
import { eventually } from '../support/eventually.js';

describe('templates, macros, many requests and presence in a browser', function () {
  this.timeout(180_000);
  let t: TestApp;
  let requests: RequestService;
  let jana: Account;
  let peter: Account;
  let anna: Account;
  let customerId: number;
  let made: number[];
  const people: Person[] = [];

  before(async () => {
    t = await createTestApp();
    requests = t.app.service('desk', RequestService);
    [jana, peter] = [await t.make.staff('agent', 'Jana Kováčová'), await t.make.staff('agent', 'Peter Horváth')];
    customerId = (await t.make.customer('Hotel Malmen AB')).id;
    anna = await t.make.access(customerId, { name: 'Anna Lindqvist' });
    const templates = t.app.service('desk', TemplateService);
    const shared = { shared: true } as const;
    await templates.saveText(
      accountActor(peter),
      templateInput.parse({ ...shared, name: 'Greeting', text_en: 'Dear {{reporter.firstName}},\n\nabout #{{request.number}}' }),
    );
    await templates.saveText(accountActor(peter), templateInput.parse({ ...shared, name: 'Visit planned', text_en: 'We come {{order.planned}}.' }));
    await templates.saveMacro(accountActor(peter), macroInput.parse({ ...shared, name: 'Take over', solver: 'me', status: 'accepted', add_tags: 'mine' }));
    made = [];
    for (let at = 0; at < 24; at += 1) {
      const { id } = await requests.create(accountActor(anna), requestInput.parse({ customer_id: customerId, subject: `Request ${at}`, text: 'Please help' }));
      await t.app.db.run('UPDATE desk_requests SET due_at = ? WHERE id = ?', [new Date(Date.now() + (at + 1) * 3_600_000), id]);
      made.push(id);
    }
  });
  after(async () => {
    await Promise.all(people.map((person) => person.close()));
    await t.close();
  });

  async function sit(account: Account, options: Parameters<typeof openBrowser>[0] = {}): Promise<Person> {
    const person = await openBrowser(options);
    people.push(person);
    const { token } = await t.app.sessions.create({ accountId: account.id, site: 'staff', ip: null, agent: null });
    await person.context.addCookies([{ name: 'portico-staff', value: token, url: t.staffUrl }]);
    return person;
  }
  const get = (id: number) => requests.get(system, id);

  it('a slash offers templates with a preview; the keyboard chooses, and the text stands there filled', async () => {
    const { page, problems } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/open/${made[0]}`);
    const field = page.locator('#f-reply');
    await field.pressSequentially('Hello and/or goodbye /');
    await page.locator('.slash-list [role=option]').nth(2).waitFor();
    expect(await page.locator('.slash-list [role=option]').allInnerTexts()).to.have.length(3);
    await page
      .locator('.slash-preview')
      .getByText(`about #${(await get(made[0]!)).number}`)
      .waitFor();
    expect(await accessibility(page)).to.deep.equal([]);
    await page.keyboard.press('ArrowDown');
    await page.locator('.slash-preview').getByText('Solver: Jana').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('.slash').isVisible()).to.equal(false);
    await field.fill('');
    await field.pressSequentially('/gre');
    await page.locator('.slash-list [role=option]').getByText('Greeting').waitFor();
    await page.keyboard.press('Enter');
    expect(await field.inputValue()).to.equal(`Dear Anna,\n\nabout #${(await get(made[0]!)).number}`);
    await page.keyboard.press('Enter');
    await page.locator('[data-slash]').click();
    await field.pressSequentially('visit');
    await page.locator('.slash-preview').getByText('Nothing to put in for: Planned time').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('on Friday');
    expect(await field.inputValue(), 'what is missing is typed over').to.match(/We come on Friday\.$/);
    expect(problems).to.deep.equal([]);
  });

  it('a macro is applied by the slash and by its key, is shown in the palette, and one press takes it back', async () => {
    const { page, problems } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/open/${made[1]}`);
    await page.locator('#f-reply').pressSequentially('Typed /take');
    await page.locator('.slash-list [role=option]').getByText('Take over').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.toast').getByText('“Take over” was applied').waitFor();
    expect(await get(made[1]!)).to.deep.include({ solver_id: jana.id, status: 'accepted', tags: ['mine'] });
    expect(await page.locator('#f-reply').inputValue()).to.equal('Typed ');
    await page.locator('.toast button', { hasText: 'Undo' }).click();
    await page.locator('.toast').getByText('is as it was').waitFor();
    expect(await get(made[1]!)).to.deep.include({ solver_id: null, status: 'new', tags: [] });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('take over');
    await page.locator('.palette-item kbd').getByText('1', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.palette-item').first().waitFor({ state: 'hidden' });
    await page.keyboard.press('m');
    await page.keyboard.press('1');
    await page.locator('#thread-head').getByText('Accepted').waitFor();
    expect(problems).to.deep.equal([]);
  });

  it('X, Shift X and Shift with a click choose requests; the bar changes them all, and the job shows how far it is', async () => {
    const { page, problems } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/open`);
    expect(await page.locator('#bulk').isVisible()).to.equal(false);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.locator('#bulk [data-chosen]').getByText('1 chosen').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await page.locator('#bulk [data-chosen]').getByText('3 chosen').waitFor();
    await page
      .locator('.work-item')
      .nth(4)
      .click({ modifiers: ['Shift'] });
    await page.locator('#bulk [data-chosen]').getByText('5 chosen').waitFor();
    expect(new URL(page.url()).pathname, 'nothing was opened').to.equal('/desk/open');
    expect(await accessibility(page)).to.deep.equal([]);
    await page.keyboard.press('Escape');
    await page.locator('#bulk').waitFor({ state: 'hidden' });
    await page.locator('.work-item').nth(0).focus();
    await page.keyboard.press('x');
    await page.locator('#bulk [data-all]').check();
    await page.locator('#bulk [data-chosen]').getByText('24 chosen').waitFor();
    await requests.change(accountActor(peter), made[5]!, { subject: 'Renamed meanwhile' });
    await page.locator('#desk-list').getByText('Renamed meanwhile').waitFor();
    await page.locator('#bulk [data-chosen]').getByText('24 chosen').waitFor();
    await page.locator('#bulk [name=priority]').selectOption('1');
    await page.locator('#bulk').getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('button', { name: 'Change 24 requests' }).click();
    await page.waitForURL('**/desk/acts/*');
    await page.getByText('24 changed').waitFor({ timeout: 60_000 });
    expect(await accessibility(page)).to.deep.equal([]);
    await page.getByRole('button', { name: 'Take all of it back' }).click();
    await page.getByText('24 taken back').waitFor({ timeout: 60_000 });
    expect((await get(made[7]!)).priority).to.not.equal(1);
    expect(problems).to.deep.equal([]);
  });

  it('two people at one request see each other by name, at once, and who of them types', async () => {
    const [one, two] = [await sit(jana), await sit(peter)];
    await one.page.goto(`${t.staffUrl}/desk/open/${made[2]}`);
    await two.page.goto(`${t.staffUrl}/desk/open/${made[2]}`);
    await one.page.locator('.presence').getByText('Peter Horváth is looking at this').waitFor();
    await two.page.locator('.presence').getByText('Jana Kováčová is looking at this').waitFor();
    await two.page.locator('#f-reply').pressSequentially('I');
    await one.page.locator('.presence').getByText('Peter Horváth is typing').waitFor({ timeout: 2_000 });
    expect(await accessibility(one.page)).to.deep.equal([]);
    await one.page.locator('.presence').getByText('Peter Horváth is looking at this').waitFor({ timeout: 8_000 });
    await two.page.locator('.work-item', { hasText: 'Request 4' }).click();
    await eventually(async () => (await one.page.locator('.presence').innerText()) === '', 'Peter went on');
    await two.page.goBack();
    await one.page.locator('.presence').getByText('Peter Horváth').waitFor();
    await two.context.close();
    await eventually(async () => (await one.page.locator('.presence').innerText()) === '', 'Peter closed it');
    expect(one.problems).to.deep.equal([]);
  });

  it('the pages fit from 320 px, light and dark, without anything for axe-core to find', async () => {
    const [text] = await t.app.db.query<{ id: number }>("SELECT id FROM desk_templates WHERE kind = 'text' ORDER BY id LIMIT 1");
    const [macro] = await t.app.db.query<{ id: number }>("SELECT id FROM desk_templates WHERE kind = 'macro' LIMIT 1");
    for (const dark of [false, true]) {
      const { page } = await sit(jana, { dark });
      for (const path of ['/desk/templates', `/desk/templates/${text?.id}`, '/desk/macros/new', `/desk/macros/${macro?.id}`, `/desk/open/${made[0]}/insert`]) {
        await page.goto(t.staffUrl + path);
        expect(await accessibility(page), path).to.deep.equal([]);
        for (const width of [1280, 320]) {
          await page.setViewportSize({ width, height: 860 });
          expect(await overflows(page), `${path} at ${width}`).to.equal(false);
        }
      }
    }
  });
});
