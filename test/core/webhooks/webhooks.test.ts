import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Actor } from '../../../core/api.js';
import type { DeliveryRow } from '../../../core/webhooks/model.js';
import { webhookInput } from '../../../core/webhooks/types.js';
import { CustomerService, customerInput } from '../../../plugins/customers/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { Receiver } from '../../support/receiver.js';

const loopback = { outgoing: { allow: ['loopback'] } };
const created = 'customers.customer.created';

/** The check as a receiver does it, apart from the code under test. */
function verified(secret: string, header: string, body: string): boolean {
  const parts = header.split(',').map((part) => part.split('=') as [string, string]);
  const t = parts.find(([name]) => name === 't')?.[1];
  const expected = createHmac('sha256', secret).update(`${t}.${body}`, 'utf8').digest('hex');
  return parts.some(([name, value]) => name === 'v1' && value === expected);
}

/** A module that can be switched off and declares an event. */
function meters(): string {
  const root = mkdtempSync(join(tmpdir(), 'portico-modules-'));
  mkdirSync(join(root, 'meters/locales'), { recursive: true });
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  const manifest = { id: 'meters', version: '1.0.0', core: '^1.0.0', license: 'meters', events: { 'meter.read': { severity: 'info' } } };
  writeFileSync(join(root, 'meters/manifest.js'), `export const manifest = ${JSON.stringify(manifest)};`);
  writeFileSync(join(root, 'meters/index.js'), `import { manifest } from './manifest.js'; export default { manifest, register() {} };`);
  writeFileSync(join(root, 'meters/locales/en.json'), '{"plugin.name":"Meters","event.meter.read":"Meter read"}');
  return root;
}

