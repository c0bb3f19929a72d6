import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { read } from './compile.js';
import { themeSources, type Source, type Theme } from './sources.js';

type Template = (data: object, options: object) => string;
interface Loaded extends Source {
  text: string;
}

export const load = (source: Source): Loaded => ({ ...source, text: readFileSync(source.file, 'utf8') });

/** Every template as one theme shows it, in a Handlebars environment of its own. */
export class ThemeViews {
  readonly #env = Handlebars.create();
  readonly #sources = new Map<string, Loaded>();
  readonly #overrides = new Map<string, Loaded>();
  readonly #known: Record<string, boolean> = {};
  readonly #helpers: ReadonlySet<string>;

  constructor(
    readonly theme: Theme,
    root: string,
    helpers: Record<string, Handlebars.HelperDelegate>,
  ) {
    this.#env.registerHelper(helpers);
    this.#env.unregisterHelper('log');
    this.#helpers = new Set(Object.keys(this.#env.helpers));
    for (const name of this.#helpers) this.#known[name] = true;
    // Parents first, so that what a theme brings replaces what it inherits.
    for (const name of [...theme.chain].reverse()) {
      const { parts, overrides } = themeSources(join(root, name));
      for (const part of parts) this.#sources.set(part.name, load(part));
      for (const override of overrides) this.#overrides.set(override.name, load(override));
    }
    for (const name of this.#sources.keys()) this.#compile(name);
  }

  get(name: string): Template | undefined {
    return this.has(name) ? (this.#env.partials[name] as Template) : undefined;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#env.partials, name);
  }

  put(views: Loaded[]): void {
    for (const view of views) this.#sources.set(view.name, this.#overrides.get(view.name) ?? view);
    for (const view of views) this.#compile(view.name);
  }

  drop(plugin: string): void {
    for (const name of this.#sources.keys()) {
      if (!name.startsWith(`${plugin}/`) || this.#sources.get(name)?.namespace !== plugin) continue;
      this.#sources.delete(name);
      delete this.#env.partials[name];
    }
  }

  check(): string[] {
    const wrong: string[] = [];
    for (const [name, { text }] of this.#sources) {
      try {
        this.#env.precompile(this.#read(name), this.#options());
      } catch (error) {
        wrong.push(`${this.theme.name}: ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      for (const [, partial = ''] of text.matchAll(/\{\{~?#?>\s*([\w/.-]+)/g)) {
        if (!this.has(partial) && !text.includes(`{{#*inline "${partial}"`)) wrong.push(`${this.theme.name}: ${name}: there is no partial "${partial}"`);
      }
    }
    for (const name of this.#overrides.keys()) if (!this.has(name)) wrong.push(`${this.theme.name}: overrides "${name}", which does not exist`);
    return wrong;
  }

  /** All templates are partials of each other; a function, never text, so that nothing is compiled while rendering data. */
  #compile(name: string): void {
    const compile = (): Template => this.#env.compile(this.#read(name), this.#options());
    const set = (property: PropertyDescriptor): object =>
      Object.defineProperty(this.#env.partials, name, { configurable: true, enumerable: true, ...property });
    // Mistakes show at once; other themes share most files with the base and are compiled when somebody uses them.
    if (this.theme.name === 'base') set({ value: compile() });
    else {
      set({
        get: () => {
          const value = compile();
          set({ value });
          return value;
        },
      });
    }
  }

  #read(name: string): hbs.AST.Program {
    const source = this.#sources.get(name);
    if (!source) throw new Error(`There is no template "${name}"`);
    return read(source.text, {
      name,
      namespace: source.namespace,
      helpers: this.#helpers,
      partial: (wanted) => {
        const found = this.#sources.get(wanted);
        return found && { source: found.text, namespace: found.namespace };
      },
    });
  }

  #options(): CompileOptions {
    return { knownHelpers: this.#known as KnownHelpers, knownHelpersOnly: true, preventIndent: true };
  }
}
