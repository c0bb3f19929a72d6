import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { StartError } from '../start-error.js';
import { backupManifest, copyHashed, hashFile, type BackupManifest } from './backup-files.js';
import { createBackup, type BackupPlace } from './backup.js';
import { lockInstance } from './instance-lock.js';
import { loadMysql } from './mysql-tools.js';
import { sqliteFile } from './open.js';

/** Puts a backup in the place of what is there, which is kept in `previous`. Everything is checked before anything is changed. */
export async function restoreBackup(o: BackupPlace & { source: string }): Promise<{ files: number; previous: string | null }> {
  const manifest = await readManifest(o.source);
  const sqlite = o.url === '' || o.url.startsWith('sqlite:');
  if ((manifest.dialect === 'sqlite') !== sqlite) {
    throw new StartError(
      `The backup is of ${manifest.dialect === 'sqlite' ? 'SQLite' : 'MariaDB'}, but database.url is the address of another kind of database.`,
    );
  }
  const release = lockInstance(o.dataDir);
  try {
    if (!sqlite) await refuseWhileUsed(o.url);
    const staged = join(o.dataDir, '.restoring');
    await rm(staged, { recursive: true, force: true });
    await stage(o.source, staged, manifest);
    const previous = join(o.dataDir, `before-restore-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`);
    const kept = await (sqlite ? putSqlite(o, staged, previous) : putMysql(o, staged, previous));
    await putData(o.dataDir, staged, sqlite ? previous : null);
    await rm(staged, { recursive: true, force: true });
    return { files: manifest.files.length, previous: kept || existsSync(previous) ? previous : null };
  } finally {
    release();
  }
}

async function readManifest(source: string): Promise<BackupManifest> {
  const text = await readFile(join(source, 'manifest.json'), 'utf8').catch(() => {
    throw new StartError(`${source} holds no manifest.json; it is not a backup, or one that was cut off.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null;
  }
  const parsed = backupManifest.safeParse(value);
  if (!parsed.success) throw new StartError(`The manifest.json of ${source} is damaged, or made by a newer version.`);
  return parsed.data;
}

async function stage(source: string, staged: string, manifest: BackupManifest): Promise<void> {
  for (const { path, sha256 } of manifest.files) {
    const copy = await copyHashed(join(source, path), join(staged, path)).catch((error: { code?: string }) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (copy?.sha256 === sha256) continue;
    await rm(staged, { recursive: true, force: true });
    throw new StartError(
      copy
        ? `${path} of the backup was changed or is damaged (its SHA-256 differs). Use another backup.`
        : `${path} is missing in the backup. Use another backup.`,
    );
  }
}

async function putSqlite(o: BackupPlace, staged: string, previous: string): Promise<boolean> {
  const file = sqliteFile(o);
  await mkdir(dirname(file), { recursive: true });
  const existed = existsSync(file);
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) await move(file + suffix, join(previous, basename(file) + suffix));
  await move(join(staged, 'database.sqlite'), file);
  return existed;
}

async function putMysql(o: BackupPlace, staged: string, previous: string): Promise<boolean> {
  await createBackup({ ...o, target: previous });
  try {
    await dropTables(o.url);
    await loadMysql(o.url, join(staged, 'database.sql'));
  } catch (error) {
    throw new StartError(
      `The database is now incomplete (${(error as Error).message}). Mend the cause and restore again, either this backup or what was there before: ${previous}`,
    );
  }
  return true;
}

/** Replaces each top-level entry of the data folder that the backup has. */
async function putData(dataDir: string, staged: string, previous: string | null): Promise<void> {
  const data = join(staged, 'data');
  if (!existsSync(data)) return;
  for (const name of await readdir(data)) {
    const target = join(dataDir, name);
    if (existsSync(target)) await (previous ? move(target, join(previous, 'data', name)) : rm(target, { recursive: true }));
    await move(join(data, name), target);
  }
}

/** Across file systems, where renaming is impossible, a file is copied. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EXDEV') throw error;
    const [copy, original] = [await copyHashed(from, to), await hashFile(from)];
    if (copy.sha256 !== original.sha256) throw error;
    await rm(from);
  }
}

async function onMysql<T>(url: string, work: (ask: (sql: string, params?: unknown[]) => Promise<RowDataPacket[]>) => Promise<T>): Promise<T> {
  const connection = await createConnection({ uri: url.replace(/^mariadb:/, 'mysql:') });
  try {
    return await work(async (sql, params) => (await connection.query<RowDataPacket[]>(sql, params))[0]);
  } finally {
    await connection.end();
  }
}

function refuseWhileUsed(url: string): Promise<void> {
  return onMysql(url, async (ask) => {
    const rows = await ask('SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()');
    if (rows.length > 0) throw new StartError(`${rows.length} connections use the database. Stop every Portico server on it first.`);
  });
}

function dropTables(url: string): Promise<void> {
  return onMysql(url, async (ask) => {
    await ask('SET foreign_key_checks = 0');
    for (const row of await ask("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'")) {
      await ask(`DROP TABLE \`${String(row['name'])}\``);
    }
  });
}