describe('webhooks', function () {
  this.timeout(60_000);
  let t: TestApp;
  let to: Receiver;
  let admin: Actor & { account: { id: number } };
  let now = new Date();
  const modules = meters();
  const later = (seconds: number) => (now = new Date(now.getTime() + seconds * 1000));
  before(async () => {
    to = await Receiver.start();
    t = await createTestApp({ config: loopback, pluginRoots: [{ code: modules, assets: modules }], clock: { now: () => now } });
    admin = accountActor(await t.make.staff('administrator')) as typeof admin;
  });
  after(async () => {
    await t.close();
    to.stop();
    rmSync(modules, { recursive: true });
  });
  afterEach(async () => {
    to.received.length = 0;
    to.answer = (res) => void res.end('thanks');
    for (const { id } of await t.app.webhooks.webhooks.list(system)) await t.app.webhooks.webhooks.remove(system, id);
  });
  const input = (more: object = {}) => webhookInput.parse({ name: 'Accounting', url: to.url, events: [created], active: true, ...more });
  const make = async (more: object = {}) => {
    const { webhook, secret } = await t.app.webhooks.webhooks.create(admin, input(more));
    return { id: webhook.id, secret };
  };
  const rows = (id: number) => t.app.db.query<DeliveryRow>('SELECT * FROM core_webhook_deliveries WHERE webhook_id = ? ORDER BY id', [id]);
  const settled = (id: number, state: string, attempts = 1) =>
    eventually(async () => (await rows(id)).find((row) => row.status === state && row.attempts === attempts), `${state} after ${attempts} attempts`);

  it('post each event once it is committed: ids only, with a signature that the receiver can verify by itself', async () => {
    const client = await t.client('staff', admin.account);
    const answer = await client.api('POST', '/webhooks', { name: 'Accounting', url: to.url, events: [created], active: true });
    expect(answer.status).to.equal(201);
    const { id, secret } = answer.json() as { id: number; secret: string };
    const customer = await t.make.customer('Alder Clinics');
    const got = await eventually(() => to.received[0], 'the event');
    expect(Object.keys(got.json)).to.deep.equal(['id', 'event', 'at', 'data']);
    expect(got.json).to.include({ event: created, at: now.toISOString() });
    expect(got.json.data).to.deep.equal({ customerId: customer.id });
    expect(got.body).not.to.contain('Alder');
    expect(got.headers['portico-event']).to.equal(created);
    expect(got.headers['portico-delivery']).to.equal(got.json.id);
    expect(got.headers['content-type']).to.equal('application/json');
    const header = String(got.headers['portico-signature']);
    expect(header).to.match(/^t=\d{10},v1=[0-9a-f]{64}$/);
    expect(verified(secret, header, got.body)).to.equal(true);
    expect(verified(secret, header, got.body.replace('customerId', 'customerid'))).to.equal(false);
    expect(verified('whsec_other', header, got.body)).to.equal(false);
    expect(await settled(id, 'delivered')).to.include({ answer_status: 200, answer: 'thanks' });
    expect(JSON.stringify(await t.app.db.query('SELECT * FROM core_webhooks'))).not.to.contain(secret.slice(6));
  });

  it('can subscribe to what active modules declare, and keep what a module that is off told of', async () => {
    const client = await t.client('staff', admin.account);
    const names = async () => ((await client.api('GET', '/webhook-events')).json() as { items: { name: string; label: string }[] }).items;
    expect(await names())
      .to.deep.include({ name: 'desk.order.planned', plugin: 'desk', label: 'Order planned' })
      .and.to.deep.include({ name: 'meters.meter.read', plugin: 'meters', label: 'Meter read' });
    const { id } = await make({ events: ['meters.meter.read', created] });
    await t.app.host.setEnabled('meters', false);
    expect((await names()).map(({ name }) => name)).not.to.include('meters.meter.read');
    await t.app.webhooks.webhooks.update(admin, id, input({ name: 'Renamed', events: ['meters.meter.read', created] }));
    expect((await client.get(`/settings/webhooks/${id}/edit`)).text).to.contain('Of modules that are off');
    await t.app.webhooks.webhooks.update(admin, id, input({ events: [created] }));
    const late = await t.app.webhooks.webhooks.update(admin, id, input({ events: ['meters.meter.read'] })).catch((error: { fields: object }) => error.fields);
    expect(late).to.have.keys('events');
  });

  it('tell nothing of a change that was taken back, and nothing that was not chosen', async () => {
    const { id } = await make();
    const { db } = t.app;
    await db
      .transaction(async () => {
        await t.make.customer();
        throw new Error('no');
      })
      .catch(() => undefined);
    const customer = await t.make.customer();
    await t.app.service('customers', CustomerService).setStatus(system, customer.id, 'disabled');
    await settled(id, 'delivered');
    expect((await rows(id)).map((row) => JSON.parse(row.body) as object)).to.have.length(1);
    expect(to.received.map(({ json }) => json.data)).to.deep.equal([{ customerId: customer.id }]);
  });

  it('take a change back when its event cannot be written down: nothing is acknowledged that could be lost', async () => {
    await make();
    const { db } = t.app;
    const before = await db.query('SELECT id FROM customers_customers');
    await db.run('ALTER TABLE core_webhook_deliveries RENAME TO core_webhook_deliveries_away');
    try {
      const failed = await t.make.customer().then(
        () => false,
        () => true,
      );
      expect(failed).to.equal(true);
    } finally {
      await db.run('ALTER TABLE core_webhook_deliveries_away RENAME TO core_webhook_deliveries');
    }
    expect(await db.query('SELECT id FROM customers_customers')).to.deep.equal(before);
  });

  it('are tried again after 500, a redirect and a time-out of 10 s, with the same id and growing pauses', async () => {
    const { id, secret } = await make();
    to.answer = (res) => void res.writeHead(500).end('out of order');
    await t.make.customer();
    const first = await settled(id, 'queued', 1);
    expect(first).to.include({ answer_status: 500, answer: 'out of order' });
    const due = async () => (Number(await nextOf(first.id)) - now.getTime()) / 1000;
    expect(await due()).to.be.within(9, 11);
    to.answer = (res) => void res.writeHead(302, { location: `${to.url}/elsewhere` }).end();
    later(12);
    expect(await settled(id, 'queued', 2)).to.include({ answer_status: 302 });
    expect(await due()).to.be.within(18, 22);
    to.answer = () => undefined;
    later(23);
    const mute = await eventually(async () => (await rows(id)).find((row) => row.attempts === 3 && row.status === 'queued'), 'the time-out', 20_000);
    expect(mute.answer_status).to.equal(null);
    expect(mute.answer).to.contain('10 seconds');
    expect(mute.duration_ms).to.be.within(9_900, 12_000);
    to.answer = (res) => void res.writeHead(204).end();
    later(45);
    expect(await settled(id, 'delivered', 4)).to.include({ answer_status: 204 });
    expect(new Set(to.received.map(({ json }) => json.id)).size).to.equal(1);
    expect(to.received.map(({ path }) => path)).to.deep.equal(['/hook', '/hook', '/hook', '/hook']);
    for (const { headers, body } of to.received) expect(verified(secret, String(headers['portico-signature']), body)).to.equal(true);
  });
  const nextOf = async (delivery: string) => (await t.app.webhooks.deliveries.get(admin, (await ownerOf(delivery))!, delivery)).nextAt;
  const ownerOf = async (delivery: string) =>
    (await t.app.db.query<{ webhook_id: number }>('SELECT webhook_id FROM core_webhook_deliveries WHERE id = ?', [delivery]))[0]?.webhook_id;

  it('are given up after about a day, and then sent again by hand, with the same id', async () => {
    const { id } = await make();
    to.answer = (res) => void res.writeHead(503).end();
    const began = now.getTime();
    await t.make.customer();
    const { id: delivery } = await settled(id, 'queued', 1);
    for (let attempt = 2; attempt <= 14; attempt++) {
      now = new Date(Number(await nextOf(delivery)));
      await settled(id, attempt === 14 ? 'failed' : 'queued', attempt);
    }
    expect((now.getTime() - began) / 3_600_000).to.be.within(20, 26);
    to.answer = (res) => void res.end();
    const client = await t.client('staff', admin.account);
    const page = await client.get(`/settings/webhooks/${id}/deliveries/${delivery}`);
    expect(page.text).to.contain('Send again').and.to.contain('503');
    expect((await client.post(`/settings/webhooks/${id}/deliveries/${delivery}/replay`)).status).to.equal(303);
    await settled(id, 'delivered', 1);
    expect((await client.api('POST', `/webhooks/${id}/deliveries/${delivery}/replay`)).status).to.equal(202);
    await eventually(() => to.received.length === 16, 'sent again by REST');
    expect(new Set(to.received.map(({ json }) => json.id)).size).to.equal(1);
    const log = await t.app.db.query("SELECT id FROM core_audit WHERE action = 'core.webhook.replayed'");
    expect(log).to.have.length(2);
  });

  it('a receiver that stands still holds up no other', async () => {
    const slow = await make({ name: 'Slow' });
    const fast = await make({ name: 'Fast', url: `${to.url}/fast` });
    to.answer = (res, { path }) => void (path === '/hook/fast' && res.end());
    for (let i = 0; i < 12; i++) await t.make.customer();
    await eventually(async () => (await rows(fast.id)).filter((row) => row.status === 'delivered').length === 12, 'all at the fast one', 5_000);
    expect((await rows(slow.id)).filter((row) => row.status === 'delivered')).to.deep.equal([]);
  });

  it('only tell of one customer, if they are so limited, and of one that exists', async () => {
    const { service } = t.app;
    const [one, other] = [await t.make.customer(), await t.make.customer()];
    const { id } = await make({ customer_id: String(one.id), events: ['customers.customer.updated', 'core.setting.changed'] });
    const change = async (customer: number) => {
      const fields = customerInput.parse({ kind: 'company', name: `Changed ${customer}`, contact_person: 'A', email: `c${customer}@b.test` });
      await service('customers', CustomerService).update(system, customer, fields);
    };
    await change(other.id);
    await t.app.settings.set(system, { 'core.companyPhone': '1' });
    await change(one.id);
    await settled(id, 'delivered');
    expect(to.received.map(({ json }) => json.data)).to.deep.equal([{ customerId: one.id }]);
    const wrong = await t.app.webhooks.webhooks.create(admin, input({ customer_id: 999_999 })).catch((error: { fields: object }) => error.fields);
    expect(wrong).to.have.keys('customer_id');
    const gone = await t.app.webhooks.webhooks.create(admin, input({ events: ['core.plugin.changed'] })).catch((error: { fields: object }) => error.fields);
    expect(gone, 'what each node tells of itself').to.have.keys('events');
  });

  it('are switched off after days of failures: administrators hear of it by the bell, and what is queued waits', async () => {
    const { id } = await make();
    to.answer = (res) => void res.writeHead(500).end();
    await t.make.customer();
    await settled(id, 'queued', 1);
    later(2 * 86_400);
    await settled(id, 'queued', 2);
    expect((await t.app.webhooks.webhooks.get(admin, id)).active).to.equal(true);
    later(86_400);
    const off = await eventually(async () => {
      const webhook = await t.app.webhooks.webhooks.get(admin, id);
      return webhook.active ? null : webhook;
    }, 'switched off');
    expect(off.disabledAt).to.be.instanceOf(Date);
    await t.app.outbox.flush();
    const [bell] = await t.app.db.query<{ subject: string }>('SELECT subject FROM core_inbox WHERE account_id = ?', [admin.account.id]);
    expect(bell?.subject).to.equal('Webhook switched off: Accounting');
    expect(await t.app.db.query("SELECT id FROM core_audit WHERE action = 'core.webhook.disabled'")).to.have.length(1);
    const client = await t.client('staff', admin.account);
    expect((await client.get(`/settings/webhooks/${id}`)).text).to.contain('Switched off after failures');
    const { id: waiting, attempts } = (await rows(id))[0]!;
    expect((await client.api('POST', `/webhooks/${id}/deliveries/${waiting}/replay`)).status).to.equal(409);
    to.answer = (res) => void res.end();
    later(86_400);
    expect((await client.get('/settings/webhooks')).status, 'the session is too old by now').to.equal(302);
    await t.app.webhooks.webhooks.update(admin, id, input());
    await settled(id, 'delivered', attempts + 1);
    expect(await t.app.webhooks.webhooks.get(admin, id)).to.include({ active: true, disabledAt: null, failingSince: null });
  });

  it('tell their secret once, to people who have just shown who they are, and no program', async () => {
    const client = await t.client('staff', admin.account);
    const values = { name: 'Accounting', url: to.url, events: created, active: 'true' };
    const made = await client.post('/settings/webhooks/new', values);
    const first = /whsec_[\w-]{43}/.exec(made.text)?.[0] ?? '';
    expect(made.headers.get('cache-control')).to.equal('no-store');
    const id = (await t.app.webhooks.webhooks.list(admin))[0]!.id;
    await client.post(`/settings/webhooks/${id}/edit`, { name: 'Accounting', url: to.url, events: created });
    expect((await t.app.webhooks.webhooks.get(admin, id)).active, 'a switch that is not on').to.equal(false);
    await t.app.webhooks.webhooks.update(admin, id, input());
    for (const page of ['', `/${id}`, `/${id}/edit`, `/${id}/secret`]) expect((await client.get(`/settings/webhooks${page}`)).text).not.to.contain('whsec_');
    expect((await client.api('GET', `/webhooks/${id}`)).text).not.to.contain('whsec_');
    const program = await t.program('staff', admin.account);
    expect((await program.api('GET', `/webhooks/${id}`)).status).to.equal(200);
    expect((await program.api('POST', `/webhooks/${id}/secret`)).status).to.equal(403);
    expect((await program.api('POST', '/webhooks', { name: 'x', url: to.url, events: [created] })).status).to.equal(403);
    later(11 * 60);
    expect((await client.get(`/settings/webhooks/${id}/secret`)).location).to.contain('/confirm');
    expect((await client.get(`/settings/webhooks/${id}/edit`)).location).to.contain('/confirm');
    expect((await client.get(`/settings/webhooks/${id}`)).status).to.equal(200);

    const again = await t.client('staff', admin.account);
    const second = /whsec_[\w-]{43}/.exec((await again.post(`/settings/webhooks/${id}/secret`)).text)?.[0] ?? '';
    expect(second)
      .to.match(/^whsec_/)
      .and.not.to.equal(first);
    const signed = async () => {
      await t.make.customer();
      const { headers, body } = await eventually(() => to.received.shift(), 'the event');
      return [first, second].map((secret) => verified(secret, String(headers['portico-signature']), body));
    };
    expect(await signed(), 'for a day, both sign').to.deep.equal([true, true]);
    later(86_401);
    expect(await signed()).to.deep.equal([false, true]);
    const audit = JSON.stringify(await t.app.db.query("SELECT * FROM core_audit WHERE object_kind = 'core.webhook'"));
    expect(audit).not.to.contain(first.slice(6)).and.not.to.contain(second.slice(6));
  });

  it('are tested, found in the log by state and event, deleted with a way back, and swept after 30 days', async () => {
    const client = await t.client('staff', admin.account);
    const { id } = await make({ active: false });
    const tested = await client.api('POST', `/webhooks/${id}/test`);
    expect(tested.json()).to.include({ event: 'core.webhook.test', state: 'delivered', answerStatus: 200, answer: 'thanks' });
    expect(to.received[0]?.json.data).to.deep.equal({ webhookId: id });
    to.answer = (res) => void res.writeHead(400).end('<b>bad</b>\u0000');
    const page = await client.post(`/settings/webhooks/${id}/test`);
    expect((await client.get(page.location!)).text)
      .to.contain('&lt;b&gt;bad')
      .and.to.contain('400');
    const list = async (query: string) =>
      (await client.api('GET', `/webhooks/${id}/deliveries?${query}`)).json() as { items: { id: string; state: string }[]; next: string };
    expect((await list('state=failed')).items.map(({ state }) => state)).to.deep.equal(['failed']);
    expect((await list(`event=${created}`)).items).to.deep.equal([]);
    const newest = await list('limit=1');
    const older = await list(`limit=1&after=${newest.next}`);
    expect([newest.items[0]!.state, older.items[0]!.state, older.next]).to.deep.equal(['failed', 'delivered', null]);
    expect((await client.get(`/settings/webhooks/${id}?state=queued`)).text).to.contain('No deliveries match');

    const deleted = await client.post(`/settings/webhooks/${id}/delete`);
    expect(deleted.location).to.equal('/settings/webhooks');
    expect((await client.get('/settings/webhooks')).text).to.contain(`/settings/webhooks/${id}/restore`);
    expect((await client.get(`/settings/webhooks/${id}`)).status).to.equal(404);
    expect((await client.post(`/settings/webhooks/${id}/restore`)).location).to.equal(`/settings/webhooks/${id}`);
    expect(await rows(id)).to.have.length(2);
    later(31 * 86_400);
    await t.app.webhooks.deliveries.sweep();
    expect(await rows(id)).to.deep.equal([]);
    await t.app.webhooks.webhooks.remove(admin, id);
    later(86_401);
    await t.app.webhooks.deliveries.sweep();
    expect(await t.app.db.query('SELECT id FROM core_webhooks WHERE id = ?', [id])).to.deep.equal([]);
    expect(await t.app.webhooks.webhooks.restore(admin, id).catch((error: { status: number }) => error.status)).to.equal(404);
  });
});
