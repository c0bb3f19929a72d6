import type { RequestHandler } from 'express';
import { Slot, type Route } from './routes.js';

/** One slot per plugin and site, made when first asked for and mounted when the site opens. */
export class Slots {
  #slots = new Map<string, Map<string, Slot>>();

  constructor(
    private readonly plugins: readonly string[],
    private readonly handle: (route: Route) => RequestHandler,
  ) {}

  /** Serves a plugin's routes, each on its site, until the returned undo. @throws Error when another plugin has one of the paths */
  add(plugin: string, routes: readonly Route[]): () => void {
    const sites = [...new Set(routes.map((route) => route.site))];
    for (const site of sites) this.#assertFree(site, plugin, routes);
    for (const site of sites) this.#change(site, plugin, (slot) => [...slot.routes, ...routes.filter((route) => route.site === site)]);
    return () => {
      for (const site of sites) this.#change(site, plugin, (slot) => slot.routes.filter((route) => !routes.includes(route)));
    };
  }

  #assertFree(site: string, plugin: string, routes: readonly Route[]): void {
    const taken = new Map([...this.#site(site).values()].flatMap((s) => s.routes).map((r) => [`${r.method} ${r.path}`, r.plugin]));
    for (const { method, path } of routes.filter((route) => route.site === site)) {
      const owner = taken.get(`${method} ${path}`);
      if (owner) throw new Error(`${method.toUpperCase()} ${path} is already a page of plugin ${owner}`);
      taken.set(`${method} ${path}`, plugin);
    }
  }

  #change(site: string, plugin: string, change: (slot: Slot) => Route[]): void {
    const slot = this.#site(site).get(plugin);
    if (!slot) throw new Error(`unknown plugin ${plugin}`);
    slot.fill(change(slot), this.handle);
  }

  handlers(site: string): RequestHandler[] {
    return [...this.#site(site).values()].map((slot) => slot.handler);
  }

  /** Every route that is served now: what the access matrix and the API documentation are made from. */
  get routes(): Route[] {
    return [...this.#slots.values()].flatMap((slots) => [...slots.values()].flatMap((slot) => slot.routes));
  }

  #site(site: string): Map<string, Slot> {
    let slots = this.#slots.get(site);
    if (!slots) this.#slots.set(site, (slots = new Map(this.plugins.map((id) => [id, new Slot()]))));
    return slots;
  }
}
