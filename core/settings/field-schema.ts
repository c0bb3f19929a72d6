import { isIP } from 'node:net';
import { z } from 'zod';
import type { Message, Vars } from '../errors.js';
import type { SettingDecl } from './types.js';

const EMAIL = /^[^\s@<>()",;:\\[\]]+@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)+$/u;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\u2028\u2029]/;
const LONG_TEXT = 10_000;
const MOST_ADDRESSES = 200;

class Problem {
  constructor(readonly message: Message) {}
}
const problem = (key: string, vars?: Vars): Problem => new Problem({ key: `core:settings.error.${key}`, ...(vars && { vars }) });

/** Checks a value against its declaration: the value as it is stored, or a sentence that says what is wrong and what to enter. */
export function checkField(decl: SettingDecl, value: unknown): { value: unknown } | { message: Message } {
  const result = fieldSchema(decl).safeParse(value);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0] as unknown as { params?: { message: Message } };
  return { message: issue.params?.message ?? problem('kind').message };
}

/** The schema of one declared field; each issue carries its own sentence in `params.message`. */
function fieldSchema(decl: SettingDecl): z.ZodType {
  return z.unknown().transform((value, context) => {
    const result = read(decl, value);
    if (!(result instanceof Problem)) return result;
    context.addIssue({ code: 'custom', message: result.message.key, params: { message: result.message } });
    return z.NEVER;
  });
}

function read(decl: SettingDecl, value: unknown): unknown {
  switch (decl.type) {
    case 'text':
      return readText(value, decl.maxLength ?? 200, decl.required ?? false, decl.format ?? 'text');
    case 'longtext':
      return readLongText(value, decl.maxLength ?? LONG_TEXT);
    case 'secret':
      return readText(value, 1000, false, 'text');
    case 'number':
      return readNumber(value, decl.min, decl.max, decl.unit);
    case 'port':
      return readWhole(value, 1, 65_535, 'port');
    case 'duration':
      return readWhole(value, decl.min ?? 0, decl.max ?? 1_000_000, `duration.${decl.unit}`);
    case 'switch':
      return typeof value === 'boolean' ? value : problem('kind');
    case 'choice':
      return typeof value === 'string' && decl.options.includes(value) ? value : problem('choice');
    case 'several':
      return readSeveral(value, decl.options);
    case 'color':
      return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value.trim()) ? value.trim().toLowerCase() : problem('color');
    case 'file':
      return typeof value === 'string' && /^[\w-]{0,80}$/.test(value) ? value : problem('kind');
    case 'addresses':
      return readAddresses(value);
  }
}

function readText(value: unknown, maxLength: number, required: boolean, format: 'email' | 'url' | 'text'): string | Problem {
  if (typeof value !== 'string') return problem('kind');
  const text = value.trim().normalize('NFC');
  if (text === '') return required ? problem('required') : '';
  if (text.length > maxLength) return problem('tooLong', { max: maxLength, length: text.length });
  if (CONTROL.test(text) || /[\t\n]/.test(text)) return problem('oneLine');
  if (format === 'email' && !EMAIL.test(text)) return problem('email');
  if (format === 'url' && !isWebAddress(text)) return problem('url');
  return text;
}

function readLongText(value: unknown, maxLength: number): string | Problem {
  if (typeof value !== 'string') return problem('kind');
  const text = value.replaceAll('\r\n', '\n').trimEnd().normalize('NFC');
  if (text.length > maxLength) return problem('tooLong', { max: maxLength, length: text.length });
  return CONTROL.test(text) ? problem('control') : text;
}

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).username === '';
}

/** Numbers come typed from code and as text from forms; both decimal signs are understood. */
function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[-+]?\d{1,15}(?:[.,]\d{1,6})?\s*$/.test(value)) return Number.NaN;
  return Number(value.trim().replace(',', '.'));
}

function readNumber(value: unknown, min: number | undefined, max: number | undefined, unit = ''): number | Problem {
  const number = toNumber(value);
  const fits = Number.isFinite(number) && number >= (min ?? -Infinity) && number <= (max ?? Infinity);
  if (fits) return number;
  const kind = min === undefined ? (max === undefined ? 'number' : 'numberMax') : max === undefined ? 'numberMin' : 'numberRange';
  return problem(kind, { min: min ?? null, max: max ?? null, unit: unit && ` ${unit}` });
}

function readWhole(value: unknown, min: number, max: number, kind: string): number | Problem {
  const number = toNumber(value);
  return Number.isInteger(number) && number >= min && number <= max ? number : problem(kind, { min, max });
}

function readSeveral(value: unknown, options: readonly string[]): string[] | Problem {
  if (!Array.isArray(value)) return problem('kind');
  if (value.some((item) => typeof item !== 'string' || !options.includes(item))) return problem('choice');
  return options.filter((option) => value.includes(option));
}

/** E-mail addresses, IP addresses and networks (`10.20.0.0/24`), one per line. */
function readAddresses(value: unknown): string[] | Problem {
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) return problem('kind');
  const list = [...new Set((value as string[]).map((item) => item.trim().toLowerCase()).filter((item) => item !== ''))];
  if (list.length > MOST_ADDRESSES) return problem('tooMany', { max: MOST_ADDRESSES });
  for (const item of list) {
    const wrong = addressProblem(item);
    if (wrong) return wrong;
  }
  return list;
}

function addressProblem(item: string): Problem | null {
  const [host = '', prefix, ...rest] = item.split('/');
  const family = isIP(host);
  if (family === 0) return item.length <= 200 && EMAIL.test(item) ? null : problem('address', { value: item.slice(0, 60) });
  const most = family === 4 ? 32 : 128;
  const valid = rest.length === 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most));
  return valid ? null : problem('prefix', { value: item.slice(0, 60), max: most, example: family === 4 ? '10.20.0.0/24' : '2001:db8::/32' });
}
