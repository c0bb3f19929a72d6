import { z } from 'zod';
import type { Contributions } from '../http/contributions.js';
import { type PageContext, type PageModule, signedIn } from '../http/types.js';

/** The numbers beside menu entries, for pages that stay open while they change; and what the palette finds. */
export function menuCountPages({ contributions }: { contributions: Contributions }): PageModule {
  return (page) => {
    page.get('/menu/counts', signedIn(), async (c) => {
      const items = contributions.menuOf(c.site).filter((item) => item.live && maySee(c, item.permission));
      const counts = items.map(async (item) => [[item.href, await contributions.count(item, c)] as const, ...(await contributions.more(item, c)).map(pair)]);
      c.res.set('Cache-Control', 'no-store').json(Object.fromEntries((await Promise.all(counts)).flat()));
    });
    page.get('/find.json', signedIn(), async (c) => {
      const { q } = c.query(z.object({ q: z.string().max(200).catch('') }));
      c.res.set('Cache-Control', 'no-store').json({ items: await contributions.find(c, q.trim()) });
    });
  };
}

const pair = ({ href, count }: { href: string; count: number }) => [href, count] as const;
const maySee = (c: PageContext, permission: Parameters<PageContext['may']>[0] | undefined): boolean => permission === undefined || c.may(permission);
