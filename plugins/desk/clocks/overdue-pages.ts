import { guard, z, type PageModule } from '../../../core/api.js';
import { ClockService } from './clock-service.js';
import { withDue } from './sla.js';

/** Requests whose time has run out, those that wait longest first. */
export const overduePages: PageModule = (page, resolve) => {
  page.get('/overdue', guard('desk.request.manage'), async (c) => {
    const { after } = c.query(z.object({ after: z.string().max(200).optional().catch(undefined) }));
    const { rows, next } = await resolve(ClockService).overdue(c.actor, { after });
    c.view(
      'desk/overdue',
      {
        rows: withDue(c, resolve, rows),
        self: `/overdue${after ? `?after=${encodeURIComponent(after)}` : ''}`,
        next: next && `/overdue?after=${encodeURIComponent(next)}`,
        first: after ? '/overdue' : null,
      },
      { title: c.t('overdue.title') },
    );
  });
};
