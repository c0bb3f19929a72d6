import type { PluginContext } from '../../../core/api.js';
import { Conversation } from './conversation.js';
import { ImapClients } from './imap-client.js';
import { InboundMails } from './inbound-mails.js';
import { mailApi } from './mail-api.js';
import { MailIntake } from './mail-intake.js';
import { mailPages } from './mail-pages.js';
import { MailReceiver } from './mail-receiver.js';
import { mailboxPages } from './mailbox-pages.js';
import { MailboxReader } from './mailbox-reader.js';
import { MailboxReaders } from './mailbox-readers.js';
import { MailboxService } from './mailbox-service.js';
import { References } from './references.js';

/** Mail that comes in, and what mails that go out carry so that answers find back. */
export function addMail(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(References, Conversation, MailIntake, MailReceiver, ImapClients, MailboxReader, MailboxReaders, MailboxService, InboundMails);
  ctx.pages('staff', mailPages);
  ctx.pages('staff', mailboxPages);
  ctx.api(mailApi);
  ctx.menu.add('staff', {
    label: 'menu.mails',
    href: '/mails',
    icon: 'mail',
    permission: 'desk.mail.manage',
    section: 'work',
    order: 30,
    count: (c) => resolve(InboundMails).count(c.actor),
    live: 'desk.mails:all',
  });
  ctx.menu.add('staff', { label: 'menu.mailboxes', href: '/mailboxes', icon: 'mailbox', permission: 'desk.mailbox.manage', section: 'settings', order: 50 });
  ctx.files.guard('desk.mail', (actor) => resolve(InboundMails).mayRead(actor));
  ctx.realtime.topic('desk.mails', (actor) => resolve(InboundMails).mayRead(actor));
  ctx.jobs.every('purge-mails', { minutes: 180 }, () => resolve(InboundMails).purge());
  resolve(MailboxReaders).start(ctx.scope);
}
