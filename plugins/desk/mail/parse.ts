import { createHash } from 'node:crypto';
import PostalMime, { addressParser, type Attachment, type Email, type Mailbox } from 'postal-mime';
import { htmlToText, tidy } from './plain-text.js';
import type { MailReason } from './tables.js';

/** What a text column holds in any alphabet: of a text that nobody writes by hand, the beginning is enough. */
const maxText = 16_000;

/** A mail as far as it is looked at; everything in it was written by a stranger. */
export interface ParsedMail {
  identity: string;
  messageId: string;
  /** Lower case; '' when there is none, or more than one. */
  sender: string;
  senderName: string;
  subject: string;
  text: string;
  sentAt: Date | null;
  /** Where a reference to a request may stand: addresses of recipients, ids that it answers, the subject. */
  mentions: string[];
  attachments: { name: string; bytes: Uint8Array }[];
  /** Why it was not written by a person, or null. */
  machine: MailReason | null;
}

/** @throws Error when it is nested or long beyond all measure */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  const mail = await PostalMime.parse(raw, { maxNestingDepth: 50, maxHeadersSize: 512 * 1024 });
  const header = (key: string): string =>
    mail.headers
      .filter((one) => one.key === key)
      .map((one) => one.value.trim())
      .join(', ');
  const senders = mail.from === undefined ? [] : mailboxes([mail.from]);
  // The parser names the first only.
  const alone = senders.length === 1 && addressParser(header('from'), { flatten: true }).length === 1;
  const sender = alone ? clean(senders[0]!.address).toLowerCase() : '';
  const text = tidy((mail.text?.trim() ? mail.text : htmlToText(mail.html ?? '')).slice(0, maxText));
  const subject = clean(mail.subject ?? '').slice(0, 255);
  const messageId = clean(mail.messageId ?? '').slice(0, 255);
  const sentAt = dateOf(mail.date);
  const attachments = mail.attachments.filter((one) => !isPartOfText(one, mail)).map(attachmentOf);
  const recipients = mailboxes([...(mail.to ?? []), ...(mail.cc ?? [])]).map((one) => one.address);
  return {
    identity: createHash('sha256')
      .update(JSON.stringify([messageId, sender, mail.date ?? '', subject, text, attachments.map(({ name, bytes }) => [name, hash(bytes)])]))
      .digest('hex'),
    messageId,
    sender: isAddress(sender) ? sender : '',
    senderName: clean(senders[0]?.name ?? '').slice(0, 160),
    subject,
    text,
    sentAt,
    mentions: [...recipients, header('delivered-to'), header('x-original-to'), mail.inReplyTo ?? '', mail.references ?? '', subject],
    attachments,
    machine: machineOf(header, mail),
  };
}

/** What machines send: answers to it would never end. */
function machineOf(header: (key: string) => string, mail: Email): MailReason | null {
  if (header('return-path') === '<>' || /^multipart\/report\b/i.test(header('content-type'))) return 'bounce';
  const automatic = header('auto-submitted').toLowerCase();
  if ((automatic !== '' && !automatic.startsWith('no')) || header('x-auto-response-suppress') !== '' || header('x-autoreply') !== '') return 'automatic';
  if (header('list-id') !== '' || /\b(bulk|junk|list)\b/i.test(header('precedence'))) return 'list';
  return mail.from === undefined ? 'bounce' : null;
}

/** Pictures of a signature, and the invitation that the text repeats. */
function isPartOfText(part: Attachment, mail: Email): boolean {
  const size = typeof part.content === 'string' ? part.content.length : part.content.byteLength;
  return part.related === true && part.disposition !== 'attachment' && mail.html !== undefined && size < 20_000;
}

function attachmentOf(part: Attachment, index: number): { name: string; bytes: Uint8Array } {
  const { content } = part;
  const bytes = typeof content === 'string' ? Buffer.from(content) : content instanceof Uint8Array ? content : new Uint8Array(content);
  const ending = part.mimeType.split('/')[1]?.replace(/[^a-z0-9].*$/, '') ?? 'bin';
  return { name: clean(part.filename ?? '') || `attachment-${index + 1}.${ending === 'plain' ? 'txt' : ending}`, bytes };
}

function mailboxes(addresses: NonNullable<Email['to']>): Mailbox[] {
  return addresses.flatMap((one) => ('address' in one && one.address !== undefined ? [one] : (one.group ?? [])));
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const isAddress = (text: string): boolean => text.length <= 254 && /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"[\]\\]+$/.test(text);
/** One line without control characters. */
const clean = (text: string): string => tidy(text).replace(/\s+/g, ' ');

function dateOf(text: string | undefined): Date | null {
  const date = new Date(text ?? '');
  const year = date.getUTCFullYear();
  return Number.isNaN(date.getTime()) || year < 1990 || year > 2100 ? null : date;
}
