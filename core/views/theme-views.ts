import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, parse, type Parsed, type Render } from './compile.js';
import type { Helpers } from './expressions.js';
import type { Rendering } from './helpers.js';
import { themeSources, type Source, type Theme } from './sources.js';

type Template = (data: object) => string;
type Part = (root: unknown, context: unknown, block: ((context: unknown) => string) | undefined) => string;
interface Loaded extends Source {
  text: string;
}

export const load = (source: Source): Loaded => ({ ...source, text: readFileSync(source.file, 'utf8') });

/** Every template as one theme shows it. */
export class ThemeViews {
  readonly #sources = new Map<string, Loaded>();
  readonly #overrides = new Map<string, Loaded>();
  readonly #parsed = new WeakMap<Loaded, Parsed>();
  /** Partials stand in the code of those that use them: all is compiled again when a template comes or goes. */
  readonly #ready = new Map<string, Part>();

  constructor(
    readonly theme: Theme,
    root: string,
    readonly helpers: Helpers,
    readonly now: () => Rendering,
  ) {
    // Parents first, so that what a theme brings replaces what it inherits.
    for (const name of [...theme.chain].reverse()) {
      const { parts, overrides } = themeSources(join(root, name));
      for (const part of parts) this.#sources.set(part.name, load(part));
      for (const override of overrides) this.#overrides.set(override.name, load(override));
    }
    this.#renew(this.#sources.keys());
  }

  get(name: string): Template | undefined {
    if (!this.has(name)) return undefined;
    const render = this.#render(name);
    return (data) => render(data, data, undefined);
  }

  has(name: string): boolean {
    return this.#sources.has(name);
  }

  put(views: Loaded[]): void {
    for (const view of views) this.#sources.set(view.name, this.#overrides.get(view.name) ?? view);
    this.#renew(views.map(({ name }) => name));
  }

  drop(plugin: string): void {
    for (const name of this.#sources.keys()) {
      if (name.startsWith(`${plugin}/`) && this.#sources.get(name)?.namespace === plugin) this.#sources.delete(name);
    }
    this.#renew([]);
  }

  check(): string[] {
    const wrong: string[] = [];
    for (const [name, { text }] of this.#sources) {
      try {
        this.#compile(name);
      } catch (error) {
        wrong.push(`${this.theme.name}: ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      for (const [, partial = ''] of text.matchAll(/\{\{~?#?>\s*([\w/.-]+)/g)) {
        if (!this.has(partial)) wrong.push(`${this.theme.name}: ${name}: there is no partial "${partial}"`);
      }
    }
    for (const name of this.#overrides.keys()) if (!this.has(name)) wrong.push(`${this.theme.name}: overrides "${name}", which does not exist`);
    return wrong;
  }

  /** What cannot be read shows at once; other themes share most files with the base. Compiled is what somebody uses. */
  #renew(names: Iterable<string>): void {
    this.#ready.clear();
    if (this.theme.name === 'base') for (const name of names) this.#parse(name);
  }

  #render(name: string): Part {
    let part = this.#ready.get(name);
    if (!part) this.#ready.set(name, (part = this.#withTexts(this.#compile(name))));
    return part;
  }

  /** Gives a template what it keeps of each language, for as long as texts and assets stay the same. */
  #withTexts(render: Render): Part {
    const kept = new Map<string, unknown[]>();
    let epoch: object | null = null;
    return (root, context, block) => {
      const now = this.now();
      if (epoch !== now.epoch) kept.clear();
      epoch = now.epoch;
      const { language } = now.context;
      let texts = kept.get(language);
      if (!texts) kept.set(language, (texts = []));
      return render(root, context, block, texts);
    };
  }

  #compile(name: string): Render {
    const parsed = this.#parse(name);
    if (!parsed) throw new Error(`There is no template "${name}"`);
    return compile(name, parsed, {
      helpers: this.helpers,
      template: (wanted) => this.#parse(wanted),
      call: (wanted, root, context, block) => {
        if (typeof wanted !== 'string' || !this.has(wanted)) throw new Error(`${name}: there is no partial "${String(wanted)}"`);
        return this.#render(wanted)(root, context, block);
      },
    });
  }

  #parse(name: string): Parsed | undefined {
    const source = this.#sources.get(name);
    if (!source) return undefined;
    let parsed = this.#parsed.get(source);
    if (!parsed) this.#parsed.set(source, (parsed = { program: parse(source.text, name), namespace: source.namespace }));
    return parsed;
  }
}
