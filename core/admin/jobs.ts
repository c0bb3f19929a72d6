import { NotFoundError } from '../errors.js';
import { guard, type PageModule } from '../http/types.js';
import type { JobQueue } from '../jobs/job-queue.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';

const write = guard('core.health.manage', 'write');

/** Jobs that failed for good, and when the schedules run next. Register it before the settings pages. */
export function jobPages({ db, jobs, audit }: { db: Database; jobs: JobQueue; audit: Audit }): PageModule {
  return (page) => {
    page.get('/settings/jobs', guard('core.health.manage'), async (c) => {
      const [failed, schedules, counts] = [await jobs.failed(), await jobs.schedules(), await jobs.counts()];
      const title = c.t('core:jobs.title');
      const items = failed.map((job) => ({
        id: job.id,
        name: job.name,
        attempts: job.attempts,
        created_at: job.created_at,
        error: job.last_error ?? '',
        summary: (job.last_error ?? '').split('\n')[0],
      }));
      c.view('core/jobs', { title, failed: items, schedules, counts }, { title });
    });

    const action = (name: 'retry' | 'delete', act: (id: number) => Promise<boolean>): void =>
      page.post(`/settings/jobs/:id/${name}`, write, async (c) => {
        const id = c.id();
        await db.transaction(async () => {
          if (!(await act(id))) throw new NotFoundError();
          await audit.record(c.actor, { action: name === 'retry' ? 'core.job.retried' : 'core.job.deleted', object: { kind: 'core.job', id } });
        });
        c.redirect('/settings/jobs', { key: `core:jobs.toast.${name}` });
      });
    action('retry', (id) => jobs.retry(id));
    action('delete', (id) => jobs.remove(id));
  };
}
