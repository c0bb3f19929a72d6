import type { Response } from 'express';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { network } from '../accounts/throttle.js';
import { ThrottledError } from '../errors.js';

const seconds = 60;

/**
 * How many requests a minute one caller may send, told in the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
 * With Redis all nodes count together; while it does not answer, each counts for itself.
 */
export class RateLimits {
  readonly #memory = new RateLimiterMemory({ points: 0, duration: seconds });
  readonly #limiter: RateLimiterMemory | RateLimiterRedis;

  constructor(private readonly parts: { redis: { client: Redis; prefix(): string } | null; perAddress(): number; perCaller(): number }) {
    this.#limiter = parts.redis
      ? new RateLimiterRedis({ storeClient: parts.redis.client, points: 0, duration: seconds, insuranceLimiter: this.#memory })
      : this.#memory;
  }

  /** Counts before anything is looked up. @throws ThrottledError */
  address(res: Response, ip: string | null): Promise<void> {
    return this.#count(res, 'address', ip === null ? '' : network(ip), this.parts.perAddress());
  }

  /** `caller` is a token or an account. @throws ThrottledError */
  caller(res: Response, caller: string): Promise<void> {
    return this.#count(res, 'caller', caller, this.parts.perCaller());
  }

  async #count(res: Response, policy: string, key: string, quota: number): Promise<void> {
    if (quota === 0) return;
    this.#memory.points = quota;
    this.#limiter.points = quota;
    const full = `${this.parts.redis?.prefix() ?? ''}:api:${policy}:${key}`;
    const counted = await this.#limiter.consume(full).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    const reset = Math.max(1, Math.ceil(counted.msBeforeNext / 1000));
    res.set('RateLimit-Policy', `"${policy}";q=${quota};w=${seconds}`).set('RateLimit', `"${policy}";r=${counted.remainingPoints};t=${reset}`);
    if (counted.consumedPoints > quota) throw new ThrottledError(reset);
  }
}
