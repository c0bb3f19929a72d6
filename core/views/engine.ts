import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { Log } from '../plugin/context.js';
import type { Assets } from './assets.js';
import { read } from './compile.js';
import { createHelpers, type Rendering } from './helpers.js';
import { fingerprint, readThemes, themeSources, viewsOf, type Source, type Theme } from './sources.js';
import type { RenderContext, Translator, Views } from './types.js';

interface ViewsOptions {
  themesRoot: string;
  /** Folder of the core's own views. */
  coreViews: string;
  translator: Translator;
  assets: Assets;
  log: Log;
}
type Template = (data: object, options: object) => string;
interface Loaded extends Source {
  text: string;
}

/** Own properties only: what a prototype offers (`constructor`, getters of models) is not there for a template. */
const rendering = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

/** Views of the core and of all themes; plugins add theirs. */
export function createViews(options: ViewsOptions): Views & { check(): string[] } {
  return new Engine(options);
}

class Engine implements Views {
  readonly #added = new Map<string, string>();
  readonly #watch = process.env['NODE_ENV'] !== 'production';
  #themes = new Map<string, ThemeViews>();
  #now: Rendering | null = null;
  #fingerprint = '';
  #lookedAt = 0;

  constructor(readonly options: ViewsOptions) {
    this.#added.set('core', options.coreViews);
    this.#reload();
  }

  render(name: string, data: object, context: RenderContext): ReturnType<Views['render']> {
    this.#refresh();
    const template = (this.#themes.get(context.theme) ?? this.#themes.get('base'))?.get(name);
    if (!template) throw new Error(`There is no view "${name}"`);
    const outer = this.#now;
    const now: Rendering = { context, outlets: [] };
    this.#now = now;
    try {
      return { html: template(data, rendering), outlets: now.outlets };
    } finally {
      this.#now = outer;
    }
  }

  add(plugin: string, folder: string): () => void {
    this.#added.set(plugin, folder);
    for (const theme of this.#themes.values()) theme.put(viewsOf(plugin, folder).map(load));
    return () => {
      if (this.#added.get(plugin) !== folder) return;
      this.#added.delete(plugin);
      for (const theme of this.#themes.values()) theme.drop(plugin);
    };
  }

  has(name: string, theme = 'base'): boolean {
    return (this.#themes.get(theme) ?? this.#themes.get('base'))?.has(name) ?? false;
  }

  /** Compiles everything in every theme; returns what is wrong. */
  check(): string[] {
    return [...this.#themes.values()].flatMap((theme) => theme.check());
  }

  #reload(): void {
    const { themesRoot, translator, assets } = this.options;
    const now = (): Rendering => {
      if (!this.#now) throw new Error('Helpers work only while a view is rendered');
      return this.#now;
    };
    const helpers = createHelpers(now, translator, assets);
    const themes = new Map<string, ThemeViews>();
    for (const theme of readThemes(themesRoot)) {
      const views = new ThemeViews(theme, themesRoot, helpers);
      for (const [plugin, folder] of this.#added) views.put(viewsOf(plugin, folder).map(load));
      themes.set(theme.name, views);
    }
    this.#themes = themes;
    this.#fingerprint = this.#files();
  }

  /** While developing, files that changed are read again at the next page. */
  #refresh(): void {
    if (!this.#watch || Date.now() - this.#lookedAt < 500) return;
    this.#lookedAt = Date.now();
    if (this.#files() === this.#fingerprint) return;
    try {
      this.#reload();
    } catch (error) {
      this.options.log.error({ err: error }, 'views could not be read again, the previous ones stay');
    }
  }

  #files(): string {
    return fingerprint([this.options.themesRoot, ...this.#added.values()]);
  }
}

const load = (source: Source): Loaded => ({ ...source, text: readFileSync(source.file, 'utf8') });

/** Every template as one theme shows it, in a Handlebars environment of its own. */
class ThemeViews {
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
    for (const name of [...this.#sources.keys()]) {
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
    this.#env.partials[name] = this.#env.compile(this.#read(name), this.#options());
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
