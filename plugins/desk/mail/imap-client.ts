import { isIP } from 'node:net';
import { OUTGOING, SECRETS, inject, injectable, type Outgoing, type Secrets } from '../../../core/api.js';
import type { ImapFlow } from 'imapflow';
import type { MailboxRow } from './tables.js';

/** Name under which the password of a mailbox is sealed. */
export const secretOf = (id: number): string => `desk.mailbox:${id}`;

/** Opens connections to mailboxes. */
@injectable()
export class ImapClients {
  constructor(
    @inject(OUTGOING) private readonly outgoing: Outgoing,
    @inject(SECRETS) private readonly secrets: Secrets,
  ) {}

  /** A connection that has signed in; whoever asked closes it. `maxBytes` of one mail. @throws Error with what the server said */
  async connect(box: MailboxRow, maxBytes: number): Promise<ImapFlow> {
    const { ImapFlow: Client } = await import('imapflow');
    const client = new Client({
      // Resolved once, and that very address is connected to.
      host: await this.outgoing.resolve(box.host, box.security !== 'none'),
      // Only names can be told to the server; an address is compared with the certificate as it is.
      ...(isIP(box.host) ? {} : { servername: box.host }),
      port: box.port,
      secure: box.security === 'tls',
      ...(box.security === 'tls' ? {} : { doSTARTTLS: box.security === 'starttls' }),
      auth: { user: box.user_name, pass: box.secret === null ? '' : this.secrets.open(secretOf(box.id), box.secret) },
      clientInfo: { name: 'Portico' },
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: 15_000,
      greetingTimeout: 10_000,
      // IDLE is renewed every minute, so that silence means that the other side is gone.
      maxIdleTime: 60_000,
      socketTimeout: 150_000,
      maxLineLength: 10_000_000,
      maxLiteralSize: maxBytes + 1_000_000,
      maxResponseSize: maxBytes + 12_000_000,
    });
    // What fails is told by the call that waits; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }
}

/** What the server answered, or what kept us from asking. */
export function answerOf(error: unknown): string {
  const { responseText, serverResponseCode, message, code } = error as { responseText?: string; serverResponseCode?: string; message?: string; code?: string };
  const said = responseText ? [serverResponseCode, responseText].filter(Boolean).join(': ') : (message ?? String(error));
  return (code && !said.includes(code) ? `${said} (${code})` : said).slice(0, 1000);
}
