import type { Server, Socket } from 'socket.io';
import type { Actor } from '../access/types.js';
import { NotFoundError } from '../errors.js';
import type { Clock } from '../tokens.js';
import type { Present } from './types.js';

/** Whoever gives no sign for so long is gone. Browsers give one every five seconds. */
const silenceMs = 15_000;
const sweepMs = 1000;
/** A page shows one thing, a few at most; a hand types no faster than this. */
const most = { topics: 5, signs: 40, per: 10_000 };

interface Sign extends Present {
  until: number;
}
interface Sender {
  topics: Map<string, Promise<boolean>>;
  signs: number;
  since: number;
}
const roomOf = (topic: string): string => `presence:${topic}`;

/**
 * Who looks at a thing or types in it, now. Kept in memory only, on every node alike: nodes tell each other the signs of their sockets.
 * Sockets get the hint `presence:<topic>` when it changes, and ask `/presence` for the names.
 */
export class Presence {
  readonly #here = new Map<string, Map<string, Sign>>();
  readonly #senders = new WeakMap<Socket, Sender>();
  readonly #servers = new Map<Server, { shared: boolean }>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly mayShow: (actor: Actor, topic: string) => Promise<boolean>,
  ) {}

  /** Takes part in the sockets of a site; `shared`: there are other nodes to tell. Returns the undo. */
  attach(io: Server, shared: boolean, actorOf: (socket: Socket) => Actor): () => void {
    this.#servers.set(io, { shared });
    io.on('connection', (socket) => {
      socket.on('presence', (topic: unknown, state: unknown) => void this.#signal(io, socket, actorOf(socket), topic, state));
      socket.on('disconnect', () => {
        for (const topic of this.#senders.get(socket)?.topics.keys() ?? []) this.#tell(io, topic, socket.id, null);
      });
    });
    if (shared) io.on('presence', (topic: string, key: string, sign: Present | null) => this.#take(topic, key, sign));
    return () => {
      this.#servers.delete(io);
      if (this.#servers.size > 0) return;
      this.#here.clear();
      this.#watchSilence();
    };
  }

  /** The others at a thing, by name. @throws NotFoundError for a thing whose visitors the actor may not see */
  async at(actor: Actor, topic: string): Promise<Present[]> {
    if (!(await this.mayShow(actor, topic))) throw new NotFoundError();
    const people = new Map<number, Present>();
    for (const { accountId, name, types } of this.#here.get(topic)?.values() ?? []) {
      if (accountId === actor.account?.id) continue;
      people.set(accountId, { accountId, name, types: types || (people.get(accountId)?.types ?? false) });
    }
    return [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Rights changed: who may no longer see a thing is no longer there, and hears nothing of it. */
  async recheck(socket: Socket, actor: Actor): Promise<void> {
    for (const topic of this.#senders.get(socket)?.topics.keys() ?? []) {
      if (await this.mayShow(actor, topic)) continue;
      await this.#leave(socket, topic);
    }
  }

  async #signal(io: Server, socket: Socket, actor: Actor, topic: unknown, state: unknown): Promise<void> {
    if (typeof topic !== 'string' || topic.length > 120 || !actor.account) return;
    const sender = this.#sender(socket);
    if (++sender.signs > most.signs) return;
    if (state === 'gone') return this.#leave(socket, topic);
    if (state !== 'views' && state !== 'types') return;
    if (!sender.topics.has(topic)) {
      if (sender.topics.size >= most.topics) return;
      sender.topics.set(topic, this.#admit(socket, actor, topic));
    }
    const may = await sender.topics.get(topic);
    if (!may) sender.topics.delete(topic);
    // It may have gone while it was asked.
    else if (socket.connected && sender.topics.has(topic))
      this.#tell(io, topic, socket.id, { accountId: actor.account.id, name: actor.account.name, types: state === 'types' });
  }

  async #admit(socket: Socket, actor: Actor, topic: string): Promise<boolean> {
    const may = await this.mayShow(actor, topic);
    if (may) await socket.join(roomOf(topic));
    return may;
  }

  async #leave(socket: Socket, topic: string): Promise<void> {
    if (!this.#senders.get(socket)?.topics.delete(topic)) return;
    await socket.leave(roomOf(topic));
    for (const io of this.#servers.keys()) if (io.sockets.sockets.has(socket.id)) this.#tell(io, topic, socket.id, null);
  }

  #sender(socket: Socket): Sender {
    const now = this.clock.now().getTime();
    const sender = this.#senders.get(socket) ?? { topics: new Map(), signs: 0, since: now };
    this.#senders.set(socket, sender);
    if (now - sender.since >= most.per) Object.assign(sender, { signs: 0, since: now });
    return sender;
  }

  /** Here and on the other nodes. */
  #tell(io: Server, topic: string, key: string, sign: Present | null): void {
    this.#take(topic, key, sign);
    if (this.#servers.get(io)?.shared) io.serverSideEmit('presence', topic, key, sign);
  }

  #take(topic: string, key: string, sign: Present | null): void {
    const here = this.#here.get(topic) ?? new Map<string, Sign>();
    const before = here.get(key);
    if (sign) {
      here.set(key, { ...sign, until: this.clock.now().getTime() + silenceMs });
      this.#here.set(topic, here);
    } else here.delete(key);
    if (here.size === 0) this.#here.delete(topic);
    this.#watchSilence();
    if (before?.types !== sign?.types) this.#hint(topic);
  }

  /** Each node learns of every sign, so that it need tell its own sockets only. */
  #hint(topic: string): void {
    for (const io of this.#servers.keys()) io.local.to(roomOf(topic)).emit('hint', roomOf(topic));
  }

  #watchSilence(): void {
    if (this.#here.size > 0) {
      this.#timer ??= setInterval(() => this.#sweep(), sweepMs).unref();
      return;
    }
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  #sweep(): void {
    const now = this.clock.now().getTime();
    for (const [topic, here] of this.#here) for (const [key, { until }] of here) if (until <= now) this.#take(topic, key, null);
  }
}
