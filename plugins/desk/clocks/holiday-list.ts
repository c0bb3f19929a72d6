import { parse } from 'csv-parse/sync';
import { InvalidInputError, z } from '../../../core/api.js';

export interface NamedDay {
  /** As `2026-12-25`. */
  day: string;
  name: string;
}
const most = 1000;
const isDay = (text: string): boolean => z.iso.date().safeParse(text).success;
const refuse = (key: string, line = 0) => new InvalidInputError({ list: { key: `desk:error.${key}`, vars: { line, max: most } } });

/** Days with names from a list: iCal, or one per line as `2026-12-25;Christmas Day`. @throws InvalidInputError for `list` */
export function readHolidays(text: string): NamedDay[] {
  const days = /^\s*BEGIN:VCALENDAR/i.test(text) ? fromCalendar(text) : fromTable(text);
  if (days.length === 0) throw refuse('holidaysEmpty');
  if (days.length > most) throw refuse('holidaysMany');
  return days;
}

function fromTable(text: string): NamedDay[] {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, delimiter: [';', '\t', ','], relax_column_count: true, relax_quotes: true, trim: true, to: most + 2 });
  } catch {
    throw refuse('holidayLine', 1);
  }
  return rows.flatMap(([first = '', name = ''], index): NamedDay[] => {
    if (first === '' && name === '') return [];
    const day = isoOf(first);
    // The first line may be headings.
    if (!day && index === 0) return [];
    if (!day) throw refuse('holidayLine', index + 1);
    return [{ day, name: name.slice(0, 80) || day }];
  });
}

/** `2026-12-25`, `25.12.2026` or `25/12/2026`. */
function isoOf(text: string): string | null {
  const [, d = '', m = '', y = ''] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text.replace(/\s/g, '')) ?? [];
  const day = y ? `${y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}` : text;
  return isDay(day) ? day : null;
}

/** Whole days of the events; what lasts several days closes each of them. */
function fromCalendar(text: string): NamedDay[] {
  const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const days: NamedDay[] = [];
  let event: Partial<Record<string, string>> = {};
  for (const line of lines) {
    const [, name = '', value = ''] = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/i.exec(line) ?? [];
    if (line === 'BEGIN:VEVENT') event = {};
    else if (line === 'END:VEVENT') days.push(...daysOf(event));
    else if (name) event[name.toUpperCase()] ??= value.trim();
    if (days.length > most) break;
  }
  return days;
}

function daysOf({ DTSTART = '', DTEND = '', SUMMARY = '' }: Partial<Record<string, string>>): NamedDay[] {
  const iso = (value: string) => value.replace(/^(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3');
  const [first, end] = [iso(DTSTART), iso(DTEND)];
  if (!isDay(first)) return [];
  const name = SUMMARY.replace(/\\n/gi, ' ').replace(/\\(.)/g, '$1').slice(0, 80);
  const days = [first];
  for (let next = after(first); isDay(end) && next < end && days.length < 31; next = after(next)) days.push(next);
  return days.map((day) => ({ day, name: name || day }));
}

const after = (day: string): string => new Date(Date.parse(`${day}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
