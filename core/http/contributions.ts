import type { MenuEntry } from '../plugin/context.js';
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
  #counts = new Map<string, { at: number; value: number }>();

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
    if (!item.count) return 0;
    const key = `${page.actor.account?.id}:${item.plugin}:${item.href}`;
    const known = this.#counts.get(key);
    if (known && known.at > Date.now() - countTtlMs) return known.value;
    try {
      const value = await item.count(page);
      if (this.#counts.size > 5_000) this.#counts.clear();
      this.#counts.set(key, { at: Date.now(), value });
      return value;
    } catch (error) {
      this.onFault(item.plugin, error);
      return 0;
    }
  }
  forgetCounts(): void {
    this.#counts.clear();
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
    return this.#menu.length + this.#fillings.length;
  }
}
