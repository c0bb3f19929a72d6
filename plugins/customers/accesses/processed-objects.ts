import { injectable, type Actor, type PermissionId } from '../../../core/api.js';

/** A kind of objects of customers for which staff can be named additional processors. */
export interface ProcessedKind {
  /** Such as `desk.order`; its label is `<plugin>:processed.<rest>`. */
  kind: string;
  /** What a processor holds on the object. */
  permissions: readonly PermissionId[];
  /** The word for the object in scopes and resources, such as `order`. */
  scope: string;
  /** Objects of a customer whose number or title begins with the words, newest first, at most ten. */
  search(actor: Actor, customerId: number, q: string): Promise<ProcessedObject[]>;
  /** Those of the ids that belong to the customer. */
  find(customerId: number, ids: readonly number[]): Promise<ProcessedObject[]>;
}
/** An object as the picker and the list show it. */
export interface ProcessedObject {
  id: number;
  name: string;
  href: string;
}

/** The kinds that plugins have registered. */
@injectable()
export class ProcessedObjects {
  readonly #kinds = new Map<string, ProcessedKind>();

  /** Returns the undo: the rights of such processors rest then, and come back with the plugin. */
  add(kind: ProcessedKind): () => void {
    this.#kinds.set(kind.kind, kind);
    return () => void this.#kinds.delete(kind.kind);
  }

  get(kind: string): ProcessedKind | undefined {
    return this.#kinds.get(kind);
  }

  list(): ProcessedKind[] {
    return [...this.#kinds.values()];
  }
}
