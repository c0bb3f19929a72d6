import { LicenseRequiredError } from '../errors.js';
import { seatKinds, type LicensePayload, type SeatKind } from './payload.js';

export interface SeatUse {
  kind: SeatKind;
  /** Null = nobody counts them. */
  used: number | null;
  /** Null = without limit. */
  limit: number | null;
}

/** How many of what the license allows. In the trial nothing is limited. */
export class Seats {
  #counters = new Map<SeatKind, () => Promise<number>>();
  #used: Partial<Record<SeatKind, number>> = {};

  constructor(private readonly payload: () => LicensePayload | null) {}

  /** The strictest limit that the license names for this kind; null = without limit. */
  limit(kind: SeatKind): number | null {
    const license = this.payload();
    if (!license) return null;
    const limits = [license.limits[kind], ...license.modules.map((module) => module.limits?.[kind])].filter((limit) => limit !== undefined);
    return limits.length > 0 ? Math.min(...limits) : null;
  }

  /**
   * Call it in the transaction that takes a seat, with the number taken before, counted in that same transaction with the rows locked:
   * then only one of many that want the last seat gets it.
   * @throws LicenseRequiredError with a sentence that says the limit
   */
  assertSeat(kind: SeatKind, used: number): void {
    const limit = this.limit(kind);
    if (limit !== null && used >= limit) throw new LicenseRequiredError(kind, { key: `core:license.seatsFull.${kind}`, vars: { limit } });
  }

  /** Tells how taken seats of a kind are counted, for the meter and the state `over-limit`. Returns the undo. */
  counter(kind: SeatKind, count: () => Promise<number>): () => void {
    this.#counters.set(kind, count);
    return () => {
      this.#counters.delete(kind);
      delete this.#used[kind];
    };
  }

  /** Taken seats at the last count. */
  get used(): Readonly<Partial<Record<SeatKind, number>>> {
    return this.#used;
  }

  /** All kinds that are limited or counted, counted anew. */
  async count(): Promise<SeatUse[]> {
    const uses = await Promise.all(seatKinds.map(async (kind) => ({ kind, used: (await this.#counters.get(kind)?.()) ?? null, limit: this.limit(kind) })));
    this.#used = Object.fromEntries(uses.flatMap(({ kind, used }) => (used === null || !this.#counters.has(kind) ? [] : [[kind, used]])));
    return uses.filter(({ used, limit }) => used !== null || limit !== null);
  }
}
