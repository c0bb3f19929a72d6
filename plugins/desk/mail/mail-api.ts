import { guard, listOf, listQuery, stepUp, time, z, type ApiModule } from '../../../core/api.js';
import { requestTypes } from '../types.js';
import { InboundMails, mailViews, type MailDetail, type MailViewName } from './inbound-mails.js';
import { acceptInput, answerInput, mailboxInput } from './inputs.js';
import { MailboxService, type MailboxView } from './mailbox-service.js';
import { mailReasons, mailStates, securities, type MailRow } from './tables.js';

const mailbox = z.object({
  id: z.number().int(),
  name: z.string(),
  address: z.string(),
  plus: z.boolean(),
  host: z.string(),
  port: z.number().int(),
  security: z.enum(securities),
  userName: z.string(),
  hasSecret: z.boolean().describe('The password itself is never told.'),
  folder: z.string(),
  doneFolder: z.string().nullable(),
  requestType: z.enum(requestTypes),
  active: z.boolean(),
  checkedAt: time.nullable(),
  error: z.string().nullable().describe('What went wrong since it was last read.'),
});
const mail = z.object({
  id: z.number().int(),
  mailboxId: z.number().int(),
  sender: z.string(),
  senderName: z.string(),
  subject: z.string(),
  sentAt: time.nullable(),
  receivedAt: time,
  state: z.enum(mailStates),
  reason: z.enum(mailReasons).nullable(),
  accountId: z.number().int().nullable(),
  requestId: z.number().int().nullable(),
});
const mailDetail = mail.extend({
  text: z.string().describe('All of it as plain text.'),
  files: z.array(z.object({ name: z.string(), type: z.string(), size: z.number().int(), href: z.string() })),
  refusedFiles: z.array(z.string()).describe('Names of attachments that were not kept.'),
});
const taken = z.object({ requestId: z.number().int(), number: z.number().int() });

/** Mailboxes and mails that came in: the same services and rights as the pages. */
export const mailApi: ApiModule = (api, resolve) => {
  const boxes = resolve(MailboxService);
  const mails = resolve(InboundMails);
  const readBox = guard('desk.mailbox.manage');
  const writeBox = stepUp(guard('desk.mailbox.manage', 'write'));
  const read = guard('desk.mail.manage');
  const write = guard('desk.mail.manage', 'write');

  api.on('get', '/desk/mailboxes', readBox, { summary: 'Mailboxes that are read', response: z.object({ items: z.array(mailbox) }) }, async ({ actor }) => ({
    items: (await boxes.list(actor)).map(toMailbox),
  }));
  api.on('get', '/desk/mailboxes/:mailbox', readBox, { summary: 'One mailbox', response: mailbox }, async ({ actor, id }) =>
    toMailbox(await boxes.get(actor, id('mailbox'))),
  );
  api.on('post', '/desk/mailboxes', writeBox, { summary: 'Add a mailbox', body: mailboxInput, response: mailbox, status: 201 }, async ({ actor, body }) =>
    toMailbox(await boxes.create(actor, body)),
  );
  api.on(
    'put',
    '/desk/mailboxes/:mailbox',
    writeBox,
    { summary: 'Change a mailbox', description: 'An empty secret keeps the stored one.', body: mailboxInput, response: mailbox },
    async ({ actor, body, id }) => {
      await boxes.update(actor, id('mailbox'), body);
      return toMailbox(await boxes.get(actor, id('mailbox')));
    },
  );
  api.on(
    'delete',
    '/desk/mailboxes/:mailbox',
    stepUp(guard('desk.mailbox.manage', 'delete')),
    { summary: 'Delete a mailbox', response: z.null(), status: 204 },
    async ({ actor, id }) => {
      await boxes.remove(actor, id('mailbox'));
      return null;
    },
  );
  api.on(
    'get',
    '/desk/mailboxes/:mailbox/test',
    stepUp(readBox),
    { summary: 'What the mail server says when it is asked now', response: z.object({ ok: z.boolean(), answer: z.string() }) },
    ({ actor, id }) => boxes.test(actor, id('mailbox')),
  );

  const views = Object.keys(mailViews) as [MailViewName];
  api.on(
    'get',
    '/desk/mails',
    read,
    { summary: 'Mails that came in, newest first', query: listQuery.extend({ view: z.enum(views).default('waiting') }), response: listOf(mail) },
    async ({ actor, query }) => {
      const { rows, next } = await mails.list(actor, query);
      return { items: rows.map(toMail), next };
    },
  );
  api.on('get', '/desk/mails/:mail', read, { summary: 'One mail', response: mailDetail }, async ({ actor, id }) =>
    toDetail(await mails.get(actor, id('mail'))),
  );
  api.on(
    'post',
    '/desk/mails/:mail/request',
    write,
    { summary: 'Make a request of a mail', body: acceptInput, response: taken, status: 201, errors: [409] },
    async ({ actor, body, id }) => toTaken(await mails.accept(actor, id('mail'), body.customer_id)),
  );
  api.on(
    'post',
    '/desk/mails/:mail/reply',
    write,
    { summary: 'Make a message on a request of a mail', body: answerInput, response: taken, status: 201, errors: [409] },
    async ({ actor, body, id }) => toTaken(await mails.answer(actor, id('mail'), body.number)),
  );
  for (const [act, summary] of [
    ['discard', 'Discard a mail'],
    ['block', 'Discard a mail and stop all others of its sender'],
    ['restore', 'Let a mail wait again that was discarded or stopped'],
  ] as const)
    api.on('post', `/desk/mails/:mail/${act}`, write, { summary, response: z.null(), status: 204, errors: [409] }, async ({ actor, id }) => {
      await mails[act](actor, id('mail'));
      return null;
    });

  const sender = z.object({ id: z.number().int(), address: z.string(), createdAt: time });
  api.on(
    'get',
    '/desk/blocked-senders',
    read,
    { summary: 'Senders whose mails are stopped', response: z.object({ items: z.array(sender) }) },
    async ({ actor }) => ({
      items: (await mails.blocked(actor)).map(({ id, address, created_at }) => ({ id, address, createdAt: created_at })),
    }),
  );
  api.on(
    'delete',
    '/desk/blocked-senders/:sender',
    guard('desk.mail.manage', 'delete'),
    { summary: 'Take mails of a sender again', response: z.null(), status: 204 },
    async ({ actor, id }) => {
      await mails.unblock(actor, id('sender'));
      return null;
    },
  );
};

function toMailbox({ user_name, done_folder, request_type, checked_at, created_at: _c, updated_at: _u, ...box }: MailboxView) {
  return { ...box, userName: user_name, doneFolder: done_folder, requestType: request_type, checkedAt: checked_at };
}

function toMail(row: Omit<MailRow, 'identity' | 'refused'>) {
  return {
    id: row.id,
    mailboxId: row.mailbox_id,
    sender: row.sender,
    senderName: row.sender_name,
    subject: row.subject,
    sentAt: row.sent_at,
    receivedAt: row.received_at,
    state: row.state,
    reason: row.reason,
    accountId: row.account_id,
    requestId: row.request_id,
  };
}

function toDetail(row: MailDetail) {
  const files = row.files.map(({ name, type, size, href }) => ({ name, type, size, href }));
  return { ...toMail(row), text: row.text, files, refusedFiles: row.refused.map(({ name }) => name) };
}

const toTaken = ({ id, number }: { id: number; number: number }) => ({ requestId: id, number });
