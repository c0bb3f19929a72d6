import { expect } from 'chai';
import type { Database } from '../../../core/database/types.js';
import '../../../core/manifest.js';
import { InboxMessage, OutboxMessage } from '../../../core/notifications/model.js';
import { Outbox, type OutboxDeps } from '../../../core/notifications/outbox.js';
import type { Notification } from '../../../core/notifications/types.js';
import { Scope } from '../../../core/plugin/scope.js';
import type { Settings } from '../../../core/settings/service-types.js';
import { createTestDatabase, quietLog, type TestDatabase } from '../../support/database.js';
import { refusal, startMailServer } from '../../support/mail-server.js';

describe('Outbox', () => {
  let test: TestDatabase;
  let time: number;
  let settings: Record<string, string>;
  let changed: (() => void | Promise<void>)[];
  let told: number[];
  let boxes: Outbox[];
  let stops: (() => Promise<void>)[];

  const deps = (db: Database = test.db): OutboxDeps => ({
    db,
    clock: { now: () => new Date(time) },
    log: { ...quietLog, error: () => undefined },
    realtime: { tell: (id) => void told.push(id) },
    mailUrl: null,
    smsUrl: null,
    accounts: async (id) => (id === 404 ? null : { email: `a${id}@example.org`, name: `Åsa ${id}`, language: 'sv', timeZone: 'Europe/Stockholm' }),
    settings: {
      get: (key: string) => settings[key] ?? '',
      onChange: (_key: string, listener: () => void) => {
        changed.push(listener);
        return () => undefined;
      },
    } as unknown as Settings,
    translator: {
      languages: ['en', 'sv'],
      has: () => true,
      t: (language, key, vars) =>
        key.endsWith('.text') ? `[${language}] Hej ${vars?.['name']}!\n\nOrder ${vars?.['order']} ${vars?.['at'] ?? ''}` : `${key} ${vars?.['order'] ?? ''}`,
    },
  });
  const outbox = (db?: Database): Outbox => {
    const box = new Outbox(deps(db));
    boxes.push(box);
    return box;
  };
  const server = async (...args: Parameters<typeof startMailServer>) => {
    const started = await startMailServer(...args);
    stops.push(started.stop);
    settings['core.mailServer'] = started.url;
    return started;
  };
  const message = (order: string, more: Partial<Notification> = {}): Notification => ({
    template: 'core.test-mail',
    to: { accountId: 1 },
    channels: ['email'],
    data: { order },
    ...more,
  });
  const rows = async () => (await test.db.of(OutboxMessage).findAll({ order: [['id', 'ASC']] })).map((row) => row.get({ plain: true }));

  beforeEach(async () => {
    test = await createTestDatabase();
    time = Date.parse('2026-11-22T10:00:00Z');
    settings = {
      'core.companyName': 'Fjord Service',
      'core.mailFrom': 'help@fjord.example',
      'core.language': 'en',
      'core.timeZone': 'UTC',
      'core.theme': 'base',
    };
    [changed, told, boxes, stops] = [[], [], [], []];
  });
  afterEach(async () => {
    for (const box of boxes) box.mail.close();
    for (const stop of stops) await stop();
    await test.drop();
  });

  it('mails of a conversation refer to each other, say where answers go, and keep their Message-ID when they are sent again', async () => {
    let refusals = 1;
    const ids: (string | undefined)[] = [];
    const smtp = await server((mail) => {
      ids.push(mail.messageId);
      return refusals-- > 0 ? refusal(451, 'later') : null;
    });
    const box = outbox();
    const mail = {
      thread: 'r7.abc',
      references: ['<first@customer.test>'],
      replyTo: 'support+r7.abc@company.test',
      mark: 'r7.abc',
      unsubscribe: 'support+u7.abc@company.test',
    };
    await test.db.transaction(() => box.send(message('1', { mail, channels: ['email', 'inbox'] })));
    await box.flush();
    time += 60_000;
    await box.flush();
    const [sent] = smtp.mails;
    expect(ids[0]).to.match(/^<r7\.abc\.[0-9a-f-]{36}@/);
    expect(ids).to.deep.equal([ids[0], ids[0]]);
    const host = ids[0]!.split('@')[1]!;
    expect(sent?.references?.split(/\s+/)).to.deep.equal([`<r7.abc@${host}`, '<first@customer.test>']);
    expect(sent).to.include({ inReplyTo: '<first@customer.test>', subject: 'core:mail.test-mail.subject 1 [r7.abc]' });
    expect(sent?.replyTo?.[0]?.address).to.equal('support+r7.abc@company.test');
    expect(sent?.headers.find(({ key }) => key === 'list-unsubscribe')?.value).to.equal('<mailto:support+u7.abc@company.test>');
    const [bell] = await test.db.of(InboxMessage).findAll();
    expect(bell?.subject, 'the bell knows nothing of it').to.equal('core:mail.test-mail.subject 1');
  });

  it('delivers once, in the language and time zone of the recipient, as text and themed HTML', async () => {
    const { mails } = await server();
    const box = outbox();
    await test.db.transaction(() => box.send(message('7 <b>', { link: 'https://portal.example/orders/7', data: { order: '7 <b>', at: new Date(time) } })));
    await Promise.all([box.flush(), outbox().flush()]);
    await box.flush();
    expect(mails).to.have.length(1);
    const [mail] = mails;
    expect(mail.to).to.deep.equal([{ address: 'a1@example.org', name: 'Åsa 1' }]);
    expect(mail.from).to.deep.equal({ address: 'help@fjord.example', name: 'Fjord Service' });
    expect(mail.text).to.contain('[sv] Hej Åsa 1!').and.contain('https://portal.example/orders/7').and.contain('11:00');
    expect(mail.html).to.contain('href="https://portal.example/orders/7"').and.contain('7 &lt;b&gt;').and.not.contain('7 <b>');
    expect(mail.headers.find((header) => header.key === 'auto-submitted')?.value).to.equal('auto-generated');
    const [row] = await rows();
    expect(row.status).to.equal('accepted');
    expect(mail.messageId).to.equal(`<${row.id}@fjord.example>`);
  });

  it('sends nothing of a transaction that was rolled back, and one message per key', async () => {
    const { mails } = await server();
    const box = outbox();
    const failing = test.db.transaction(async () => {
      await box.send(message('1'));
      throw new Error('no');
    });
    await failing.catch(() => undefined);
    for (let round = 0; round < 3; round++) await test.db.transaction(() => box.send(message('2', { key: 'order-2' })));
    await box.flush();
    expect(mails.map((mail) => mail.subject)).to.deep.equal(['core:mail.test-mail.subject 2']);
  });

  it('tries again after a temporary refusal and keeps the order per recipient', async () => {
    let down = true;
    const { mails } = await server((mail) => (down && mail.subject?.endsWith('1') ? refusal(451, 'greylisted') : null));
    const box = outbox();
    for (const order of ['1', '2', '3']) await box.send(message(order));
    await box.send(message('other', { to: { email: 'Bo@example.org', name: 'Bo' } }));
    await box.flush();
    expect(mails.map((mail) => mail.to?.[0].address)).to.deep.equal(['Bo@example.org']);
    expect((await rows())[0]).to.include({ status: 'queued', attempts: 1 });
    expect((await rows())[0].last_error).to.contain('greylisted');
    down = false;
    time += 60_000;
    await box.flush();
    expect(mails.slice(1).map((mail) => mail.subject?.at(-1))).to.deep.equal(['1', '2', '3']);
  });

  it('gives up at once on a final refusal, lets the next one pass, and can be retried', async () => {
    let refuse = true;
    const { mails } = await server((mail) => (refuse && mail.subject?.endsWith('1') ? refusal(550, 'no such user') : null));
    const box = outbox();
    await box.send(message('1'));
    await box.send(message('2'));
    await box.flush();
    expect(mails).to.have.length(1);
    const [first] = await rows();
    expect(first).to.include({ status: 'failed', attempts: 1 });
    refuse = false;
    expect(await box.retry(first.id)).to.equal(true);
    await box.flush();
    expect(mails).to.have.length(2);
  });

  it('F12: delivers everything in order after a server that was down for a day', async () => {
    settings['core.mailServer'] = 'smtp://127.0.0.1:1';
    const box = outbox();
    for (const order of ['1', '2', '3']) await box.send(message(order));
    for (let hour = 0; hour < 24; hour++) {
      await box.flush();
      time += 3_600_000;
    }
    expect((await rows()).map((row) => row.status)).to.deep.equal(['queued', 'queued', 'queued']);
    const { mails } = await server();
    time += 2 * 3_600_000;
    await box.flush();
    expect(mails.map((mail) => mail.subject?.at(-1))).to.deep.equal(['1', '2', '3']);
  });

  it('F2: killed between acceptance and our commit, sends exactly once more with the same Message-ID', async () => {
    const { mails } = await server();
    const dying = new Proxy(test.db, {
      get(target, property) {
        if (property === 'run') {
          return (sql: string, params: unknown[]) => (params.includes('accepted') ? Promise.reject(new Error('killed')) : target.run(sql, params));
        }
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
    await outbox().send(message('1'));
    await outbox(dying).flush();
    const next = outbox();
    await next.flush();
    expect(mails).to.have.length(1);
    time += 121_000;
    await next.flush();
    time += 121_000;
    await next.flush();
    expect(mails).to.have.length(2);
    expect(mails[0].messageId).to.equal(mails[1].messageId);
    expect((await rows())[0].status).to.equal('accepted');
  });

  it('lets messages wait, readable, while no server is configured, and sends them when one is', async () => {
    const box = outbox();
    const scope = new Scope('test');
    await box.send(message('1', { link: 'https://x/invitation', secret: true }));
    await box.send(message('2'));
    await box.flush();
    const waiting = await rows();
    expect(waiting.map((row) => [row.status, row.attempts])).to.deep.equal([
      ['waiting', 0],
      ['waiting', 0],
    ]);
    expect((await box.preview(waiting[0])).text).to.contain('https://x/invitation');
    box.start(scope);
    const { mails } = await server();
    for (const listener of changed) await listener();
    for (const end = Date.now() + 5000; mails.length < 2 && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 20));
    await scope.end();
    expect(mails.map((mail) => mail.subject?.at(-1))).to.deep.equal(['1', '2']);
    expect((await rows())[0]).to.include({ status: 'accepted', link: null, data: '{}' });
  });

  it('C5: a line break in a name, subject or address starts no new header', async () => {
    const { mails } = await server();
    const box = outbox();
    await box.send(message('1\r\nBcc: evil@example.org', { to: { email: 'bo@example.org', name: 'Bo\r\nBcc: evil@example.org' } }));
    await box.flush();
    expect(mails).to.have.length(1);
    expect(mails[0].bcc ?? []).to.deep.equal([]);
    expect(mails[0].headers.map((header) => header.key)).not.to.include('bcc');
    expect(mails[0].to).to.have.length(1);
  });

  it('shows a message in the inbox once, also when it is delivered twice, and rings the bell', async () => {
    const box = outbox();
    await test.db.transaction(() => box.send(message('7', { channels: ['inbox', 'inbox'], link: 'https://x/orders/7' })));
    await box.flush();
    await test.db.run(`UPDATE core_outbox SET status = 'queued'`);
    await box.flush();
    const inbox = await test.db.of(InboxMessage).findAll();
    expect(inbox.map((row) => [row.account_id, row.text, row.link])).to.deep.equal([[1, '[sv] Hej Åsa 1!\n\nOrder 7 ', 'https://x/orders/7']]);
    expect(told).to.include(1);
  });

  it('fails, and does not block, for an account that is gone; waits for a channel whose plugin is off', async () => {
    const box = outbox();
    await box.send(message('1', { to: { accountId: 404 }, channels: ['inbox'] }));
    await box.send(message('2', { channels: ['chat'] }));
    await box.flush();
    expect((await rows()).map((row) => row.status)).to.deep.equal(['failed', 'waiting']);
    const sent: string[] = [];
    box.channel({ id: 'chat', deliver: async (chat) => (sent.push(chat.text), { status: 'accepted' }) });
    time += 61_000;
    await box.flush();
    expect(sent).to.have.length(1);
  });

  it('is shared by three relays: 200 messages to 20 people, each once and in order', async () => {
    const box = outbox();
    const sent: string[] = [];
    const relays = [box, outbox(), outbox()];
    for (const relay of relays)
      relay.channel({ id: 'fake', deliver: async ({ to, subject }) => (sent.push(`${to.accountId} ${subject.split(' ')[1]}`), { status: 'accepted' }) });
    await test.db.transaction(async () => {
      for (let n = 100; n < 300; n++) await box.send(message(String(n), { to: { accountId: n % 20 }, channels: ['fake'] }));
    });
    while ((await rows()).some((row) => row.status !== 'accepted')) await Promise.all(relays.map((relay) => relay.flush()));
    expect(sent).to.have.length(200);
    for (let account = 0; account < 20; account++) {
      const mine = sent.filter((line) => line.startsWith(`${account} `));
      expect(mine).to.deep.equal([...mine].sort());
    }
  }).timeout(60_000);
});
