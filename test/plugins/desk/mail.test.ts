import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { accountActor } from '../../../core/access/actors.js';
import type { Account, Actor } from '../../../core/api.js';
import { MessageService, RequestService, type RequestView } from '../../../plugins/desk/api.js';
import { References, tagged } from '../../../plugins/desk/mail/references.js';
import { RequestTies } from '../../../plugins/desk/requests/request-ties.js';
import type { TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { photo } from '../../support/photo.js';
import { compose, isRead, outcomeOf, startMailWorld, supportAddress, type MailWorld } from '../../support/mailbox.js';

describe('mail that comes in by IMAP (security A4)', function () {
  this.timeout(120_000);
  let world: MailWorld;
  let t: TestApp;
  let box: number;
  let anna: Account;
  let agent: Account;
  let customer: { id: number; name: string };
  let requests: RequestService;
  before(async function () {
    world = await startMailWorld(this);
    t = await world.open();
    box = await world.addMailbox(t);
    customer = await t.make.customer('Alder Clinics');
    anna = await t.make.access(customer.id, { name: 'Anna Alder' });
    agent = await t.make.staff('agent', 'Sara Holm');
    requests = t.app.service('desk', RequestService);
  });
  after(async () => {
    await t?.close();
    await world?.stop();
  });

  const by = (account: Account): Actor => accountActor(account);
  const send = async (raw: string) => {
    await world.imap.deliver(raw);
    return outcomeOf(t, raw);
  };
  const viewed = async (id: number | null): Promise<RequestView> => requests.get(by(agent), id ?? 0);
  const mailsTo = async (account: Account, subject: string) => {
    await t.app.outbox.flush();
    return world.smtp.mails.filter(({ to, subject: one }) => to?.[0]?.address === account.email && one?.includes(subject));
  };
  const referenceOf = (requestId: number, account: Account) => t.app.service('desk', References).make('r', requestId, account.id);

  it('of a known sender becomes a request, the answer of staff threads, and the reply to it comes back to the request', async () => {
    const first = compose(anna, { subject: 'Lift at the clinic', body: 'It stands still.\n\n-- \nAnna' });
    const { state, request_id, account_id } = await send(first);
    expect({ state, account_id }).to.deep.equal({ state: 'request', account_id: anna.id });
    const request = await viewed(request_id);
    expect(request).to.include({
      origin: 'mail',
      subject: 'Lift at the clinic',
      text: 'It stands still.',
      customer_id: customer.id,
      reporter_account_id: anna.id,
    });

    const [received] = await mailsTo(anna, 'Lift at the clinic');
    const reference = referenceOf(request.id, anna);
    const header = (mail: typeof received, key: string) => mail?.headers.find((one) => one.key === key)?.value;
    const messageId = /^Message-ID: (.*)$/m.exec(first)![1]!;
    expect(received?.replyTo?.[0]?.address).to.equal(tagged(supportAddress, reference));
    expect(received?.messageId).to.match(new RegExp(`^<${reference}\\.[0-9a-f-]{36}@fjord\\.test>$`));
    expect(header(received, 'auto-submitted')).to.equal('auto-generated');
    expect(header(received, 'list-unsubscribe')).to.equal(undefined);

    await t.app.service('desk', MessageService).post(by(agent), 'request', request.id, { text: 'We come tomorrow.', internal: false, hold: false });
    const answer = (await mailsTo(anna, 'Lift at the clinic')).find(({ text }) => text?.includes('We come tomorrow.'));
    expect(answer?.inReplyTo).to.equal(messageId);
    expect(answer?.references?.split(/\s+/)).to.deep.equal([`<${reference}@fjord.test>`, messageId]);
    expect(received?.references?.split(/\s+/)).to.deep.equal([`<${reference}@fjord.test>`, messageId]);

    const reply = compose(anna, {
      to: answer!.replyTo![0]!.address!,
      subject: `Re: ${answer!.subject}`,
      headers: { 'In-Reply-To': answer!.messageId!, References: `${answer!.references} ${answer!.messageId}` },
      body: `Thank you.\n\nOn Mon, 2 Nov 2026 at 10:12, Fjord Service wrote:\n> We come tomorrow.`,
    });
    expect(await send(reply)).to.include({ state: 'reply', request_id: request.id });
    const { messages } = await viewed(request.id);
    expect(messages.map(({ text, origin, author_name }) => [text, origin, author_name])).to.deep.equal([
      ['We come tomorrow.', 'staff', 'Sara Holm'],
      ['Thank you.', 'mail', 'Anna Alder'],
    ]);
    await eventually(async () => (await world.imap.counts()).seen === 2, 'both mails to be marked as read');
  });

  it('finds the request by References alone, by the subject alone, and in capital letters', async () => {
    const { request_id } = await send(compose(anna, { subject: 'Door' }));
    const reference = referenceOf(request_id!, anna);
    expect(await send(compose(anna, { headers: { References: `<${reference}@fjord.test> <x@y.test>` }, body: 'One' }))).to.include({
      state: 'reply',
      request_id,
    });
    expect(await send(compose(anna, { subject: `Sv: Door [${reference}]`, body: 'Two' }))).to.include({ state: 'reply', request_id });
    expect(await send(compose(anna, { to: tagged(supportAddress, reference).toUpperCase(), body: 'Three' }))).to.include({ state: 'reply', request_id });
    expect((await viewed(request_id)).messages.map(({ text }) => text)).to.deep.equal(['One', 'Two', 'Three']);
  });

  it('counts as an answer only with the reference that its sender was given; all else waits', async () => {
    const { request_id } = await send(compose(anna, { subject: 'Roof' }));
    const colleague = await t.make.access(customer.id, { name: 'Ola Alder' });
    const stranger = await t.make.access((await t.make.customer()).id, { name: 'Eve Birch' });
    const good = referenceOf(request_id!, anna);
    const forged = `${good.slice(0, -1)}${good.endsWith('a') ? 'b' : 'a'}`;
    const other = `r${request_id! + 1}.${good.split('.')[1]}`;
    const waits = async (from: Account | string, reference: string) => {
      const { state, reason } = await send(compose(from, { to: tagged(supportAddress, reference), body: 'Let me in' }));
      return [state, reason];
    };
    expect(await waits(anna, forged)).to.deep.equal(['waiting', 'reference']);
    expect(await waits(anna, other)).to.deep.equal(['waiting', 'reference']);
    expect(await waits(colleague, good), 'a copy in the hands of another').to.deep.equal(['waiting', 'reference']);
    expect(await waits(agent, good), 'a customer who writes as staff').to.deep.equal(['waiting', 'reference']);
    expect(await waits('nobody@else.test', good)).to.deep.equal(['waiting', 'unknown']);
    expect(await waits(colleague, referenceOf(request_id!, colleague)), 'no longer a participant').to.deep.equal(['waiting', 'refused']);
    expect(await waits(stranger, referenceOf(request_id!, stranger))).to.deep.equal(['waiting', 'refused']);
    expect((await viewed(request_id)).messages).to.deep.equal([]);

    await t.app.service('desk', RequestTies).watch(by(agent), request_id!, colleague.id);
    expect(await waits(colleague, referenceOf(request_id!, colleague)), 'a watcher').to.deep.equal(['reply', null]);
    expect(await waits(agent, referenceOf(request_id!, agent)), 'staff').to.deep.equal(['reply', null]);
  });

  it('a watcher ends it by the address that mail programs offer', async () => {
    const { request_id } = await send(compose(anna, { subject: 'Window' }));
    const watcher = await t.make.access(customer.id, { name: 'Wim Alder' });
    const ties = t.app.service('desk', RequestTies);
    await ties.watch(by(agent), request_id!, watcher.id);
    const messages = t.app.service('desk', MessageService);
    await messages.post(by(agent), 'request', request_id!, { text: 'For all of you', internal: false, hold: false });
    const [mail] = await mailsTo(watcher, 'Window');
    const unsubscribe = /<mailto:(.*)>/.exec(mail!.headers.find(({ key }) => key === 'list-unsubscribe')!.value)![1]!;
    expect(await send(compose(anna, { to: unsubscribe })), 'by another').to.include({ state: 'request' });
    expect(await send(compose(watcher, { to: unsubscribe, headers: { 'Auto-Submitted': 'auto-generated' } }))).to.include({
      state: 'stopped',
      reason: 'unsubscribed',
    });
    await messages.post(by(agent), 'request', request_id!, { text: 'Once more', internal: false, hold: false });
    expect((await mailsTo(watcher, 'Window')).length).to.equal(1);
  });

  it('of machines is stopped: automatic answers, lists, bounces, our own, and too many of one sender', async () => {
    const why = async (raw: string) => (({ state, reason }) => [state, reason])(await send(raw));
    const { request_id } = await send(compose(anna, { subject: 'Absence' }));
    const to = tagged(supportAddress, referenceOf(request_id!, anna));
    expect(await why(compose(anna, { to, headers: { 'Auto-Submitted': 'auto-replied' } }))).to.deep.equal(['stopped', 'automatic']);
    expect(await why(compose(anna, { to, headers: { 'X-Auto-Response-Suppress': 'All' } }))).to.deep.equal(['stopped', 'automatic']);
    expect(await why(compose(anna, { headers: { 'List-Id': '<news.test>' } }))).to.deep.equal(['stopped', 'list']);
    expect(await why(compose(anna, { headers: { 'Return-Path': '<>' } }))).to.deep.equal(['stopped', 'bounce']);
    expect(await why(compose(supportAddress))).to.deep.equal(['stopped', 'loop']);
    expect(await why(compose('noreply@fjord.test'))).to.deep.equal(['stopped', 'loop']);
    const own = '<r1.aaaaaaaaaaaaaaaa.01932f4e-7b1c-7abc-8def-0123456789ab@fjord.test>';
    expect(await why(compose(anna, { headers: { 'Message-ID': own } }))).to.deep.equal(['stopped', 'loop']);
    expect((await viewed(request_id)).messages).to.deep.equal([]);

    await t.app.settings.set({ ...by(agent), kind: 'system' }, { 'desk.mailSenderRate': 2 });
    const ping = await t.make.access(customer.id, { name: 'Ping Pong' });
    const states = [];
    for (let i = 0; i < 4; i += 1) states.push((await send(compose(ping, { subject: `Loop ${i}` }))).reason);
    expect(states).to.deep.equal([null, null, 'rate', 'rate']);
    await t.app.settings.set({ ...by(agent), kind: 'system' }, { 'desk.mailSenderRate': 1000 });
  });

  it('brings attachments along within the limits, and names what was not kept', async () => {
    const boundary = 'b1';
    const part = (name: string, type: string, bytes: Buffer) =>
      [
        `--${boundary}`,
        `Content-Type: ${type}; name="${name}"`,
        `Content-Disposition: attachment; filename="${name}"`,
        'Content-Transfer-Encoding: base64',
        '',
        ...(bytes.toString('base64').match(/.{1,76}/g) ?? []),
      ].join('\n');
    const body = [
      ...[`--${boundary}`, 'Content-Type: text/plain; charset=utf-8', '', 'See the picture.'],
      part('lift.jpg', 'image/jpeg', await photo()),
      part('invoice.exe', 'application/octet-stream', Buffer.concat([Buffer.from('MZ'), randomBytes(5000)])),
      `--${boundary}--`,
    ].join('\n');
    const { request_id } = await send(compose(anna, { subject: 'Picture', body, type: `multipart/mixed; boundary=${boundary}` }));
    const request = await viewed(request_id);
    expect(request.photos.map(({ name }) => name)).to.deep.equal(['lift.jpg']);
    expect(request.text).to.match(/^See the picture\.\n\nAttachment not kept: invoice\.exe\. \S/);

    await t.app.settings.set({ ...by(agent), kind: 'system' }, { 'desk.mailMaxSize': 1 });
    const large = compose(anna, { subject: 'Large', body: `x${randomBytes(900_000).toString('base64').replace(/.{76}/g, '$&\n')}` });
    expect(await send(large)).to.include({ state: 'waiting', reason: 'large', subject: 'Large', sender: anna.email, text: '' });
    await t.app.settings.set({ ...by(agent), kind: 'system' }, { 'desk.mailMaxSize': 25 });
    await eventually(
      () => world.imap.ask(async (client) => ((await client.search({ flagged: true, seen: false }, { uid: true })) || []).length === 1),
      'the large one to be flagged, unread',
    );
    await world.imap.ask((client) => client.messageDelete({ flagged: true }));
    expect(await send(compose(anna, { subject: 'After it' }))).to.include({ state: 'request' });
  });

  it('as HTML only, in another alphabet, is read as text; one that cannot be taken apart waits and holds up no other', async () => {
    const html = '<html><body><p>V=FD=BBah <b>nejde</b>.</p><script>alert(1)</script></body></html>';
    const type = 'text/html; charset=iso-8859-2';
    const { request_id } = await send(compose(anna, { subject: 'Html', body: html, type, headers: { 'Content-Transfer-Encoding': 'quoted-printable' } }));
    expect((await viewed(request_id)).text).to.equal('Výťah nejde.');

    const levels = Array.from({ length: 60 }, (_, i) => i);
    const nested = levels.map((i) => `--b${i}\nContent-Type: multipart/mixed; boundary=b${i + 1}\n`).join('\n');
    const bomb = compose(anna, { subject: 'Nested', body: nested, type: 'multipart/mixed; boundary=b0' });
    await world.imap.deliver(bomb);
    expect(await send(compose(anna, { subject: 'Behind the nested one' }))).to.include({ state: 'request' });
    expect(await outcomeOf(t, bomb)).to.include({ state: 'waiting', reason: 'broken', subject: 'Nested', sender: anna.email });
    await world.imap.ask((client) => client.messageDelete({ flagged: true }));
  });

  it('of somebody at several customers goes to the first, with a note; of an account without the right it waits', async () => {
    const [one, two] = [await t.make.customer('Cedar'), await t.make.customer('Dogwood')];
    const both = await t.make.access(one.id, { name: 'Bo Both' });
    await t.make.access(two.id, { name: 'Bo Both' });
    const { request_id } = await send(compose(both, { subject: 'Which' }));
    const request = await viewed(request_id);
    expect(request.customer_id).to.equal(one.id);
    expect(request.messages).to.have.length(1);
    expect(request.messages[0]).to.include({
      visibility: 'internal',
      text: 'The sender belongs to several customers (Cedar, Dogwood). The request was filed for Cedar.',
    });
    const reader = await t.make.access(one.id, { name: 'Rita Reader', options: ['desk.request.read'] });
    expect(await send(compose(reader))).to.include({ state: 'waiting', reason: 'refused', account_id: reader.id });
    const place = await t.make.installation(one.id);
    const limited = await t.make.access(one.id, { name: 'Lim Limited', installations: [place.id] });
    expect((await viewed((await send(compose(limited, { subject: 'Here' }))).request_id)).installation_id).to.equal(place.id);
    expect(await send(compose(agent))).to.include({ state: 'waiting', reason: 'staff' });
    expect(await send(compose('stranger@nowhere.test'))).to.include({ state: 'waiting', reason: 'unknown' });
  });

  it('survives what a crash leaves behind and a server that restarts: each mail counts once, none is lost', async () => {
    const raw = compose(anna, { subject: 'Once only' });
    const { id } = await send(raw);
    const copies = async () => (await t.app.db.query("SELECT id FROM desk_requests WHERE subject = 'Once only'")).length;
    // The same mail, by another way.
    await world.imap.deliver(raw);
    await send(compose(anna, { subject: 'Behind the copy' }));
    expect(await copies()).to.equal(1);

    // Taken in, but the process died before it could mark anything.
    await world.imap.halt();
    await world.imap.start();
    await world.imap.ask((client) => client.messageFlagsRemove('1:*', ['\\Seen'], { uid: true }));
    const arrived = compose(anna, { subject: 'While nobody looked' });
    await world.imap.deliver(arrived);
    expect(await outcomeOf(t, arrived)).to.include({ state: 'request' });
    await eventually(async () => (({ all, seen }) => all === seen)(await world.imap.counts()), 'all to be marked again', 20_000);
    expect(await copies()).to.equal(1);

    // As if the position itself had been lost: everything is offered again.
    await t.app.db.run('UPDATE desk_mailboxes SET last_uid = 0, first_uid = 1 WHERE id = ?', [box]);
    const before = await t.app.db.query('SELECT COUNT(*) AS n FROM desk_requests');
    await send(compose('again@nowhere.test'));
    expect(await t.app.db.query('SELECT COUNT(*) AS n FROM desk_requests')).to.deep.equal(before);
    expect((await t.app.db.query('SELECT id FROM desk_mails WHERE id = ?', [id])).length).to.equal(1);
    await isRead(t, box);
  });

  it('is read by one node only: a mailbox that another one has is left alone until its lease ends', async () => {
    const later = new Date(Date.now() + 3_600_000);
    await t.app.db.run("UPDATE desk_mailboxes SET lease = 'another node', lease_until = ? WHERE id = ?", [later, box]);
    const raw = compose(anna, { subject: 'For the other node' });
    await world.imap.deliver(raw);
    const second = await world.addMailbox(t, { name: 'Done', folder: 'Done', address: 'done@fjord.test' });
    const there = compose(anna, { subject: 'In the other folder' });
    await world.imap.ask((client) => client.append('Done', there));
    await outcomeOf(t, there);
    expect(await t.app.db.query("SELECT id FROM desk_mails WHERE subject = 'For the other node'")).to.deep.equal([]);
    await t.app.db.run('UPDATE desk_mailboxes SET lease_until = ? WHERE id = ?', [new Date(0), box]);
    expect(await outcomeOf(t, raw)).to.include({ state: 'request' });
    await t.app.db.run('UPDATE desk_mailboxes SET active = 0 WHERE id = ?', [second]);
  });
});
