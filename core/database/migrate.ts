import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Connection, RowDataPacket } from 'mysql2';
import type { QueryInterface } from 'sequelize';
import { connections } from './engine.js';
import { DatabaseStartError } from './failures.js';
import type { SequelizeDatabase } from './sequelize-database.js';
import type { Database, Migration } from './types.js';

const LOCK_SECONDS = 120;
const TABLE = `CREATE TABLE IF NOT EXISTS core_migrations
  (plugin VARCHAR(64) NOT NULL, name VARCHAR(160) NOT NULL, checksum CHAR(64) NOT NULL, applied_at VARCHAR(30) NOT NULL, PRIMARY KEY (plugin, name))`;
/** Duplicate column, key, constraint: the change was made by a run that was killed before it could say so. */
const ALREADY_DONE = new Set([1060, 1061, 1826]);

export interface MigrationSource {
  id: string;
  /** Folder of compiled `NNNN-name.js` files. */
  folder: string;
}

/** Brings the tables of the sources up to date, in their order. Several processes may call it at once. Returns what was applied, as `<source>/<name>`. */
export async function migrate(db: Database, sources: readonly MigrationSource[]): Promise<string[]> {
  const database = db as SequelizeDatabase;
  return exclusively(database, async () => {
    await database.migrating(async () => void (await db.run(TABLE)));
    const applied: string[] = [];
    for (const source of sources) {
      const names = files(source.folder);
      refuseNewer(source.id, names, await done(db, source.id));
      for (const name of names) if (await apply(database, source, name)) applied.push(`${source.id}/${name}`);
    }
    return applied;
  });
}

function files(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^\d{4}-.+\.js$/.test(file))
    .map((file) => file.slice(0, -3))
    .sort();
}

async function done(db: Database, source: string): Promise<Set<string>> {
  const rows = await db.query<{ name: string }>('SELECT name FROM core_migrations WHERE plugin = ?', [source]);
  return new Set(rows.map((row) => row.name));
}

function refuseNewer(source: string, names: readonly string[], applied: ReadonlySet<string>): void {
  const unknown = [...applied].filter((name) => !names.includes(name)).sort();
  if (unknown.length === 0) return;
  const part = source === 'core' ? 'Portico' : `the module "${source}"`;
  throw new DatabaseStartError(
    `The database was written by a newer version of ${part}: it has had the change "${source}/${unknown.at(-1)}", which this version does not know. Nothing was changed. Install that version again, or restore a backup that was made with this one.`,
  );
}

async function apply(db: SequelizeDatabase, source: MigrationSource, name: string): Promise<boolean> {
  if ((await done(db, source.id)).has(name)) return false;
  const file = join(source.folder, `${name}.js`);
  const { up } = (await import(pathToFileURL(file).href)) as { up?: Migration };
  if (typeof up !== 'function') throw new DatabaseStartError(`The migration ${source.id}/${name} exports no function "up".`);
  const checksum = createHash('sha256').update(readFileSync(file)).digest('hex');
  let applied = false;
  await db.migrating(async () => {
    // Asked again inside: on SQLite the transaction is the lock between processes.
    if ((await done(db, source.id)).has(name)) return;
    await up({ db, queryInterface: resumable(db) });
    await db.run('INSERT INTO core_migrations (plugin, name, checksum, applied_at) VALUES (?, ?, ?, ?)', [source.id, name, checksum, new Date().toISOString()]);
    applied = true;
  });
  return applied;
}

/** MySQL cannot roll a half-made migration back, so the next run passes over what is already there. */
function resumable(db: Database): QueryInterface {
  const original = db.sequelize.getQueryInterface();
  if (db.dialect === 'sqlite') return original;
  const tolerant = Object.create(original) as QueryInterface;
  for (const method of ['addColumn', 'addIndex', 'addConstraint'] as const) {
    const run = original[method].bind(original) as (...args: unknown[]) => Promise<void>;
    Object.assign(tolerant, {
      [method]: (...args: unknown[]) =>
        run(...args).catch((error: { parent?: { errno?: number } }) => {
          if (!ALREADY_DONE.has(error.parent?.errno ?? 0)) throw error;
        }),
    });
  }
  return tolerant;
}

async function exclusively<T>(db: SequelizeDatabase, work: () => Promise<T>): Promise<T> {
  if (db.dialect === 'sqlite') return work();
  const pool = connections<Connection>(db.sequelize);
  const holder = await pool.getConnection({});
  const ask = (sql: string, params: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => holder.query<RowDataPacket[]>(sql, params, (error, rows) => (error ? reject(error) : resolve(rows[0]?.['answer']))));
  const name = `portico-migrate-${createHash('sha256')
    .update(db.sequelize.config.database ?? '')
    .digest('hex')
    .slice(0, 20)}`;
  try {
    if ((await ask('SELECT GET_LOCK(?, ?) AS answer', [name, LOCK_SECONDS])) !== 1) {
      throw new DatabaseStartError(
        `Another server has been changing the tables for more than ${LOCK_SECONDS} seconds. Wait until it is done, then start again.`,
      );
    }
    try {
      return await work();
    } finally {
      await ask('SELECT RELEASE_LOCK(?) AS answer', [name]);
    }
  } finally {
    await pool.releaseConnection(holder);
  }
}
