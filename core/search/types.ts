import type { Actor } from '../access/types.js';
import type { PermissionId } from '../plugin/manifest.js';
import type { Piece } from './words.js';

export type { Piece };

/** What is sought, and which page of it. */
export interface SearchQuery {
  /** As it was typed. All words must be found; the last one from its beginning. */
  q: string;
  /** Site whose addresses the hits lead to. */
  site: string;
  /** Only what still needs work, or is active; false = only what does not. */
  open?: boolean;
  /** Only what changed since then, where the kind knows it. */
  since?: Date;
  /** Cursor of the page before. */
  after?: string;
  /** 0 counts only. */
  limit: number;
}
/** One thing that was found, as far as the actor may see it. */
export interface SearchHit {
  id: number;
  href: string;
  /** As people call it, such as SO-20418. */
  number: string | null;
  title: string;
  /** Where the words stand, when not in the title: a piece of its text. */
  snippet: Piece[] | null;
  /** Translation key that says in what the snippet stands, such as an internal note. */
  within: string | null;
  /** Customer, place: what tells it from others. */
  about: string[];
  /** Last change, if known. */
  at: Date | null;
  /** Its state; `text` is a translation key. */
  badge: { tone: string; icon: string; text: string } | null;
}
/** One page; `count` stops at 101, which means "more than a hundred". `next` is the cursor of the following page. */
export interface SearchPage {
  hits: SearchHit[];
  next: string | null;
  count: number;
}
/** A kind of things that can be found. Its answers, numbers included, know nothing of what the actor may not see. */
export interface SearchProvider {
  /** Such as `desk.request`. */
  kind: string;
  /** Translation key of what they are called, such as `desk:search.requests`. */
  label: string;
  icon: string;
  /** Whoever holds one of them somewhere is asked for. */
  permissions: readonly PermissionId[];
  /** Sites on which they have pages; absent = staff and portal. */
  sites?: readonly string[];
  /** Does `open` narrow it, and `since`? */
  filters: { open: boolean; since: boolean };
  /** Lower comes first. */
  order: number;
  find(actor: Actor, query: SearchQuery): Promise<SearchPage>;
}
/** What of a kind was found. */
export interface SearchGroup extends SearchPage {
  kind: string;
  label: string;
  icon: string;
  filters: SearchProvider['filters'];
}
/** One search over everything that plugins offer, within what the actor may see. */
export interface Search {
  /** Registers a kind; returns the undo. */
  add(provider: SearchProvider): () => void;
  /** All kinds that the actor may look for there, in order. With `kind`, only that one gives more than its count. */
  find(actor: Actor, query: SearchQuery, kind?: string): Promise<SearchGroup[]>;
}
