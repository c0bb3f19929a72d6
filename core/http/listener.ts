import { readFileSync, watchFile, unwatchFile } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Message } from '../errors.js';
import { StartError } from '../start-error.js';

export interface TlsFiles {
  cert: string;
  key: string;
}
/** Why a port could not be bound, as a sentence. */
export class PortError extends StartError {
  constructor(
    readonly detail: Message,
    cause: unknown,
  ) {
    super(
      `Port ${detail.vars?.['port']} cannot be opened on ${detail.vars?.['host']}: ${cause instanceof Error ? cause.message : String(cause)}. Stop the other program, or choose another port (sites.staff.port, PORTICO_STAFF_PORT).`,
      { cause },
    );
  }
}

const reasons: Record<string, string> = { EADDRINUSE: 'core:error.portBusy', EACCES: 'core:error.portForbidden', EADDRNOTAVAIL: 'core:error.hostUnknown' };

/** One bound port. */
export class Listener {
  readonly #upgraded = new Set<Duplex>();

  private constructor(
    readonly server: Server | TlsServer,
    private readonly tls: TlsFiles | null,
  ) {
    server.headersTimeout = 20_000;
    server.requestTimeout = 120_000;
    server.keepAliveTimeout = 65_000;
    server.on('upgrade', (_req, socket: Socket) => {
      this.#upgraded.add(socket);
      socket.once('close', () => this.#upgraded.delete(socket));
    });
  }

  /** @throws PortError when the port is busy or forbidden */
  static async bind(handler: RequestListener, options: { port: number; host: string; tls: TlsFiles | null }): Promise<Listener> {
    const { port, host, tls } = options;
    const server = tls ? createTlsServer(readTls(tls), handler) : createServer(handler);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(new PortError({ key: reasons[error.code ?? ''] ?? 'core:error.portFailed', vars: { port, host } }, error)),
      );
      server.listen({ port, host }, resolve);
    });
    const listener = new Listener(server, tls);
    if (tls) watchFile(tls.cert, { interval: 5_000, persistent: false }, () => listener.#reload(tls));
    return listener;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** A renewed certificate is used from the next connection on; a broken one changes nothing. */
  #reload(tls: TlsFiles): void {
    try {
      (this.server as TlsServer).setSecureContext(readTls(tls));
    } catch {
      // The old certificate stays in use; the files are read again at their next change.
    }
  }

  /** For a listener that has a successor: who is on the way here still comes through, then it closes as below. */
  async retire(graceMs: number, milliseconds: number): Promise<void> {
    this.server.prependListener('request', (_req, res: ServerResponse) => res.setHeader('Connection', 'close'));
    await delay(graceMs);
    await this.close(milliseconds);
  }

  /** Takes no new connections, lets requests finish, and ends what is left after the time. */
  async close(milliseconds: number): Promise<void> {
    if (this.tls) unwatchFile(this.tls.cert);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    for (const socket of this.#upgraded) socket.destroy();
    const idle = setInterval(() => this.server.closeIdleConnections(), 50);
    const timer = setTimeout(() => this.server.closeAllConnections(), milliseconds);
    await closed;
    clearInterval(idle);
    clearTimeout(timer);
  }
}

const readTls = (tls: TlsFiles) => ({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) });
