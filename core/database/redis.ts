import { Redis } from 'ioredis';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';

/** The connection that several servers share, for as long as the scope lasts; null when there is only one server. */
export function openRedis(url: string | null, log: Log, scope: Scope): Redis | null {
  if (!url) return null;
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
  redis.on('error', (error) => log.warn({ err: error }, 'redis does not answer'));
  scope.add(() => redis.disconnect());
  return redis;
}
