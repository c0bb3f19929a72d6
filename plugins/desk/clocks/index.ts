import { type PluginContext } from '../../../core/api.js';
import { calendarPages } from './calendar-pages.js';
import { CalendarService } from './calendar-service.js';
import { BusinessTimes } from './calendars.js';
import { ClockJobs } from './clock-jobs.js';
import { ClockService } from './clock-service.js';
import { Clocks } from './clocks.js';
import { addContractTab, contractPages } from './contract-pages.js';
import { ContractService } from './contract-service.js';
import { holidayPages } from './holiday-pages.js';
import { LevelChooser } from './level-choice.js';
import { levelPages, levelsPath } from './level-pages.js';
import { LevelService } from './level-service.js';
import { clocksApi } from './rest.js';

export const clockServices = [BusinessTimes, LevelChooser, Clocks, ClockService, ClockJobs, CalendarService, LevelService, ContractService];

/** Service levels: business hours, contracts, and the clocks of requests. */
export function addClocks(ctx: PluginContext): void {
  for (const pages of [levelPages, calendarPages, holidayPages, contractPages]) ctx.pages('staff', pages);
  ctx.api(clocksApi);
  addContractTab(ctx);
  const jobs = ctx.services.resolve(ClockJobs);
  ctx.menu.add('staff', { label: 'levels.title', href: levelsPath, icon: 'timer', permission: 'desk.level.manage', section: 'settings', order: 25 });
  ctx.jobs.every('clocks', { minutes: 1 }, (_payload, signal) => jobs.tick(signal));
  ctx.jobs.handle('recount-customer', ({ customerId }, signal) => jobs.workCustomer(Number(customerId), signal));
  ctx.jobs.handle('recount', ({ run }, signal) => jobs.work(Number(run), signal));
}
