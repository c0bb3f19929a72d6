import { filled, own } from './runtime.js';

type Helper = (...args: unknown[]) => unknown;

/** What was typed is text, what was stored may be a number: 3 equals "3". */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return (typeof a === 'number' && typeof b === 'string') || (typeof a === 'string' && typeof b === 'number') ? String(a) === String(b) : false;
}
const values = (args: unknown[]): unknown[] => args.slice(0, -1);

/** Helpers that only compute, for conditions and arguments. */
export const logicHelpers: Record<string, Helper> = {
  eq: (a, b) => same(a, b),
  ne: (a, b) => !same(a, b),
  gt: (a, b) => Number(a) > Number(b),
  gte: (a, b) => Number(a) >= Number(b),
  lt: (a, b) => Number(a) < Number(b),
  lte: (a, b) => Number(a) <= Number(b),
  not: (value) => !filled(value),
  and: (...args) => values(args).reduce((before, value) => (filled(before) ? value : before)),
  or: (...args) => values(args).reduce((before, value) => (filled(before) ? before : value)),
  add: (a, b) => Number(a) + Number(b),
  concat: (...args) =>
    values(args)
      .map((value) => (value === null || value === undefined ? '' : String(value)))
      .join(''),
  array: (...args) => values(args),
  object: (options) => ({ ...(options as { hash: Record<string, unknown> }).hash }),
  lookup: (holder, name) => own(holder, String(name)),
  includes: (list, value) => Array.isArray(list) && list.some((entry) => same(entry, value)),
  /** Own value of an object under a name known only when rendering; '' if there is none. */
  get: (holder, name) =>
    typeof holder === 'object' && holder !== null && Object.hasOwn(holder, String(name)) ? (holder as Record<string, unknown>)[String(name)] : '',
};
