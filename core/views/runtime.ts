import Handlebars from 'handlebars';

/** What the code of a template works with, besides the helpers. */

/** Own properties only: what a prototype offers (`constructor`, getters of models) is not there for a template. */
export function own(holder: unknown, name: string): unknown {
  if (holder === null || holder === undefined) return holder;
  return Object.prototype.hasOwnProperty.call(holder, name) ? (holder as Record<string, unknown>)[name] : undefined;
}

/** A value as it may stand in a page: only a helper can make markup. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return Handlebars.escapeExpression(value);
  if (typeof value === 'number') return String(value);
  if (value === null || value === undefined || typeof value === 'function') return '';
  return value instanceof Handlebars.SafeString ? value.toString() : Handlebars.escapeExpression(String(value));
}

/** What a helper gets that was called without `name=value`. */
export const noOptions = Object.freeze({ hash: Object.freeze({}) });

/** Empty lists and '' count as nothing. */
export const filled = (value: unknown): boolean => Boolean(value) && !(Array.isArray(value) && value.length === 0);

/** What `{{#each}}` goes through: a list, anything iterable, or the values of an object. */
export function items(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  return Symbol.iterator in value ? [...(value as Iterable<unknown>)] : Object.values(value);
}

/** The `@key` of one of them. */
export function keyAt(value: unknown, index: number): unknown {
  return Array.isArray(value) || typeof value !== 'object' || value === null || Symbol.iterator in value ? index : Object.keys(value)[index];
}
