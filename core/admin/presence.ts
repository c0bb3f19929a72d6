import { z } from 'zod';
import { signedIn, type PageModule } from '../http/types.js';
import type { RealtimeHub } from '../realtime/hub.js';

const query = z.object({ of: z.string().max(120).catch('') });

/** Who else is at a thing: the part of a page that its script fetches when it hears that this changed. */
export function presencePages({ realtime }: { realtime: RealtimeHub }): PageModule {
  return (page) =>
    page.get('/presence', signedIn(), async (c) => {
      const people = await realtime.present(c.actor, c.query(query).of);
      c.res.set('Cache-Control', 'no-store');
      c.view('core/presence', { people }, { title: c.t('core:presence.title') });
    });
}
