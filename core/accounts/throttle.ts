import { isIPv6 } from 'node:net';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { ThrottledError } from '../errors.js';
import { secretHash } from './secrets.js';

const window = 15 * 60;

/** Where attempts are counted: in Redis for all nodes, in memory while it does not answer, and where there is none. */
export interface ThrottleStore {
  client: Redis;
  /** Keeps installations on one Redis apart. */
  prefix(): string;
}

/**
 * Slows down guessing. Every attempt is counted before it is checked, so that parallel guesses do not slip through;
 * one that succeeds is taken back.
 */
export class Throttle {
  readonly #name: string;
  readonly #points: { subject: number; address: number };
  readonly #store: ThrottleStore | null;
  #limiters: { subject: RateLimiterAbstract; address: RateLimiterAbstract } | null = null;

  /** `attempts` per subject (an account's name, a purpose) and `perAddress` per network address in 15 minutes. */
  constructor(name: string, attempts = 10, perAddress = 30, store: ThrottleStore | null = null) {
    this.#name = name;
    this.#points = { subject: attempts, address: perAddress };
    this.#store = store;
  }

  /** @throws ThrottledError with the seconds to wait */
  async attempt(subject: string, ip: string | null): Promise<void> {
    const { subject: subjects, address } = this.#made();
    // Hashed: what people type into the name field may be their password.
    await consume(subjects, secretHash(subject));
    if (ip !== null) await consume(address, network(ip));
  }

  async succeeded(subject: string, ip: string | null): Promise<void> {
    const { subject: subjects, address } = this.#made();
    await subjects.delete(secretHash(subject));
    if (ip !== null) await address.reward(network(ip));
  }

  /** Made at the first use: the name of the installation is read from the database at the start. */
  #made(): { subject: RateLimiterAbstract; address: RateLimiterAbstract } {
    const make = (kind: 'subject' | 'address'): RateLimiterAbstract => {
      const limits = { points: this.#points[kind], duration: window, blockDuration: window };
      const memory = new RateLimiterMemory({ ...limits, keyPrefix: `${this.#name}:${kind}` });
      if (this.#store === null) return memory;
      const keyPrefix = `portico:${this.#store.prefix()}:${this.#name}:${kind}`;
      return new RateLimiterRedis({ ...limits, keyPrefix, storeClient: this.#store.client, rejectIfRedisNotReady: true, insuranceLimiter: memory });
    };
    return (this.#limiters ??= { subject: make('subject'), address: make('address') });
  }
}

async function consume(limiter: RateLimiterAbstract, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    throw new ThrottledError(Math.max(1, Math.ceil(refused.msBeforeNext / 1000)));
  }
}

/** The network a visitor can be held to: an IPv4 address, or the /64 that an IPv6 customer owns as a whole. */
export function network(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(ip)) return ip;
  const [head = '', tail] = (ip.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array<string>(zeros).fill('0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
