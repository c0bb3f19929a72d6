import { type PluginContext } from '../../../core/api.js';
import { BusinessTimes } from './calendars.js';
import { ClockJobs } from './clock-jobs.js';
import { ClockService } from './clock-service.js';
import { Clocks } from './clocks.js';
import { LevelChooser } from './level-choice.js';

/** Service levels: business hours, contracts, and the clocks of requests. */
export function addClocks(ctx: PluginContext): void {
  ctx.services.add(BusinessTimes, LevelChooser, Clocks, ClockService, ClockJobs);
  const jobs = ctx.services.resolve(ClockJobs);
  ctx.jobs.every('clocks', { minutes: 1 }, (_payload, signal) => jobs.tick(signal));
  ctx.jobs.handle('recount', ({ run }, signal) => jobs.work(Number(run), signal));
}
