import type { TemplateId } from '../plugin/manifest.js';
import type { Vars } from '../errors.js';

/** Where a mail stands in a conversation; other channels leave it aside. */
export interface MailHeaders {
  /** An id that all mails of the conversation refer to, so that mail programs show them together; their own ids begin with it. Letters, digits, `.` and `-`. */
  thread?: string;
  /** Message-IDs that it answers, oldest first, in angle brackets. */
  references?: readonly string[];
  /** Where answers go. */
  replyTo?: string;
  /** Stands in brackets behind the subject, for answers that keep nothing else. */
  mark?: string;
  /** A mail to this address ends further mails of the kind (List-Unsubscribe). */
  unsubscribe?: string;
}
/** One message to one recipient, written to the outbox in the open transaction. */
export interface Notification {
  template: TemplateId;
  /** An account (its address, language, time zone), or a bare address. */
  to: { accountId: number } | { email: string; name?: string; language?: string };
  channels: readonly ('email' | 'inbox' | 'sms' | (string & {}))[];
  /** Variables of the texts. */
  data: Vars;
  /** Absolute link of the message's button. */
  link?: string;
  /** Same key = the same message: it is queued only once. */
  key?: string;
  /** Holds a secret (an invitation link): the body is wiped after delivery and never shown to those without `core.outgoing.read`. */
  secret?: boolean;
  customerId?: number | null;
  mail?: MailHeaders;
}
/** Messages to people, written in the open transaction and delivered after it. */
export interface Notifications {
  send(notification: Notification): Promise<void>;
}

/** A rendered message handed to a channel. */
export interface RenderedMessage {
  /** Stable over re-sends: becomes the Message-ID. */
  id: string;
  to: { address: string; mobile: string | null; name: string | null; accountId: number | null };
  subject: string;
  text: string;
  /** One sentence for channels with little room, such as SMS; null when the template has none (`mail.<template>.sms`). */
  short: string | null;
  html: string;
  link: string | null;
  language: string;
  /** Holds a secret: a channel that cannot tell whether it was sent must not send it again. */
  secret: boolean;
  mail: MailHeaders;
}
/** How a channel answers: accepted, or a failure that is worth a retry or not. `unconfigured` waits without counting attempts. */
export type DeliveryResult =
  | { status: 'accepted'; detail?: string }
  | { status: 'retry'; error: string }
  | { status: 'failed'; error: string }
  | { status: 'unconfigured' };
/** A way of delivery. `deliver` gets a signal that aborts when the server stops, and must have time-outs of its own; a throw counts as `retry`. */
export interface NotificationChannel {
  id: string;
  /** Writes to the database only, so that a whole batch is one transaction. */
  local?: boolean;
  deliver(message: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult>;
}
