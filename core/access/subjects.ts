import { AppError } from '../errors.js';
import type { AccountKind, Actor, FoundObject, ObjectKind } from './types.js';

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
