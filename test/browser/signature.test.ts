import { expect } from 'chai';
import sharp from 'sharp';
import { accountActor } from '../../core/access/actors.js';
import { CheckService, OrderService, PictureService, orderInput } from '../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../support/app.js';
import { accessibility, openBrowser, overflows, type Person } from '../support/browser.js';

describe('a technician with a phone, in a real browser', function () {
  this.timeout(60_000);
  let t: TestApp;
  let person: Person;
  let account: { id: number };
  before(async () => {
    t = await createTestApp();
    account = await t.make.staff('agent', 'Tina Technician');
    person = await phone();
  });
  after(async () => {
    await person?.close();
    await t?.close();
  });

  const phone = async (scripts = true) => {
    const made = await openBrowser({ width: 390, height: 844, scripts });
    const { token } = await t.app.sessions.create({ accountId: account.id, site: 'staff', ip: null, agent: null });
    await made.context.addCookies([{ name: 'portico-staff', value: token, url: t.staffUrl }]);
    return made;
  };
  const order = async () => {
    const customer = await t.make.customer();
    return t.app.service('desk', OrderService).create(system, { ...orderInput.parse({ title: 'Pump' }), customer_id: customer.id });
  };
  const signatureOf = async (id: number) => t.app.service('desk', PictureService).signature(accountActor((await t.app.accounts.get(account.id))!), id);
  /** The darkest and the brightest point of a kept picture. */
  const inkOf = async (id: string) => {
    const content = await t.app.files.content(id);
    const { channels } = await sharp(content!.bytes).greyscale().stats();
    return { dark: channels[0]!.min, bright: channels[0]!.max };
  };

  it('lets the customer sign with a finger: the drawing is kept as a PNG with name and time', async () => {
    const made = await order();
    const { page } = person;
    await page.goto(`${t.staffUrl}/orders/${made.id}/visit`);
    expect(await overflows(page)).to.equal(false);
    expect(await accessibility(page)).to.deep.equal([]);
    await page.getByRole('link', { name: 'Let the customer sign' }).click();
    await page.getByLabel('Name of who signs').fill('Anna Lindqvist');
    const pad = page.locator('canvas');
    await pad.scrollIntoViewIfNeeded();
    const box = (await pad.boundingBox())!;
    expect(box.width).to.be.greaterThan(300);
    // What is drawn first is cleared; what counts is the second line.
    const draw = async () => {
      await page.mouse.move(box.x + 30, box.y + box.height / 2);
      await page.mouse.down();
      for (let step = 1; step <= 12; step++) await page.mouse.move(box.x + 30 + step * 20, box.y + box.height / 2 + Math.sin(step) * 30);
      await page.mouse.up();
    };
    await draw();
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await page.locator('input[name="signature"]').evaluate((input) => (input as unknown as { files: { length: number } }).files.length)).to.equal(0);
    await draw();
    expect(await accessibility(page)).to.deep.equal([]);
    await page.getByRole('button', { name: 'Save signature' }).click();
    await page.waitForURL(/visit#signature$/);
    await page.getByText('Signed by Anna Lindqvist').waitFor();
    const kept = await signatureOf(made.id);
    expect(kept).to.include({ name: 'Anna Lindqvist', account_id: account.id });
    expect(kept!.file).to.include({ type: 'image/png', width: 1200, height: 480 });
    const { dark, bright } = await inkOf(kept!.file!.id);
    expect(dark).to.be.lessThan(60);
    expect(bright).to.equal(255);
    expect(person.problems).to.deep.equal([]);
  });

  it('works without scripts: the name is typed, the pad is not shown, nothing is lost when the name is missing', async () => {
    const made = await order();
    const plain = await phone(false);
    try {
      await plain.page.goto(`${t.staffUrl}/orders/${made.id}/sign`);
      expect(await plain.page.locator('canvas').isVisible()).to.equal(false);
      await plain.page.getByRole('button', { name: 'Save signature' }).click();
      await plain.page.locator('.field-error').first().waitFor();
      await plain.page.getByLabel('Name of who signs').fill('Bo Ek');
      await plain.page.getByRole('button', { name: 'Save signature' }).click();
      await plain.page.getByText('Signed by Bo Ek').waitFor();
      expect(await signatureOf(made.id)).to.include({ name: 'Bo Ek', file: null });
    } finally {
      await plain.close();
    }
  });

  it('has buttons that a thumb meets, and starts, stops and ticks with one tap each', async () => {
    const made = await order();
    await t.app.service('desk', CheckService).add(accountActor((await t.app.accounts.get(account.id))!), made.id, 'Test run');
    const { page } = person;
    await page.goto(`${t.staffUrl}/orders/${made.id}/visit`);
    for (const name of ['On the way', 'Start work', 'Test run', 'Let the customer sign']) {
      const role = name === 'Test run' ? 'checkbox' : name === 'Let the customer sign' ? 'link' : 'button';
      const box = await page.getByRole(role, { name }).first().boundingBox();
      expect(box?.height, name).to.be.at.least(44);
    }
    await page.getByRole('button', { name: 'Start work' }).click();
    await page.getByRole('button', { name: 'Stop the timer' }).click();
    await page.getByRole('checkbox', { name: 'Test run' }).click();
    await page.getByRole('checkbox', { name: 'Test run', checked: true }).waitFor();
    expect(
      (await t.app.db.query<{ minutes: number }>('SELECT minutes FROM desk_time_entries WHERE order_id = ?', [made.id])).map((row) => row.minutes),
    ).to.deep.equal([1]);
    expect(person.problems).to.deep.equal([]);
  });
});
