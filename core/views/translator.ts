import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type i18n } from 'i18next';
import type { Vars } from '../errors.js';
import { projectRoot } from '../paths.js';
import type { Translator } from './types.js';

export const languages = ['en', 'sv', 'de', 'nl', 'sk'] as const;

type Texts = Record<string, string>;
/** A text ready to use: as it is, or cut at its variables (text, name, text, ...). */
type Ready = string | readonly string[];
/** Plurals and formats are left to i18next; plain forms of a plural are kept as they are met. */
interface Open {
  key: string;
  language: string;
  forms: Map<string, Ready | Open>;
}
type Entry = Ready | Open;
interface Layer {
  namespace: string;
  texts: Map<string, Texts>;
}

export interface EditableTranslator extends Translator {
  /** Adds the `<language>.json` files of a folder to a namespace; returns the undo. */
  add(namespace: string, folder: string): () => void;
  /** Grows whenever texts are added or removed. */
  readonly changes: number;
}

/**
 * Texts of all plugins. A key missing in its namespace is looked up in `core`, then both again in English; what is missing
 * everywhere shows as the key and is reported once.
 */
export function createTranslator(missing: (language: string, key: string) => void = () => undefined): EditableTranslator {
  return new LayeredTexts(missing);
}

/** Adds the texts of the core's areas and of the themes' partials, all in the namespace `core`. */
export function addCoreTexts(translator: EditableTranslator, root = projectRoot): void {
  for (const parent of ['core', 'themes']) {
    for (const area of existsSync(join(root, parent)) ? readdirSync(join(root, parent)).sort() : []) {
      const folder = join(root, parent, area, 'locales');
      if (existsSync(folder)) translator.add('core', folder);
    }
  }
}

class LayeredTexts implements EditableTranslator {
  readonly languages = languages;
  changes = 0;
  readonly #engine: i18n = createInstance();
  readonly #layers: Layer[] = [];
  readonly #reported = new Set<string>();
  /** By language and key. */
  #cache = new Map<string, Map<string, Entry>>();
  readonly #rules = new Map<string, Intl.PluralRules>();

  constructor(readonly missing: (language: string, key: string) => void) {
    void this.#engine.init({
      initAsync: false,
      lng: 'en',
      fallbackLng: 'en',
      resources: {},
      keySeparator: false,
      nsSeparator: ':',
      interpolation: { escapeValue: false, skipOnVariables: true },
      returnNull: false,
    });
  }

  add(namespace: string, folder: string): () => void {
    const texts = new Map<string, Texts>();
    for (const language of languages) {
      const path = join(folder, `${language}.json`);
      if (existsSync(path)) texts.set(language, JSON.parse(readFileSync(path, 'utf8')) as Texts);
    }
    const layer = { namespace, texts };
    this.#layers.push(layer);
    this.#rebuild(namespace);
    return () => {
      const at = this.#layers.indexOf(layer);
      if (at < 0) return;
      this.#layers.splice(at, 1);
      this.#rebuild(namespace);
    };
  }

  t(language: string, key: string, vars?: Vars): string {
    let entry = this.#entry(language, key);
    if (typeof entry === 'object' && 'key' in entry) entry = this.#form(entry, vars);
    if (typeof entry === 'string') return entry;
    if ('key' in entry) return this.#engine.t(entry.key, { ...vars, ...dates(vars), lng: entry.language });
    let text = '';
    for (let i = 0; i < entry.length; i++) text += i % 2 === 0 ? entry[i] : written(vars?.[entry[i] ?? '']);
    return text;
  }

  has(language: string, key: string): boolean {
    return this.#exists(language, key);
  }

  #entry(language: string, key: string): Entry {
    let texts = this.#cache.get(language);
    if (!texts) this.#cache.set(language, (texts = new Map()));
    let entry = texts.get(key);
    if (entry === undefined) {
      entry = this.#resolve(language, key);
      // Keys may come from data, such as a stored audit action: bounded, so that nobody can fill the memory.
      if (texts.size < 20_000) texts.set(key, entry);
    }
    return entry;
  }

  /** The form for a count. */
  #form(entry: Open, vars: Vars | undefined): Entry {
    const count = vars?.['count'];
    if (typeof count !== 'number' || count === 0 || vars?.['context'] !== undefined) return entry;
    let rules = this.#rules.get(entry.language);
    if (!rules) this.#rules.set(entry.language, (rules = new Intl.PluralRules(entry.language)));
    const category = rules.select(count);
    let form = entry.forms.get(category);
    if (form === undefined) {
      const [namespace = '', name = ''] = entry.key.split(/:(.*)/s);
      const text: unknown = this.#engine.getResource(entry.language, namespace, `${name}_${category}`);
      form = typeof text === 'string' ? cut(text, entry.key, entry.language) : entry;
      entry.forms.set(category, form);
    }
    return form;
  }

  #resolve(language: string, key: string): Entry {
    const wanted = languages.find((known) => known === language.slice(0, 2)) ?? 'en';
    const at = key.indexOf(':');
    const name = key.slice(at + 1);
    const names = at < 0 ? [`core:${name}`] : [key, `core:${name}`];
    for (const tried of [wanted, 'en']) {
      for (const full of names) {
        if (!this.#exists(tried, full)) continue;
        const text: unknown = this.#engine.getResource(tried, full.slice(0, full.indexOf(':')), name);
        return typeof text === 'string' ? cut(text, full, tried) : { key: full, language: tried, forms: new Map() };
      }
    }
    if (!this.#reported.has(`${language} ${key}`) && this.#reported.size < 20_000) {
      this.#reported.add(`${language} ${key}`);
      this.missing(language, key);
    }
    return name;
  }

  /** As it stands, or as a plural. */
  #exists(language: string, key: string): boolean {
    const at = key.indexOf(':');
    const namespace = at < 0 ? 'core' : key.slice(0, at);
    const name = key.slice(at + 1);
    return this.#engine.getResource(language, namespace, name) !== undefined || this.#engine.getResource(language, namespace, `${name}_other`) !== undefined;
  }

  #rebuild(namespace: string): void {
    for (const language of languages) {
      this.#engine.removeResourceBundle(language, namespace);
      const merged: Texts = {};
      for (const layer of this.#layers) if (layer.namespace === namespace) Object.assign(merged, layer.texts.get(language));
      if (Object.keys(merged).length > 0) this.#engine.addResourceBundle(language, namespace, merged);
    }
    this.changes++;
    this.#cache = new Map();
    this.#reported.clear();
  }
}

function cut(text: string, key: string, language: string): Entry {
  if (!/\{\{|\$t\(/.test(text)) return text;
  const parts = text.split(/\{\{\s*(\w+)\s*\}\}/);
  return parts.some((part) => /\{\{|\$t\(/.test(part)) ? { key, language, forms: new Map() } : parts;
}

/** Dates in texts are formatted by the caller, who knows the reader's zone; a bare one is at least unmistakable. */
function written(value: Vars[string]): string {
  if (value instanceof Date) return value.toISOString().slice(0, 16).replace('T', ' ');
  return value === null || value === undefined ? '' : String(value);
}

function dates(vars: Vars | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name in vars) if (vars[name] instanceof Date) found[name] = written(vars[name]);
  return found;
}
