import { never } from '../types.js';
import type { BusinessTime } from './business-time.js';
import type { ClockRow } from './tables.js';

/** How a request stands, as far as its clocks are concerned. */
export interface Situation {
  now: Date;
  /** The request ended: nothing is owed any more. */
  ended: boolean;
  /** The customer is to answer. */
  waiting: boolean;
  /** Staff have answered in public. */
  answered: boolean;
}
type Stand = Pick<ClockRow, 'kind' | 'state' | 'target' | 'used' | 'since' | 'due_at' | 'ended_at' | 'warned'>;

/** A clock that begins to count. */
export const begun = (kind: ClockRow['kind'], target: number, now: Date): Stand => ({
  kind,
  state: 'running',
  target,
  used: 0,
  since: now,
  due_at: never,
  ended_at: null,
  warned: 0,
});

/** The clock as it is after its request, its target or its calendar has changed. What was counted before a pause stays counted. */
export function settle<T extends Stand>(clock: T, { now, ended, waiting, answered }: Situation, time: BusinessTime): T {
  const answer = clock.kind === 'respond';
  const done = ended || (answer && answered);
  // An answer is given once; a request that is taken up again is to be solved again.
  if (clock.ended_at && (done || answer)) return clock;
  const counting = clock.since && !clock.ended_at ? clock.since : null;
  const used = clock.used + (counting && (done || waiting) ? Math.round(time.between(counting, now) / 1000) : 0);
  const left = clock.target * 60 - used;
  const ranOut = clock.due_at <= now ? clock.due_at : now;
  if (done) {
    const late = left < 0 || (left === 0 && clock.state === 'breached');
    return { ...clock, used, since: null, ended_at: now, state: late ? 'breached' : 'met' };
  }
  if (waiting) {
    const late = left <= 0;
    return told({ ...clock, used, since: null, ended_at: null, state: late ? 'breached' : 'paused', due_at: late ? ranOut : never }, clock);
  }
  const since = counting ?? now;
  const due_at = left > 0 ? (time.add(since, left * 1000) ?? never) : ranOut;
  return told({ ...clock, used, since, ended_at: null, due_at, state: due_at <= now ? 'breached' : 'running' }, clock);
}

/** Another moment is told of anew. */
function told<T extends Stand>(after: T, before: Stand): T {
  return { ...after, warned: after.due_at.getTime() === before.due_at.getTime() ? before.warned : 0 };
}

/** When somebody next has to act on a request with these clocks. */
export function dueOf(clocks: readonly Pick<ClockRow, 'since' | 'ended_at' | 'due_at'>[]): Date {
  const times = clocks.filter((one) => one.since && !one.ended_at).map((one) => one.due_at.getTime());
  return new Date(Math.min(never.getTime(), ...times));
}
