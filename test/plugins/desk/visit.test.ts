import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Account, Actor } from '../../../core/api.js';
import { CheckService, OrderRowService, OrderService, PictureService } from '../../../plugins/desk/api.js';
import { articleInput, checklistInput, timeInput } from '../../../plugins/desk/inputs.js';
import { ArticleService } from '../../../plugins/desk/orders/article-service.js';
import { TimeService } from '../../../plugins/desk/orders/time-service.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import type { Client } from '../../support/client.js';
import { photo } from '../../support/photo.js';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const all = ['desk.request.create', 'desk.request.read', 'desk.order.read', 'desk.work.read'];

describe('what happens on site', () => {
  let t: TestApp;
  let orders: OrderService;
  let times: TimeService;
  let checks: CheckService;
  let pictures: PictureService;
  let account: Account;
  let agent: Actor;
  let client: Client;
  let customerId: number;
  let now = new Date('2026-11-02T08:00:00Z');
  before(async () => {
    t = await createTestApp({ clock: { now: () => now } });
    orders = t.app.service('desk', OrderService);
    times = t.app.service('desk', TimeService);
    checks = t.app.service('desk', CheckService);
    pictures = t.app.service('desk', PictureService);
    account = await t.make.staff('agent', 'Tina Technician');
    agent = accountActor(account);
    client = await t.client('staff', account);
    customerId = (await t.make.customer()).id;
  });
  after(() => t.close());

  const order = () =>
    orders.create(system, { customer_id: customerId, installation_id: null, title: 'Pump', technician_id: null, planned_start: null, planned_end: null });
  const later = (minutes: number) => void (now = new Date(now.getTime() + minutes * 60_000));
  const code = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: { code: string }) => error.code,
    );
  const person = async (options: readonly string[]) => t.client('portal', await t.make.access(customerId, { options }));

  describe('time', () => {
    it('SN-05: a timer runs once per person; starting it elsewhere stops it, and every begun minute counts', async () => {
      const [one, two] = [await order(), await order()];
      await client.post(`/orders/${one.id}/timer/start`, { kind: 'travel' });
      later(12.2);
      expect((await client.get(`/orders/${one.id}/visit`)).text).to.include('Stop the timer');
      await client.post(`/orders/${two.id}/timer/start`, { kind: 'work' });
      expect(await times.list(agent, one.id)).to.have.length(1);
      expect((await times.list(agent, one.id))[0]).to.include({ minutes: 13, kind: 'travel', billable: true, name: 'Tina Technician' });
      expect(await code(times.stop(agent, one.id))).to.equal('no_timer');
      await client.post(`/orders/${two.id}/timer/stop`);
      expect((await times.list(agent, two.id))[0]).to.include({ minutes: 1, kind: 'work' });
    });

    it('SN-05: billable time becomes a row by one click, once, with the article of the settings and the hours', async () => {
      const one = await order();
      await t.app
        .service('desk', ArticleService)
        .create(system, articleInput.parse({ number: 'T-1', text: 'Arbetstid', unit: 'tim', sales_price: 78_000, vat: 2500, active: true }));
      await t.app.settings.change(system, { 'desk.workArticle': 't-1' });
      const entry = { start: '2026-11-02T09:00', minutes: 90, kind: 'work', billable: 'true', note: 'Valve' };
      expect((await client.post(`/orders/${one.id}/times/new`, entry)).status).to.equal(303);
      await client.post(`/orders/${one.id}/times/new`, { ...entry, minutes: '20', kind: 'travel', billable: '' });
      const [work, travel] = await times.list(agent, one.id);
      await client.post(`/orders/${one.id}/times/${work!.id}/row`);
      const rows = t.app.service('desk', OrderRowService);
      const sheet = await rows.sheet(agent, one.id);
      expect(sheet.rows[0]).to.include({ article: 'T-1', text: 'Arbetstid', unit: 'tim', quantity: 1500, sales_amount: 117_000, vat: 2500 });
      expect(await code(times.toRows(agent, one.id, work!.id))).to.equal('time_has_row');
      expect(await code(times.toRows(agent, one.id, travel!.id))).to.equal('not_billable');
      // What stands in the rows is not changed behind them; once the row is gone it may be.
      const changed = timeInput.parse({ ...entry, minutes: 30 });
      expect(await code(times.update(agent, one.id, work!.id, changed))).to.equal('time_has_row');
      await rows.remove(agent, one.id, sheet.rows[0]!.id);
      await times.update(agent, one.id, work!.id, changed);
      expect(await times.toRows(agent, one.id)).to.equal(1);
      expect((await rows.sheet(agent, one.id)).rows[0]).to.include({ quantity: 500 });
    });

    it('is typed in the zone of the person, and what is wrong comes back with its sentence', async () => {
      const one = await order();
      await t.app.db.run("UPDATE core_accounts SET time_zone = 'Europe/Stockholm' WHERE id = ?", [account.id]);
      await t.app.sessions.refresh();
      const wrong = await client.post(`/orders/${one.id}/times/new`, { start: '2026-02-30T10:00', minutes: '0', kind: 'work' });
      expect(wrong.status).to.equal(422);
      await client.post(`/orders/${one.id}/times/new`, { start: '2026-07-01T10:00', minutes: '5', kind: 'remote' });
      expect((await times.list(agent, one.id))[0]!.start.toISOString()).to.equal('2026-07-01T08:00:00.000Z');
    });
  });

  describe('the checklist', () => {
    it('is taken over from a list, ticked by whom and when, and the order keeps it when the list changes', async () => {
      const one = await order();
      const list = await checks.saveList(system, null, checklistInput.parse({ name: 'Yearly', points: ' Clean \r\n\r\nTest run', active: true }));
      await client.post(`/orders/${one.id}/checks/list`, { list_id: list });
      await client.post(`/orders/${one.id}/checks`, { text: 'Ask <Anna>' });
      await checks.saveList(system, list, checklistInput.parse({ name: 'Yearly', points: 'Other', active: false }));
      const [clean, run] = await checks.list(agent, one.id);
      await client.post(`/orders/${one.id}/checks/${run!.id}`, { done: '1' });
      const second = accountActor(await t.make.staff('agent', 'Second Person'));
      await checks.tick(second, one.id, run!.id, true);
      const after = await checks.list(agent, one.id);
      expect(after.map(({ text, done_by_name }) => [text, done_by_name])).to.deep.equal([
        ['Clean', null],
        ['Test run', 'Tina Technician'],
        ['Ask <Anna>', null],
      ]);
      expect(after[1]!.done_at).to.deep.equal(now);
      const page = (await client.get(`/orders/${one.id}/visit`)).text;
      expect(page).to.include('Ask &lt;Anna&gt;').and.include('aria-checked="true"');
      await client.post(`/orders/${one.id}/checks/${run!.id}`, { done: '0' });
      await client.post(`/orders/${one.id}/checks/${clean!.id}/remove`);
      expect((await checks.list(agent, one.id)).map((check) => check.done_at)).to.deep.equal([null, null]);
      expect((await client.get('/orders/new')).status).to.equal(200);
      expect((await checks.lists(agent)).map((one) => one.id)).to.not.include(list);
    });
  });

  describe('several technicians', () => {
    it('stand on the order beside the lead, find it among their own, and the lead is not named twice', async () => {
      const one = await order();
      const [lead, helper] = [await t.make.staff('agent', 'Lea Lead'), await t.make.staff('agent', 'Hans Helper')];
      const values = { technician_id: lead.id, planned_start: '2026-12-01T09:00', planned_end: '', helper_ids: [String(lead.id), String(helper.id)] };
      expect((await client.post(`/orders/${one.id}/plan`, values)).status).to.equal(303);
      expect((await orders.get(agent, one.id)).helpers).to.deep.equal([{ id: helper.id, name: 'Hans Helper' }]);
      for (const technicianId of [lead.id, helper.id]) {
        for (const sort of ['planned', 'newest'] as const)
          expect((await orders.list(agent, { technicianId, sort, status: 'open' })).rows.map((row) => row.id)).to.deep.equal([one.id]);
      }
      const portal = await person(all);
      expect((await portal.get(`/orders/${one.id}`)).text).to.include('Lea Lead, Hans Helper');
      const stranger = await t.make.access(customerId);
      expect((await client.post(`/orders/${one.id}/plan`, { ...values, helper_ids: [String(stranger.id)] })).status).to.equal(422);
    });

    it('page by page: an order that one leads and one where one helps stand in one list, none twice', async () => {
      const helper = await t.make.staff('agent');
      const ids: number[] = [];
      for (let index = 0; index < 7; index++) {
        const one = await order();
        const leads = index % 2 === 0;
        await orders.plan(agent, one.id, {
          technician_id: leads ? helper.id : account.id,
          planned_start: null,
          planned_end: null,
          helper_ids: leads ? [] : [helper.id],
        });
        ids.unshift(one.id);
      }
      const found: number[] = [];
      let after: string | undefined;
      do {
        const page = await orders.list(agent, { technicianId: helper.id, limit: 3, after });
        found.push(...page.rows.map((row) => row.id));
        after = page.next ?? undefined;
      } while (after);
      expect(found).to.deep.equal(ids);
    });
  });

  describe('photos and the signature', () => {
    it('are kept before and after the work, without what the camera noted, and can be removed', async () => {
      const one = await order();
      const content = await photo();
      const sent = await client.upload(`/orders/${one.id}/photos/before`, {}, [{ field: 'photos', name: 'IMG_1.jpg', content: new Uint8Array(content) }]);
      expect(sent.location).to.equal(`/orders/${one.id}/visit#photos`);
      await client.upload(`/orders/${one.id}/photos/after`, {}, [{ field: 'photos', name: 'IMG_2.jpg', content: new Uint8Array(content) }]);
      const { before, after } = await pictures.list(agent, one.id);
      expect([before.length, after.length]).to.deep.equal([1, 1]);
      const file = await client.get(before[0]!.href);
      expect(file.status).to.equal(200);
      expect(file.text).to.not.include('Test camera');
      expect((await client.get(`/orders/${one.id}/visit`)).text)
        .to.include('capture="environment"')
        .and.include(after[0]!.thumb!);
      expect((await client.upload(`/orders/${one.id}/photos/before`, {}, [{ field: 'photos', name: 'a.txt', content: 'text' }])).status).to.equal(422);
      expect((await client.post(`/orders/${one.id}/photos/${before[0]!.id}/remove`)).status).to.equal(303);
      expect((await client.get(before[0]!.href)).status).to.equal(404);
      expect((await client.get(after[0]!.href)).status).to.equal(200);
    });

    it('stand under the name of who signs with the time; without scripts the name alone is enough', async () => {
      const one = await order();
      expect((await client.post(`/orders/${one.id}/sign`, { name: ' ' })).status).to.equal(422);
      await client.upload(`/orders/${one.id}/sign`, { name: 'Anna Ålund' }, []);
      expect(await pictures.signature(agent, one.id)).to.include({ name: 'Anna Ålund', file: null, account_id: account.id });
      const fake = await client.upload(`/orders/${one.id}/sign`, { name: 'Bo' }, [{ field: 'signature', name: 'signature.png', content: 'not a picture' }]);
      expect(fake.status).to.equal(422);
      await client.upload(`/orders/${one.id}/sign`, { name: 'Bo' }, [{ field: 'signature', name: '../x.png', content: new Uint8Array(png) }]);
      const first = await pictures.signature(agent, one.id);
      expect(first).to.include({ name: 'Bo' });
      expect(first!.file).to.include({ type: 'image/png', name: 'signature.png' });
      // A new one takes its place; the old drawing is gone.
      await client.upload(`/orders/${one.id}/sign`, { name: 'Cia' }, []);
      expect((await client.get(first!.file!.href)).status).to.equal(404);
      expect((await orders.get(agent, one.id)).events.filter((event) => event.kind === 'signed')).to.have.length(3);
      await client.post(`/orders/${one.id}/sign/withdraw`);
      expect(await pictures.signature(agent, one.id)).to.equal(null);
    });
  });

  it('KO-06: who may not see the performed work sees nothing of it: no time, checks, photos or signature, on page, REST and by address', async () => {
    const one = await order();
    await times.add(agent, one.id, timeInput.parse({ start: '2026-11-02T09:00', minutes: 47, kind: 'work', billable: true, note: 'Secret note' }));
    await checks.add(agent, one.id, 'Secret check');
    await client.upload(`/orders/${one.id}/photos/after`, {}, [{ field: 'photos', name: 'secret.jpg', content: new Uint8Array(await photo()) }]);
    await client.upload(`/orders/${one.id}/sign`, { name: 'Secret Signer' }, [{ field: 'signature', name: 's.png', content: new Uint8Array(png) }]);
    const files = [(await pictures.list(agent, one.id)).after[0]!.href, (await pictures.signature(agent, one.id))!.file!.href];
    const [seeing, blind] = [await person(all), await person(all.filter((option) => option !== 'desk.work.read'))];
    const shown = (await seeing.get(`/orders/${one.id}`)).text;
    expect(shown).to.include('Secret check').and.include('Secret Signer').and.include(files[0]!);
    const hidden = (await blind.get(`/orders/${one.id}`)).text;
    expect(hidden).to.not.include('Secret');
    for (const href of files) expect([(await seeing.get(href)).status, (await blind.get(href)).status]).to.deep.equal([200, 404]);
    for (const part of ['times', 'checks', 'photos', 'signature']) {
      expect((await seeing.api('GET', `/desk/orders/${one.id}/${part}`)).status).to.equal(200);
      expect((await blind.api('GET', `/desk/orders/${one.id}/${part}`)).status).to.equal(403);
    }
    const other = await t.client('portal', await t.make.access((await t.make.customer()).id, { options: all }));
    for (const href of files) expect((await other.get(href)).status).to.equal(404);
    expect((await other.api('GET', `/desk/orders/${one.id}/checks`)).status).to.equal(404);
  });
});
