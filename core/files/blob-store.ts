import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Bytes on disk under names of our own: `<folder>/ab/<sha256>`. A file is there completely or not at all. */
export class BlobStore {
  constructor(private readonly folder: string) {}

  path(sha256: string, suffix = ''): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('Not the name of a stored file');
    return join(this.folder, sha256.slice(0, 2), sha256 + suffix);
  }

  async put(source: Buffer | string): Promise<string> {
    const sha256 = await digest(source);
    await this.#write(this.path(sha256), source);
    return sha256;
  }

  putBeside(sha256: string, suffix: string, bytes: Buffer): Promise<void> {
    return this.#write(this.path(sha256, suffix), bytes);
  }

  /** Takes the bytes and what lies beside them away. */
  async remove(sha256: string, ...suffixes: string[]): Promise<void> {
    for (const suffix of ['', ...suffixes]) await rm(this.path(sha256, suffix), { force: true });
  }

  async #write(target: string, source: Buffer | string): Promise<void> {
    if (await exists(target)) return;
    await mkdir(dirname(target), { recursive: true });
    const temporary = `${target}.${randomUUID()}.tmp`;
    try {
      await (typeof source === 'string' ? copyFile(source, temporary) : writeFile(temporary, source));
      await sync(temporary);
      await rename(temporary, target);
      await sync(dirname(target));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

async function digest(source: Buffer | string): Promise<string> {
  const hash = createHash('sha256');
  if (typeof source === 'string') await pipeline(createReadStream(source), hash);
  else hash.update(source);
  return hash.digest('hex');
}

/** Has it written to the disk: only then does success mean that it is kept. */
async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
