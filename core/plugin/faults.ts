const windowMs = 10 * 60_000;
const limit = 3;
const backOffMs = [60_000, 5 * 60_000, 30 * 60_000];

/** Counts a plugin's faults and says when they are too many. */
export class FaultCounter {
  total = 0;
  last: { at: Date; message: string } | null = null;
  quarantined = false;
  #recent: number[] = [];
  #rounds = 0;

  /** Adds a fault. Returns for how many milliseconds to take the plugin out of service, or null. */
  add(message: string, now = Date.now()): number | null {
    this.total += 1;
    this.last = { at: new Date(now), message };
    this.#recent = [...this.#recent.filter((at) => at > now - windowMs), now];
    if (this.#recent.length < limit) return null;
    const wait = backOffMs[Math.min(this.#rounds, backOffMs.length - 1)]!;
    this.#rounds += 1;
    return wait;
  }

  /** Starts counting anew; the total stays. */
  forgive(): void {
    this.quarantined = false;
    this.#recent = [];
  }
}
