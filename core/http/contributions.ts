import type { Finder, FoundItem, MenuEntry, MenuLine } from '../plugin/context.js';
import type { OutletCall, RenderContext, ViewName, Views } from '../views/types.js';
import type { Page } from './page-context.js';
import type { PageContext } from './types.js';

export interface MenuItem extends MenuEntry {
  plugin: string;
  site: string;
}
interface Filling {
  plugin: string;
  outlet: string;
  view: ViewName;
  order: number;
  data?: (c: PageContext, args: Record<string, unknown>) => Promise<object | null>;
}

const countTtlMs = 10_000;

/** What plugins put into other pages: menu entries and outlet fillings. */
export class Contributions {
  #menu: MenuItem[] = [];
  #fillings: Filling[] = [];
  #finders: { plugin: string; site: string; finder: Finder }[] = [];
  #counts = new Map<string, { at: number; value: number | MenuLine[] }>();

  constructor(
    private readonly views: () => Views,
    private readonly onFault: (plugin: string, error: unknown) => void,
  ) {}

  addMenu(item: MenuItem): () => void {
    this.#menu = [...this.#menu, item].sort((a, b) => (a.order ?? 50) - (b.order ?? 50));
    return () => (this.#menu = this.#menu.filter((other) => other !== item));
  }
  menuOf(site: string): MenuItem[] {
    return this.#menu.filter((item) => item.site === site);
  }

  /** A menu entry's number, kept for some seconds unless something that is watched live changes. */
  async count(item: MenuItem, page: PageContext): Promise<number> {
    return item.count ? this.#kept('count', item, page, item.count, 0) : 0;
  }
  /** The entries of the person's own that follow it, kept as long. */
  async more(item: MenuItem, page: PageContext): Promise<MenuLine[]> {
    return item.more ? this.#kept('more', item, page, item.more, []) : [];
  }
  async #kept<T extends number | MenuLine[]>(what: string, item: MenuItem, page: PageContext, read: (c: PageContext) => Promise<T>, none: T): Promise<T> {
    const key = `${what}:${page.actor.account?.id}:${item.plugin}:${item.href}`;
    const known = this.#counts.get(key);
    if (known && known.at > Date.now() - countTtlMs) return known.value as T;
    try {
      const value = await read(page);
      if (this.#counts.size > 5_000) this.#counts.clear();
      this.#counts.set(key, { at: Date.now(), value });
      return value;
    } catch (error) {
      this.onFault(item.plugin, error);
      return none;
    }
  }
  forgetCounts(): void {
    this.#counts.clear();
  }

  addFinder(plugin: string, site: string, finder: Finder): () => void {
    const added = { plugin, site, finder };
    this.#finders = [...this.#finders, added];
    return () => (this.#finders = this.#finders.filter((other) => other !== added));
  }
  /** What all plugins find, one after the other; one that throws is a fault of its plugin and finds nothing. */
  async find(page: PageContext, q: string): Promise<FoundItem[]> {
    const asked = this.#finders.filter(({ site }) => site === page.site);
    const found = asked.map(({ plugin, finder }) =>
      finder(page, q).catch((error: unknown) => {
        this.onFault(plugin, error);
        return [];
      }),
    );
    return (await Promise.all(found)).flat();
  }

  fill(filling: Filling): () => void {
    this.#fillings = [...this.#fillings, filling].sort((a, b) => a.order - b.order);
    return () => (this.#fillings = this.#fillings.filter((other) => other !== filling));
  }

  async renderOutlet(page: Page, context: RenderContext, call: OutletCall): Promise<string> {
    const fillings = this.#fillings.filter((f) => f.outlet === call.name);
    const parts = await Promise.all(
      fillings.map(async (filling) => {
        try {
          const data = filling.data ? await filling.data(page, call.args) : call.args;
          return data === null ? '' : this.views().render(filling.view, data, context).html;
        } catch (error) {
          this.onFault(filling.plugin, error);
          return '';
        }
      }),
    );
    return parts.join('');
  }

  get size(): number {
    return this.#menu.length + this.#fillings.length + this.#finders.length;
  }
}
