import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/**
 * Things in the data folder that are no data: locks, half-written files, uploads on their way, archives to fetch, other backups. The
 * register of erasures stays where it is, so that a backup that is put back does not bring back what was erased since.
 */
const PASSED_OVER = /^(server\.(lock|json).*|uploads|exports|erasures\.jsonl|backups|before-restore-.*|\.restoring|.*\.tmp|.*\.partial-.*)$/;

export const backupManifest = z.strictObject({
  product: z.literal('portico'),
  format: z.literal(1),
  createdAt: z.string(),
  dialect: z.enum(['sqlite', 'mysql']),
  files: z.array(
    z.strictObject({
      path: z.string().regex(/^(database\.(sqlite|sql)|data\/(?!.*(^|\/)\.\.?(\/|$))[^\0\\]+)$/),
      bytes: z.number(),
      sha256: z.string().regex(/^[\da-f]{64}$/),
    }),
  ),
});
export type BackupManifest = z.infer<typeof backupManifest>;
export type BackupFile = BackupManifest['files'][number];

/** All files of the data folder that belong into a backup, as relative paths with `/`. */
export async function dataFiles(dataDir: string, without: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (PASSED_OVER.test(entry.name) || without.some((other) => path === other)) continue;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) found.push(relative(dataDir, path).split(sep).join('/'));
    }
  };
  await walk(dataDir);
  return found.sort();
}

/** Copies a file, on disk before it returns; answers what was copied. */
export async function copyHashed(from: string, to: string): Promise<{ bytes: number; sha256: string }> {
  await mkdir(dirname(to), { recursive: true });
  const digest = hashing();
  await pipeline(createReadStream(from), digest.stream, createWriteStream(to, { mode: 0o600, flush: true }));
  return digest.result();
}

export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const digest = hashing();
  await pipeline(createReadStream(path), digest.stream.resume());
  return digest.result();
}

/** Counts and hashes what flows through. */
export function hashing(): { stream: Transform; result(): { bytes: number; sha256: string } } {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  return { stream, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}
