import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import { ConflictError, ForbiddenError, NotFoundError, type Actor } from '../../../core/api.js';
import { DraftService, MessageService, RequestReading, RequestService, RequestTies, holdMs, reportInput } from '../../../plugins/desk/api.js';
import { createTestApp, system, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { failure } from '../../support/failure.js';

describe('conversation about a request', () => {
  let t: TestApp;
  let now = Date.now();
  let requests: RequestService;
  let messages: MessageService;
  let drafts: DraftService;
  let reading: RequestReading;
  let jana: Actor;
  let peter: Actor;
  let anna: Actor;
  let customerId: number;
  before(async () => {
    t = await createTestApp({ clock: { now: () => new Date(now) } });
    [requests, messages, drafts, reading] = [
      t.app.service('desk', RequestService),
      t.app.service('desk', MessageService),
      t.app.service('desk', DraftService),
      t.app.service('desk', RequestReading),
    ];
    jana = accountActor(await t.make.staff('agent', 'Jana Kováčová'));
    peter = accountActor(await t.make.staff('agent', 'Peter Horváth'));
    customerId = (await t.make.customer()).id;
    anna = accountActor(await t.make.access(customerId, { name: 'Anna Lindqvist' }));
  });
  after(() => t.close());

  const report = (text = 'The printer stops') => requests.report(anna, reportInput.parse({ customer_id: customerId, text }));
  const texts = async (actor: Actor, id: number) => (await requests.get(actor, id)).messages.map((one) => one.text);
  const told = (actor: Actor, template: string) =>
    t.app.db.query<{ channel: string; data: string }>('SELECT channel, data FROM core_outbox WHERE account_id = ? AND template = ? ORDER BY id', [
      actor.account?.id,
      template,
    ]);
  const say = (actor: Actor, id: number, text: string, more: object = {}) => messages.post(actor, 'request', id, { text, internal: false, ...more });
  const later = async (ms: number) => {
    now += ms;
    await t.app.jobs.idle();
    // The queue's own timer may have taken a job just before.
    const open = "SELECT id FROM core_jobs WHERE name = 'desk.release' AND (state = 'running' OR due_at <= ?)";
    await eventually(async () => (await t.app.db.query(open, [new Date(now)])).length === 0, 'the held replies');
  };

  it('holds a reply of staff for ten seconds: until then the customer sees nothing and no mail leaves', async () => {
    const request = await report();
    const reply = await say(jana, request.id, 'A technician comes at ten.');
    expect(reply.held_until?.getTime()).to.equal(now + holdMs);
    await later(holdMs - 1000);
    expect(await texts(anna, request.id)).to.deep.equal([]);
    expect(await texts(peter, request.id)).to.deep.equal(['A technician comes at ten.']);
    expect(await told(anna, 'desk.request-message')).to.deep.equal([]);
    expect((await requests.list(anna)).rows[0]?.last_text).to.equal('The printer stops');

    await later(1000);
    expect(await texts(anna, request.id)).to.deep.equal(['A technician comes at ten.']);
    expect((await told(anna, 'desk.request-message')).map((one) => one.channel).sort()).to.deep.equal(['email', 'inbox']);
    expect((await requests.list(anna)).rows[0]).to.include({ last_text: 'A technician comes at ten.', unread: true });
    expect((await requests.get(anna, request.id)).messages[0]).to.include({ held_until: null, staff: true, author_name: 'Jana Kováčová' });
  });

  it('tells a released reply once, however often it is released, and also when its job was lost', async () => {
    const request = await report();
    const before = (await told(anna, 'desk.request-message')).length;
    const { id } = await say(jana, request.id, 'Once');
    await t.app.db.run("DELETE FROM core_jobs WHERE name = 'desk.release'");
    now += holdMs;
    await Promise.all([messages.releaseDue(), messages.release(id), messages.release(id), messages.releaseDue()]);
    expect(await texts(anna, request.id)).to.deep.equal(['Once']);
    expect(await told(anna, 'desk.request-message')).to.have.length(before + 2);
  });

  it('takes a reply back while it is held: it is a draft again; afterwards it says that it has left', async () => {
    const request = await report();
    const path = join(t.dataDir, 'uploads/plan.txt');
    writeFileSync(path, 'plan');
    const reply = await say(jana, request.id, 'Wrong adress', { uploads: [{ field: 'files', path, name: 'plan.txt', size: 4 }] });
    expect(await failure(messages.takeBack(peter, reply.id))).to.be.instanceOf(NotFoundError);
    expect(await messages.takeBack(jana, reply.id)).to.equal('Wrong adress');
    await later(holdMs);
    expect(await texts(jana, request.id)).to.deep.equal([]);
    expect(await texts(anna, request.id)).to.deep.equal([]);
    expect(await drafts.get(jana, request.id)).to.deep.equal({ public: 'Wrong adress', internal: '' });
    expect(await t.app.files.list({ kind: 'desk.message', id: reply.id })).to.deep.equal([]);

    const second = await say(jana, request.id, 'Right address');
    expect((await drafts.get(jana, request.id)).public).to.equal('');
    await later(holdMs);
    const error = await failure(messages.takeBack(jana, second.id));
    expect(error).to.be.instanceOf(ConflictError).and.include({ code: 'message_sent' });
  });

  it('says once that something new came in while somebody wrote, and lets two who write at once know of each other', async () => {
    const request = await report();
    const { id: first } = await say(anna, request.id, 'Any news?');
    await say(peter, request.id, 'I am on it.', { lastSeen: first });
    expect(await failure(say(jana, request.id, 'Today.', { lastSeen: first }))).to.include({ code: 'newer_messages' });
    const [seen] = (await requests.get(jana, request.id)).messages.slice(-1);
    const both = await Promise.all([
      failure(say(jana, request.id, 'By Jana', { lastSeen: seen?.id })),
      failure(say(peter, request.id, 'By Peter', { lastSeen: seen?.id })),
    ]);
    expect(both.filter((one) => one === null)).to.have.length(1);
    // Own messages are never news to their author.
    const again = await say(anna, request.id, 'One more thing', { lastSeen: first });
    await say(anna, request.id, 'And another', { lastSeen: first });
    expect(again.held_until).to.equal(null);
  });

  it('CM-01: internal notes are for staff, with their files; customers neither write nor see them', async () => {
    const request = await report();
    const path = join(t.dataDir, 'uploads/price.txt');
    writeFileSync(path, 'prices');
    const note = await say(jana, request.id, 'Not under warranty', { internal: true, uploads: [{ field: 'files', path, name: 'prices.txt', size: 6 }] });
    expect(note.held_until).to.equal(null);
    expect(await texts(anna, request.id)).to.deep.equal([]);
    const [seen] = (await requests.get(peter, request.id)).messages;
    expect(seen?.files[0]).to.include({ name: 'prices.txt', size: 6 });
    const [portal, staff] = [await t.client('portal', { id: anna.account?.id ?? 0 }), await t.client('staff', { id: peter.account?.id ?? 0 })];
    expect((await portal.get(seen?.files[0]?.href ?? '')).status).to.equal(404);
    expect((await staff.get(seen?.files[0]?.href ?? '')).status).to.equal(200);
    expect(await failure(say(anna, request.id, 'x', { internal: true }))).to.be.instanceOf(ForbiddenError);
    expect(JSON.stringify(await told(anna, 'desk.request-message'))).not.to.include('warranty');
  });

  it('files of a public message are read by whoever sees it, once it has left', async () => {
    const request = await report();
    const path = join(t.dataDir, 'uploads/manual.txt');
    writeFileSync(path, 'manual');
    await say(jana, request.id, 'The manual', { uploads: [{ field: 'files', path, name: 'manual.txt', size: 6 }] });
    const href = (await requests.get(jana, request.id)).messages[0]?.files[0]?.href ?? '';
    const portal = await t.client('portal', { id: anna.account?.id ?? 0 });
    const stranger = await t.client('portal', await t.make.access((await t.make.customer()).id));
    expect((await portal.get(href)).status).to.equal(404);
    await later(holdMs);
    expect((await portal.get(href)).text).to.equal('manual');
    expect((await stranger.get(href)).status).to.equal(404);
  });

  it('shows Markdown as safe HTML: no scripts, no pictures from elsewhere, no odd links', async () => {
    const request = await report();
    await say(
      anna,
      request.id,
      '**Bold** <script>alert(1)</script> ![x](https://evil.example/x.png) [a](javascript:alert(1)) [ok](https://example.com)\n\n- one\n- two',
    );
    await say(anna, request.id, 'Plain "text"\nin two lines\n\nand a paragraph');
    const page = await (await t.client('staff', { id: jana.account?.id ?? 0 })).get(`/desk/reports/${request.id}`);
    expect(page.text).to.include('<strong>Bold</strong>').and.include('<li>one</li>').and.include('href="https://example.com"');
    expect(page.text).to.not.match(/<script>alert|<img[^>]*evil|href="javascript/);
    expect(page.text).to.include('<p>Plain &quot;text&quot;<br />\nin two lines</p>\n<p>and a paragraph</p>');
  });

  it('tells staff who are named with @, by first or whole name, and shows them until they have looked', async () => {
    const request = await report();
    const twin = accountActor(await t.make.staff('agent', 'Jana Nová'));
    await say(jana, request.id, 'Spare container is on van 3. @peter is near – mail a@b.test, @Jana, @Nobody', { internal: true });
    const [note] = (await requests.get(jana, request.id)).messages;
    expect(note?.mentions).to.include('Peter Horváth').and.not.include('Jana Nová');
    expect((await (await t.client('staff', { id: jana.account?.id ?? 0 })).get(`/desk/reports/${request.id}`)).text)
      .to.include('<mark>@peter</mark>')
      .and.not.include('<mark>@Jana</mark>');
    expect((await told(peter, 'desk.mentioned')).map((one) => one.channel)).to.deep.equal(['inbox']);
    expect(await told(twin, 'desk.mentioned')).to.deep.equal([]);
    const mine = { mentionedId: peter.account?.id ?? 0 };
    expect([await requests.count(peter, { ...mine, unseen: true }), (await requests.list(peter, mine)).rows[0]?.id]).to.deep.equal([1, request.id]);
    await reading.markRead(peter, request.id);
    expect([await requests.count(peter, { ...mine, unseen: true }), await requests.count(peter, mine)]).to.deep.equal([0, 1]);
    await say(jana, request.id, '@Peter Horvath takes it', { internal: true });
    expect((await requests.get(jana, request.id)).messages.at(-1)?.mentions).to.include('Peter Horváth');
    // Customers name nobody.
    await say(anna, request.id, 'Thank you @peter');
    expect((await requests.get(jana, request.id)).messages.at(-1)?.mentions).to.deep.equal([]);
  });

  it('tells the solver and those who watch, each once and never the author', async () => {
    const request = await report();
    const other = accountActor(await t.make.access(customerId, { name: 'Other Reader' }));
    const ties = t.app.service('desk', RequestTies);
    await ties.watch(jana, request.id, peter.account?.id ?? 0);
    await ties.watch(jana, request.id, other.account?.id ?? 0);
    await requests.change(jana, request.id, { solver_id: peter.account?.id ?? 0 });
    const of = async (actor: Actor) => (await told(actor, 'desk.request-message')).length;
    const before = [await of(peter), await of(jana), await of(anna), await of(other)];
    await say(anna, request.id, 'It stopped again');
    await say(jana, request.id, 'Note', { internal: true });
    expect([await of(peter), await of(jana), await of(anna), await of(other)]).to.deep.equal([before[0]! + 2, before[1], before[2], before[3]! + 2]);
    expect(await failure(ties.watch(jana, request.id, (await t.make.access((await t.make.customer()).id)).id))).to.have.property('status', 422);
    expect((await requests.get(anna, request.id)).watchers).to.deep.equal([]);
    expect((await requests.get(jana, request.id)).watchers.map((one) => one.name)).to.deep.equal(['Other Reader', 'Peter Horváth']);
  });

  it('an answer of the customer takes up what waited for it or was thought to be solved', async () => {
    for (const status of ['waiting', 'solved', 'closed'] as const) {
      const request = await report();
      await requests.change(jana, request.id, { status });
      await say(anna, request.id, 'It is not');
      expect(await requests.get(jana, request.id), status).to.include({ status: 'accepted', open: 1 });
    }
    const rejected = await report();
    await requests.reject(jana, rejected.id, 'Not ours');
    await say(anna, rejected.id, 'Whose then?');
    expect((await requests.get(jana, rejected.id)).status).to.equal('rejected');
  });

  it('keeps a draft of each kind for each person, over requests and devices, and drops it when it is sent', async () => {
    const request = await report();
    await drafts.save(jana, request.id, 'public', 'Dear Anna,');
    await drafts.save(jana, request.id, 'public', 'Dear Anna, we');
    await drafts.save(jana, request.id, 'internal', 'Check the stock');
    expect(await drafts.get(jana, request.id)).to.deep.equal({ public: 'Dear Anna, we', internal: 'Check the stock' });
    expect(await drafts.get(peter, request.id)).to.deep.equal({ public: '', internal: '' });
    await say(jana, request.id, 'Check the stock', { internal: true });
    expect(await drafts.get(jana, request.id)).to.deep.equal({ public: 'Dear Anna, we', internal: '' });
    await drafts.save(jana, request.id, 'public', ' ');
    expect((await drafts.get(jana, request.id)).public).to.equal('');
    const stranger = accountActor(await t.make.access((await t.make.customer()).id));
    expect(await failure(drafts.save(stranger, request.id, 'public', 'x'))).to.be.instanceOf(NotFoundError);
  });

  it('knows for each person what is new', async () => {
    const request = await report();
    const unread = async (actor: Actor) => (await requests.list(actor, { number: request.number })).rows[0]?.unread;
    expect([await unread(anna), await unread(jana)]).to.deep.equal([false, true]);
    await reading.markRead(jana, request.id);
    expect(await unread(jana)).to.equal(false);
    await say(jana, request.id, 'Seen', { internal: true });
    expect([await unread(anna), await unread(jana)]).to.deep.equal([false, false]);
    await say(anna, request.id, 'Hello?');
    expect([await unread(anna), await unread(jana)]).to.deep.equal([false, true]);
    await reading.markRead(jana, request.id);
    await reading.markUnread(jana, request.id);
    expect(await unread(jana)).to.equal(true);
    await say(system, request.id, 'By a job');
    expect(await unread(anna)).to.equal(true);
  });
});
