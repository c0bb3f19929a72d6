import type { Database } from '../database/types.js';
import type { EventName, PayloadOf } from '../plugin/manifest.js';
import type { Events, Keeper } from './types.js';

interface Entry {
  owner: string;
  listener: (payload: never) => void | Promise<void>;
}

/** Delivers events after commit. A listener that throws is reported as a fault of its owner and keeps nobody else from hearing. */
export class EventBus implements Events {
  readonly #listeners = new Map<string, Set<Entry>>();
  readonly #running = new Set<Promise<void>>();
  #keeper: Keeper = () => null;

  constructor(
    private readonly db: Pick<Database, 'afterCommit' | 'beforeCommit'>,
    private readonly onFault: (owner: string, error: unknown) => void,
  ) {}

  emit<E extends EventName>(name: E, payload: PayloadOf<E>): void {
    const kept = this.#keeper(name, payload);
    if (kept) this.db.beforeCommit(kept);
    this.db.afterCommit(() => this.#deliver(name, payload));
  }

  /** Lets events be written down in the transaction that they tell of, for those who must not miss any. */
  keep(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  on<E extends EventName>(name: E, listener: (payload: PayloadOf<E>) => void | Promise<void>): () => void {
    return this.#add('core', name, listener);
  }

  /** The bus as one plugin sees it: its listeners are its own faults. */
  scoped(owner: string): Pick<Events, 'on'> {
    return { on: (name, listener) => this.#add(owner, name, listener) };
  }

  /** How many listeners there are; nothing may be left of a plugin that stopped. */
  get size(): number {
    let count = 0;
    for (const entries of this.#listeners.values()) count += entries.size;
    return count;
  }

  /** Resolves when no listener is at work. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #add<E extends EventName>(owner: string, name: E, listener: (payload: PayloadOf<E>) => void | Promise<void>): () => void {
    const entry: Entry = { owner, listener };
    const entries = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, entries.add(entry));
    return () => {
      entries.delete(entry);
      if (entries.size === 0 && this.#listeners.get(name) === entries) this.#listeners.delete(name);
    };
  }

  /** Does not wait: whoever made the change is answered without waiting for its listeners. */
  #deliver(name: string, payload: unknown): void {
    for (const entry of [...(this.#listeners.get(name) ?? [])]) {
      const run = this.#call(entry, payload).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  async #call(entry: Entry, payload: unknown): Promise<void> {
    try {
      await entry.listener(payload as never);
    } catch (error) {
      this.onFault(entry.owner, error);
    }
  }
}
