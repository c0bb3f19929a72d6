import type { Message } from '../errors.js';
import type { PageContext } from '../http/types.js';
import type { LicenseOverview, LicenseService } from '../license/license-service.js';
import type { SeatUse } from '../license/seats.js';
import { DAY } from '../license/states.js';
import type { ModuleLicenseState } from '../license/types.js';

export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'brand' | 'muted';
export interface Badge {
  tone: Tone;
  icon: string;
  text: string;
}

const looks: Record<ModuleLicenseState, { tone: Tone; icon: string }> = {
  none: { tone: 'muted', icon: 'lock' },
  pending: { tone: 'info', icon: 'clock' },
  valid: { tone: 'ok', icon: 'check' },
  expiring: { tone: 'warn', icon: 'hourglass' },
  grace: { tone: 'warn', icon: 'triangle-alert' },
  'read-only': { tone: 'bad', icon: 'lock' },
  'over-limit': { tone: 'warn', icon: 'triangle-alert' },
  revoked: { tone: 'bad', icon: 'lock' },
  trial: { tone: 'info', icon: 'hourglass' },
};

export function stateBadge(c: Pick<PageContext, 't'>, state: ModuleLicenseState): Badge {
  return { ...looks[state], text: c.t(`core:license.state.${state}`) };
}

/** Whole days left, the running one included. */
export function daysLeft(until: Date, now: Date): number {
  return Math.max(0, Math.ceil((until.getTime() - now.getTime()) / DAY));
}

/** A sentence whose dates are written as the reader writes them. */
export function sentence(c: Pick<PageContext, 't' | 'fmt'>, { key, vars = {} }: Message): string {
  return c.t(key, Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, value instanceof Date ? c.fmt.date(value) : value])));
}

/** What the license card of the modules page shows. */
export function licenseCard(c: PageContext, overview: LicenseOverview, seats: readonly SeatUse[], now: Date): object {
  const { license, term } = overview;
  const badge = license && term.state === 'valid' ? { tone: 'ok', icon: 'check', text: c.t('core:license.signatureValid') } : stateBadge(c, term.state);
  const left = term.until && term.state !== 'read-only' && term.state !== 'valid' ? c.t('core:license.daysLeft', { count: daysLeft(term.until, now) }) : '';
  return {
    title: license ? c.t('core:license.title', { edition: license.payload.edition }) : c.t('core:license.trialTitle'),
    licensee: license?.payload.licensee.name ?? c.t('core:license.trialText'),
    id: license?.payload.id ?? '',
    until: license ? (license.payload.exp === undefined ? null : new Date(license.payload.exp * 1000)) : term.until,
    badge,
    left,
    development: license?.development === true,
    seats: seats.map((seat) => ({ ...seat, label: c.t(`core:license.seats.${seat.kind}`) })),
    problem: overview.problem && sentence(c, overview.problem),
    clockTurnedBack: overview.clockTurnedBack,
    refused: overview.refused.map(({ file, error }) => ({ file, reason: sentence(c, error.detail) })),
  };
}

export interface LicenseBanner extends Message {
  tone: 'info' | 'warn' | 'bad';
  /** Administrators hold `core.modules.manage`; `staff` means everybody of the service company. Customers never see one. */
  audience: 'administrators' | 'staff';
  href: string;
}

/** What the layout of the staff site says about the license; null = nothing. */
export function licenseBanner(license: Pick<LicenseService, 'current'>, now: Date): LicenseBanner | null {
  const overview = license.current();
  const terms = [overview.term, ...overview.modules.values()];
  const say = (tone: LicenseBanner['tone'], audience: LicenseBanner['audience'], name: string, until: Date | null = null): LicenseBanner => ({
    tone,
    audience,
    key: `core:license.banner.${name}`,
    vars: until ? { count: daysLeft(until, now) } : {},
    href: '/settings/modules',
  });
  const first = (state: ModuleLicenseState) =>
    terms.filter((term) => term.state === state).sort((a, b) => (a.until?.getTime() ?? 0) - (b.until?.getTime() ?? 0))[0];
  if (overview.problem) return say('bad', 'administrators', 'problem');
  if (first('read-only')) return say('bad', 'staff', overview.license ? 'readOnly' : 'trialOver');
  const grace = first('grace');
  if (grace) return say('warn', 'staff', 'grace', grace.until);
  const expiring = first('expiring');
  if (expiring) return say('warn', 'administrators', 'expiring', expiring.until);
  if (overview.clockTurnedBack) return say('warn', 'administrators', 'clock');
  const trial = first('trial');
  return trial ? say('info', 'administrators', 'trial', trial.until) : null;
}
