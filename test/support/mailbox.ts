import type { Context } from 'mocha';
import type { Account } from '../../core/api.js';
import { MailboxService } from '../../plugins/desk/mail/mailbox-service.js';
import { mailboxInput } from '../../plugins/desk/mail/inputs.js';
import { Mails, type MailRow } from '../../plugins/desk/mail/tables.js';
import { createTestApp, system, type TestApp, type TestAppOptions } from './app.js';
import { eventually } from './eventually.js';
import { startImapServer, type ImapServer } from './imap-server.js';
import { startMailServer } from './mail-server.js';

export const supportAddress = 'support@fjord.test';

/** Portico with a real mailbox that it reads, and a real mail server to which it sends. */
export interface MailWorld {
  imap: ImapServer;
  smtp: Awaited<ReturnType<typeof startMailServer>>;
  /** Fields of the form for the mailbox of `imap`. */
  fields: Record<string, string>;
  /** A Portico that may talk to this machine. */
  open(options?: TestAppOptions): Promise<TestApp>;
  /** Adds the mailbox and waits until it is read. */
  addMailbox(t: TestApp, change?: Record<string, string>): Promise<number>;
  stop(): Promise<void>;
}

export async function startMailWorld(context: Context): Promise<MailWorld> {
  const imap = await startImapServer(context);
  const smtp = await startMailServer();
  const fields = {
    ...{ name: 'Support', address: supportAddress, plus: 'true', host: '127.0.0.1', port: String(imap.port), security: 'none', user_name: imap.user },
    ...{ secret: imap.password, folder: 'INBOX', done_folder: '', request_type: 'fault', active: 'true' },
  };
  return {
    imap,
    smtp,
    fields,
    open: (options = {}) => createTestApp({ mailUrl: smtp.url, ...options, config: { outgoing: { allow: ['loopback'] }, ...options.config } }),
    async addMailbox(t, change = {}) {
      await t.app.settings.set(system, { 'core.mailFrom': 'noreply@fjord.test', 'core.companyName': 'Fjord Service' });
      const { id } = await t.app.service('desk', MailboxService).create(system, mailboxInput.parse({ ...fields, ...change }));
      await isRead(t, id);
      return id;
    },
    async stop() {
      await imap.stop();
      await smtp.stop();
    },
  };
}

/** Waits until the mailbox is read without a failure. */
export async function isRead(t: TestApp, id: number): Promise<void> {
  const state = async () =>
    (await t.app.db.query<{ checked_at: unknown; error: string | null }>('SELECT checked_at, error FROM desk_mailboxes WHERE id = ?', [id]))[0];
  await eventually(
    async () => (({ checked_at, error } = { checked_at: null, error: '' }) => checked_at !== null && error === null)(await state()),
    'the mailbox to be read',
    20_000,
  ).catch(async () => {
    throw new Error(`the mailbox is not read: ${(await state())?.error ?? 'nothing happened'}`);
  });
}

let count = 0;
/** A mail as people's programs write them. */
export function compose(
  from: string | Pick<Account, 'name' | 'email'>,
  {
    headers = {},
    body = 'The lift is broken.',
    ...named
  }: { headers?: Record<string, string>; body?: string; subject?: string; to?: string; type?: string } = {},
): string {
  const all: Record<string, string> = {
    From: typeof from === 'string' ? from : `${from.name} <${from.email}>`,
    To: named.to ?? supportAddress,
    Subject: named.subject ?? 'Lift',
    Date: new Date().toUTCString(),
    'Message-ID': `<${++count}.${process.pid}@customer.test>`,
    'MIME-Version': '1.0',
    'Content-Type': named.type ?? 'text/plain; charset=utf-8',
    ...headers,
  };
  const head = Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [`${name}: ${value}`]));
  return [...head, '', body.replace(/\r?\n/g, '\r\n'), ''].join('\r\n');
}

/** What became of a mail, once it was taken in. */
export async function outcomeOf(t: TestApp, raw: string): Promise<MailRow> {
  const id = /^Message-ID: (.*)$/m.exec(raw)?.[1]?.trim() ?? '';
  return eventually(async () => (await t.app.db.of(Mails).findOne({ where: { message_id: id } }))?.get({ plain: true }), `the mail ${id}`, 20_000);
}
