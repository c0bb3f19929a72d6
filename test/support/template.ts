import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { migrate, type MigrationSource } from '../../core/database/migrate.js';
import { openDatabase } from '../../core/database/open.js';
import type { Manifest } from '../../core/plugin/manifest.js';
import { outRoot } from '../../core/paths.js';
import { coreMigrations, createEmptyDatabase, onMysql, quietLog, server } from './database.js';

const variable = 'PORTICO_TEST_TEMPLATE';

/**
 * Migrates one database that the apps of a whole test run begin with as a copy: on MariaDB migrating takes longer than most tests.
 * Its place goes to the workers in the environment; a test file that runs alone migrates by itself. Returns the removal.
 */
export async function makeTemplate(): Promise<() => Promise<void>> {
  const place = await createEmptyDatabase();
  const db = await openDatabase({ ...place, log: quietLog });
  await migrate(db, await allMigrations());
  if (!onMysql) await db.query('PRAGMA wal_checkpoint(TRUNCATE)');
  await db.close();
  process.env[variable] = onMysql ? place.url.slice(place.url.lastIndexOf('/') + 1) : join(place.dataDir, 'portico.sqlite');
  return place.remove;
}

/** Fills a new, empty database from the template, if there is one. */
export async function fillFromTemplate(place: { url: string; dataDir: string }): Promise<void> {
  const template = process.env[variable];
  if (!template) return;
  if (!onMysql) return copyFileSync(template, join(place.dataDir, 'portico.sqlite'));
  statements ??= copying(template);
  const connection = await createConnection({ ...server, database: place.url.slice(place.url.lastIndexOf('/') + 1), multipleStatements: true });
  try {
    await connection.query(await statements);
  } finally {
    await connection.end();
  }
}
let statements: Promise<string> | undefined;

async function copying(template: string): Promise<string> {
  const connection = await createConnection({ ...server, database: template });
  try {
    const [tables] = await connection.query<RowDataPacket[]>('SHOW TABLES');
    const made: string[] = ['SET foreign_key_checks = 0'];
    for (const name of tables.map((row) => String(Object.values(row)[0]))) {
      const [[table]] = await connection.query<RowDataPacket[]>(`SHOW CREATE TABLE ${name}`);
      const [rows] = await connection.query<RowDataPacket[]>(`SELECT 1 FROM ${name} LIMIT 1`);
      made.push(String(table?.['Create Table']));
      if (rows.length > 0) made.push(`INSERT INTO ${name} SELECT * FROM ${template}.${name}`);
    }
    return made.join(';\n');
  } finally {
    await connection.end();
  }
}

/** The core's, then those of the plugins, each after what it requires. */
async function allMigrations(): Promise<MigrationSource[]> {
  const folder = join(outRoot, 'plugins');
  const manifests = await Promise.all(
    readdirSync(folder)
      .map((id) => join(folder, id, 'manifest.js'))
      .filter((file) => existsSync(file))
      .map(async (file) => ((await import(pathToFileURL(file).href)) as { manifest: Manifest }).manifest),
  );
  const ordered: Manifest[] = [];
  const add = (manifest: Manifest | undefined): void => {
    if (!manifest || ordered.includes(manifest)) return;
    for (const id of manifest.requires ?? []) add(manifests.find((one) => one.id === id));
    ordered.push(manifest);
  };
  for (const manifest of manifests) add(manifest);
  return [coreMigrations, ...ordered.map(({ id }) => ({ id, folder: join(folder, id, 'migrations') }))];
}
