import { offsetAt } from '../../customers/api.js';

/** Open time in minutes since Monday 00:00; `to` comes after `from` and may lie beyond the end of the week. */
export interface WeekInterval {
  from: number;
  to: number;
}
export interface BusinessHours {
  /** IANA name, such as Europe/Stockholm. */
  timeZone: string;
  hours: readonly WeekInterval[];
  /** Days as `2026-12-25`, closed from midnight to midnight by the clocks of the zone. */
  holidays: Iterable<string>;
}
type Span = readonly [from: number, to: number];

const minute = 60_000;
const day = 86_400_000;
export const weekMinutes = 7 * 1440;
/** Nothing is looked for further ahead: about ten years. */
const horizon = 3660;

/**
 * Arithmetic with business hours. A moment is business time when the clocks of the zone then show an open time of the week on a
 * day that is no holiday: an hour that summer time skips does not count, an hour that winter time repeats counts twice.
 */
export class BusinessTime {
  readonly #timeZone: string;
  /** Per weekday from Monday: open times in milliseconds since midnight, in order, not overlapping. */
  readonly #weekdays: readonly (readonly Span[])[];
  /** Days since 1970 by the clocks of the zone. */
  readonly #holidays: ReadonlySet<number>;
  /** Open spans per day of UTC, where days are of one length. */
  readonly #days = new Map<number, readonly Span[]>();
  readonly #offsets = new Map<number, number>();

  constructor({ timeZone, hours, holidays }: BusinessHours) {
    this.#timeZone = timeZone;
    this.#weekdays = byWeekday(hours);
    this.#holidays = new Set([...holidays].map((one) => Date.parse(`${one}T00:00Z`) / day));
  }

  /** The moment at which `ms` of business time have passed since `from`; null when that takes longer than ten years. */
  add(from: Date, ms: number): Date | null {
    if (ms <= 0) return from;
    let left = ms;
    for (const [start, end] of this.#spans(from.getTime())) {
      if (left <= end - start) return new Date(start + left);
      left -= end - start;
    }
    return null;
  }

  /** Milliseconds of business time between two moments; 0 when `to` is not after `from`. */
  between(from: Date, to: Date): number {
    const end = to.getTime();
    let sum = 0;
    for (const [start, stop] of this.#spans(from.getTime())) {
      if (start >= end) break;
      sum += Math.min(stop, end) - start;
    }
    return sum;
  }

  /** The first business moment that is not before `at`: `at` itself when it is one; null when there is none within ten years. */
  nextOpen(at: Date): Date | null {
    for (const [start] of this.#spans(at.getTime())) return new Date(start);
    return null;
  }

  /** Open spans from a moment on, in order. */
  *#spans(from: number): Generator<Span> {
    if (this.#weekdays.every((one) => one.length === 0)) return;
    const first = Math.floor(from / day);
    for (let index = first; index < first + horizon; index++) for (const [start, end] of this.#day(index)) if (end > from) yield [Math.max(start, from), end];
  }

  #day(index: number): readonly Span[] {
    let spans = this.#days.get(index);
    if (!spans) {
      if (this.#days.size > 2 * horizon) this.#days.clear();
      this.#days.set(index, (spans = this.#compute(index)));
    }
    return spans;
  }

  #compute(index: number): Span[] {
    const [start, end] = [index * day, (index + 1) * day];
    const [before, after] = [this.#offset(index), this.#offset(index + 1)];
    if (before === after) return this.#local(start, end, before);
    let [low, high] = [start, end];
    while (high - low > minute) {
      const middle = low + Math.floor((high - low) / 2 / minute) * minute;
      if (offsetAt(middle, this.#timeZone) === before) low = middle;
      else high = middle;
    }
    return [...this.#local(start, high, before), ...this.#local(high, end, after)];
  }

  /** At the start of a day of UTC. */
  #offset(index: number): number {
    let offset = this.#offsets.get(index);
    if (offset === undefined) {
      if (this.#offsets.size > 2 * horizon) this.#offsets.clear();
      this.#offsets.set(index, (offset = offsetAt(index * day, this.#timeZone)));
    }
    return offset;
  }

  /** Open spans of a stretch over which the clocks do not change. */
  #local(from: number, to: number, offset: number): Span[] {
    const spans: Span[] = [];
    for (let date = Math.floor((from + offset) / day); date * day < to + offset; date++) {
      if (this.#holidays.has(date)) continue;
      // The first day of 1970 was a Thursday.
      for (const [open, close] of this.#weekdays[(((date + 3) % 7) + 7) % 7] ?? []) {
        const start = Math.max(from, date * day + open - offset);
        const end = Math.min(to, date * day + close - offset);
        if (start < end) spans.push([start, end]);
      }
    }
    return spans;
  }
}

/** Cuts intervals at midnight and joins what touches or overlaps. */
function byWeekday(hours: readonly WeekInterval[]): Span[][] {
  const days: Span[][] = Array.from({ length: 7 }, () => []);
  for (const { from, to } of hours)
    for (let start = from; start < to;) {
      const end = Math.min(to, (Math.floor(start / 1440) + 1) * 1440);
      const date = Math.floor(start / 1440);
      days[date % 7]?.push([(start - date * 1440) * minute, (end - date * 1440) * minute]);
      start = end;
    }
  return days.map((spans) => {
    const joined: [number, number][] = [];
    for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
      const last = joined.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  });
}
