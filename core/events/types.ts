import type { EventName, PayloadOf } from '../plugin/manifest.js';

/** Typed domain events, delivered after the open transaction has committed (never for one that was rolled back). */
export interface Events {
  emit<E extends EventName>(name: E, payload: PayloadOf<E>): void;
  /** A throwing listener is a fault of its owner and disturbs nobody else. Returns the undo. */
  on<E extends EventName>(name: E, listener: (payload: PayloadOf<E>) => void | Promise<void>): () => void;
}

/** What is to be written about an event before its transaction commits; null = nothing. */
export type Keeper = (name: string, payload: unknown) => (() => Promise<void>) | null;
