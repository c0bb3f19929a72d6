import { Cron } from 'croner';
import type { Schedule } from './types.js';

/** The first time after `from`. */
export function nextRun(schedule: Schedule, from: Date): Date {
  if ('minutes' in schedule) {
    const minutes = typeof schedule.minutes === 'function' ? schedule.minutes() : schedule.minutes;
    return new Date(from.getTime() + Math.max(minutes, 1 / 60) * 60_000);
  }
  const next = new Cron(schedule.cron, { timezone: schedule.timeZone ?? 'UTC' }).nextRun(from);
  if (next === null) throw new Error(`The schedule "${schedule.cron}" never comes round`);
  return next;
}

/**
 * A planned time further away than the next two was planned by a clock that has since been put back (or for a longer period):
 * waiting for it would be late, so it is planned anew.
 */
export function isStale(schedule: Schedule, planned: Date, now: Date): boolean {
  return planned > nextRun(schedule, nextRun(schedule, now));
}
