import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secrets } from './service-types.js';

const PREFIX = 'enc:v1:';

/** Encrypts stored credentials with AES-256-GCM under the key file of the data folder, and signs what leaves the house and comes back. */
export class SecretBox implements Secrets {
  readonly #key: Buffer;

  constructor(dataDir: string) {
    this.#key = loadKey(dataDir);
  }

  /** `name` is bound to the text, so that one secret cannot be moved to another's place. */
  seal(name: string, text: string): string {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(name));
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
  }

  /** @throws Error when the text was changed, or sealed under another name or key */
  open(name: string, sealed: string): string {
    if (!sealed.startsWith(PREFIX)) throw new Error('Not an encrypted value');
    const bytes = Buffer.from(sealed.slice(PREFIX.length), 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  }

  sign(purpose: string, text: string): Buffer {
    // A key of its own per purpose: what is signed for one cannot be shown for another.
    const key = createHmac('sha256', this.#key).update(`sign:${purpose}`).digest();
    return createHmac('sha256', key).update(text).digest();
  }
}

function loadKey(dataDir: string): Buffer {
  const path = join(dataDir, 'secret.key');
  try {
    return decode(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  mkdirSync(dataDir, { recursive: true });
  // Written aside and linked into place: a second process starting now sees either no file or the whole of it.
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(temporary, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return decode(path);
}

function decode(path: string): Buffer {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== 32) throw new Error(`${path} must hold 32 bytes in base64; restore it from the backup`);
  return key;
}
