import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Libsql from 'libsql';
import { Transaction, type Options, type Sequelize } from 'sequelize';
import type { Engine } from './engine.js';
import { connectionOf, connections } from './engine.js';
import { DatabaseStartError } from './failures.js';
import { dialectModule, type SqliteConnection } from './sqlite-driver.js';
import { SqliteHandles } from './sqlite-handles.js';

/** Another process may be at a long migration. */
const MIGRATION_PATIENCE_MS = 120_000;
/** Above that size (240 MB) the check at start would take seconds. */
const CHECK_BELOW_PAGES = 60_000;

/** Opens the embedded database; creates the file at the first start. */
export async function openSqlite(file: string, create: (options: Options) => Sequelize): Promise<Engine> {
  mkdirSync(dirname(file), { recursive: true });
  await prepareFile(file);
  const handles = new SqliteHandles();
  const sequelize = create({
    dialect: 'sqlite',
    dialectModule: dialectModule(handles),
    storage: file,
    ...{ foreignKeys: false },
    transactionType: Transaction.TYPES.IMMEDIATE,
  });
  const shared = await connections<SqliteConnection>(sequelize).getConnection({});
  const on = (open: Transaction | null): SqliteConnection => (open ? connectionOf<SqliteConnection>(open) : shared);
  return {
    dialect: 'sqlite',
    sequelize,
    transaction: { type: Transaction.TYPES.IMMEDIATE },
    query: (open, sql, params) => on(open).fetch(sql, params),
    async run(open, sql, params) {
      const { changes, lastID } = await on(open).change(sql, params);
      return { changes, insertId: lastID };
    },
    async nextNumber(open, name, start) {
      const sql = 'INSERT INTO core_sequences (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value';
      const rows = await on(open).fetch(sql, [name, start]);
      return Number(rows[0]?.['value']);
    },
    async migrating(work) {
      const { patienceMs } = handles;
      handles.foreignKeys = false;
      handles.patienceMs = MIGRATION_PATIENCE_MS;
      try {
        return await work();
      } finally {
        handles.foreignKeys = true;
        handles.patienceMs = patienceMs;
      }
    },
    async close() {
      await sequelize.close();
      handles.closeAll();
    },
  };
}

/** Looks before anything is written: a damaged file must stay as it is. Then switches to the write-ahead log. */
async function prepareFile(file: string): Promise<void> {
  if (existsSync(file) && statSync(file).isFile() && !looksLikeSqlite(file)) throw damaged(file, 'it is not an SQLite database');
  for (const giveUp = Date.now() + 15_000; ; await sleep(20)) {
    let native: Libsql.Database | null = null;
    try {
      native = new Libsql(file);
      const [pages] = native.prepare('PRAGMA page_count').all() as { page_count: number }[];
      if ((pages?.page_count ?? 0) < CHECK_BELOW_PAGES) {
        const [answer] = native.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
        if (answer && answer.quick_check !== 'ok') throw damaged(file, answer.quick_check);
      }
      native.prepare('PRAGMA journal_mode=WAL').all();
      return;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (code.startsWith('SQLITE_BUSY') && Date.now() < giveUp) continue;
      if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw damaged(file, (error as Error).message);
      if (error instanceof DatabaseStartError) throw error;
      throw new DatabaseStartError(
        `The database file ${file} cannot be opened (${(error as Error).message}). Check that the folder exists, that this user may write to it and that the disk is not full.`,
      );
    } finally {
      native?.close();
    }
  }
}

function looksLikeSqlite(file: string): boolean {
  const head = Buffer.alloc(16);
  const fd = openSync(file, 'r');
  try {
    const length = readSync(fd, head, 0, 16, 0);
    return length === 0 || head.toString('latin1') === 'SQLite format 3\0';
  } finally {
    closeSync(fd);
  }
}

function damaged(file: string, reason: string): DatabaseStartError {
  return new DatabaseStartError(
    `The database file ${file} is damaged (${reason}). Nothing was changed. Restore the latest backup with "npm run restore -- <backup folder>", or move the file away to start empty.`,
  );
}
