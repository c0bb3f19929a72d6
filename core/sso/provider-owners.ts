import type { Actor } from '../access/types.js';
import { NotFoundError } from '../errors.js';
import type { ProviderOwner } from './types.js';

/** Kinds of things that may have sign-in services of their own; plugins say what belongs to them. */
export class ProviderOwners {
  readonly #kinds = new Map<string, ProviderOwner>();

  /** Returns the undo. */
  add(kind: string, owner: ProviderOwner): () => void {
    if (this.#kinds.has(kind)) throw new Error(`There already is an owner of sign-in services "${kind}"`);
    this.#kinds.set(kind, owner);
    return () => void this.#kinds.delete(kind);
  }

  /** @throws NotFoundError also while the plugin is off */
  async assertMayManage(actor: Actor, owner: string): Promise<void> {
    const { kind, id } = parts(owner);
    const rules = this.#kinds.get(kind);
    if (!rules) throw new NotFoundError();
    await rules.assertMayManage(actor, id);
  }

  async isMember(accountId: number, owner: string): Promise<boolean> {
    const { kind, id } = parts(owner);
    return (await this.#kinds.get(kind)?.isMember(accountId, id)) ?? false;
  }

  /** For the audit log, whose entries may be about a customer. */
  customerOf(owner: string | null): number | null {
    return owner?.startsWith('customers.customer:') ? parts(owner).id : null;
  }
}

function parts(owner: string): { kind: string; id: number } {
  const at = owner.lastIndexOf(':');
  return { kind: owner.slice(0, at), id: Number(owner.slice(at + 1)) };
}
