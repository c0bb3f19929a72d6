import { SEARCH, type Finder, type Resolve } from '../../../core/api.js';
import { RequestService } from '../requests/request-service.js';

const few = 5;

/** What the palette finds: what the search finds, and the way to all of it; without words the requests that the person had open last. */
export function deskFinder(resolve: Resolve): Finder {
  return async (c, q) => {
    if (q === '') {
      if (!c.may('desk.request.read') || !c.actor.account) return [];
      const { rows } = await resolve(RequestService).list(c.actor, { openedBy: c.actor.account.id, sort: 'updated', limit: few });
      const group = c.t('desk:find.recent');
      return rows.map(({ id, number, subject, customer_name }) => ({ label: `#${number} ${subject}`, href: `/desk/open/${id}`, group, hint: customer_name }));
    }
    const groups = await resolve(SEARCH).find(c.actor, { q, site: c.site, limit: few });
    const found = groups.flatMap(({ label, hits }) =>
      hits.map(({ number, title, href, about: [hint = ''] }) => ({ label: [number, title].filter(Boolean).join(' '), href, group: c.t(label), hint })),
    );
    const all = { label: c.t('core:search.all', { q }), href: `/search?${new URLSearchParams({ q }).toString()}`, group: c.t('core:search.title') };
    return found.length > 0 ? [...found, all] : [];
  };
}
