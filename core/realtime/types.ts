import type { Actor } from '../access/types.js';

/** Live hints: sockets never carry data, pages refetch. */
export interface Realtime {
  /** Tells all that watch `<topic>:<id>` (elements with `data-live="<topic>:<id>"`) to refetch, after commit. */
  touch(topic: string, id: number | string): void;
  /** A quiet message for one account's bell. */
  tell(accountId: number): void;
  /** Who may watch a topic. Returns the undo. */
  topic(name: string, mayWatch: (actor: Actor, id: string) => Promise<boolean>): () => void;
}
