import type { IncomingMessage } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Access, Actor } from '../access/types.js';
import type { Sessions } from '../accounts/types.js';
import type { Database } from '../database/types.js';
import type { Listener } from '../http/listener.js';
import type { SiteDefinition } from '../http/types.js';
import type { Log } from '../plugin/context.js';
import type { Realtime } from './types.js';

const maxTopics = 100;

/** What the hub needs to know who connects. */
export interface HubParts {
  db: Database;
  access: Access;
  sessions: Sessions;
  log: Log;
  /** The session token in a handshake, or null; also null when the Origin is not this host. */
  token(req: IncomingMessage, site: string): string | null;
  actor(token: string, site: SiteDefinition): Promise<Actor | null>;
  onTouch(): void;
}

/** Live hints over socket.io: who watches a topic is told to refetch. Rights are asked when watching starts, and again after they change. */
export class RealtimeHub implements Realtime {
  #topics = new Map<string, (actor: Actor, id: string) => Promise<boolean>>();
  #servers = new Set<Server>();

  constructor(private readonly parts: HubParts) {
    parts.sessions.onEnd((sessionId) => this.#disconnect((actor) => actor.sessionId === sessionId));
  }

  topic(name: string, mayWatch: (actor: Actor, id: string) => Promise<boolean>): () => void {
    this.#topics.set(name, mayWatch);
    return () => this.#topics.delete(name);
  }

  touch(topic: string, id: number | string): void {
    this.parts.db.afterCommit(() => {
      this.parts.onTouch();
      this.#emit(`${topic}:${id}`, `${topic}:${id}`);
    });
  }

  tell(accountId: number): void {
    this.parts.db.afterCommit(() => {
      this.parts.onTouch();
      this.#emit(`account:${accountId}`, 'inbox');
    });
  }

  #emit(room: string, topic: string): void {
    for (const io of this.#servers) io.to(room).emit('hint', topic);
  }

  /** Closes the sockets of accounts whose rights changed; browsers connect again and are asked anew. */
  recheck(accountIds: readonly number[]): void {
    this.#disconnect((actor) => actor.account !== null && accountIds.includes(actor.account.id));
  }

  #disconnect(matches: (actor: Actor) => boolean): void {
    for (const io of this.#servers) {
      for (const socket of io.sockets.sockets.values()) {
        if (matches(socket.data.actor as Actor)) socket.conn.close();
      }
    }
  }

  get sockets(): number {
    return [...this.#servers].reduce((sum, io) => sum + io.sockets.sockets.size, 0);
  }

  /** Serves sockets on a listener. Origin and session are checked before the upgrade. */
  attach(site: SiteDefinition, listener: Listener): () => void {
    const io = new Server({ path: '/socket.io', serveClient: false, destroyUpgrade: false, maxHttpBufferSize: 64 * 1024, pingInterval: 25_000, pingTimeout: 20_000 });
    io.use((socket, next) => {
      this.#admit(socket, site).then(
        () => next(),
        () => next(new Error('unauthenticated')),
      );
    });
    io.on('connection', (socket) => this.#serve(socket));
    io.attach(listener.server, {
      path: '/socket.io',
      destroyUpgrade: false,
      allowRequest: (req, allow) => allow(null, this.parts.token(req, site.name) !== null),
    });
    const refuse = (req: IncomingMessage, socket: { destroy(): void }) => {
      if (!req.url?.startsWith('/socket.io/')) socket.destroy();
    };
    listener.server.on('upgrade', refuse);
    this.#servers.add(io);
    return () => {
      this.#servers.delete(io);
      listener.server.off('upgrade', refuse);
      io.disconnectSockets(true);
      io.engine.close();
    };
  }

  async #admit(socket: Socket, site: SiteDefinition): Promise<void> {
    const token = this.parts.token(socket.request, site.name);
    const actor = token ? await this.parts.actor(token, site) : null;
    if (!actor?.account) throw new Error('unauthenticated');
    socket.data.actor = actor;
    await socket.join(`account:${actor.account.id}`);
  }

  #serve(socket: Socket): void {
    const actor = socket.data.actor as Actor;
    let watched = 0;
    socket.on('watch', (topics: unknown) => {
      if (!Array.isArray(topics)) return;
      for (const topic of topics.slice(0, maxTopics)) {
        if (typeof topic !== 'string' || topic.length > 120 || watched >= maxTopics) continue;
        watched += 1;
        void this.#watch(socket, actor, topic);
      }
    });
  }

  async #watch(socket: Socket, actor: Actor, topic: string): Promise<void> {
    const at = topic.lastIndexOf(':');
    const mayWatch = this.#topics.get(topic.slice(0, at));
    try {
      if (mayWatch && (await mayWatch(actor, topic.slice(at + 1)))) await socket.join(topic);
    } catch (error) {
      this.parts.log.error({ err: error, topic }, 'topic guard failed');
    }
  }
}
