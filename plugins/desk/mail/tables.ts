import { DataTypes } from 'sequelize';
import { defineModel, type Message } from '../../../core/api.js';
import type { RequestType } from '../types.js';

const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
const line = (length: number, allowNull = false) => ({ type: DataTypes.STRING(length), allowNull });
/** Folded already: compared by bytes on every engine. */
const bytes = (length: number) => ({ type: DataTypes.STRING(length, true), allowNull: false });
const maybe = { type: DataTypes.INTEGER };
const moment = { type: DataTypes.DATE(3), allowNull: false };
const someday = { type: DataTypes.DATE(3) };
/** UIDs have 32 bits without a sign. */
const uid = { type: DataTypes.BIGINT, allowNull: false, defaultValue: 0 };

/** How a mailbox is reached: TLS from the start, TLS after the greeting, or readable by everybody on the way. */
export const securities = ['tls', 'starttls', 'none'] as const;
export type Security = (typeof securities)[number];

/** A mailbox that is read. */
export interface MailboxRow {
  id: number;
  name: string;
  /** To which customers write. */
  address: string;
  /** Does mail to `name+anything@...` arrive here, too? Then answers carry their reference in the address. */
  plus: boolean;
  host: string;
  port: number;
  security: Security;
  user_name: string;
  /** Sealed under the key of the data folder. */
  secret: string | null;
  folder: string;
  /** Where mails go once they are read; null leaves them, marked as read. */
  done_folder: string | null;
  /** What a mail becomes that answers nothing. */
  request_type: RequestType;
  active: boolean;
  /** What the server calls this life of the folder: with another one all UIDs mean something else. */
  uid_validity: string | null;
  /** Mails below it were there before the mailbox was added: of these only unread ones count. */
  first_uid: number;
  /** Everything up to here has been taken in. */
  last_uid: number;
  /** The node that reads it, and until when the others leave it alone. */
  lease: string | null;
  lease_until: Date | null;
  /** When it was last read, and what went wrong since then. */
  checked_at: Date | null;
  error: string | null;
  created_at: Date;
  updated_at: Date;
}
export const Mailboxes = defineModel<MailboxRow>('desk_mailboxes', {
  id,
  name: line(60),
  address: line(254),
  plus: { type: DataTypes.BOOLEAN, allowNull: false },
  host: line(255),
  port: { type: DataTypes.INTEGER, allowNull: false },
  security: line(8),
  user_name: line(254),
  secret: { type: DataTypes.TEXT },
  folder: line(200),
  done_folder: line(200, true),
  request_type: line(12),
  active: { type: DataTypes.BOOLEAN, allowNull: false },
  uid_validity: line(20, true),
  first_uid: uid,
  last_uid: uid,
  lease: line(36, true),
  lease_until: someday,
  checked_at: someday,
  error: line(1000, true),
  created_at: moment,
  updated_at: moment,
});

/** `waiting`: somebody has to decide. `stopped`: what machines sent, and what was blocked. Labels: `desk:inbound.state.<state>`. */
export const mailStates = ['waiting', 'request', 'reply', 'stopped', 'discarded'] as const;
export type MailState = (typeof mailStates)[number];
/** Why a mail waits or was stopped. Labels: `desk:inbound.reason.<reason>`. */
export const mailReasons = [
  'unknown',
  'staff',
  'reference',
  'refused',
  'large',
  'broken',
  'blocked',
  'automatic',
  'list',
  'bounce',
  'loop',
  'rate',
  'unsubscribed',
] as const;
export type MailReason = (typeof mailReasons)[number];

/** A mail that came in, whatever became of it. */
export interface MailRow {
  id: number;
  mailbox_id: number;
  /** Hash of Message-ID, sender, time and content: the same mail is taken in once, by whatever way it comes again. */
  identity: string;
  message_id: string;
  /** Address in lower case. */
  sender: string;
  sender_name: string;
  subject: string;
  /** All of it as plain text, with quotes and signature. */
  text: string;
  sent_at: Date | null;
  received_at: Date;
  state: MailState;
  reason: MailReason | null;
  /** The sender's account, if the address is one. */
  account_id: number | null;
  customer_id: number | null;
  request_id: number | null;
  /** The message that it became. */
  posted_id: number | null;
  /** JSON of `RefusedFile[]`: attachments that were not kept. */
  refused: string | null;
  decided_by: number | null;
  decided_at: Date | null;
}
/** An attachment that was not kept, and the sentence that says why. */
export interface RefusedFile {
  name: string;
  why: Message;
}
export const Mails = defineModel<MailRow>('desk_mails', {
  id,
  mailbox_id: { type: DataTypes.INTEGER, allowNull: false },
  identity: bytes(64),
  message_id: line(255),
  sender: bytes(254),
  sender_name: line(160),
  subject: line(255),
  text: { type: DataTypes.TEXT, allowNull: false },
  sent_at: someday,
  received_at: moment,
  state: line(12),
  reason: line(12, true),
  account_id: maybe,
  customer_id: maybe,
  request_id: maybe,
  posted_id: maybe,
  refused: { type: DataTypes.TEXT },
  decided_by: maybe,
  decided_at: someday,
});

export interface BlockedSenderRow {
  id: number;
  address: string;
  /** The account with this address, as it was known when it was blocked. */
  account_id: number | null;
  created_by: number | null;
  created_at: Date;
}
/** Addresses whose mails are stopped. */
export const BlockedSenders = defineModel<BlockedSenderRow>('desk_blocked_senders', {
  id,
  address: bytes(254),
  account_id: maybe,
  created_by: maybe,
  created_at: moment,
});
