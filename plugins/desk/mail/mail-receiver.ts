import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNTS, AppError, CLOCK, DATABASE, FILES, InvalidInputError, REALTIME, SETTINGS, accountActor, inject, injectable } from '../../../core/api.js';
import { isUniqueViolation, readRows, systemActor } from '../../../core/api.js';
import type { Account, AccountService, Actor, Clock, Database, Files, Realtime, Settings } from '../../../core/api.js';
import { Requests } from '../tables.js';
import type { RequestRow } from '../types.js';
import { MailIntake } from './mail-intake.js';
import { parseMail, type ParsedMail } from './parse.js';
import { References, type Reference } from './references.js';
import { Mails, type MailReason, type MailRow, type MailState, type RefusedFile } from './tables.js';

const hour = 3_600_000;
const maxFiles = 20;

/** Where a mail stands in its mailbox; the position moves in the same transaction in which the mail is taken in. */
export interface Position {
  mailboxId: number;
  lease: string;
  uid: number;
}
/** What is known of a mail that is not read as a whole. */
export type Outline = Pick<MailRow, 'message_id' | 'sender' | 'sender_name' | 'subject' | 'text' | 'sent_at'>;
/** Another node reads the mailbox by now. */
export class LeaseLost extends Error {}

/** Takes mails in, each exactly once, and decides what becomes of it. Whatever is not clear waits for a person. */
@injectable()
export class MailReceiver {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(FILES) private readonly files: Files,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(References) private readonly references: References,
    @inject(MailIntake) private readonly intake: MailIntake,
  ) {}

  /** Null: it was here before. @throws LeaseLost */
  async receive(at: Position, raw: Uint8Array): Promise<MailState | null> {
    const parsed = await parseMail(raw);
    const folder = await mkdtemp(join(tmpdir(), 'portico-mail-'));
    try {
      return await this.db.transaction(async () => {
        await this.#move(at);
        const mail = await this.#insert(at, { ...outlineOf(parsed), identity: parsed.identity });
        if (mail === null) return null;
        const kept = await this.#keep(mail, parsed, folder);
        return this.#decide(kept, parsed);
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Puts a mail aside that cannot be read: its sender and subject wait, it itself stays in the mailbox. */
  async setAside(at: Position, outline: Outline, reason: 'large' | 'broken'): Promise<void> {
    await this.db.transaction(async () => {
      await this.#move(at);
      const mail = await this.#insert(at, { ...outline, identity: randomUUID().replaceAll('-', '').padEnd(64, '0') });
      if (mail) await this.#settle(mail, 'waiting', reason);
    });
  }

  /** Passes over a mail that is none of ours. */
  async skip(at: Position): Promise<void> {
    await this.#move(at);
  }

  async #decide(mail: MailRow, parsed: ParsedMail): Promise<MailState> {
    const found = this.references.find(parsed.mentions);
    const people = await this.#people(mail.sender);
    const settle = (state: MailState, reason: MailReason): Promise<MailState> => this.#settle(mail, state, reason, people[0]);
    if (await this.#isBlocked(mail)) return settle('stopped', 'blocked');
    // Mail programs send these by themselves, which is what they are for.
    if (await this.#unsubscribed(found, people)) return settle('stopped', 'unsubscribed');
    if (parsed.machine !== null) return settle('stopped', parsed.machine);
    if (await this.#isOwn(mail)) return settle('stopped', 'loop');
    if (await this.#isTooMuch(mail)) return settle('stopped', 'rate');
    if (people.length === 0) return settle('waiting', 'unknown');
    const answers = found.filter(({ kind }) => kind === 'r');
    try {
      for (const account of people) {
        const genuine = answers.find((one) => this.references.isGenuine(one, account.id));
        if (genuine) return await this.#answer(account, mail, genuine.requestId);
      }
      if (answers.length > 0) return await settle('waiting', 'reference');
      const customer = people.find(({ kind }) => kind === 'customer');
      if (!customer) return await settle('waiting', 'staff');
      await this.#note(mail, customer);
      await this.intake.ofSender(accountActor(customer, { channel: 'mail' }), customer, mail);
      return 'request';
    } catch (error) {
      // The services refuse before they write anything.
      if (!(error instanceof AppError)) throw error;
      return settle('waiting', 'refused');
    }
  }

  async #answer(account: Account, mail: MailRow, requestId: number): Promise<MailState> {
    const request = await this.#whole(requestId);
    if (!request || !(await this.#takesPart(account, request))) return this.#settle(mail, 'waiting', 'refused', account);
    await this.#note(mail, account);
    await this.intake.asReply(accountActor(account, { channel: 'mail' }), { ...mail, account_id: account.id }, request.id);
    await this.db.of(Mails).update({ customer_id: request.customer_id }, { where: { id: mail.id } });
    return 'reply';
  }

  /** The request, or the one that it was merged into. */
  async #whole(id: number, depth = 0): Promise<RequestRow | null> {
    const [row] = await readRows(this.db, Requests, 'WHERE id = ?', [id]);
    return row?.merged_into && depth < 5 ? this.#whole(row.merged_into, depth + 1) : (row ?? null);
  }

  /** Its reporter, its solver, who watches it, and staff; whether they see it now is asked when the message is written. */
  async #takesPart(account: Account, request: RequestRow): Promise<boolean> {
    if (account.kind === 'staff' || [request.reporter_account_id, request.solver_id].includes(account.id)) return true;
    return (await this.db.query('SELECT 1 FROM desk_request_watchers WHERE request_id = ? AND account_id = ?', [request.id, account.id])).length > 0;
  }

  async #unsubscribed(found: readonly Reference[], people: readonly Account[]): Promise<boolean> {
    for (const one of found) {
      const account = one.kind === 'u' ? people.find(({ id }) => this.references.isGenuine(one, id)) : undefined;
      if (!account) continue;
      await this.db.run('DELETE FROM desk_request_watchers WHERE request_id = ? AND account_id = ?', [one.requestId, account.id]);
      return true;
    }
    return false;
  }

  /** Sent by ourselves: from one of the addresses that are read, or by the address that we send from. */
  async #isOwn(mail: MailRow): Promise<boolean> {
    const from = (this.settings.get('core.mailFrom') || this.settings.get('core.companyEmail')).toLowerCase();
    const sentByUs = /(^<|\.)[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}@/.test(mail.message_id);
    if ((from !== '' && mail.sender === from) || (sentByUs && mail.message_id.endsWith(`@${from.split('@')[1] || 'localhost.localdomain'}>`))) return true;
    return (await this.db.query('SELECT 1 FROM desk_mailboxes WHERE LOWER(address) = ?', [mail.sender])).length > 0;
  }

  async #isBlocked({ sender }: MailRow): Promise<boolean> {
    return (await this.db.query('SELECT 1 FROM desk_blocked_senders WHERE address = ?', [sender])).length > 0;
  }

  async #isTooMuch(mail: MailRow): Promise<boolean> {
    const most = this.settings.get('desk.mailSenderRate');
    const since = new Date(this.clock.now().getTime() - hour);
    const rows = await this.db.query(`SELECT id FROM desk_mails WHERE sender = ? AND received_at > ? LIMIT ${most + 1}`, [mail.sender, since]);
    return rows.length > most;
  }

  async #people(address: string): Promise<Account[]> {
    if (address === '') return [];
    const found = [await this.accounts.findByEmail('customer', address), await this.accounts.findByEmail('staff', address)];
    return found.flatMap((one) => (one?.status === 'active' ? [one] : []));
  }

  async #move({ mailboxId, lease, uid }: Position): Promise<void> {
    const { changes } = await this.db.run('UPDATE desk_mailboxes SET last_uid = ? WHERE id = ? AND lease = ?', [uid, mailboxId, lease]);
    if (changes === 0) throw new LeaseLost();
  }

  async #insert(at: Position, values: Outline & { identity: string }): Promise<MailRow | null> {
    try {
      const row = await this.db.of(Mails).create({ ...values, mailbox_id: at.mailboxId, received_at: this.clock.now(), state: 'waiting' });
      return row.get({ plain: true });
    } catch (error) {
      if (isUniqueViolation(error)) return null;
      throw error;
    }
  }

  /** Keeps the attachments with the mail; those that are not wanted are remembered by name. */
  async #keep(mail: MailRow, { attachments }: ParsedMail, folder: string): Promise<MailRow> {
    const actor: Actor = systemActor('mail');
    const refused: RefusedFile[] = [];
    for (const [index, { name, bytes }] of attachments.entries()) {
      const path = join(folder, String(index));
      try {
        if (index >= maxFiles) throw new InvalidInputError({ file: { key: 'core:files.tooMany', vars: { name, max: maxFiles } } });
        await writeFile(path, bytes);
        await this.files.keep(actor, { field: 'file', path, name, size: bytes.byteLength }, { kind: 'desk.mail', id: mail.id });
      } catch (error) {
        if (!(error instanceof InvalidInputError)) throw error;
        refused.push({ name: name.slice(0, 200), why: Object.values(error.fields)[0]! });
      }
    }
    if (refused.length === 0) return { ...mail, refused: null };
    const text = JSON.stringify(refused);
    await this.db.of(Mails).update({ refused: text }, { where: { id: mail.id } });
    return { ...mail, refused: text };
  }

  async #note(mail: MailRow, account: Account): Promise<void> {
    await this.db.of(Mails).update({ account_id: account.id }, { where: { id: mail.id } });
  }

  async #settle(mail: MailRow, state: MailState, reason: MailReason, account?: Account): Promise<MailState> {
    await this.db.of(Mails).update({ state, reason, ...(account ? { account_id: account.id } : {}) }, { where: { id: mail.id } });
    this.realtime.touch('desk.mails', 'all');
    return state;
  }
}

function outlineOf({ messageId, sender, senderName, subject, text, sentAt }: ParsedMail): Outline {
  return { message_id: messageId, sender, sender_name: senderName, subject, text, sent_at: sentAt };
}
