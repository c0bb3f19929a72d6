import type { Vars } from '../errors.js';
import type { Formatter } from '../views/types.js';

type Stored = string | number | null | { $date: string };

/** Variables as text; dates stay recognizable, because they are written out in the recipient's language and time zone. */
export function storeData(data: Vars): string {
  const entries = Object.entries(data).map(([key, value]): [string, Stored] => [key, value instanceof Date ? { $date: value.toISOString() } : (value ?? null)]);
  return JSON.stringify(Object.fromEntries(entries));
}

export function readData(text: string, fmt: Formatter): Record<string, string | number> {
  const stored = JSON.parse(text) as Record<string, Stored>;
  return Object.fromEntries(Object.entries(stored).map(([key, value]) => [key, isDate(value) ? fmt.dateTime(value.$date) : (value ?? '')]));
}

function isDate(value: Stored): value is { $date: string } {
  return typeof value === 'object' && value !== null;
}
