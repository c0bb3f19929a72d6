import type { RequestHandler } from 'express';
import { Slot, type Route } from './routes.js';

/** One slot per plugin and site, made when first asked for and mounted when the site opens. */
export class Slots {
  #slots = new Map<string, Map<string, Slot>>();

  constructor(
    private readonly plugins: readonly string[],
    private readonly handle: (route: Route) => RequestHandler,
  ) {}

  /** Serves a plugin's routes until the returned undo. @throws Error when another plugin has one of the paths */
  add(site: string, plugin: string, routes: readonly Route[]): () => void {
    const slots = this.#site(site);
    const slot = slots.get(plugin);
    if (!slot) throw new Error(`unknown plugin ${plugin}`);
    const taken = new Map([...slots.values()].flatMap((s) => s.routes).map((r) => [`${r.method} ${r.path}`, r.plugin]));
    const all = [...slot.routes, ...routes];
    for (const { method, path } of routes) {
      const owner = taken.get(`${method} ${path}`);
      if (owner) throw new Error(`${method.toUpperCase()} ${path} is already a page of plugin ${owner}`);
      taken.set(`${method} ${path}`, plugin);
    }
    slot.fill(all, this.handle);
    return () => {
      const left = slot.routes.filter((route) => !routes.includes(route));
      if (left.length > 0) slot.fill(left, this.handle);
      else slot.clear();
    };
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
