import type { PageContext } from '../../../core/api.js';
import { never, openRequestStatuses, type RequestRow } from '../types.js';

/** Time that is left, in words and in a tone; `left` as "0:42" for a row of a list. */
export interface Due {
  text: string;
  tone: 'muted' | 'warn' | 'bad';
  icon: string;
  at: Date | null;
  /** How much of the time is used up, in percent. */
  used: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long a request has, as people say it; null when nothing has to be done by a time. The clock stands while it waits for the customer. */
export function dueOf(c: PageContext, request: Pick<RequestRow, 'due_at' | 'status' | 'created_at'>, now = new Date()): Due | null {
  const { due_at: at, status } = request;
  if (status === 'waiting') return { text: c.t('due.paused'), tone: 'muted', icon: 'circle-pause', at: null, used: 0 };
  if (at.getTime() >= never.getTime() || !(openRequestStatuses as readonly string[]).includes(status)) return null;
  const left = at.getTime() - now.getTime();
  const whole = Math.max(1, at.getTime() - request.created_at.getTime());
  const used = Math.min(100, Math.max(0, Math.round((100 * (whole - left)) / whole)));
  if (left < 0) return { text: c.t('due.over', { span: span(c, -left) }), tone: 'bad', icon: 'timer', at, used: 100 };
  return { text: c.t('due.in', { span: span(c, left) }), tone: left < 4 * hour ? 'warn' : 'muted', icon: 'timer', at, used };
}

function span(c: PageContext, ms: number): string {
  const [value, unit] = ms < hour ? [ms / minute, 'minute'] : ms < 2 * day ? [ms / hour, 'hour'] : [ms / day, 'day'];
  return c.fmt.number(Math.max(1, Math.floor(value)), { style: 'unit', unit: unit as string, unitDisplay: unit === 'day' ? 'long' : 'short' });
}
