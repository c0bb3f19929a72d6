import type { PageContext } from '../../../core/api.js';
import { never, type RequestRow } from '../types.js';
import type { ClockView, RequestClocks } from './clock-service.js';
import type { ClockState } from './tables.js';

type Words = Pick<PageContext, 't' | 'fmt'>;
/** How soon something is due, as a badge: `{{> ui/badge tone=due.tone icon=due.icon text=due.text}}`. */
export interface DueLook {
  tone: 'bad' | 'warn' | 'info' | 'ok' | 'muted';
  icon: string;
  text: string;
}
const minute = 60_000;

/**
 * The badge of a request in a list, from what is stored with it: "Due in 42 min", "Overdue 12 min"; null when nobody has to act by a
 * certain time (nothing promised, ended, or the customer is to answer). `soon`: minutes of the setting `desk.dueSoon`.
 */
export function dueLook(c: Words, { due_at, open }: Pick<RequestRow, 'due_at' | 'open'>, now: Date, soon: number): DueLook | null {
  const left = due_at.getTime() - now.getTime();
  if (!Number(open) || due_at.getTime() >= never.getTime()) return null;
  const span = spanText(c, Math.abs(left) / minute);
  if (left <= 0) return { tone: 'bad', icon: 'timer', text: c.t('desk:due.over', { span }) };
  return { tone: left <= soon * minute ? 'warn' : 'muted', icon: 'timer', text: c.t('desk:due.in', { span }) };
}

/** Minutes in words: "42 min", "3 h 5 min", from two days on in days. */
export function spanText(c: Words, minutes: number): string {
  const whole = Math.max(0, Math.floor(minutes));
  if (whole < 60) return c.t('desk:span.minutes', { minutes: whole });
  const hours = Math.floor(whole / 60);
  if (hours >= 48) return c.t('desk:span.days', { count: Math.floor(hours / 24) });
  return whole % 60 === 0 ? c.t('desk:span.hours', { hours }) : c.t('desk:span.both', { hours, minutes: whole % 60 });
}

/** One promise as the partial `desk/sla` shows it. */
interface SlaLine extends DueLook {
  label: string;
  /** Short and large: "0:42". */
  value: string;
  /** Part of the promised time that has passed, in percent, at most 100. */
  percent: number;
  ended: boolean;
}
/** What `{{> desk/sla sla=sla}}` takes. */
export interface SlaView {
  lines: SlaLine[];
  /** "Gold, 2 h response, from contract K-12". */
  why: string;
}

/** The card beside a request; null when nothing is promised. */
export function slaView(c: Words, found: RequestClocks | null, now: Date, soon: number): SlaView | null {
  if (!found) return null;
  const promises = found.clocks.map(({ kind, target }) => c.t(`desk:sla.promise.${kind}`, { span: spanText(c, target) })).join(', ');
  const why = c.t(`desk:sla.from.${found.source}`, { level: found.level.name, promises, number: found.contract?.number ?? '' });
  return { why, lines: found.clocks.map((clock) => lineOf(c, clock, now, soon)) };
}

function lineOf(c: Words, clock: ClockView, now: Date, soon: number): SlaLine {
  const { kind, state, target, used, due_at, ended_at, closed_until } = clock;
  const percent = target === 0 ? 100 : Math.min(100, Math.round((used / (target * minute)) * 100));
  const line = (look: DueLook, label: string, value = ''): SlaLine => ({ ...look, label, value, percent, ended: ended_at !== null });
  if (ended_at) return line({ ...endLooks[state], text: c.t(`desk:sla.${kind}.${state}`) }, c.t(`desk:sla.${kind}.${state}`));
  const before = due_at ? c.t(`desk:sla.${kind}.before`, { at: whenText(c, due_at, now) }) : c.t(`desk:sla.${kind}.open`);
  if (state === 'breached') {
    const over = due_at ? (now.getTime() - due_at.getTime()) / minute : 0;
    return line({ tone: 'bad', icon: 'timer', text: c.t('desk:due.over', { span: spanText(c, over) }) }, before, `−${clockText(c, over)}`);
  }
  const left = target - used / minute;
  if (state === 'paused' || !due_at) return line({ tone: 'muted', icon: 'pause', text: c.t('desk:sla.paused') }, c.t('desk:sla.pausedWhy'), clockText(c, left));
  if (closed_until)
    return line({ tone: 'muted', icon: 'pause', text: c.t('desk:sla.closed', { at: whenText(c, closed_until, now) }) }, before, clockText(c, left));
  const until = (due_at.getTime() - now.getTime()) / minute;
  const tone = until <= soon ? 'warn' : 'info';
  return line({ tone, icon: 'timer', text: c.t('desk:due.in', { span: spanText(c, until) }) }, before, clockText(c, until));
}

const endLooks: Readonly<Record<ClockState, Omit<DueLook, 'text'>>> = {
  met: { tone: 'ok', icon: 'circle-check' },
  breached: { tone: 'bad', icon: 'circle-alert' },
  running: { tone: 'muted', icon: 'timer' },
  paused: { tone: 'muted', icon: 'pause' },
};

/** Today only the time. */
function whenText(c: Words, at: Date, now: Date): string {
  return c.fmt.date(at) === c.fmt.date(now) ? c.fmt.time(at) : `${c.fmt.date(at, 'weekday')}, ${c.fmt.time(at)}`;
}

/** "0:42"; from two days on in words. */
function clockText(c: Words, minutes: number): string {
  const whole = Math.max(0, Math.floor(minutes));
  return whole >= 2880 ? spanText(c, whole) : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
