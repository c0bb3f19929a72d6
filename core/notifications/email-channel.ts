import { createTransport, type Transporter } from 'nodemailer';
import type { Settings } from '../settings/service-types.js';
import type { DeliveryResult, MailHeaders, NotificationChannel, RenderedMessage } from './types.js';

const DEADLINE_MS = 60_000;

/** Mail by SMTP, through a pool that is made anew when the server's address changes. Nothing configured: nothing is pretended. */
export class EmailChannel implements NotificationChannel {
  readonly id = 'email';
  #pool: { url: string; transport: Transporter } | null = null;

  /** `mailUrl` is the operator's (file or environment) and wins over the setting. */
  constructor(
    private readonly settings: Pick<Settings, 'get'>,
    private readonly mailUrl: string | null,
  ) {}

  get url(): string {
    return this.mailUrl || this.settings.get('core.mailServer');
  }

  /** The sender's address, which also names the host of Message-IDs. */
  get from(): string {
    return this.settings.get('core.mailFrom') || this.settings.get('core.companyEmail') || 'portico@localhost.localdomain';
  }

  async deliver(message: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult> {
    if (this.url === '') return { status: 'unconfigured' };
    if (signal.aborted) return { status: 'retry', error: 'stopped' };
    try {
      const { transport } = this.#transport();
      return { status: 'accepted', detail: await this.#send(transport, message) };
    } catch (error) {
      return isPermanent(error) ? { status: 'failed', error: answer(error) } : { status: 'retry', error: answer(error) };
    }
  }

  close(): void {
    this.#pool?.transport.close();
    this.#pool = null;
  }

  #transport(): { transport: Transporter } {
    if (this.#pool?.url !== this.url) {
      this.close();
      this.#pool = { url: this.url, transport: createTransport({ ...parseMailUrl(this.url), pool: true, maxConnections: 3 }) };
    }
    return this.#pool as { transport: Transporter };
  }

  async #send(transport: Transporter, message: RenderedMessage): Promise<string> {
    const host = this.from.slice(this.from.lastIndexOf('@') + 1);
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.close();
        reject(new Error('The mail server took too long'));
      }, DEADLINE_MS);
    });
    const sent = transport.sendMail({
      messageId: `<${message.mail.thread === undefined ? '' : `${message.mail.thread}.`}${message.id}@${host}>`,
      from: { name: this.settings.get('core.companyName') || 'Portico', address: this.from },
      to: { name: message.to.name ?? '', address: message.to.address },
      subject: message.mail.mark === undefined ? message.subject : `${message.subject} [${message.mail.mark}]`,
      text: message.text,
      html: message.html,
      ...conversation(message.mail, host),
      headers: {
        'Auto-Submitted': 'auto-generated',
        'X-Auto-Response-Suppress': 'All',
        'Content-Language': message.language,
        ...(message.mail.unsubscribe === undefined ? {} : { 'List-Unsubscribe': `<mailto:${message.mail.unsubscribe}>` }),
      },
      disableFileAccess: true,
      disableUrlAccess: true,
    }) as Promise<{ response: string }>;
    sent.catch(() => undefined);
    try {
      return (await Promise.race([sent, deadline])).response;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** What a mail refers to: the conversation first, then what it answers. */
function conversation({ thread, references = [], replyTo }: MailHeaders, host: string): { inReplyTo?: string; references?: string[]; replyTo?: string } {
  const all = [...(thread === undefined ? [] : [`<${thread}@${host}>`]), ...references];
  return { ...(all.length === 0 ? {} : { inReplyTo: all.at(-1)!, references: all }), ...(replyTo === undefined ? {} : { replyTo }) };
}

/** `smtp://user:password@host:port`, `smtps://` for TLS from the start; `?requireTLS=1` refuses servers without STARTTLS. */
function parseMailUrl(text: string): object {
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') throw new Error('The address of a mail server begins with smtp:// or smtps://');
  const secure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: url.searchParams.get('requireTLS') === '1',
    ...(url.username === '' ? {} : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  };
}

/** 5xx means this message will never be taken; a refused log-in is our own set-up and may be put right. */
function isPermanent(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  return code !== 'EAUTH' && responseCode !== undefined && responseCode >= 500;
}

/** What the server said, without the commands that led there (they may hold the password). */
function answer(error: unknown): string {
  const { response, message } = error as { response?: string; message?: string };
  return (response ?? message ?? String(error)).slice(0, 1000);
}
