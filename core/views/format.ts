import { parseDecimal } from './parse-number.js';
import type { Formatter } from './types.js';

/** Words of a language, dates and numbers as its largest country in reach writes them. */
const locales: Record<string, string> = { en: 'en-GB', sv: 'sv-SE', de: 'de-DE', nl: 'nl-NL', sk: 'sk-SK' };
const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
const styles = {
  short: { day: 'numeric', month: 'short' },
  medium: { day: 'numeric', month: 'short', year: 'numeric' },
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  year: { year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
type Style = keyof typeof styles;
const cache = new Map<string, Formatter>();

type When = Date | string | number;

/** The formatter of one language and time zone; the same one is given again. An unknown zone counts as UTC. */
export function createFormatter(language: string, timeZone: string): Formatter {
  const key = `${language} ${timeZone}`;
  let known = cache.get(key);
  if (!known) {
    // Both come from accounts and settings, never from a request, so that there are few of them.
    known = new IntlFormatter(locales[language.slice(0, 2)] ?? 'en-GB', validZone(timeZone));
    cache.set(key, known);
  }
  return known;
}

function validZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** A moment from a Date, milliseconds, ISO text, or the text that raw queries give; null when it is none. */
export function toDate(value: unknown): Date | null {
  let date: Date;
  if (value instanceof Date) date = value;
  else if (typeof value === 'number') date = new Date(value);
  else if (typeof value === 'string' && value !== '')
    date = new Date(/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?$/.test(value) ? `${value.replace(' ', 'T')}Z` : value);
  else return null;
  return Number.isNaN(date.getTime()) ? null : date;
}

/** A calendar day without a time is the same day everywhere. */
const isDay = (value: When): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);

class IntlFormatter implements Formatter {
  readonly #formats = new Map<string, Intl.DateTimeFormat>();
  readonly #numbers = new Map<string, Intl.NumberFormat>();
  readonly #digits = new Map<string, number>();
  readonly #shown = new Map<string, string>();
  readonly #days = new Map<number, number>();
  readonly #relative: Intl.RelativeTimeFormat;

  constructor(
    readonly locale: string,
    readonly timeZone: string,
  ) {
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  }

  date(value: When, style: 'short' | 'medium' | 'long' | 'weekday' = 'medium'): string {
    const date = toDate(value);
    if (!date) return '';
    const zone = isDay(value) ? 'UTC' : this.timeZone;
    // The year is left out where it is the current one, else a short date would mislead.
    const wanted = style === 'short' && this.#year(date, zone) !== this.#year(new Date(), zone) ? 'medium' : style;
    return this.#show(wanted, zone, date);
  }

  time(value: When): string {
    const date = toDate(value);
    return date ? this.#show('time', this.timeZone, date) : '';
  }

  dateTime(value: When, style: 'short' | 'medium' | 'long' = 'medium'): string {
    const date = toDate(value);
    return date ? `${this.date(date, style)}, ${this.time(date)}` : '';
  }

  relative(value: When): string {
    const date = toDate(value);
    if (!date) return '';
    const now = new Date();
    const seconds = (date.getTime() - now.getTime()) / 1000;
    const distance = Math.abs(seconds);
    if (distance < 45) return this.#relative.format(0, 'second');
    if (distance < 45 * 60) return this.#relative.format(round(seconds / 60), 'minute');
    const days = this.#dayNumber(date) - this.#dayNumber(now);
    if (distance < 22 * 3600 || days === 0) return this.#relative.format(round(seconds / 3600), 'hour');
    if (Math.abs(days) < 30) return this.#relative.format(days, 'day');
    if (Math.abs(days) < 345) return this.#relative.format(round(days / 30.44), 'month');
    return this.#relative.format(round(days / 365.25), 'year');
  }

  ago(value: When): string {
    const date = toDate(value);
    if (!date) return '';
    const seconds = Math.max(0, (Date.now() - date.getTime()) / 1000);
    const days = this.#dayNumber(new Date()) - this.#dayNumber(date);
    if (seconds < 60) return this.#relative.format(0, 'second');
    if (seconds < 3600) return this.number(Math.floor(seconds / 60), { style: 'unit', unit: 'minute', unitDisplay: 'short' });
    if (days === 0) return this.number(Math.floor(seconds / 3600), { style: 'unit', unit: 'hour', unitDisplay: 'short' });
    return days === 1 ? this.#relative.format(-1, 'day') : this.date(date, 'short');
  }

  moment(value: When): string {
    const date = toDate(value);
    if (!date) return '';
    return this.#dayNumber(date) === this.#dayNumber(new Date()) ? this.time(date) : this.dateTime(date, 'short');
  }

  number(value: number, options: Intl.NumberFormatOptions = {}): string {
    // Most are small counts, which all our languages write alike.
    if (value >= 0 && value < 1000 && Number.isInteger(value) && Object.keys(options).length === 0) return String(value);
    return this.#number(options).format(value);
  }

  money(minor: number, currency: string): string {
    return this.#number({ style: 'currency', currency }).format(minor / 10 ** this.#digitsOf(currency));
  }

  amount(minor: number, currency: string): string {
    const digits = this.#digitsOf(currency);
    return this.#number({ useGrouping: false, minimumFractionDigits: digits, maximumFractionDigits: digits }).format(minor / 10 ** digits);
  }

  quantity(thousandths: number): string {
    return this.#number({ maximumFractionDigits: 3 }).format(thousandths / 1000);
  }

  parseMoney(text: string, currency: string): number | null {
    return parseDecimal(text, this.locale, this.#digitsOf(currency));
  }

  parseQuantity(text: string): number | null {
    return parseDecimal(text, this.locale, 3);
  }

  bytes(value: number): string {
    const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
    const amount = value / 1000 ** power;
    return this.#number({
      style: 'unit',
      unit: units[power],
      unitDisplay: power === 0 ? 'long' : 'short',
      maximumFractionDigits: amount < 10 && power > 0 ? 1 : 0,
    }).format(amount);
  }

  #digitsOf(currency: string): number {
    let digits = this.#digits.get(currency);
    if (digits === undefined) this.#digits.set(currency, (digits = this.#number({ style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2));
    return digits;
  }

  /** The same moments are shown again and again, and Intl is slow; none of the styles shows seconds. */
  #show(style: Style, zone: string, date: Date): string {
    const key = `${style} ${zone === this.timeZone ? '' : zone} ${Math.floor(date.getTime() / 60_000)}`;
    let text = this.#shown.get(key);
    if (text === undefined) {
      text = this.#format(style, styles[style], zone).format(date);
      if (this.#shown.size >= 2000) this.#shown.clear();
      this.#shown.set(key, text);
    }
    return text;
  }

  #year(date: Date, zone: string): string {
    return this.#show('year', zone, date);
  }

  /** Days since 1970 as the calendar of the zone counts them. */
  #dayNumber(date: Date): number {
    const minute = Math.floor(date.getTime() / 60_000);
    let day = this.#days.get(minute);
    if (day === undefined) {
      day = this.#countDays(date);
      if (this.#days.size >= 2000) this.#days.clear();
      this.#days.set(minute, day);
    }
    return day;
  }

  #countDays(date: Date): number {
    const parts = this.#format(
      'day',
      { year: 'numeric', month: 'numeric', day: 'numeric', calendar: 'gregory', numberingSystem: 'latn' },
      this.timeZone,
    ).formatToParts(date);
    const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value);
    return Date.UTC(part('year'), part('month') - 1, part('day')) / 86_400_000;
  }

  #format(name: string, options: Intl.DateTimeFormatOptions, zone: string): Intl.DateTimeFormat {
    const key = `${name} ${zone}`;
    let format = this.#formats.get(key);
    if (!format) this.#formats.set(key, (format = new Intl.DateTimeFormat(this.locale, { ...options, timeZone: zone })));
    return format;
  }

  #number(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    const key = JSON.stringify(options);
    let format = this.#numbers.get(key);
    if (!format) this.#numbers.set(key, (format = new Intl.NumberFormat(this.locale, options)));
    return format;
  }
}

/** Away from zero, so that 90 s ago and 90 s ahead read alike. */
const round = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));
