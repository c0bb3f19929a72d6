import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  json: { id: string; event: string; at: string; data: Record<string, unknown> };
}

/** A machine that webhooks are posted to, on loopback. */
export class Receiver {
  readonly received: Received[] = [];
  /** How it answers. */
  answer: (res: ServerResponse, got: Received) => void = (res) => void res.end('thanks');
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer((req, res) => {
      let body = '';
      req.setEncoding('utf8');
      req.on('data', (chunk: string) => (body += chunk));
      req.on('end', () => {
        const got = { path: req.url ?? '', headers: req.headers, body, json: JSON.parse(body) as Received['json'] };
        receiver.received.push(got);
        receiver.answer(res, got);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const receiver = new Receiver(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`);
    return receiver;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
