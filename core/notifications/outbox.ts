import { Op, UniqueConstraintError } from 'sequelize';
import { insert } from '../database/insert.js';
import { claim, settle } from '../database/lease.js';
import type { Database } from '../database/types.js';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';
import type { Realtime } from '../realtime/types.js';
import type { Settings } from '../settings/service-types.js';
import type { Clock } from '../tokens.js';
import type { Translator } from '../views/types.js';
import { storeData } from './data.js';
import { EmailChannel } from './email-channel.js';
import { Inbox } from './inbox.js';
import { InboxChannel } from './inbox-channel.js';
import { OutboxMessage, type OutboxRow } from './model.js';
import { MessageRenderer, type Recipient } from './renderer.js';
import { SmsChannel, smsSettings } from './sms-channel.js';
import type { DeliveryResult, Notification, NotificationChannel, Notifications, RenderedMessage } from './types.js';
import { uuid7 } from './uuid7.js';

const LEASE_MS = 120_000;
const WAIT_MS = 60_000;
const PARALLEL = 10;
/** With back-off up to an hour, about two days: a mail server that is down for a day loses nothing. */
const MAX_ATTEMPTS = 50;

export interface OutboxDeps {
  db: Database;
  translator: Translator;
  settings: Settings;
  clock: Clock;
  log: Log;
  realtime: Pick<Realtime, 'tell'>;
  accounts(id: number): Promise<Recipient | null>;
  /** Mail server set by the operator; null leaves it to the setting `core.mailServer`. */
  mailUrl: string | null;
  /** Address of the SMS provider's API set by the operator; null = the provider's own. */
  smsUrl: string | null;
}

/** Messages are rows of the change's own transaction; a relay delivers them under a lease, in order per recipient, at least once. */
export class Outbox implements Notifications {
  readonly mail: EmailChannel;
  readonly sms: SmsChannel;
  readonly inbox: Inbox;
  readonly renderer: MessageRenderer;
  readonly #channels = new Map<string, NotificationChannel>();
  readonly #stop = new AbortController();
  #relaying: Promise<void> | null = null;
  #again = false;
  #started = false;

  constructor(private readonly deps: OutboxDeps) {
    this.mail = new EmailChannel(deps.settings, deps.mailUrl);
    this.sms = new SmsChannel(deps.settings, deps.smsUrl);
    this.inbox = new Inbox(deps.db, deps.clock, deps.realtime);
    this.renderer = new MessageRenderer(deps.translator, deps.settings);
    this.channel(this.mail);
    this.channel(this.sms);
    this.channel(new InboxChannel(deps.db, deps.clock, deps.realtime));
  }

