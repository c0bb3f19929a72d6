import type { JobQueue } from '../jobs/job-queue.js';
import type { Scope } from '../plugin/scope.js';
import { Eraser, type EraserDeps } from './eraser.js';

const again = 'core.erase-again';

/** The eraser, and the job that repeats what a restored backup brought back. */
export function createErasure(deps: EraserDeps & { jobs: JobQueue; scope: Scope }): Eraser {
  const eraser = new Eraser(deps);
  deps.scope.add(deps.jobs.handle(again, ({ customerId }, signal) => eraser.erase(Number(customerId), signal)));
  return eraser;
}

/** Asked at each start: a restore happens while the server stands. */
export async function eraseReturned(eraser: Eraser, jobs: JobQueue): Promise<void> {
  for (const customerId of await eraser.returned()) await jobs.enqueue(again, { customerId }, { key: String(customerId) });
}
