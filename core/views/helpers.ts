import Handlebars from 'handlebars';
import type { Vars } from '../errors.js';
import type { Assets } from './assets.js';
import { toDate } from './format.js';
import { logicHelpers } from './logic-helpers.js';
import { richHtml } from './markdown.js';
import { optionMarkup } from './option-markup.js';
import { hue, initials } from './person.js';
import { noOptions } from './runtime.js';
import type { OutletCall, RenderContext, Translator } from './types.js';

const escape = Handlebars.escapeExpression;

/** What is being rendered now. Rendering is synchronous, so one is enough, and no template can reach it. */
export interface Rendering {
  context: RenderContext;
  outlets: OutletCall[];
  /** Another one after texts or names of assets changed. */
  epoch: object;
}
interface Options {
  hash: Record<string, unknown>;
}
type Helper = (...args: unknown[]) => unknown;

/** Markup that a helper made; `text` is the same for places that take none, such as attributes. */
class Markup extends Handlebars.SafeString {
  constructor(
    html: string,
    readonly text: string,
  ) {
    super(html);
  }
}

let outletCount = 0;

/** The helpers of all views, on what `now()` gives. */
export function createHelpers(now: () => Rendering, translator: Translator, assets: Assets): Record<string, Helper> {
  const fmt = (): RenderContext['fmt'] => now().context.fmt;
  let plainIcons = new Map<string, Handlebars.SafeString>();
  let epoch: object | null = null;

  /** `<time>` with the exact moment as its title, where the text itself is shorter than that. */
  function time(value: unknown, show: (date: Date | string | number) => string, relative = false): Markup | string {
    const date = toDate(value);
    if (!date) return '';
    const given = typeof value === 'string' ? value : date;
    const text = show(given);
    const machine = typeof value === 'string' && value.length === 10 ? value : date.toISOString();
    const extra = relative ? ` title="${escape(fmt().dateTime(date, 'long'))}" data-relative` : '';
    return new Markup(`<time datetime="${machine}"${extra}>${escape(text)}</time>`, text);
  }

  function icon(name: string, hash: Record<string, unknown>): Handlebars.SafeString {
    const url = `${assets.url('icons.svg')}#${name}`;
    const css = typeof hash['class'] === 'string' ? `icon ${escape(hash['class'])}` : 'icon';
    const label = hash['label'] ? `role="img" aria-label="${escape(String(hash['label']))}"` : 'aria-hidden="true"';
    const size = Number(hash['size'] ?? 18);
    return new Handlebars.SafeString(`<svg class="${css}" width="${size}" height="${size}" ${label}><use href="${escape(url)}"></use></svg>`);
  }

  function translate(key: unknown, hash: Record<string, unknown>): unknown {
    if (key === null || key === undefined || key === '') return '';
    const { language } = now().context;
    if (typeof key === 'object' && 'key' in key) {
      const message = key as { key: string; vars?: Vars };
      return translate(message.key, { ...message.vars, ...hash });
    }
    let marked: string[] | null = null;
    let vars: Vars | undefined;
    for (const name in hash) {
      const value = hash[name];
      vars ??= {};
      // Markup stays markup within an escaped sentence: it takes the place of a mark that no text contains.
      if (value instanceof Handlebars.SafeString) vars[name] = `\ue000${(marked ??= []).push(value.toString()) - 1}\ue001`;
      else vars[name] = value instanceof Date ? fmt().date(value) : (value as Vars[string]);
    }
    const text = translator.t(language, String(key), vars);
    if (!marked) return text;
    const parts = marked;
    return new Handlebars.SafeString(escape(text).replace(/\ue000(\d+)\ue001/g, (_all, at: string) => parts[Number(at)] ?? ''));
  }

  const helpers: Record<string, Helper> = {
    ...logicHelpers,
    t: (key, options) => translate(key, (options as Options).hash),
    tIn(namespace, key, options) {
      const full = typeof key === 'string' && key !== '' && !key.includes(':') ? `${String(namespace)}:${key}` : key;
      return translate(full, (options as Options).hash);
    },
    date: (value, style) => time(value, (date) => fmt().date(date, typeof style === 'string' ? (style as 'long') : 'medium')),
    time: (value) => time(value, (date) => fmt().time(date)),
    datetime: (value, style) => time(value, (date) => fmt().dateTime(date, typeof style === 'string' ? (style as 'long') : 'medium')),
    ago: (value) => time(value, (date) => fmt().ago(date), true),
    moment: (value) => time(value, (date) => fmt().moment(date), true),
    relative: (value) => time(value, (date) => fmt().relative(date), true),
    /** The text of a `<time>`, for attributes: `title="{{plain (date d)}}"`. */
    plain: (value) => (value instanceof Markup ? value.text : value),
    number(value, options) {
      const digits = (options as Options).hash['digits'];
      if (typeof value !== 'number') return value;
      return fmt().number(value, typeof digits === 'number' ? { minimumFractionDigits: digits, maximumFractionDigits: digits } : undefined);
    },
    money: (minor, currency) => (typeof minor === 'number' && typeof currency === 'string' ? fmt().money(minor, currency) : ''),
    bytes: (value) => (typeof value === 'number' ? fmt().bytes(value) : ''),
    icon(name, options) {
      if (typeof name !== 'string' || name === '') return '';
      if (options !== noOptions) return icon(name, (options as Options).hash);
      if (epoch !== now().epoch) plainIcons = new Map();
      epoch = now().epoch;
      let svg = plainIcons.get(name);
      if (!svg) {
        svg = icon(name, {});
        if (plainIcons.size < 2000) plainIcons.set(name, svg);
      }
      return svg;
    },
    /** What people write, with Markdown: `{{rich text names=names}}`; the names are marked where they stand behind an @. */
    rich(text, options) {
      const names = options === noOptions ? [] : (options as Options).hash['names'];
      return typeof text === 'string' ? new Handlebars.SafeString(richHtml(text, Array.isArray(names) ? names.map(String) : [])) : '';
    },
    csrf: () => new Handlebars.SafeString(`<input type="hidden" name="_csrf" value="${escape(now().context.csrf)}">`),
    asset: (name) => assets.url(String(name)),
    outlet(name, options) {
      const call = { placeholder: `<!--outlet:${++outletCount}-->`, name: String(name), args: { ...(options as Options).hash } };
      now().outlets.push(call);
      return new Handlebars.SafeString(call.placeholder);
    },
    /** The options of a select: `{{options list selected=(get form.values name)}}`. */
    options: (list, options) => optionMarkup(list, (options as Options).hash['selected']),
    /** `{{#can "a.b.c"}}` or `(can "a.b.c")`; with several permissions one of them is enough. */
    can(...args) {
      const { held } = now().context;
      return held.has('*') || args.slice(0, -1).some((permission) => held.has(String(permission)));
    },
    initials: (name) => (typeof name === 'string' ? initials(name) : ''),
    hue: (name) => (typeof name === 'string' ? hue(name) : 0),
  };
  return helpers;
}
