import type { Redis } from 'ioredis';
import { ChallengeStore } from './accounts/factors/challenges.js';
import { Devices } from './accounts/factors/devices.js';
import { EmailCodes } from './accounts/factors/email-codes.js';
import { PasskeyFactor } from './accounts/factors/passkeys.js';
import { PendingStore } from './accounts/factors/pending.js';
import type { FactorPolicies } from './accounts/factors/policy.js';
import { RecoveryCodeSet } from './accounts/factors/recovery-codes.js';
import { SecondFactors } from './accounts/factors/second-factors.js';
import { TotpFactor } from './accounts/factors/totp.js';
import type { SessionStore } from './accounts/session-store.js';
import { Throttle, type ThrottleStore } from './accounts/throttle.js';
import type { Audit } from './audit/types.js';
import type { Database } from './database/types.js';
import type { Notifications } from './notifications/types.js';
import { SecretBox } from './settings/secret-box.js';
import type { Clock, Urls } from './tokens.js';

export interface FactorParts {
  db: Database;
  clock: Clock;
  audit: Audit;
  notifications: Notifications;
  urls: Urls;
  sessions: SessionStore;
  policies: FactorPolicies;
  dataDir: string;
  counters: ThrottleStore | null;
  rememberDays(): number;
  companyName(): string;
}

/** Everything about second factors, put together. */
export function createFactors(parts: FactorParts) {
  const { db, clock } = parts;
  const challenges = new ChallengeStore(db, clock);
  const shared = { ...parts, challenges, issuer: parts.companyName };
  const totp = new TotpFactor({ ...shared, secrets: new SecretBox(parts.dataDir) });
  const passkeys = new PasskeyFactor(shared);
  const emailCodes = new EmailCodes(shared);
  const recovery = new RecoveryCodeSet(db, clock);
  const devices = new Devices(db, clock, parts.rememberDays);
  const pending = new PendingStore(db, clock);
  const throttle = new Throttle('factor', 10, 30, parts.counters);
  const factors = new SecondFactors({ ...parts, totp, passkeys, emailCodes, recovery, devices, throttle });
  return { challenges, totp, passkeys, emailCodes, recovery, devices, pending, factors, policies: parts.policies };
}

/** Counters in Redis. A client of their own: while Redis is away it fails at once, and memory counts instead. */
export function sharedCounters(redis: Redis | null, prefix: () => string): ThrottleStore | null {
  if (redis === null) return null;
  const client = redis.duplicate({ enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 500, lazyConnect: true });
  // Said already by the other connection.
  client.on('error', () => undefined);
  void client.connect().catch(() => undefined);
  return { client, prefix };
}
