import type { PluginContext } from '../../../core/api.js';
import { sees } from '../rights.js';
import { ActService } from './act-service.js';
import { ActWorker } from './act-worker.js';
import { bulkPages } from './pages.js';

/** What is done to one request or to many at once. */
export function addBulk(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(ActWorker, ActService);
  ctx.pages('staff', bulkPages);
  ctx.realtime.topic('desk.act', (actor, id) => sees(() => resolve(ActService).get(actor, Number(id))));
  ctx.jobs.handle('act', ({ actId }, signal) => resolve(ActService).work(Number(actId), signal));
  ctx.jobs.every('acts-sweep', { minutes: 60 }, () => resolve(ActService).sweep());
}
