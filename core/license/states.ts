import type { LicensePayload, SeatKind } from './payload.js';
import { seatKinds } from './payload.js';
import type { ModuleLicense, ModuleLicenseState } from './types.js';

export const DAY = 86_400_000;
export const TRIAL_DAYS = 30;

/** All that decides a module's state. */
export interface Situation {
  /** The license in force; without one the trial counts. */
  license: LicensePayload | null;
  /** The license stays known but gives no right to write: withdrawn by the vendor, or bound to another installation. */
  hold?: 'revoked' | 'read-only' | null;
  trialUntil: Date;
  /** The clock. */
  now: Date;
  /** Latest time that is known to have been reached. */
  trusted: Date;
  /** Seats taken, as far as they are counted. */
  used?: Partial<Record<SeatKind, number>>;
}
/** A module's state and the moment when it changes by itself. */
export interface ModuleTerm extends ModuleLicense {
  next: Date | null;
}

/** The time that ends count by: turning the clock back gains a day at most. */
export function effectiveNow(situation: Pick<Situation, 'now' | 'trusted'>): Date {
  return new Date(Math.max(situation.now.getTime(), situation.trusted.getTime() - DAY));
}

/** The state of one feature. Pure: the same situation always gives the same answer. */
export function moduleTerm(feature: string, situation: Situation): ModuleTerm {
  const { license } = situation;
  if (!license) return trialTerm(situation);
  const module = license.modules.find((candidate) => candidate.id === feature);
  if (!module) return term('none', null, null);
  const result = licenseTerm(situation, license, module);
  if (result.state === 'pending') {
    const trial = trialTerm(situation);
    return trial.state === 'trial' ? { ...trial, next: earliest(trial.next, result.next) } : result;
  }
  const working = result.state === 'valid' || result.state === 'expiring' || result.state === 'trial';
  return working && exceeded(module.limits ?? {}, situation.used ?? {}) ? term('over-limit', result.until, result.next) : result;
}

/** States of all features, and the next moment when any of them changes. */
export function moduleTerms(features: readonly string[], situation: Situation): { modules: Map<string, ModuleTerm>; next: Date | null } {
  const modules = new Map(features.map((feature) => [feature, moduleTerm(feature, situation)]));
  return { modules, next: [...modules.values()].reduce<Date | null>((next, module) => earliest(next, module.next), null) };
}

/** State of a license as a whole, or of one module that may start later or end earlier. */
export function licenseTerm(situation: Situation, license: LicensePayload, module: { nbf?: number; exp?: number } = {}): ModuleTerm {
  const start = Math.max(license.nbf, module.nbf ?? 0) * 1000;
  const exp = Math.min(license.exp ?? Infinity, module.exp ?? Infinity) * 1000;
  const end = Number.isFinite(exp) ? new Date(exp) : null;
  if (situation.hold) return term(situation.hold, end, null);
  // What has started once stays started, so that a clock turned back never locks anybody out.
  if (Math.max(situation.now.getTime(), situation.trusted.getTime()) < start) return term('pending', new Date(start), new Date(start));
  const now = effectiveNow(situation).getTime();
  if (!end) return term('valid', null, null);
  const warn = new Date(exp - license.warnDays * DAY);
  const readOnly = new Date(exp + license.graceDays * DAY);
  if (now < exp && license.kind === 'trial') return term('trial', end, end);
  if (now < warn.getTime()) return term('valid', end, warn);
  if (now < exp) return term('expiring', end, end);
  if (now < readOnly.getTime()) return term('grace', readOnly, readOnly);
  return term('read-only', end, null);
}

export function trialTerm(situation: Situation): ModuleTerm {
  const running = effectiveNow(situation) < situation.trialUntil;
  return running ? term('trial', situation.trialUntil, situation.trialUntil) : term('read-only', situation.trialUntil, null);
}

function term(state: ModuleLicenseState, until: Date | null, next: Date | null): ModuleTerm {
  const usable = state !== 'none' && state !== 'pending';
  return { state, usable, writable: usable && state !== 'read-only' && state !== 'revoked', until, next };
}

function exceeded(limits: Partial<Record<SeatKind, number>>, used: Partial<Record<SeatKind, number>>): boolean {
  return seatKinds.some((kind) => (used[kind] ?? 0) > (limits[kind] ?? Infinity));
}

function earliest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b;
  return a < b ? a : b;
}
