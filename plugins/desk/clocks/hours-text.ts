import { weekMinutes, type WeekInterval } from './business-time.js';

/** Days of the week as the fields of the form are called, from Monday. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
const span = /^(\d{1,2}):(\d\d)[-–](\d{1,2}):(\d\d)$/;
const day = 1440;

/** Open times of a day as people write them: `08:00-12:00, 13:00-17:00`; what ends before it begins ends on the next day. Null: not understood. */
export function parseHours(text: string): WeekInterval[] | null {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.replace(/\s/g, ''))
    .filter((part) => part !== '');
  const found = parts.map((part) => {
    const [h1, m1, h2, m2] = (span.exec(part) ?? []).slice(1).map(Number);
    if (h1 === undefined || m1 === undefined || h2 === undefined || m2 === undefined || m1 > 59 || m2 > 59) return null;
    const [from, to] = [h1 * 60 + m1, h2 * 60 + m2];
    if (from >= day || to > day) return null;
    return { from, to: to > from ? to : to + day };
  });
  return found.some((one) => one === null) ? null : (found as WeekInterval[]);
}

/** The week made of its days. */
export function weekOf(days: Readonly<Record<Weekday, readonly WeekInterval[]>>): WeekInterval[] {
  return weekdays.flatMap((name, index) => days[name].map(({ from, to }) => ({ from: from + index * day, to: to + index * day })));
}

/** What the fields of the form hold. */
export function hoursTexts(hours: readonly WeekInterval[]): Record<Weekday, string> {
  const text = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const of = (index: number) =>
    hours
      .map(({ from, to }) => ({ from: from % weekMinutes, length: to - from }))
      .filter(({ from }) => Math.floor(from / day) === index)
      .map(({ from, length }) => ({ from: from - index * day, to: from - index * day + length }))
      .map(({ from, to }) => `${text(from)}-${text(to > day ? to - day : to)}`)
      .join(', ');
  return Object.fromEntries(weekdays.map((name, index) => [name, of(index)])) as Record<Weekday, string>;
}
