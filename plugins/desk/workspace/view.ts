import { NotFoundError, z, type PageContext } from '../../../core/api.js';
import { type ViewRow } from '../../customers/api.js';
import type { RequestFilter } from '../types.js';
import { builtIn, filterQuery, isBuiltIn, nothing, toFilter, toQuery, type FilterQuery } from './filter.js';
import { SavedDeskViews } from './saved-views.js';

/** The view that an address names, with what the address adds to it. */
export interface OpenView {
  /** `mine`, or `v12` for a saved one. */
  key: string;
  name: string;
  icon: string;
  saved: ViewRow | null;
  query: FilterQuery;
  /** Does the address narrow the view further? */
  narrowed: boolean;
  filter: RequestFilter;
  /** Within the view: the list, a request, something of a request. */
  href(...parts: (string | number)[]): string;
  /** The next page of the list. */
  page(after: string): string;
}

const pageQuery = filterQuery.extend({ after: z.string().max(400).optional().catch(undefined) });
export const keyOf = (view: Pick<ViewRow, 'id'>): string => `v${view.id}`;
export const savedQuery = (view: Pick<ViewRow, 'query'>): FilterQuery => filterQuery.parse(Object.fromEntries(new URLSearchParams(view.query)));

/** @throws NotFoundError for a view that there is not, or that somebody else keeps */
export async function openView(c: PageContext, views: SavedDeskViews): Promise<OpenView> {
  const key = c.params['view'] ?? '';
  const { after, ...added } = c.query(pageQuery);
  const more = Object.fromEntries(Object.entries(added).filter(([, value]) => value !== ''));
  const saved = /^v[1-9]\d{0,9}$/.test(key) ? await views.get(c.actor, Number(key.slice(1))) : null;
  if (!saved && !isBuiltIn(key)) throw new NotFoundError();
  const own = saved ? savedQuery(saved) : { ...nothing, ...builtIn[key as keyof typeof builtIn].query };
  const query: FilterQuery = { ...own, ...more };
  const address = (path: string, cursor?: string): string => {
    const search = toQuery(more, cursor ? { after: cursor } : {});
    return search ? `${path}?${search}` : path;
  };
  return {
    key,
    name: saved ? saved.name : c.t(`view.${key}`),
    icon: saved ? 'list-filter' : builtIn[key as keyof typeof builtIn].icon,
    saved,
    query,
    narrowed: Object.keys(more).some((name) => name !== 'sort'),
    filter: { ...toFilter(c.actor, query), after },
    href: (...parts) => address(['/desk', key, ...parts].join('/'), after),
    page: (cursor) => address(`/desk/${key}`, cursor),
  };
}
