import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../errors.js';
import { projectRoot } from '../paths.js';

const minLength = 8;
const maxLength = 128;
// Argon2id as OWASP advises it for sign-in: 19 MiB, two passes.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Hash of 32 random bytes that nobody kept: an unknown account costs as much time as a known one. */
const dummy = '$argon2id$v=19$m=19456,t=2,p=1$DRe3vzcivfKnB+h2hl7rIA$eT7DaZOeZOI3OXcW3J7Euy8UwluipmQgiYsmDspPFH0';

let commonList: Promise<ReadonlySet<string>> | undefined;
function commonPasswords(): Promise<ReadonlySet<string>> {
  commonList ??= readFile(join(projectRoot, 'core/accounts/common-passwords.txt'), 'utf8').then((text) => new Set(text.split('\n').filter(Boolean)));
  return commonList;
}

/** The same letters typed on another system may be other bytes. */
const composed = (password: string): string => password.normalize('NFKC');
const folded = (text: string): string => composed(text).trim().toLowerCase();

export async function hashPassword(password: string): Promise<string> {
  const { hash } = await import('@node-rs/argon2');
  return hash(composed(password), cost);
}

/** Takes the same time whether there is a hash or not. Anything but a text of allowed length is wrong. */
export async function verifyPassword(hash: string | null, password: unknown): Promise<boolean> {
  const { verify } = await import('@node-rs/argon2');
  const usable = typeof password === 'string' && password !== '' && password.length <= maxLength;
  const right = await verify(hash ?? dummy, usable ? composed(password) : '-');
  return right && usable && hash !== null;
}

/** What is wrong with a new password; null when nothing. `personal` are words it must not consist of. */
export async function passwordProblem(password: string, personal: readonly string[]): Promise<Message | null> {
  if (password.length < minLength) return { key: 'core:accounts.error.passwordShort', vars: { min: minLength } };
  if (password.length > maxLength) return { key: 'core:accounts.error.passwordLong', vars: { max: maxLength } };
  const key = folded(password);
  const common = await commonPasswords();
  // "Summer2026!" is as common as "summer".
  if (new Set(key).size < 3 || common.has(key) || common.has(key.replace(/[\d!?.,@#$*_-]{1,5}$/, ''))) return { key: 'core:accounts.error.passwordCommon' };
  if (personal.some((word) => word !== '' && folded(word) === key)) return { key: 'core:accounts.error.passwordPersonal' };
  return null;
}
