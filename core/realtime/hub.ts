import type { IncomingMessage } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import type { Redis } from 'ioredis';
import { Server, type Socket } from 'socket.io';
import type { Access, Actor } from '../access/types.js';
import type { Sessions } from '../accounts/types.js';
import type { Database } from '../database/types.js';
import type { Listener } from '../http/listener.js';
import type { SiteDefinition } from '../http/types.js';
import type { Log } from '../plugin/context.js';
import type { Clock } from '../tokens.js';
import { Presence } from './presence.js';
import type { Present, Realtime } from './types.js';

const maxTopics = 100;

/** What the hub needs to know who connects. */
export interface HubParts {
  db: Database;
  access: Access;
  sessions: Sessions;
  log: Log;
  clock: Clock;
  /** The session token in a handshake, or null; also null when the Origin is not this host. */
  token(req: IncomingMessage, site: string): string | null;
  actor(token: string, site: SiteDefinition): Promise<Actor | null>;
  onTouch(): void;
  /** With Redis, hints reach the sockets of all nodes; `prefix` keeps installations on one Redis apart. */
  redis: { client: Redis; prefix(): string } | null;
}
interface Watcher {
  actor: Actor;
  token: string;
  site: SiteDefinition;
  topics: Set<string>;
}
type Guard = (actor: Actor, id: string) => Promise<boolean>;
const watcherOf = (socket: Socket): Watcher => socket.data as Watcher;

/** Live hints over socket.io: who watches a topic is told to refetch. Rights are asked when watching starts, and again after they change. */
export class RealtimeHub implements Realtime {
  #topics = new Map<string, Guard>();
  #visited = new Map<string, Guard>();
  #presence: Presence;
  #servers = new Set<Server>();
  #rechecking: Promise<void> | null = null;
  #again = false;

  constructor(private readonly parts: HubParts) {
    this.#presence = new Presence(parts.clock, (actor, topic) => this.#may(this.#visited, actor, topic));
    parts.sessions.onEnd((sessionId) => this.#disconnect(sessionId));
  }

  topic(name: string, mayWatch: Guard): () => void {
    this.#topics.set(name, mayWatch);
    return () => this.#topics.delete(name);
  }

  presence(name: string, mayShow: Guard): () => void {
    this.#visited.set(name, mayShow);
    return () => this.#visited.delete(name);
  }

  /** Who else is at `<topic>:<id>` now. @throws NotFoundError for a thing whose visitors the actor may not see */
  present(actor: Actor, topic: string): Promise<Present[]> {
    return this.#presence.at(actor, topic);
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

  /** Rights or sessions changed, here or on another node: every socket is asked anew, and loses what it may no longer watch. */
  recheck(): Promise<void> {
    this.#again = true;
    this.#rechecking ??= this.#recheckAll().finally(() => {
      this.#rechecking = null;
      if (this.#again) void this.recheck();
    });
    return this.#rechecking;
  }

  /** Changes that come while it runs are seen to in one more round, not in a round each. */
  async #recheckAll(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      for (const io of this.#servers) {
        for (const socket of io.sockets.sockets.values()) {
          try {
            await this.#recheck(socket);
          } catch (error) {
            // Nobody can say what it may watch: the browser connects again and is asked anew.
            this.parts.log.warn({ err: error }, 'a socket could not be asked anew');
            socket.conn.close();
          }
        }
      }
    }
  }

  async #recheck(socket: Socket): Promise<void> {
    const watcher = watcherOf(socket);
    const actor = await this.parts.actor(watcher.token, watcher.site);
    if (!actor) {
      socket.conn.close();
      return;
    }
    watcher.actor = actor;
    await this.#presence.recheck(socket, actor);
    for (const topic of watcher.topics) {
      if (await this.#may(this.#topics, actor, topic)) continue;
      watcher.topics.delete(topic);
      await socket.leave(topic);
    }
  }

  #disconnect(sessionId: number): void {
    for (const io of this.#servers) {
      for (const socket of io.sockets.sockets.values()) {
        if (watcherOf(socket).actor.sessionId === sessionId) socket.conn.close();
      }
    }
  }

  /** How many topics can be watched; nothing may be left of a plugin that stopped. */
  get topics(): number {
    return this.#topics.size + this.#visited.size;
  }

  get sockets(): number {
    return [...this.#servers].reduce((sum, io) => sum + io.sockets.sockets.size, 0);
  }

  /** Serves sockets on a listener. Origin and session are checked before the upgrade. */
  attach(site: SiteDefinition, listener: Listener): () => void {
    const io = new Server({
      path: '/socket.io',
      serveClient: false,
      destroyUpgrade: false,
      maxHttpBufferSize: 64 * 1024,
      pingInterval: 25_000,
      pingTimeout: 20_000,
    });
    const { redis } = this.parts;
    const subscriber = redis?.client.duplicate();
    if (redis && subscriber) io.adapter(createAdapter(redis.client, subscriber, { key: `portico:${redis.prefix()}:${site.name}` }));
    io.use((socket, next) => {
      this.#admit(socket, site).then(
        () => next(),
        () => next(new Error('unauthenticated')),
      );
    });
    io.on('connection', (socket) => this.#serve(socket));
    const leave = this.#presence.attach(io, subscriber !== undefined, (socket) => watcherOf(socket).actor);
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
      leave();
      listener.server.off('upgrade', refuse);
      for (const socket of io.sockets.sockets.values()) socket.disconnect(true);
      io.engine.close();
      subscriber?.disconnect();
    };
  }

  async #admit(socket: Socket, site: SiteDefinition): Promise<void> {
    const token = this.parts.token(socket.request, site.name);
    const actor = token ? await this.parts.actor(token, site) : null;
    if (!token || !actor?.account) throw new Error('unauthenticated');
    socket.data = { actor, token, site, topics: new Set() } satisfies Watcher;
    await socket.join(`account:${actor.account.id}`);
  }

  #serve(socket: Socket): void {
    const watcher = watcherOf(socket);
    socket.on('watch', (topics: unknown) => {
      if (!Array.isArray(topics)) return;
      for (const topic of topics.slice(0, maxTopics)) {
        if (typeof topic !== 'string' || topic.length > 120 || watcher.topics.size >= maxTopics) continue;
        void this.#watch(socket, watcher, topic);
      }
    });
  }

  async #watch(socket: Socket, watcher: Watcher, topic: string): Promise<void> {
    // Counted while it is asked: a flood asks no more at once than a page does, and a right that ends meanwhile is seen.
    watcher.topics.add(topic);
    const may = await this.#may(this.#topics, watcher.actor, topic);
    if (may && watcher.topics.has(topic)) await socket.join(topic);
    else watcher.topics.delete(topic);
  }

  async #may(guards: ReadonlyMap<string, Guard>, actor: Actor, topic: string): Promise<boolean> {
    const at = topic.lastIndexOf(':');
    try {
      return (await guards.get(topic.slice(0, at))?.(actor, topic.slice(at + 1))) ?? false;
    } catch (error) {
      this.parts.log.error({ err: error, topic }, 'topic guard failed');
      return false;
    }
  }
}
