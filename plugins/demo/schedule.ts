import { toLocalInput, toUtc } from '../desk/api.js';

const dayMs = 86_400_000;
/** The imagined company works in its own time zone. */
export const companyZone = 'Europe/Stockholm';
const slots = ['07:00', '09:30', '12:00', '14:30'];
const todayWeight = 4;
const quarters = [0, 15, 30];

/** Working days of the last twelve months and the next three weeks. Today is always one and counts several times, so that much is under way. */
export function workingDays(now: Date): string[] {
  const today = toLocalInput(now, companyZone).slice(0, 10);
  const start = Date.parse(`${today}T00:00Z`);
  const days = Array.from({ length: 365 + 21 }, (_, index) => new Date(start + (index - 364) * dayMs));
  return days.flatMap((day) => {
    const name = day.toISOString().slice(0, 10);
    if (day.getTime() === start) return Array.from({ length: todayWeight }, () => name);
    return [0, 6].includes(day.getUTCDay()) ? [] : [name];
  });
}

/** Turns days and turns into times; the same few thousand times serve any number of orders. */
export class Planner {
  readonly #known = new Map<string, Date>();

  /** The `turn`-th visit of a technician on a day: four a day, between 7 and 17 o'clock, never two at once. */
  visit(day: string, turn: number, quarter: number, minutes: number): { start: Date; end: Date } {
    const key = `${day}T${slots[turn % slots.length]}`;
    let base = this.#known.get(key);
    if (!base) {
      base = toUtc(key, companyZone) ?? new Date(`${key}Z`);
      this.#known.set(key, base);
    }
    const start = new Date(base.getTime() + (quarters[quarter % quarters.length] ?? 0) * 60_000);
    return { start, end: new Date(start.getTime() + minutes * 60_000) };
  }
}
