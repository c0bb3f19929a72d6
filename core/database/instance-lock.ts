import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Libsql from 'libsql';
import { DatabaseStartError } from './failures.js';

/**
 * Makes this process the only server on a data folder; returns the release. @throws DatabaseStartError when another one runs
 *
 * The lock is the operating system's, taken through an SQLite file of its own: it ends with the process however that dies,
 * so there is no stale owner to detect, and it also holds between containers that share the folder.
 */
export function lockInstance(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const owner = join(dataDir, 'server.json');
  let lock: Libsql.Database | null = null;
  try {
    lock = new Libsql(join(dataDir, 'server.lock'));
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(owner, JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() }));
  } catch (error) {
    lock?.close();
    const code = (error as { code?: string }).code ?? '';
    if (!code.startsWith('SQLITE_BUSY'))
      throw new DatabaseStartError(
        `The data folder ${dataDir} cannot be locked (${(error as Error).message}). Check that it exists and that this user may write to it.`,
      );
    throw new DatabaseStartError(
      `A server is already running on ${dataDir}${describe(owner)}. Stop it first, or give this one a data folder of its own (PORTICO_DATA_DIR).`,
    );
  }
  const held = lock;
  return () => {
    if (held.open) held.close();
  };
}

function describe(file: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; host: string; since: string };
    return ` (process ${pid} on ${host}, since ${since})`;
  } catch {
    return '';
  }
}