  async send(notification: Notification): Promise<void> {
    const { db, clock } = this.deps;
    const { to, key } = notification;
    for (const channel of new Set(notification.channels)) {
      const dedupe_key = key === undefined ? null : `${key}:${channel}`;
      if (dedupe_key !== null && (await db.query('SELECT id FROM core_outbox WHERE dedupe_key = ?', [dedupe_key])).length > 0) continue;
      const now = clock.now();
      try {
        await insert(db, 'core_outbox', {
          id: uuid7(now),
          template: notification.template,
          account_id: 'accountId' in to ? to.accountId : null,
          address: 'email' in to ? to.email : null,
          name: 'email' in to ? (to.name ?? null) : null,
          language: 'email' in to ? (to.language ?? null) : null,
          channel,
          recipient: 'accountId' in to ? `account:${to.accountId}` : to.email.toLowerCase(),
          data: storeData(notification.data),
          link: notification.link ?? null,
          dedupe_key,
          secret: notification.secret ?? false,
          customer_id: notification.customerId ?? null,
          mail: notification.mail === undefined ? null : JSON.stringify(notification.mail),
          status: 'queued',
          attempts: 0,
          next_at: now,
          created_at: now,
        });
      } catch (error) {
        if (dedupe_key === null || !(error instanceof UniqueConstraintError)) throw error;
      }
    }
    db.afterCommit(() => this.#wake());
  }

  /** Adds a way of delivery; messages that waited for it go out. */
  channel(channel: NotificationChannel): () => void {
    if (this.#channels.has(channel.id)) throw new Error(`There already is a channel "${channel.id}"`);
    this.#channels.set(channel.id, channel);
    if (this.#started) void this.#releaseWaiting(channel.id);
    return () => {
      if (this.#channels.get(channel.id) === channel) this.#channels.delete(channel.id);
    };
  }

  start(scope: Scope): void {
    this.#started = true;
    scope.add(async () => {
      this.#started = false;
      this.#stop.abort();
      await this.#relaying;
      this.mail.close();
    });
    scope.add(
      this.deps.settings.onChange('core.mailServer', () => {
        this.mail.close();
        return this.#releaseWaiting('email');
      }),
    );
    for (const key of smsSettings) scope.add(this.deps.settings.onChange(key, () => this.#releaseWaiting('sms')));
    scope.timer(1000, () => this.#wake());
    for (const channel of ['email', 'sms']) void this.#releaseWaiting(channel);
  }

  /** Delivers everything that is due now. */
  async flush(): Promise<void> {
    await this.#relaying;
    while ((await this.#batch()) > 0);
  }

  /** How many messages the bell shows. */
  unread(accountId: number): Promise<number> {
    return this.inbox.unread(accountId);
  }

  /** Sends a mail at once, past the queue, and tells what the server really answered. */
  testMail(address: string, language: string): Promise<DeliveryResult> {
    return this.mail.deliver(this.#test(address, language), this.#stop.signal);
  }

  /** The same by SMS; `mobile` with its country code. */
  testSms(mobile: string, language: string): Promise<DeliveryResult> {
    const message = this.#test('', language);
    return this.sms.deliver({ ...message, to: { ...message.to, mobile } }, this.#stop.signal);
  }

  #test(address: string, language: string): RenderedMessage {
    const id = uuid7(this.deps.clock.now());
    return this.renderer.render({ id, template: 'core.test-mail', account_id: null, address, name: null, language, data: '{}', link: null, mail: null }, null);
  }

  /** A message as it would go out now. */
  async preview(row: OutboxRow): Promise<RenderedMessage> {
    return this.renderer.render(row, await this.#recipient(row));
  }

  /** Gives a failed or waiting message another round at once. Answers whether there was one. */
  async retry(id: string): Promise<boolean> {
    const { db, clock } = this.deps;
    const values = { status: 'queued' as const, attempts: 0, next_at: clock.now() };
    const [changed] = await db.of(OutboxMessage).update(values, { where: { id, status: { [Op.in]: ['failed', 'waiting', 'queued'] } } });
    db.afterCommit(() => this.#wake());
    return changed > 0;
  }

  async #releaseWaiting(channel: string): Promise<void> {
    try {
      await this.deps.db.of(OutboxMessage).update({ next_at: this.deps.clock.now() }, { where: { channel, status: 'waiting' } });
      this.#wake();
    } catch (error) {
      this.deps.log.error({ err: error }, 'waiting messages could not be released');
    }
  }

  #wake(): void {
    if (!this.#started) return;
    this.#again = true;
    this.#relaying ??= this.#relay();
  }

  async #relay(): Promise<void> {
    try {
      while (this.#again && this.#started) {
        this.#again = false;
        while (this.#started && (await this.#batch()) > 0);
      }
    } catch (error) {
      this.deps.log.error({ err: error }, 'the outbox could not be relayed');
    } finally {
      this.#relaying = null;
    }
  }

  async #batch(): Promise<number> {
    if ((await this.#due(1)).length === 0) return 0;
    const rows = await this.#claim();
    // What stays inside Portico is delivered and settled in one transaction instead of one by one.
    const isLocal = (row: OutboxRow): boolean => this.#channels.get(row.channel)?.local === true;
    const local = this.deps.db.transaction(async () => {
      for (const row of rows.filter(isLocal)) await this.#deliver(row);
    });
    const results = await Promise.allSettled([local, ...rows.filter((row) => !isLocal(row)).map((row) => this.#deliver(row))]);
    for (const result of results) {
      if (result.status === 'rejected') this.deps.log.error({ err: result.reason as unknown }, 'the outcome of a delivery could not be stored');
    }
    return rows.length;
  }

  /** The first unfinished message of each recipient and channel: a later one waits for it. */
  #due(limit: number, lock = ''): Promise<{ id: string }[]> {
    return this.deps.db.query<{ id: string }>(
      `SELECT id FROM core_outbox WHERE status IN ('queued', 'sending', 'waiting') AND next_at <= ?
         AND NOT EXISTS (SELECT 1 FROM core_outbox earlier WHERE earlier.recipient = core_outbox.recipient AND earlier.channel = core_outbox.channel
           AND earlier.status IN ('queued', 'sending', 'waiting') AND earlier.id < core_outbox.id)
       ORDER BY next_at, id LIMIT ${limit}${lock}`,
      [this.deps.clock.now()],
    );
  }

  #claim(): Promise<OutboxRow[]> {
    const until = new Date(this.deps.clock.now().getTime() + LEASE_MS);
    return claim(this.deps.db, OutboxMessage, (lock) => this.#due(PARALLEL, lock), until);
  }

  async #deliver(row: OutboxRow): Promise<void> {
    const result = await this.#attempt(row);
    const now = this.deps.clock.now();
    if (result.status === 'accepted') {
      // A secret link is of no use to anybody once it has arrived.
      const wiped = row.secret ? { data: '{}', link: null } : {};
      return this.#settle(row, { status: 'accepted', accepted_at: now, last_error: null, ...wiped });
    }
    if (result.status === 'unconfigured') return this.#wait(row, now);
    const failed = result.status === 'failed' || row.attempts >= MAX_ATTEMPTS;
    const backOff = Math.min(2 ** Math.min(row.attempts, 10) * 5000, 3_600_000) * (0.8 + Math.random() * 0.4);
    await this.#settle(row, { status: failed ? 'failed' : 'queued', last_error: result.error.slice(0, 1000), next_at: new Date(now.getTime() + backOff) });
  }

  async #attempt(row: OutboxRow): Promise<DeliveryResult> {
    const channel = this.#channels.get(row.channel);
    if (channel === undefined) return { status: 'unconfigured' };
    try {
      const recipient = await this.#recipient(row);
      if (row.account_id !== null && recipient === null) return { status: 'failed', error: 'The account is gone' };
      return await channel.deliver(this.renderer.render(row, recipient), this.#stop.signal);
    } catch (error) {
      return { status: 'retry', error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Moves all of the channel's messages along, so that one per minute asks whether it is set up by now. */
  async #wait(row: OutboxRow, now: Date): Promise<void> {
    const next_at = new Date(now.getTime() + WAIT_MS);
    await this.#settle(row, { status: 'waiting', attempts: row.attempts - 1, next_at });
    const others = { channel: row.channel, status: { [Op.in]: ['queued', 'waiting'] }, next_at: { [Op.lte]: now } };
    await this.deps.db.of(OutboxMessage).update({ status: 'waiting', next_at }, { where: others });
  }

  #settle(row: OutboxRow, values: Partial<OutboxRow>): Promise<void> {
    return settle(this.deps.db, OutboxMessage, row, values);
  }

  async #recipient(row: OutboxRow): Promise<Recipient | null> {
    return row.account_id === null ? null : this.deps.accounts(row.account_id);
  }
}
