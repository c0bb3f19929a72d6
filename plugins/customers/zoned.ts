const wall = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::\d\d)?$/;

/** Making one costs more than all it formats for a page. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    const two = '2-digit';
    clock = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: two, day: two, hour: two, minute: two, second: two });
    clocks.set(timeZone, clock);
  }
  return clock;
}

/** What the clocks of a zone show at a moment, as if it were UTC. */
function wallTime(at: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** How far the clocks of a zone are ahead of UTC at a moment (whole seconds), both in milliseconds. */
export const offsetAt = (at: number, timeZone: string): number => wallTime(at, timeZone) - at;

/** The moment of a `datetime-local` value (`2026-03-29T09:30`) in a zone; null when it is none. A time that a clock change skips moves on by the change. */
export function toUtc(local: string, timeZone: string): Date | null {
  const found = wall.exec(local);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  if (new Date(wanted).getUTCDate() !== day || hour > 23 || minute > 59) return null;
  const first = wanted - (wallTime(wanted, timeZone) - wanted);
  const second = wanted - (wallTime(first, timeZone) - first);
  // Where both guesses disagree the clock changes in between: the later one is the one that exists.
  return new Date(wallTime(second, timeZone) === wanted ? second : Math.max(first, second));
}

/** The value of a `datetime-local` field. */
export function toLocalInput(at: Date | null, timeZone: string): string {
  return at ? new Date(wallTime(at.getTime(), timeZone)).toISOString().slice(0, 16) : '';
}

/** Start and end of the day in a zone that a moment falls on. */
export function dayOf(at: Date, timeZone: string): { from: Date; to: Date } {
  const day = toLocalInput(at, timeZone).slice(0, 10);
  const next = new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { from: toUtc(`${day}T00:00`, timeZone) ?? at, to: toUtc(`${next}T00:00`, timeZone) ?? at };
}
