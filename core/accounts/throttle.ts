import { isIPv6 } from 'node:net';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ThrottledError } from '../errors.js';
import { secretHash } from './secrets.js';

const window = 15 * 60;

/**
 * Slows down guessing. Every attempt is counted before it is checked, so that parallel guesses do not slip through;
 * one that succeeds is taken back.
 */
export class Throttle {
  readonly #subjects: RateLimiterMemory;
  readonly #addresses: RateLimiterMemory;

  /** `attempts` per subject (an account's name, a purpose) and `perAddress` per network address in 15 minutes. */
  constructor(name: string, attempts = 10, perAddress = 30) {
    this.#subjects = new RateLimiterMemory({ keyPrefix: `${name}:subject`, points: attempts, duration: window, blockDuration: window });
    this.#addresses = new RateLimiterMemory({ keyPrefix: `${name}:address`, points: perAddress, duration: window, blockDuration: window });
  }

  /** @throws ThrottledError with the seconds to wait */
  async attempt(subject: string, ip: string | null): Promise<void> {
    // Hashed: what people type into the name field may be their password.
    await consume(this.#subjects, secretHash(subject));
    if (ip !== null) await consume(this.#addresses, network(ip));
  }

  async succeeded(subject: string, ip: string | null): Promise<void> {
    await this.#subjects.delete(secretHash(subject));
    if (ip !== null) await this.#addresses.reward(network(ip));
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
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
