import type { Access, Actor } from '../access/types.js';
import type { Search, SearchGroup, SearchProvider, SearchQuery } from './types.js';
import { words } from '../database/search.js';

/** Asks the kinds of things that plugins offer. */
export class SearchHub implements Search {
  #providers: SearchProvider[] = [];

  constructor(private readonly access: Pick<Access, 'held'>) {}

  add(provider: SearchProvider): () => void {
    if (this.#providers.some(({ kind }) => kind === provider.kind)) throw new Error(`There already is a search for "${provider.kind}"`);
    this.#providers = [...this.#providers, provider].sort((a, b) => a.order - b.order);
    return () => (this.#providers = this.#providers.filter((other) => other !== provider));
  }

  async find(actor: Actor, query: SearchQuery, kind?: string): Promise<SearchGroup[]> {
    const held = await this.access.held(actor);
    const asked = this.#providers.filter(
      ({ permissions, sites }) => (sites?.includes(query.site) ?? true) && permissions.some((permission) => held.has(permission)),
    );
    const groups: SearchGroup[] = [];
    // One after the other: a search takes one connection, however many kinds there are.
    for (const provider of asked) {
      const { label, icon, filters } = provider;
      const own = kind === undefined || kind === provider.kind;
      const narrowed = { ...query, open: filters.open ? query.open : undefined, since: filters.since ? query.since : undefined };
      const page =
        words(query.q).length === 0
          ? { hits: [], next: null, count: 0 }
          : await provider.find(actor, own ? narrowed : { ...narrowed, after: undefined, limit: 0 });
      groups.push({ kind: provider.kind, label, icon, filters, ...page });
    }
    return groups;
  }
}
