import { z } from 'zod';
import { type PageContext, type PageModule, signedIn } from '../http/types.js';
import type { Outbox } from '../notifications/outbox.js';

const querySchema = z.object({ before: z.coerce.number().int().positive().optional().catch(undefined) });

/** The messages behind the bell, for every signed-in account of a site. */
export function inboxPages({ outbox: { inbox } }: { outbox: Pick<Outbox, 'inbox'> }): PageModule {
  return (page) => {
    page.get('/notifications', signedIn(), async (c) => {
      const { before } = c.query(querySchema);
      const { items, next } = await inbox.list(c.actor, before ?? null);
      const title = c.t('core:inbox.title');
      const entries = items.map((item) => ({ ...item, unread: item.read_at === null, paragraphs: item.text.split('\n') }));
      c.view(
        'core/inbox',
        { title, entries, anyUnread: entries.some((entry) => entry.unread), next: next === null ? null : `/notifications?before=${next}` },
        { title },
      );
    });

    page.get('/notifications/unread', signedIn(), async (c) => {
      c.res.set('Cache-Control', 'no-store').json({ unread: await inbox.unread(accountId(c)) });
    });

    page.post('/notifications/read', signedIn('write'), async (c) => {
      await inbox.markAllRead(c.actor);
      c.redirect('/notifications', { key: 'core:inbox.toast.allRead' });
    });

    page.post('/notifications/:id/read', signedIn('write'), async (c) => {
      await inbox.markRead(c.actor, c.id());
      c.redirect('/notifications');
    });
  };
}

function accountId(c: PageContext): number {
  return (c.actor.onBehalfOf ?? c.actor.account)?.id ?? 0;
}
