import type { Redis } from 'ioredis';
import type { Access } from '../access/types.js';
import type { TokenReader } from '../accounts/tokens/token-reader.js';
import type { Database } from '../database/types.js';
import type { Route } from '../http/routes.js';
import { SecretBox } from '../settings/secret-box.js';
import type { Settings } from '../settings/service-types.js';
import type { Clock } from '../tokens.js';
import { ApiGate } from './gate.js';
import { Idempotency } from './idempotency.js';
import { RateLimits } from './rate-limits.js';

interface RestParts {
  db: Database;
  clock: Clock;
  dataDir: string;
  access: Access;
  settings: Settings;
  tokens: TokenReader;
  redis: { client: Redis; prefix(): string } | null;
  routes(): readonly Route[];
}

/** What stands around every REST operation, put together: limits, tokens, and answers to repeated requests. */
export function createRest({ db, clock, dataDir, access, settings, tokens, redis, routes }: RestParts) {
  const box = new SecretBox(dataDir);
  const limits = new RateLimits({ redis, perAddress: () => settings.get('core.apiAddressRate'), perCaller: () => settings.get('core.apiRate') });
  return {
    api: new ApiGate({ access, tokens, routes, limits }),
    idempotency: new Idempotency({ db, clock, box }),
  };
}
