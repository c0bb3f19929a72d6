import { writeLicense, type SigningKey } from '../../core/license/format.js';
import type { LicensePayload } from '../../core/license/payload.js';
import type { LicenseStore, StoredLicense } from '../../core/license/types.js';
import { developmentKey } from './license-dev-key.js';

const DAY = 86_400;
const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** A valid term license of a year from `now`; `change` overrides single members. */
export function licensePayload(now: Date, change: Partial<LicensePayload> = {}): LicensePayload {
  return {
    ver: 1,
    id: 'FS-7Q4M-21KD',
    rev: 1,
    licensee: { id: 'fs', name: 'Fjord Service AB' },
    edition: 'Professional',
    kind: 'term',
    iat: seconds(now),
    nbf: seconds(now),
    exp: seconds(now) + 365 * DAY,
    warnDays: 30,
    graceDays: 14,
    modules: [{ id: 'portal' }, { id: 'calendar' }],
    limits: { staff: 25 },
    bind: { to: 'none' },
    supersedes: [],
    ...change,
  };
}

/** A license file signed with the development key (or another one). */
export function licenseFile(now: Date, change: Partial<LicensePayload> = {}, key: SigningKey = developmentKey): string {
  return writeLicense(licensePayload(now, change), key);
}

/** A license store in memory. */
export function memoryLicenseStore(now: Date, stored: Partial<StoredLicense> = {}): LicenseStore & { value: StoredLicense } {
  const store = {
    value: { text: null, installedAt: now, instanceId: 'instance-1', lastSeenAt: now, ...stored },
    load: () => Promise.resolve({ ...store.value }),
    save: (change: Partial<StoredLicense>) => {
      store.value = { ...store.value, ...change };
      return Promise.resolve();
    },
  };
  return store;
}
