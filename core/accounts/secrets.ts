import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as they travel in links and cookies. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
/** What is stored of a secret. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
/** Does it have the shape of `newSecret()`? Anything else is unknown without asking the database. */
export function isSecret(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value);
}
