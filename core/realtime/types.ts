import type { Actor } from '../access/types.js';

/** Somebody who looks at a thing now, or types in it. */
export interface Present {
  accountId: number;
  name: string;
  types: boolean;
}

/** Live hints: sockets never carry data, pages refetch. */
export interface Realtime {
  /** Tells all that watch `<topic>:<id>` (elements with `data-live="<topic>:<id>"`) to refetch, after commit. */
  touch(topic: string, id: number | string): void;
  /** A quiet message for one account's bell. */
  tell(accountId: number): void;
  /** Who may watch a topic. Returns the undo. */
  topic(name: string, mayWatch: (actor: Actor, id: string) => Promise<boolean>): () => void;
  /** Lets pages show who else looks at `<topic>:<id>` or types in it (elements with `data-presence="<topic>:<id>"`), to those who may see each other there. Returns the undo. */
  presence(name: string, mayShow: (actor: Actor, id: string) => Promise<boolean>): () => void;
}
