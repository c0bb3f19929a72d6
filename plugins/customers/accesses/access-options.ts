import { injectable } from '../../../core/api.js';
import type { AccessOption } from '../types.js';

/** The rights that can be ticked on an access. Each plugin adds its own and takes them away when it stops. */
@injectable()
export class AccessOptions {
  readonly #options: AccessOption[] = [];

  /** Returns the undo. */
  add(...options: AccessOption[]): () => void {
    this.#options.push(...options);
    return () => {
      for (const option of options) this.#options.splice(this.#options.indexOf(option), 1);
    };
  }

  list(): readonly AccessOption[] {
    return this.#options;
  }
}
