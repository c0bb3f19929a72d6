import { z } from 'zod';
import { signedIn } from '../http/types.js';
import { listQuery, time, type ApiModule } from '../rest/types.js';
import type { Search } from './types.js';

const piece = z.object({ text: z.string(), mark: z.boolean() });
const group = z.object({
  kind: z.string().describe('Such as `desk.request`.'),
  count: z.number().int().describe('How many there are; 101 stands for more than a hundred.'),
  items: z.array(
    z.object({
      id: z.number().int(),
      number: z.string().nullable(),
      title: z.string(),
      about: z.array(z.string()).describe('Customer and place.'),
      snippet: z.array(piece).nullable().describe('Where the words stand; marked pieces are words that were sought.'),
      at: time.nullable().describe('Last change.'),
      page: z.string().describe('Path of its page on the site.'),
    }),
  ),
  next: z.string().nullable(),
});

/** The one search, for programs. */
export function searchApi({ search }: { search: Search }): ApiModule {
  return (api) =>
    api.on(
      'get',
      '/search',
      signedIn(),
      {
        summary: 'Search everything in reach',
        description:
          'All words must be found, the last one from its beginning. The newest hundred come first, and of those what fits best. What the caller may not see is neither shown nor counted.',
        query: listQuery.extend({
          q: z.string().min(1).max(200).describe('Words.'),
          kind: z.string().max(60).optional().describe('Only this kind gives items; the others only their number.'),
          open: z.stringbool().optional().describe('Only what still needs work, or is active; `false`: only what does not.'),
        }),
        response: z.object({ groups: z.array(group) }),
      },
      async ({ actor, query: { q, kind, open, after, limit } }) => {
        const site = actor.kind === 'customer' ? 'portal' : 'staff';
        // A cursor is that of one kind.
        const groups = await search.find(actor, { q, site, open, limit, after: kind === undefined ? undefined : after }, kind);
        return {
          groups: groups.map(({ kind: name, count, hits, next }) => ({
            kind: name,
            count,
            items: hits.map(({ id, number, title, about, snippet, at, href }) => ({ id, number, title, about, snippet, at, page: href })),
            next,
          })),
        };
      },
    );
}
