import { z } from 'zod';
import { signedIn, type PageContext, type PageModule } from '../http/types.js';
import type { Clock } from '../tokens.js';
import type { Search, SearchGroup, SearchHit, SearchQuery } from './types.js';
import { words } from '../database/search.js';
import { marked } from './words.js';

const spans = { '30': 30, '365': 365 } as const;
const pageQuery = z.object({
  q: z.string().trim().max(200).catch('').default(''),
  kind: z.string().max(60).catch('').default(''),
  state: z.enum(['', 'open', 'closed']).catch('').default(''),
  since: z.enum(['', '30', '365']).catch('').default(''),
  after: z.string().max(400).optional().catch(undefined),
});
type Query = z.output<typeof pageQuery>;
/** Of each kind, where all are shown together. */
const few = 5;
const many = 25;

/** The page of the one search over everything. */
export function searchPages({ search, clock }: { search: Search; clock: Clock }): PageModule {
  return (page) => {
    page.get('/search', signedIn(), async (c) => {
      const query = c.query(pageQuery);
      const groups = await found(c, search, clock, query);
      const chosen = groups.find(({ kind }) => kind === query.kind);
      const narrowing = chosen?.filters ?? { open: groups.some(({ filters }) => filters.open), since: groups.some(({ filters }) => filters.since) };
      const to = (changes: Partial<Query>) => address({ ...query, after: undefined, ...changes });
      const filters = { state: narrowing.open ? ['', 'open', 'closed'] : [], since: narrowing.since ? ['', ...Object.keys(spans)] : [] };
      c.view(
        'core/search',
        {
          query: chosen ? query : { ...query, kind: '' },
          any: groups.length > 0,
          nothing: query.q !== '' && groups.every(({ count }) => count === 0),
          narrowed: query.state !== '' || query.since !== '',
          all: to({ state: '', since: '' }),
          tabs: [
            { href: to({ kind: '' }), label: c.t('core:search.everything'), active: !chosen },
            ...groups.map(({ kind, label, count }) => ({ href: to({ kind }), label: c.t(label), ...countOf(query, count), active: kind === chosen?.kind })),
          ],
          filters: Object.entries(filters).flatMap(([name, values]) =>
            values.length === 0
              ? []
              : [
                  {
                    name,
                    label: c.t(`core:search.${name}`),
                    options: values.map((value) => ({
                      value,
                      label: c.t(`core:search.${name}.${value || 'any'}`),
                      selected: value === query[name as keyof Query],
                    })),
                  },
                ],
          ),
          groups: (chosen ? [chosen] : groups)
            .filter(({ hits }) => hits.length > 0)
            .map((group) => ({
              ...group,
              hits: hitsOf(c, group, query.q),
              more: chosen ? null : group.count > group.hits.length ? to({ kind: group.kind }) : null,
            })),
          next: chosen?.next && to({ after: chosen.next }),
          first: chosen && query.after ? to({}) : null,
        },
        { title: query.q === '' ? c.t('core:search.title') : c.t('core:search.titleOf', { q: query.q }) },
      );
    });
  };
}

async function found(c: PageContext, search: Search, clock: Clock, { q, kind, state, since, after }: Query): Promise<SearchGroup[]> {
  const query: SearchQuery = {
    q,
    site: c.site,
    open: state === '' ? undefined : state === 'open',
    since: since === '' ? undefined : new Date(clock.now().getTime() - spans[since] * 86_400_000),
    limit: few,
  };
  const groups = await search.find(c.actor, kind === '' ? query : { ...query, after, limit: many }, kind || undefined);
  // A kind that this person has not: everything.
  return kind === '' || groups.some((group) => group.kind === kind) ? groups : search.find(c.actor, query);
}

const countOf = ({ q }: Query, count: number) => (q === '' ? {} : { count: Math.min(count, 100), more: count > 100 });
const nameOf = ({ number, title }: SearchHit): string => (number === null ? title : `${number} ${title}`);

/** Hits with the words of the query marked. */
function hitsOf(c: PageContext, { hits, icon }: Pick<SearchGroup, 'hits' | 'icon'>, q: string) {
  const wanted = words(q);
  return hits.map((hit) => ({
    ...hit,
    icon,
    name: marked(nameOf(hit), wanted) ?? [{ text: nameOf(hit), mark: false }],
    about: hit.about.join(' · '),
    within: hit.within && c.t(hit.within),
    badge: hit.badge && { ...hit.badge, text: c.t(hit.badge.text) },
  }));
}

function address(query: Partial<Query>): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) params.set(key, value);
  return `/search?${params.toString()}`;
}
