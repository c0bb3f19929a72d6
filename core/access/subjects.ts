import { AppError } from '../errors.js';
import type { PermissionId } from '../plugin/manifest.js';
import type { Actor, Resource } from './types.js';

/** A thing as an explanation names it. */
export interface FoundObject {
  name: string;
  /** Its page on the staff site. */
  href: string;
  /** What its rights are decided by. */
  resource: Resource;
}
/** A kind of things about which can be asked who sees them and why. */
export interface ObjectKind {
  /** Translation key of what one is called, such as `desk:object.order`. */
  label: string;
  /** Whoever holds it on the thing may read it. */
  read: PermissionId;
  /** Kind of scope that its ids are, such as `installation`: so that ids in rules get names. */
  scope?: string;
  /** A few things in reach of the actor, by name or number. */
  search(actor: Actor, text: string): Promise<{ id: number; name: string; hint?: string | null }[]>;
  /** The thing, if the actor sees it; null or a NotFoundError if not. Asked for the explained account, too: then its answer is the service's own. */
  resource(actor: Actor, id: number): Promise<FoundObject | null>;
}
/** Customers' accounts, told by the plugin that owns their accesses. */
export interface AccountKind {
  search(actor: Actor, text: string): Promise<{ id: number; name: string; hint?: string | null }[]>;
  /** Null when the actor sees none of its customers; `whole` when the actor sees all of them. */
  find(actor: Actor, accountId: number): Promise<{ href: string; whole: boolean } | null>;
  /** Ids of accounts that could reach the thing, ascending after `after`. */
  candidates(resource: Resource, after: number, limit: number): Promise<number[]>;
}

/** What explanations can be asked about: kinds of things and customers' accounts. Plugins register them. */
export class Subjects {
  readonly #kinds = new Map<string, ObjectKind>();
  #accounts: AccountKind | null = null;

  /** Returns the undo. */
  object(kind: string, definition: ObjectKind): () => void {
    this.#kinds.set(kind, definition);
    return () => this.#kinds.delete(kind);
  }

  /** Returns the undo. */
  accounts(definition: AccountKind): () => void {
    this.#accounts = definition;
    return () => (this.#accounts = null);
  }

  get people(): AccountKind | null {
    return this.#accounts;
  }
  get kinds(): ReadonlyMap<string, ObjectKind> {
    return this.#kinds;
  }
  ofScope(scope: string): ObjectKind | undefined {
    return [...this.#kinds.values()].find((kind) => kind.scope === scope);
  }

  /** A thing as the actor sees it, or null. */
  async find(kind: ObjectKind | undefined, actor: Actor, id: number): Promise<FoundObject | null> {
    try {
      return (await kind?.resource(actor, id)) ?? null;
    } catch (error) {
      if (error instanceof AppError && [403, 404].includes(error.status)) return null;
      throw error;
    }
  }
}
