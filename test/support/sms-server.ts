import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SentSms {
  /** `account:token` of the Basic header. */
  login: string;
  path: string;
  to: string;
  from: string;
  text: string;
}
/** What the provider answers: a status with Twilio's error, nothing at all, or a connection that breaks off. */
export type SmsAnswer = 201 | { status: number; code: number; message: string } | 'hang' | 'break';

/** Twilio's endpoint for messages as a real HTTP server on loopback, which keeps what it is sent. */
export async function startSmsServer(
  answer: (sms: SentSms, count: number) => SmsAnswer = () => 201,
): Promise<{ url: string; sent: SentSms[]; stop(): Promise<void> }> {
  const sent: SentSms[] = [];
  const hanging = new Set<ServerResponse>();
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const login = Buffer.from(req.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
      const sms = {
        login,
        path: req.url ?? '',
        to: form.get('To') ?? '',
        from: form.get('From') ?? form.get('MessagingServiceSid') ?? '',
        text: form.get('Body') ?? '',
      };
      sent.push(sms);
      const said = answer(sms, sent.length);
      if (said === 'hang') return void hanging.add(res);
      if (said === 'break') return void req.socket.destroy();
      const status = said === 201 ? 201 : said.status;
      const body =
        said === 201
          ? { sid: `SM${String(sent.length).padStart(32, '0')}`, status: 'queued', to: sms.to }
          : { ...said, more_info: 'https://www.twilio.com/docs' };
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    async stop() {
      for (const res of hanging) res.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Settings of an account at the provider. */
export const smsAccount = { 'core.smsAccount': `AC${'0'.repeat(32)}`, 'core.smsToken': 'canary-sms-token', 'core.smsFrom': '+46701740605' };
