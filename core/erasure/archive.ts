import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import { ZipFile } from 'yazl';
import { hashing } from '../database/backup-files.js';
import type { Database } from '../database/types.js';
import type { FileStore } from '../files/file-store.js';
import { filesOf, type ErasurePlan, type Subject } from './plan.js';

interface ArchiveParts {
  db: Database;
  files: FileStore;
  plan: ErasurePlan;
  subject: Subject;
  at: Date;
  target: string;
  progress?: ((done: number, total: number) => Promise<void>) | undefined;
}
type Row = Record<string, unknown>;
/** What opens doors leaves the house in no archive. */
const SECRET = /hash|token|csrf|secret|password|salt|credential|(^|_)key$/;
const PAGE = 500;

/** Everything known of a customer: JSON and spreadsheet-safe CSV per table, its files, and a list with the SHA-256 of each. */
export async function writeArchive({ db, files, plan, subject, at, target, progress }: ArchiveParts): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const zip = new ZipFile();
  const listed: { path: string; bytes: number; sha256: string }[] = [];
  const written = pipeline(zip.outputStream as unknown as Readable, createWriteStream(`${target}.tmp`, { mode: 0o600, flush: true }));
  const add = (path: string, source: Readable): Promise<void> => {
    const counted = hashing();
    const out = new PassThrough();
    zip.addReadStream(out, path, { mtime: at });
    return pipeline(source, counted.stream, out).then(() => void listed.push({ path, ...counted.result() }));
  };
  const tables = plan.tables;
  for (const [index, { table, files: kind }] of tables.entries()) {
    const where = plan.rows(table, subject);
    const rows = where ? await rowsOf(db, table, where) : [];
    if (rows.length > 0) {
      await add(`tables/${table}.json`, Readable.from([JSON.stringify(rows, null, 1)]));
      await add(
        `tables/${table}.csv`,
        Readable.from([stringify(rows, { header: true, bom: true, escape_formulas: true, cast: { date: (d) => d.toISOString() } })]),
      );
    }
    if (kind && where) {
      const own = filesOf(kind, table, where);
      for (const file of await db.query<{ id: string; sha256: string; name: string }>(`SELECT id, sha256, name FROM core_files WHERE ${own.sql}`, own.params)) {
        await add(`files/${kind}/${file.id}-${file.name.replace(/[^\p{L}\p{N}._ -]/gu, '_')}`, createReadStream(files.pathOf(file.sha256)));
      }
    }
    await progress?.(index + 1, tables.length);
  }
  zip.addBuffer(Buffer.from(JSON.stringify({ customer: subject.customerId, createdAt: at.toISOString(), files: listed }, null, 1)), 'manifest.json', {
    mtime: at,
  });
  zip.end();
  await written;
  await rename(`${target}.tmp`, target);
}

/** All rows, a page at a time, without columns that hold secrets. */
async function rowsOf(db: Database, table: string, where: { sql: string; params: unknown[] }): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await db.query<Row>(`SELECT * FROM ${table} WHERE ${where.sql} LIMIT ${PAGE} OFFSET ${rows.length}`, where.params);
    rows.push(...page.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !SECRET.test(column)))));
    if (page.length < PAGE) return rows;
  }
}
