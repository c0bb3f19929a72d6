import type { VerifiedLicense } from './format.js';
import { seatKinds, type SeatKind } from './payload.js';
import { moduleTerm, type ModuleTerm, type Situation } from './states.js';

/** What a module gains or loses by a file. `absent`: licensed, but no such plugin is installed. */
export type Effect = 'gained' | 'lost' | 'later' | 'longer' | 'shorter' | 'same' | 'absent';
export interface ModuleChange {
  feature: string;
  before: ModuleTerm;
  after: ModuleTerm;
  effect: Effect;
  /** When it happens: now, or the start of a module that is still pending. */
  at: Date;
}
export interface LicensePreview {
  license: VerifiedLicense;
  before: VerifiedLicense | null;
  modules: ModuleChange[];
  /** Null = without limit. */
  limits: { kind: SeatKind; before: number | null; after: number | null }[];
}

/** What changes per module, and when, if `license` took the place of the one in `situation`. Pure. */
export function compare(license: VerifiedLicense, current: VerifiedLicense | null, situation: Situation, features: readonly string[]): LicensePreview {
  const next: Situation = { ...situation, license: license.payload, hold: null };
  const all = [...new Set([...features, ...license.payload.modules.map((module) => module.id)])];
  return {
    license,
    before: current,
    modules: all.map((feature) => change(feature, moduleTerm(feature, situation), moduleTerm(feature, next), situation.now, features.includes(feature))),
    limits: seatKinds.map((kind) => ({ kind, before: current?.payload.limits[kind] ?? null, after: license.payload.limits[kind] ?? null })),
  };
}

function change(feature: string, before: ModuleTerm, after: ModuleTerm, now: Date, installed: boolean): ModuleChange {
  return { feature, before, after, effect: installed ? effect(before, after) : 'absent', at: after.state === 'pending' && after.until ? after.until : now };
}

function effect(before: ModuleTerm, after: ModuleTerm): Effect {
  if (after.state === 'pending' && !before.usable) return 'later';
  if (!after.usable) return before.usable ? 'lost' : 'same';
  if (!before.writable && after.writable) return 'gained';
  if (before.writable && !after.writable) return 'lost';
  const [from, to] = [before.until?.getTime() ?? Infinity, after.until?.getTime() ?? Infinity];
  return to === from ? 'same' : to > from ? 'longer' : 'shorter';
}
