import type { Log } from '../plugin/context.js';
import type { Assets } from './assets.js';
import { createHelpers, type Rendering } from './helpers.js';
import { fingerprint, readThemes, viewsOf } from './sources.js';
import { load, ThemeViews } from './theme-views.js';
import type { RenderContext, Translator, Views } from './types.js';

interface ViewsOptions {
  themesRoot: string;
  /** Folder of the core's own views. */
  coreViews: string;
  /** `changes` counts, so that texts kept with the templates are read again. */
  translator: Translator & { readonly changes?: number };
  assets: Assets;
  log: Log;
}

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
  #epoch = {};
  #changes: number | undefined;

  constructor(readonly options: ViewsOptions) {
    this.#added.set('core', options.coreViews);
    this.#reload();
  }

  render(name: string, data: object, context: RenderContext): ReturnType<Views['render']> {
    this.#refresh();
    const template = (this.#themes.get(context.theme) ?? this.#themes.get('base'))?.get(name);
    if (!template) throw new Error(`There is no view "${name}"`);
    const outer = this.#now;
    const now: Rendering = { context, outlets: [], epoch: this.#epoch };
    this.#now = now;
    try {
      return { html: template(data), outlets: now.outlets };
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
      const views = new ThemeViews(theme, themesRoot, helpers, now);
      for (const [plugin, folder] of this.#added) views.put(viewsOf(plugin, folder).map(load));
      themes.set(theme.name, views);
    }
    this.#themes = themes;
    this.#fingerprint = this.#files();
  }

  /** While developing, files that changed are read again at the next page. */
  #refresh(): void {
    const { changes } = this.options.translator;
    if (changes !== this.#changes) this.#epoch = {};
    this.#changes = changes;
    if (!this.#watch || Date.now() - this.#lookedAt < 500) return;
    this.#lookedAt = Date.now();
    this.#epoch = {};
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
