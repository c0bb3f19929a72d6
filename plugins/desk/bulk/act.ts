import type { Texts } from '../macros/variables.js';
import type { RequestStatus } from '../types.js';

/** What is done to a request as one; what is absent stays as it is. */
export interface Act {
  status?: RequestStatus;
  /** Null: nobody. */
  solver_id?: number | null;
  priority?: number;
  importance?: number;
  add_tags?: readonly string[];
  remove_tags?: readonly string[];
  watcher_id?: number;
  /** Written as a reply or a note, in the language of whoever reads it. */
  say?: { texts: Texts; internal: boolean };
  /** Merged into this request. */
  into?: number;
}

/** What an act did to one request: what is needed to take exactly that back. */
export interface Done {
  /** Lines of the timeline, in order. */
  events?: number[];
  tags?: { added: string[]; removed: string[] };
  watcher?: number;
  message?: number;
  merged?: true;
}
