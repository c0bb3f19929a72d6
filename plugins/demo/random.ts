/** The same numbers in every run, so that sample data can be described, tested and compared (mulberry32). */
export class Random {
  constructor(private state: number) {}

  /** At least 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }
  chance(share: number): boolean {
    return this.next() < share;
  }
  pick<T>(values: readonly T[]): T {
    return at(values, this.int(0, values.length - 1));
  }
}

/** The value at a position, counted round and round. */
export function at<T>(values: readonly T[], position: number): T {
  const value = values[position % values.length];
  if (value === undefined) throw new RangeError('There is nothing to choose from');
  return value;
}
