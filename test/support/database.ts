import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { migrate, type MigrationSource } from '../../core/database/migrate.js';
import { openDatabase } from '../../core/database/open.js';
import type { Database } from '../../core/database/types.js';
import { outRoot } from '../../core/paths.js';
import type { Log } from '../../core/plugin/context.js';

export const onMysql = process.env['PORTICO_TEST_DATABASE'] === 'mysql';
export const coreMigrations: MigrationSource = { id: 'core', folder: join(outRoot, 'core/migrations') };
export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: (data, message) => console.error(message, data) };
export const server = { host: '127.0.0.1', port: 3306, user: 'root' };

export interface TestDatabase {
  db: Database;
  url: string;
  /** A fresh temporary folder, also on MariaDB. */
  dataDir: string;
  dialect: 'sqlite' | 'mysql';
  /** Closes and removes everything. */
  drop(): Promise<void>;
}

/** A fresh, empty database: an SQLite file, or a schema on MariaDB when PORTICO_TEST_DATABASE=mysql. */
export async function createTestDatabase(options: { migrations?: MigrationSource[] } = {}): Promise<TestDatabase> {
  const place = await createEmptyDatabase();
  const db = await openDatabase({ ...place, log: quietLog });
  const drop = async (): Promise<void> => {
    await db.close();
    await place.remove();
  };
  try {
    await migrate(db, options.migrations ?? [coreMigrations]);
  } catch (error) {
    await drop();
    throw error;
  }
  return { db, url: place.url, dataDir: place.dataDir, dialect: db.dialect, drop };
}

/** A place for a database, not opened yet. */
export async function createEmptyDatabase(): Promise<{ url: string; dataDir: string; remove(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portico-test-'));
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true });
  if (!onMysql) return { url: 'sqlite:portico.sqlite', dataDir, remove: async () => remove() };
  const schema = `portico_test_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${schema} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  return {
    url: `mysql://root@127.0.0.1:3306/${schema}`,
    dataDir,
    remove: async () => {
      await onServer(`DROP DATABASE IF EXISTS ${schema}`);
      remove();
    },
  };
}

async function onServer(sql: string): Promise<void> {
  const connection = await createConnection(server);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
