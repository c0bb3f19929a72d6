import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { StartError } from '../start-error.js';
import { copyHashed, dataFiles, hashFile, type BackupFile, type BackupManifest } from './backup-files.js';
import { dumpMysql } from './mysql-tools.js';
import { sqliteFile } from './open.js';

export interface BackupPlace {
  url: string;
  dataDir: string;
}

/** Copies the database and the data folder while the server runs. Uploaded files never change, so the database is the moment that counts. */
export async function createBackup(o: BackupPlace & { target: string }): Promise<{ files: number; bytes: number }> {
  const sqlite = o.url === '' || o.url.startsWith('sqlite:');
  await mkdir(o.target, { recursive: true, mode: 0o700 });
  try {
    const database = sqlite ? sqliteFile(o) : '';
    const without = [o.target, database, `${database}-wal`, `${database}-shm`];
    const copied = new Map<string, BackupFile>();
    // Twice: what is deleted while the database is copied is in the first round, what is new then in the second.
    await copyData(o, without, copied);
    const name = sqlite ? 'database.sqlite' : 'database.sql';
    await (sqlite ? snapshot(database, join(o.target, name)) : dumpMysql(o.url, join(o.target, name)));
    await copyData(o, without, copied);
    const files = [{ path: name, ...(await hashFile(join(o.target, name))) }, ...copied.values()];
    const manifest: BackupManifest = { product: 'portico', format: 1, createdAt: new Date().toISOString(), dialect: sqlite ? 'sqlite' : 'mysql', files };
    await writeFile(join(o.target, 'manifest.json'), JSON.stringify(manifest, null, 1), { mode: 0o600, flush: true });
    return { files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
  } catch (error) {
    await rm(o.target, { recursive: true, force: true });
    throw error;
  }
}

async function copyData(o: { dataDir: string; target: string }, without: readonly string[], copied: Map<string, BackupFile>): Promise<void> {
  if (!existsSync(o.dataDir)) return;
  for (const path of await dataFiles(o.dataDir, without)) {
    if (copied.has(path)) continue;
    try {
      copied.set(path, { path: `data/${path}`, ...(await copyHashed(join(o.dataDir, path), join(o.target, 'data', path))) });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
    }
  }
}

/** A consistent copy of the file, made in one read transaction: writers go on meanwhile. */
async function snapshot(file: string, target: string): Promise<void> {
  if (!existsSync(file)) throw new StartError(`There is no database at ${file}. Check PORTICO_DATA_DIR and database.url.`);
  const native = new Libsql(file, { timeout: 30_000 });
  try {
    native.prepare('VACUUM INTO ?').run([target]);
  } finally {
    native.close();
  }
}
