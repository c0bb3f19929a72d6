import type { Settings } from '../settings/service-types.js';
import type { DeliveryResult, NotificationChannel, RenderedMessage } from './types.js';

const timeoutMs = 10_000;
/** The connection was never made, so nothing can have been sent. */
const neverLeft = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

/** The settings that make up the account at the provider. */
export const smsSettings = ['core.smsAccount', 'core.smsToken', 'core.smsFrom'] as const;

/** Text messages by Twilio. Nothing configured: nothing is pretended. */
export class SmsChannel implements NotificationChannel {
  readonly id = 'sms';

  /** `apiUrl` is the operator's address of the provider's API (a proxy); null = the provider's own. */
  constructor(
    private readonly settings: Pick<Settings, 'get'>,
    private readonly apiUrl: string | null,
    private readonly milliseconds = timeoutMs,
  ) {}

  /** Can messages go out? */
  get configured(): boolean {
    return smsSettings.every((key) => this.settings.get(key) !== '');
  }

  /** Number or name that messages come from. */
  get from(): string {
    return this.settings.get('core.smsFrom');
  }

  async deliver(message: RenderedMessage, signal: AbortSignal): Promise<DeliveryResult> {
    if (!this.configured) return { status: 'unconfigured' };
    if (message.to.mobile === null) return { status: 'failed', error: 'The account has no mobile number' };
    if (message.short === null) return { status: 'failed', error: 'This message has no text for SMS' };
    if (signal.aborted) return { status: 'retry', error: 'stopped' };
    try {
      return { status: 'accepted', detail: await this.#send(message.to.mobile, message.short, signal) };
    } catch (error) {
      return outcome(error, message.secret);
    }
  }

  async #send(to: string, body: string, signal: AbortSignal): Promise<string> {
    const { default: twilio } = await import('twilio');
    const { apiUrl, milliseconds, settings } = this;
    class Transport extends twilio.RequestClient {
      override request<T>(options: Parameters<InstanceType<typeof twilio.RequestClient>['request']>[0]) {
        const uri = apiUrl === null ? options.uri : options.uri.replace(/^https:\/\/[^/]+/, apiUrl.replace(/\/$/, ''));
        return super.request<T>({ ...options, uri, timeout: milliseconds, allowRedirects: false } as never);
      }
    }
    const client = twilio(settings.get('core.smsAccount'), settings.get('core.smsToken'), { httpClient: new Transport({ keepAlive: false }) });
    const sender = this.from.startsWith('MG') ? { messagingServiceSid: this.from } : { from: this.from };
    const sent = client.messages.create({ to, body, ...sender });
    sent.catch(() => undefined);
    const { sid, status } = await Promise.race([sent, aborted(signal)]);
    return `${status} ${sid}`;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped while it was being sent')), { once: true }));
}

/**
 * 429 and our own log-in that is refused are tried again; another 4xx is final. Without a clear answer the message may be under way:
 * what holds a secret is then not sent a second time, the person asks for a new one.
 */
function outcome(error: unknown, secret: boolean): DeliveryResult {
  const { status, code, message } = error as { status?: number; code?: string | number; message?: string };
  const text = status === undefined ? (message ?? String(error)) : `${message ?? ''} (HTTP ${status}${code === undefined ? '' : `, code ${code}`})`;
  const answer = text.slice(0, 1000);
  if (status === 429 || status === 401 || (status === undefined && neverLeft.has(String(code)))) return { status: 'retry', error: answer };
  const unclear = status === undefined || status >= 500 || status === 408;
  return unclear && !secret ? { status: 'retry', error: answer } : { status: 'failed', error: answer };
}
