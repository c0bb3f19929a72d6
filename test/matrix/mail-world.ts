import { BlockedSenders, Mailboxes, Mails } from '../../plugins/desk/mail/tables.js';
import type { TestApp } from '../support/app.js';
import type { Things } from './world.js';

const missing = 999_999;

/** A mailbox that nobody reads, a mail that waits, and a blocked sender. */
export async function mailThings({ app }: TestApp): Promise<Things> {
  const now = new Date();
  const box = await app.db.of(Mailboxes).create({
    ...{ name: 'Support', address: 'support@matrix.test', plus: true, host: '127.0.0.1', port: 1, security: 'tls', user_name: 'support' },
    ...{ folder: 'INBOX', request_type: 'fault', active: false, created_at: now, updated_at: now },
  });
  const mail = await app.db.of(Mails).create({
    ...{ mailbox_id: box.id, identity: '0'.repeat(64), message_id: '<a@b.test>', sender: 'vera@else.test', sender_name: 'Vera', subject: 'Hello' },
    ...{ text: 'The door is stuck.', received_at: now, state: 'waiting', reason: 'unknown' },
  });
  const sender = await app.db.of(BlockedSenders).create({ address: 'spam@spam.test', created_at: now });
  return { mailbox: { own: box.id, missing }, mail: { own: mail.id, missing }, 'blocked sender': { own: sender.id, missing } };
}
