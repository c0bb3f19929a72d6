import { expect } from 'chai';
import { accountActor } from '../../core/access/actors.js';
import type { Account } from '../../core/accounts/types.js';
import { MessageService, RequestService, requestInput } from '../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, overflows, type Person } from '../support/browser.js';
import { eventually } from '../support/eventually.js';

describe('the workspace in a browser', function () {
  this.timeout(180_000);
  let t: TestApp;
  let requests: RequestService;
  let jana: Account;
  let peter: Account;
  let anna: Account;
  let customerId: number;
  const people: Person[] = [];

  before(async () => {
    t = await createTestApp();
    requests = t.app.service('desk', RequestService);
    [jana, peter] = [await t.make.staff('agent', 'Jana Kováčová'), await t.make.staff('agent', 'Peter Horváth')];
    customerId = (await t.make.customer('Hotel Malmen AB')).id;
    anna = await t.make.access(customerId, { name: 'Anna Lindqvist' });
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
  let order = 1;
  /** A request of Anna's that Jana is to solve, each due after the one before. */
  async function mine(subject: string) {
    const made = await requests.create(accountActor(anna), requestInput.parse({ customer_id: customerId, subject, text: `${subject}: help` }));
    await requests.change(accountActor(jana), made.id, { solver_id: jana.id });
    await t.app.db.run('UPDATE desk_requests SET due_at = ? WHERE id = ?', [new Date(Date.now() + order++ * 3_600_000), made.id]);
    return made;
  }
  const say = (by: Account, id: number, text: string) =>
    t.app.service('desk', MessageService).post(accountActor(by), 'request', id, { text, internal: false, hold: false });
  const get = (id: number) => requests.get(system, id);
  const at = (person: Person) => new URL(person.page.url()).pathname;

  it('a request is answered, classified and closed by the keyboard alone; the next of the view follows', async () => {
    const [one, two] = [await mine('Printer stops'), await mine('Scanner hums')];
    const person = await sit(jana);
    const { page } = person;
    const { keyboard } = page;
    await page.goto(`${t.staffUrl}/`);
    await keyboard.press('g');
    await keyboard.press('i');
    await page.waitForURL('**/desk/mine');
    await keyboard.press('j');
    await keyboard.press('Enter');
    await page.waitForURL(`**/desk/mine/${one.id}`);
    await page.locator('#thread-head h2').getByText('Printer stops').waitFor();
    await keyboard.press('p');
    await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await eventually(async () => (await get(one.id)).priority === 1, 'the priority is kept');
    await keyboard.press('Escape');
    await keyboard.press('t');
    await keyboard.type('toner');
    await keyboard.press('Enter');
    await eventually(async () => (await get(one.id)).tags.join() === 'toner', 'the tag is kept');
    await keyboard.press('Escape');
    await keyboard.press('n');
    await keyboard.type('Key is at the porter, @pet');
    await page.locator('.mention-list [role=option]').getByText('Peter Horváth').waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Control+Enter');
    await page.locator('.toast').getByText('The note was saved').waitFor();
    await page.locator('.message-internal mark').getByText('@Peter Horváth').waitFor();
    await keyboard.press('r');
    await keyboard.type('A technician comes at ten.');
    await keyboard.press('Control+Shift+Enter');
    await page.waitForURL(`**/desk/mine/${two.id}`);
    expect((await get(one.id)).status).to.equal('closed');
    expect((await get(one.id)).messages.map((message) => message.visibility)).to.deep.equal(['internal', 'public']);
    await keyboard.press('Escape');
    await page.waitForURL('**/desk/mine');
    await keyboard.press('?');
    const keys = await page.locator('#shortcuts').innerText();
    expect(keys).to.include('New request').and.match(/G\s+I/);
    await keyboard.press('Escape');
    await keyboard.press('c');
    await page.waitForURL('**/requests/new');
    expect(person.problems).to.deep.equal([]);
    await requests.change(accountActor(jana), two.id, { status: 'closed' });
  });

  it('keys that write characters are no shortcuts, and single keys can be switched off', async () => {
    const request = await mine('AltGr');
    const { page } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
    const press = (init: object) =>
      page.evaluate((values) => {
        const { document, KeyboardEvent } = globalThis as unknown as {
          document: { body: { dispatchEvent(event: object): void } };
          KeyboardEvent: new (type: string, init: object) => object;
        };
        document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...values }));
      }, init);
    for (const init of [
      { key: 'n', modifierAltGraph: true },
      { key: 'n', altKey: true },
      { key: 'n', ctrlKey: true, altKey: true },
    ])
      await press(init);
    expect(await page.locator('[name=kind][value=internal]').isChecked()).to.equal(false);
    await page.keyboard.press('?');
    await page.locator('[data-keys-switch]').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    expect(await page.locator('[name=kind][value=internal]').isChecked()).to.equal(false);
    await requests.change(accountActor(jana), request.id, { status: 'closed' });
  });

  it('a reply and a note cannot be confused: color, border and words differ, the text stays, and no key switches what was typed', async () => {
    const request = await mine('Reply or note');
    const { page } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
    const look = () =>
      page.locator('.composer').evaluate((element) => {
        const { getComputedStyle } = globalThis as unknown as { getComputedStyle(element: unknown): { borderStyle: string; backgroundColor: string } };
        return [getComputedStyle(element).borderStyle, getComputedStyle(element).backgroundColor];
      });
    const button = page.locator('.split-button > button');
    const reply = await look();
    expect(await button.innerText()).to.equal('Send to Anna');
    await page.keyboard.press('n');
    await page.keyboard.type('Only for us');
    const note = await look();
    expect(note[0]).to.equal('dashed');
    expect(note[1]).to.not.equal(reply[1]);
    expect(await button.innerText()).to.equal('Save note');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    expect(await button.innerText(), 'R does not make a reply of a note').to.equal('Save note');
    expect(await page.locator('[data-state]').innerText()).to.include('stays an internal note');
    await page.locator('.composer-kinds label', { hasText: 'Reply' }).click();
    expect(await button.innerText()).to.equal('Send to Anna');
    expect(await page.locator('#f-reply').inputValue()).to.equal('Only for us');
    await requests.change(accountActor(jana), request.id, { status: 'closed' });
  });

  it('what is typed is on the server within two seconds and survives a reload, another device, and a lost connection', async () => {
    const request = await mine('Draft');
    const { page, context } = await sit(jana);
    const url = `${t.staffUrl}/desk/mine/${request.id}`;
    await page.goto(url);
    await page.locator('#f-reply').pressSequentially('Half a sentence');
    const began = Date.now();
    await page.locator('[data-state]').getByText('Draft saved').waitFor();
    expect(Date.now() - began).to.be.lessThan(2000);
    await page.reload();
    expect(await page.locator('#f-reply').inputValue()).to.equal('Half a sentence');
    const elsewhere = await sit(jana);
    await elsewhere.page.goto(url);
    expect(await elsewhere.page.locator('#f-reply').inputValue()).to.equal('Half a sentence');
    await context.setOffline(true);
    await page.locator('#f-reply').fill('Half a sentence, offline');
    await page.locator('[data-state]').getByText('Draft kept in this browser').waitFor();
    await page.locator('.split-button > button').click();
    await page.locator('[data-state]').getByText('No connection').waitFor();
    await context.setOffline(false);
    await eventually(async () => (await get(request.id)).messages[0]?.text === 'Half a sentence, offline', 'it is sent when the connection is back');
    await requests.change(accountActor(jana), request.id, { status: 'closed' });
  });

  it('a reply counts down and can be taken back with Z; its text is the draft again', async () => {
    const request = await mine('Hold');
    const { page } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
    await page.locator('#f-reply').fill('Too early');
    await page.keyboard.press('Control+Enter');
    await page.locator('.toast [data-left]').getByText(/[5-9]/).waitFor();
    await page.locator('.held').waitFor();
    await page.keyboard.press('z');
    await page.locator('.toast').getByText('Nothing was sent').waitFor();
    expect(await page.locator('#f-reply').inputValue()).to.equal('Too early');
    expect((await get(request.id)).messages).to.deep.equal([]);
    await requests.change(accountActor(jana), request.id, { status: 'closed' });
  });

  it('two people: the other’s message shows without a reload and is asked about before sending; the list does not jump', async () => {
    const request = await mine('Two people');
    const [one, two] = [await sit(jana), await sit(peter)];
    await one.page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
    await two.page.goto(`${t.staffUrl}/desk/open/${request.id}`);
    await one.page.locator('#f-reply').fill('Mine');
    await two.page.locator('#f-reply').fill('Theirs');
    await two.page.locator('.split-button > button').click();
    await one.page.locator('#thread-log').getByText('Theirs').waitFor();
    await one.page.locator('.split-button > button').click();
    await one.page.locator('.composer-ask').getByText('Something new was written').waitFor();
    await one.page.locator('.said.is-new').getByText('Theirs').waitFor();
    expect(await one.page.locator('#f-reply').inputValue()).to.equal('Mine');
    await one.page.locator('.split-button > button').click();
    await one.page.locator('.toast').getByText('leaves in a few seconds').waitFor();
    const before = await one.page.locator('#desk-list li').count();
    const added = [await mine('New one'), await mine('New two')];
    await one.page.locator('.new-pill').getByText('2 new requests').waitFor();
    expect(await one.page.locator('#desk-list li').count()).to.equal(before);
    await one.page.locator('.new-pill').click();
    await one.page.locator('#desk-list').getByText('New two').waitFor();
    await requests.change(accountActor(peter), request.id, { subject: 'Two people, renamed' });
    await one.page.locator('#desk-list .is-fresh').getByText('Two people, renamed').waitFor();
    expect([...one.problems.filter((line) => !/409/.test(line)), ...two.problems]).to.deep.equal([]);
    for (const { id } of [request, ...added]) await requests.change(accountActor(jana), id, { status: 'closed' });
  });

  it('a refused change goes back to what it was, with a sentence', async () => {
    const request = await mine('Refused');
    const { page } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
    await t.app.db.run("UPDATE desk_requests SET status = 'rejected', open = 0 WHERE id = ?", [request.id]);
    await page.locator('#fact-solver_id').selectOption({ label: 'Peter Horváth' });
    await page.locator('.toast[role=alert]').waitFor();
    expect(await page.locator('#fact-solver_id option:checked').innerText()).to.equal('Jana Kováčová');
  });

  it('the palette does what has a key, shows recent requests, and Esc leaves everything as it was', async () => {
    const request = await mine('Palette');
    const { page } = await sit(jana);
    await page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
    await page.keyboard.press('Control+k');
    await page.locator('.palette-item', { hasText: `#${request.number} Palette` }).waitFor();
    await page.keyboard.type('internal note');
    await page.locator('.palette-item kbd').getByText('N', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    expect(at({ page } as Person)).to.equal(`/desk/mine/${request.id}`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('internal note');
    await page.keyboard.press('Enter');
    expect(await page.locator('[name=kind][value=internal]').isChecked()).to.equal(true);
    await requests.change(accountActor(jana), request.id, { status: 'closed' });
  });

  it('on a phone one pane shows at a time, with a way back; details are a drawer', async () => {
    const request = await mine('On a phone');
    await say(anna, request.id, 'It hums');
    const person = await sit(jana, { width: 390, height: 844 });
    const { page } = person;
    await page.goto(`${t.staffUrl}/desk/mine`);
    expect(await page.locator('.pane-list').isVisible()).to.equal(true);
    await page.locator('.work-item', { hasText: 'On a phone' }).click();
    await page.locator('#thread-log').getByText('It hums').waitFor();
    expect(await page.locator('.pane-list').isVisible()).to.equal(false);
    await page.locator('#thread-head summary').click();
    await page.locator('#thread-head').getByRole('link', { name: 'Details' }).click();
    await eventually(async () => ((await page.locator('#side').boundingBox())?.x ?? 999) < 390, 'the drawer is in');
    await page.locator('.side-closer').click();
    await page.goBack();
    await page.locator('.pane-back').click();
    await page.waitForURL('**/desk/mine');
    expect(await page.locator('.pane-list').isVisible()).to.equal(true);
    expect(person.problems).to.deep.equal([]);
  });

  it('axe-core finds nothing in list, thread, note and palette, light and dark, wide and narrow, and nothing scrolls sideways', async () => {
    const request = await mine('Accessible');
    await say(anna, request.id, 'Hello **there**');
    for (const dark of [false, true])
      for (const width of [1280, 390]) {
        const { page } = await sit(jana, { dark, width });
        for (const path of ['/desk/mine', `/desk/mine/${request.id}`, '/desk/all?priority=1', '/requests/new']) {
          await page.goto(t.staffUrl + path);
          expect(await accessibility(page), `${path} at ${width}`).to.deep.equal([]);
          expect(await overflows(page), `${path} at ${width}`).to.equal(false);
          await page.setViewportSize({ width: width === 390 ? 320 : 1000, height: 800 });
          expect(await overflows(page), `${path} narrower than ${width}`).to.equal(false);
          await page.setViewportSize({ width, height: 860 });
        }
        await page.goto(`${t.staffUrl}/desk/mine/${request.id}`);
        await page.keyboard.press('n');
        await page.keyboard.type('@');
        await page.locator('.mention-list').waitFor();
        expect(await accessibility(page), `note at ${width}`).to.deep.equal([]);
        await people.pop()?.close();
      }
  });
});
