import type { World } from '../world.js';
import { at, of, type Row } from './types.js';

const box = (id: string | number) => `/mailboxes/${id}`;
const mail = (id: string | number) => `/mails/${id}`;
const api = '/api/v1/desk';
const fields = { name: 'Support', address: 'support@matrix.test', host: '127.0.0.1', port: 1 };
const form = () => ({ ...fields, user_name: 'support', security: 'tls', folder: 'INBOX', request_type: 'fault' });
const json = (user: string) => () => ({ ...fields, userName: user, plus: true, active: false });
const toA = ({ ids }: World) => ({ customer_id: ids['a'] });
const toAJson = ({ ids }: World) => ({ customerId: ids['a'] });
/** A mail is decided about once; whoever comes later is told so. */
const waitAgain = ({ t }: World) =>
  t.app.db.run("UPDATE desk_mails SET state = 'waiting', request_id = NULL, decided_by = NULL, decided_at = NULL").then(() => undefined);

/** Mailboxes, and mails that wait. */
export const mails: Record<string, Row> = {
  'staff get /mailboxes': at('/mailboxes'),
  'staff get /mailboxes/new': at('/mailboxes/new'),
  'staff post /mailboxes/new': at('/mailboxes/new'),
  'staff get /mailboxes/:mailbox': of('mailbox', box),
  'staff post /mailboxes/:mailbox': of('mailbox', box, { body: form }),
  'staff post /mailboxes/:mailbox/test': of('mailbox', (id) => `${box(id)}/test`),
  'staff post /mailboxes/:mailbox/delete': of('mailbox', (id) => `${box(id)}/delete`, { skip: 'the others look at it' }),
  'staff get /mails': at('/mails'),
  'staff get /mails/blocked': at('/mails/blocked'),
  'staff post /mails/blocked/:sender/remove': of('blocked sender', (id) => `/mails/blocked/${id}/remove`, { skip: 'the others look at it' }),
  'staff get /mails/:mail': of('mail', mail),
  'staff get /mails/:mail/request': of('mail', (id) => `${mail(id)}/request`),
  'staff post /mails/:mail/request': of('mail', (id) => `${mail(id)}/request`, { body: toA, undo: waitAgain }),
  'staff get /mails/:mail/reply': of('mail', (id) => `${mail(id)}/reply`),
  'staff post /mails/:mail/reply': of('mail', (id) => `${mail(id)}/reply`, { body: () => ({ number: 4001 }), undo: waitAgain }),
  'staff post /mails/:mail/discard': of('mail', (id) => `${mail(id)}/discard`, { undo: waitAgain }),
  'staff post /mails/:mail/block': of('mail', (id) => `${mail(id)}/block`, { undo: waitAgain }),
  'staff post /mails/:mail/restore': of('mail', (id) => `${mail(id)}/restore`, { answers: [303, 409] }),
  'staff get /api/v1/desk/mailboxes': at(`${api}/mailboxes`),
  'staff post /api/v1/desk/mailboxes': at(`${api}/mailboxes`, {
    body: json('another'),
    undo: ({ t }) => t.app.db.run("DELETE FROM desk_mailboxes WHERE user_name = 'another'").then(() => undefined),
  }),
  'staff get /api/v1/desk/mailboxes/:mailbox': of('mailbox', (id) => `${api}/mailboxes/${id}`),
  'staff put /api/v1/desk/mailboxes/:mailbox': of('mailbox', (id) => `${api}/mailboxes/${id}`, { body: json('support') }),
  'staff get /api/v1/desk/mailboxes/:mailbox/test': of('mailbox', (id) => `${api}/mailboxes/${id}/test`),
  'staff delete /api/v1/desk/mailboxes/:mailbox': of('mailbox', (id) => `${api}/mailboxes/${id}`, { skip: 'the others look at it' }),
  'staff get /api/v1/desk/mails': at(`${api}/mails`),
  'staff get /api/v1/desk/mails/:mail': of('mail', (id) => `${api}${mail(id)}`),
  'staff post /api/v1/desk/mails/:mail/request': of('mail', (id) => `${api}${mail(id)}/request`, { body: toAJson, undo: waitAgain }),
  'staff post /api/v1/desk/mails/:mail/reply': of('mail', (id) => `${api}${mail(id)}/reply`, { body: () => ({ number: 4001 }), undo: waitAgain }),
  'staff post /api/v1/desk/mails/:mail/discard': of('mail', (id) => `${api}${mail(id)}/discard`, { undo: waitAgain }),
  'staff post /api/v1/desk/mails/:mail/block': of('mail', (id) => `${api}${mail(id)}/block`, { undo: waitAgain }),
  'staff post /api/v1/desk/mails/:mail/restore': of('mail', (id) => `${api}${mail(id)}/restore`, { answers: [204, 409] }),
  'staff get /api/v1/desk/blocked-senders': at(`${api}/blocked-senders`),
  'staff delete /api/v1/desk/blocked-senders/:sender': of('blocked sender', (id) => `${api}/blocked-senders/${id}`, { skip: 'the others look at it' }),
};
