import type { Contributions } from '../http/contributions.js';
import { type PageContext, type PageModule, signedIn } from '../http/types.js';

/** The numbers beside menu entries, for pages that stay open while they change. */
export function menuCountPages({ contributions }: { contributions: Contributions }): PageModule {
  return (page) => {
    page.get('/menu/counts', signedIn(), async (c) => {
      const items = contributions.menuOf(c.site).filter((item) => item.live && maySee(c, item.permission));
      const counts = await Promise.all(items.map(async (item) => [item.href, await contributions.count(item, c)] as const));
      c.res.set('Cache-Control', 'no-store').json(Object.fromEntries(counts));
    });
  };
}

const maySee = (c: PageContext, permission: Parameters<PageContext['may']>[0] | undefined): boolean => permission === undefined || c.may(permission);
