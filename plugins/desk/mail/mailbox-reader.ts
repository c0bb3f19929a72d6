import { CLOCK, DATABASE, LOG, SETTINGS, inject, injectable, type Clock, type Database, type Log, type Settings } from '../../../core/api.js';
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { ImapClients, answerOf } from './imap-client.js';
import { LeaseLost, MailReceiver, type Outline, type Position } from './mail-receiver.js';
import { tidy } from './plain-text.js';
import type { MailboxRow } from './tables.js';

const pollMs = 60_000;
const longestPauseMs = 120_000;
const attempts = 3;
const megabyte = 1024 * 1024;

/** Reads one mailbox for as long as the signal lets it: takes in what is new, then waits for more. */
@injectable()
export class MailboxReader {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(LOG) private readonly log: Log,
    @inject(ImapClients) private readonly clients: ImapClients,
    @inject(MailReceiver) private readonly receiver: MailReceiver,
  ) {}

  /** Connects again after a failure, with growing pauses. Ends when the signal aborts or another node has the mailbox. */
  async run(box: MailboxRow, lease: string, signal: AbortSignal): Promise<void> {
    const failed = new Map<number, number>();
    for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        await this.#session(box, lease, signal, failed, () => void (pause = 500));
      } catch (error) {
        if (error instanceof LeaseLost || signal.aborted) return;
        await this.#report(box, lease, answerOf(error));
        await wait(pause, signal);
      }
    }
  }

  async #session(box: MailboxRow, lease: string, signal: AbortSignal, failed: Map<number, number>, healthy: () => void): Promise<void> {
    const client = await this.clients.connect(box, this.#maxBytes);
    const stop = (): void => client.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      await client.mailboxOpen(box.folder);
      const first = await this.#firstUid(client, box, lease);
      await this.#finish(client, box, first);
      for (;;) {
        const news = listen(client);
        await this.#readNew(client, box, lease, first, failed, signal);
        await this.#report(box, lease, null);
        healthy();
        await news.next(signal);
        signal.throwIfAborted();
        if (!client.usable) throw new Error('The server closed the connection');
      }
    } finally {
      signal.removeEventListener('abort', stop);
      await client.logout().catch(() => undefined);
      client.close();
    }
  }

  /** What was in the folder before it was added counts only while it is unread; a folder that was made anew begins anew. */
  async #firstUid(client: ImapFlow, box: MailboxRow, lease: string): Promise<number> {
    if (client.mailbox === false) throw new Error('The folder could not be opened');
    const validity = String(client.mailbox.uidValidity);
    const [known] = await this.db.query<{ uid_validity: string | null; first_uid: number }>('SELECT uid_validity, first_uid FROM desk_mailboxes WHERE id = ?', [
      box.id,
    ]);
    if (known?.uid_validity === validity) return Number(known.first_uid);
    const first = client.mailbox.uidNext;
    await this.db.run('UPDATE desk_mailboxes SET uid_validity = ?, first_uid = ?, last_uid = 0 WHERE id = ? AND lease = ?', [validity, first, box.id, lease]);
    return first;
  }

  /** Marks what was taken in before a crash came between. */
  async #finish(client: ImapFlow, box: MailboxRow, first: number): Promise<void> {
    const last = await this.#lastUid(box);
    if (last < first) return;
    const left = { uid: `${first}:${last}`, flagged: false, ...(box.done_folder === null ? { seen: false } : {}) };
    for (const uid of (await client.search(left, { uid: true })) || []) await this.#done(client, box, uid);
  }

  async #readNew(client: ImapFlow, box: MailboxRow, lease: string, first: number, failed: Map<number, number>, signal: AbortSignal): Promise<void> {
    const last = await this.#lastUid(box);
    const found = (await client.search({ uid: `${last + 1}:*` }, { uid: true })) || [];
    // "7:*" names the last mail even if its number is smaller.
    for (const uid of found.filter((one) => one > last).sort((a, b) => a - b)) {
      signal.throwIfAborted();
      const head = await client.fetchOne(String(uid), { uid: true, flags: true, size: true, envelope: true }, { uid: true });
      const at = { mailboxId: box.id, lease, uid };
      if (!head || (uid < first && head.flags?.has('\\Seen'))) {
        await this.receiver.skip(at);
        continue;
      }
      const outcome = await this.#take(client, at, head, failed);
      if (outcome === 'taken') await this.#done(client, box, uid);
      else if (outcome === 'aside') await client.messageFlagsAdd(String(uid), ['\\Flagged'], { uid: true });
    }
  }

  /** What was put aside stays unread and gets a flag: somebody has to look into the mailbox. */
  async #take(client: ImapFlow, at: Position, head: FetchMessageObject, failed: Map<number, number>): Promise<'taken' | 'aside' | 'gone'> {
    if ((head.size ?? 0) > this.#maxBytes) {
      await this.receiver.setAside(at, outlineOf(head), 'large');
      return 'aside';
    }
    const whole = await client.fetchOne(String(at.uid), { source: true }, { uid: true });
    if (!whole || !whole.source) {
      await this.receiver.skip(at);
      return 'gone';
    }
    try {
      await this.receiver.receive(at, whole.source);
      failed.delete(at.uid);
      return 'taken';
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      const times = (failed.get(at.uid) ?? 0) + 1;
      failed.set(at.uid, times);
      this.log.warn({ err: error, mailbox: at.mailboxId, times }, 'a mail could not be taken in');
      // It must not keep those behind it from coming in.
      if (times < attempts) throw error;
      await this.receiver.setAside(at, outlineOf(head), 'broken');
      return 'aside';
    }
  }

  /** Only after the commit: what is not marked yet comes again, and is known by then. */
  async #done(client: ImapFlow, box: MailboxRow, uid: number): Promise<void> {
    await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true });
    if (box.done_folder !== null) await client.messageMove(String(uid), box.done_folder, { uid: true });
  }

  async #lastUid(box: MailboxRow): Promise<number> {
    const [row] = await this.db.query<{ last_uid: number }>('SELECT last_uid FROM desk_mailboxes WHERE id = ?', [box.id]);
    return Number(row?.last_uid ?? 0);
  }

  async #report(box: MailboxRow, lease: string, error: string | null): Promise<void> {
    const checked = error === null ? ', checked_at = ?' : '';
    const now = this.clock.now();
    const params = [error, ...(error === null ? [now] : []), box.id, lease];
    await this.db
      .run(`UPDATE desk_mailboxes SET error = ?${checked} WHERE id = ? AND lease = ?`, params)
      .catch((failure: unknown) => this.log.warn({ err: failure }, 'the state of a mailbox could not be stored'));
  }

  get #maxBytes(): number {
    return this.settings.get('desk.mailMaxSize') * megabyte;
  }
}

/** Hears of new mails from now on; `next` waits for them, for a minute at most, or for the end of the connection. */
function listen(client: ImapFlow): { next(signal: AbortSignal): Promise<void> } {
  const heard = new AbortController();
  const hear = (): void => heard.abort();
  client.once('exists', hear);
  client.once('close', hear);
  return {
    async next(signal) {
      if (!heard.signal.aborted) void client.idle().catch(() => undefined);
      await wait(pollMs, AbortSignal.any([heard.signal, signal]));
      client.off('exists', hear);
      client.off('close', hear);
    },
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
  });
}

function outlineOf({ envelope }: FetchMessageObject): Outline {
  const [from] = envelope?.from ?? [];
  const date = envelope?.date ? new Date(envelope.date) : null;
  return {
    message_id: tidy(envelope?.messageId ?? '').slice(0, 255),
    sender: tidy(from?.address ?? '')
      .toLowerCase()
      .slice(0, 254),
    sender_name: tidy(from?.name ?? '').slice(0, 160),
    subject: tidy(envelope?.subject ?? '').slice(0, 255),
    text: '',
    sent_at: date && !Number.isNaN(date.getTime()) ? date : null,
  };
}
