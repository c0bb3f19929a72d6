import { revokedLicenses } from '../../config/license-keys.js';
import type { VerifiedLicense } from './format.js';
import { LicenseFileError } from './license-error.js';

/** What a file is held against before it may replace the license in force. */
export interface Place {
  current: VerifiedLicense | null;
  now: Date;
  instanceId: string;
  url: () => string;
  revoked?: readonly string[];
}

/** May this file come into force here and now? @throws LicenseFileError */
export function admit(license: VerifiedLicense, place: Place): void {
  const { payload } = license;
  const now = place.now.getTime() / 1000;
  if (isRevoked(license, place.revoked)) throw new LicenseFileError('revoked', { id: payload.id });
  const bound = boundElsewhere(license, place);
  if (bound) throw bound;
  if (place.current) assertNewer(license, place.current);
  if (payload.nbf > now) throw new LicenseFileError('notYetValid', { date: new Date(payload.nbf * 1000) });
  if (payload.exp !== undefined && payload.exp <= now) throw new LicenseFileError('expired', { date: new Date(payload.exp * 1000) });
}

export function isRevoked(license: VerifiedLicense, revoked: readonly string[] = revokedLicenses): boolean {
  return license.keyRevoked || revoked.includes(license.payload.id);
}

/** The reason why the license belongs to another installation; null if it does not. */
export function boundElsewhere({ payload }: VerifiedLicense, place: Pick<Place, 'instanceId' | 'url'>): LicenseFileError | null {
  if (payload.bind.to === 'instance' && payload.bind.id !== place.instanceId) return new LicenseFileError('otherInstance', { instance: place.instanceId });
  if (payload.bind.to !== 'url') return null;
  const url = place.url();
  return origin(payload.bind.url) === origin(url) ? null : new LicenseFileError('otherUrl', { bound: payload.bind.url, url });
}

function assertNewer({ text, payload }: VerifiedLicense, current: VerifiedLicense): void {
  const known = current.payload;
  if (text.trim() === current.text.trim()) throw new LicenseFileError('inForce');
  if (known.supersedes.includes(payload.id)) throw new LicenseFileError('superseded', { id: payload.id, by: known.id });
  const older = payload.id === known.id ? payload.rev <= known.rev : payload.iat < known.iat;
  if (older)
    throw new LicenseFileError('older', { date: new Date(payload.iat * 1000), current: new Date(known.iat * 1000), rev: payload.rev, currentRev: known.rev });
}

function origin(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}
