import { statfs, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../database/types.js';
import type { Message } from '../errors.js';

export interface Counts {
  waiting: number;
  failed: number;
}
export interface HealthSources {
  db: Database;
  dataDir: string;
  loopDelay(): number;
  sockets(): number;
  jobs(): Promise<Counts>;
  outbox(): Promise<Counts>;
  /** Things an administrator should know, such as a site that answers the network without TLS. */
  warnings(): Message[] | Promise<Message[]>;
}
export interface HealthReport {
  engine: string;
  ping: number | null;
  databaseBytes: number | null;
  diskFree: number | null;
  loopDelay: number;
  memory: number;
  uptimeSeconds: number;
  sockets: number;
  jobs: Counts | null;
  outbox: Counts | null;
  warnings: Message[];
}
const LITTLE_DISK = 500_000_000;
const PING_LIMIT = 200;

/** Milliseconds until the database answered; null when it does not within the limit. */
export async function ping(db: Database, limit = PING_LIMIT): Promise<number | null> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limit);
  });
  const answered = db.query('SELECT 1 AS one').then(
    () => true,
    () => false,
  );
  const ok = await Promise.race([answered, late]);
  clearTimeout(timer);
  return ok ? Math.round((performance.now() - start) * 10) / 10 : null;
}

/** Everything the health page shows about this process; what cannot be read is null, never an error. */
export async function healthReport(sources: HealthSources): Promise<HealthReport> {
  const { db, dataDir } = sources;
  const answer = await ping(db);
  const ask = async <T>(read: () => Promise<T>): Promise<T | null> => (answer === null ? null : read().catch(() => null));
  const [databaseBytes, disk, jobs, outbox, found] = await Promise.all([
    ask(() => databaseSize(db, dataDir)),
    statfs(dataDir).catch(() => null),
    ask(() => sources.jobs()),
    ask(() => sources.outbox()),
    sources.warnings(),
  ]);
  const diskFree = disk ? disk.bavail * disk.bsize : null;
  const warnings = [...found];
  if (answer === null) warnings.unshift({ key: 'core:health.warning.database', vars: { limit: PING_LIMIT } });
  if (diskFree !== null && diskFree < LITTLE_DISK) warnings.push({ key: 'core:health.warning.disk' });
  return {
    engine: await ask(() => engineOf(db)).then((name) => name ?? db.dialect),
    ping: answer,
    databaseBytes,
    diskFree,
    loopDelay: sources.loopDelay(),
    memory: process.memoryUsage().rss,
    uptimeSeconds: Math.round(process.uptime()),
    sockets: sources.sockets(),
    jobs,
    outbox,
    warnings,
  };
}

/** Name and version of the database engine. */
export async function engineOf(db: Database): Promise<string> {
  const [row] = await db.query<{ version: string }>(db.dialect === 'sqlite' ? 'SELECT sqlite_version() AS version' : 'SELECT VERSION() AS version');
  const version = row?.version ?? '';
  if (db.dialect === 'sqlite') return `SQLite ${version}`;
  return version.includes('MariaDB') ? `MariaDB ${version.split('-')[0]}` : `MySQL ${version}`;
}

async function databaseSize(db: Database, dataDir: string): Promise<number | null> {
  if (db.dialect === 'mysql') {
    const [row] = await db.query<{ bytes: number | string | null }>(
      'SELECT SUM(data_length + index_length) AS bytes FROM information_schema.tables WHERE table_schema = DATABASE()',
    );
    return Number(row?.bytes ?? 0);
  }
  const [row] = await db.query<{ file: string }>('PRAGMA database_list');
  const file = row?.file || join(dataDir, 'portico.sqlite');
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((path) =>
      stat(path).then(
        (found) => found.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
