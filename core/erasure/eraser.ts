import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemActor } from '../access/actors.js';
import type { Access } from '../access/types.js';
import type { SessionStore } from '../accounts/session-store.js';
import { blankEntries } from '../audit/blank.js';
import type { AuditLog } from '../audit/audit-log.js';
import { toDate, type Database } from '../database/types.js';
import type { FileStore } from '../files/file-store.js';
import type { Events } from '../events/types.js';
import type { Manifest } from '../plugin/manifest.js';
import type { Clock } from '../tokens.js';
import { writeArchive } from './archive.js';
import { Erasures } from './model.js';
import { ErasurePlan, filesOf, oneOf, type Clause, type Subject } from './plan.js';
import { ErasureRegister } from './register.js';
import type { Erasure, ErasureCount } from './types.js';

export interface EraserDeps {
  db: Database;
  events: Events;
  clock: Clock;
  access: Access;
  audit: AuditLog;
  files: FileStore;
  sessions: Pick<SessionStore, 'endAll'>;
  manifests: readonly Manifest[];
  dataDir: string;
}
const system = systemActor('job');

/** Walks what the manifests declare as personal data. */
export class Eraser implements Erasure {
  readonly #register: ErasureRegister;

  constructor(private readonly deps: EraserDeps) {
    this.#register = new ErasureRegister(deps.dataDir);
  }

  async preview(customerId: number): Promise<ErasureCount[]> {
    const plan = await this.#plan();
    const subject = { customerId, accountIds: await this.#accountsOf(plan, customerId) };
    const counts = new Map<string, ErasureCount>();
    for (const { plugin, table, files } of plan.tables) {
      const where = plan.rows(table, subject);
      if (!where) continue;
      const count = counts.get(plugin) ?? { plugin, rows: 0, files: 0 };
      count.rows += await this.#count(table, where);
      if (files) count.files += await this.#count('core_files', filesOf(files, table, where));
      counts.set(plugin, count);
    }
    return [...counts.values()].filter(({ rows }) => rows > 0);
  }

  async erase(customerId: number, signal?: AbortSignal): Promise<void> {
    const { db, clock, access, audit, events, files, sessions } = this.deps;
    const plan = await this.#plan();
    const entry = await this.#begin(plan, customerId);
    const subject: Subject = { customerId, accountIds: JSON.parse(entry.accounts) as number[] };
    for (const accountId of subject.accountIds) await sessions.endAll(accountId);
    await this.#eraseMessages(plan, subject);
    await this.#eraseJobs(subject);
    for (const { table, files: kind } of plan.tables) {
      signal?.throwIfAborted();
      const where = plan.rows(table, subject);
      if (!where) continue;
      if (kind) await files.erase(filesOf(kind, table, where));
      await db.run(`DELETE FROM ${table} WHERE ${where.sql}`, where.params);
    }
    for (const { table, mentions = [] } of subject.accountIds.length > 0 ? plan.tables : []) {
      for (const column of mentions) {
        const where = oneOf(column, subject.accountIds);
        await db.run(`UPDATE ${table} SET ${column} = NULL WHERE ${where.sql}`, where.params);
      }
    }
    await blankEntries({ db, clock, audit }, system, customerId, entriesOf(subject));
    for (const name of await readdir(this.#archives).catch(() => [])) {
      if (name.startsWith(`${customerId}-`)) await rm(join(this.#archives, name), { force: true });
    }
    await db.transaction(async () => {
      await db.of(Erasures).update({ done_at: clock.now() }, { where: { id: entry.id } });
      await audit.record(system, { action: 'core.customer.erased', object: { kind: 'core.erasure', id: entry.id }, customerId });
      await access.changed([...subject.accountIds]);
      events.emit('core.customer.erased', { customerId });
    });
    // What stands in the write-ahead log goes into the file, where it is overwritten.
    if (db.dialect === 'sqlite') await db.query('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Customers that the register names but that are there again, because a backup was put back. */
  async returned(): Promise<number[]> {
    const plan = await this.#plan();
    const found = new Set<number>();
    for (const { customerId, createdAt } of await this.#register.list()) {
      if ((await this.#createdAt(plan, customerId)) === createdAt) found.add(customerId);
    }
    return [...found];
  }

  async archive(customerId: number, key: string, progress?: (done: number, total: number) => Promise<void>): Promise<void> {
    const plan = await this.#plan();
    const subject = { customerId, accountIds: await this.#accountsOf(plan, customerId) };
    const { db, files, clock } = this.deps;
    await writeArchive({ db, files, plan, subject, at: clock.now(), target: this.archiveFile(customerId, key), progress });
  }

  archiveFile(customerId: number, key: string): string {
    if (!/^[\w-]{1,60}$/.test(key)) throw new Error('Not the name of an archive');
    return join(this.#archives, `${customerId}-${key}.zip`);
  }

  discardArchive(customerId: number, key: string): Promise<void> {
    return rm(this.archiveFile(customerId, key), { force: true });
  }

  get #archives(): string {
    return join(this.deps.dataDir, 'exports');
  }

  async #plan(): Promise<ErasurePlan> {
    const tables = await this.deps.db.sequelize.getQueryInterface().showAllTables();
    const names = new Set(tables.map((table) => (typeof table === 'string' ? table : (table as { tableName: string }).tableName)));
    return new ErasurePlan(this.deps.manifests, (table) => names.has(table));
  }

  /** Notes who goes before anything is gone: memberships, which say it, go first. */
  async #begin(plan: ErasurePlan, customerId: number): Promise<{ id: number; accounts: string }> {
    const { db, clock } = this.deps;
    const createdAt = await this.#createdAt(plan, customerId);
    if (createdAt !== null) await this.#register.add({ customerId, createdAt, at: clock.now().toISOString() });
    return db.transaction(async () => {
      const open = await db.of(Erasures).findOne({ where: { customer_id: customerId, done_at: null } });
      if (open) return open;
      const accounts = JSON.stringify(await this.#accountsOf(plan, customerId));
      return db.of(Erasures).create({ customer_id: customerId, accounts, started_at: clock.now() });
    });
  }

  async #createdAt(plan: ErasurePlan, customerId: number): Promise<string | null> {
    if (!plan.root) return null;
    const [row] = await this.deps.db.query<{ created_at: Date | string }>(`SELECT created_at FROM ${plan.root.table} WHERE id = ?`, [customerId]);
    return row ? toDate(row.created_at).toISOString() : null;
  }

  /** Accounts that belong to this customer alone. */
  async #accountsOf(plan: ErasurePlan, customerId: number): Promise<number[]> {
    const members = plan.tables.filter((decl) => decl.membership && decl.customer && decl.account);
    const here = new Set<number>();
    const elsewhere = new Set<number>();
    for (const { table, customer, account } of members) {
      const rows = await this.deps.db.query<{ id: number; other: number }>(
        `SELECT a.id, (SELECT COUNT(*) FROM ${table} o WHERE o.${account} = a.id AND o.${customer} <> ?) AS other
         FROM core_accounts a WHERE a.kind = 'customer' AND a.id IN (SELECT ${account} FROM ${table} WHERE ${customer} = ?)`,
        [customerId, customerId],
      );
      for (const { id, other } of rows) (Number(other) > 0 ? elsewhere : here).add(id);
    }
    return [...here].filter((id) => !elsewhere.has(id));
  }

  /** Messages to the addresses of the customer and its accounts, sent or not. */
  async #eraseMessages(plan: ErasurePlan, subject: Subject): Promise<void> {
    const { db } = this.deps;
    const found = new Set<string>();
    for (const { table, addresses = [] } of plan.tables) {
      const where = plan.rows(table, subject);
      for (const column of where ? addresses : []) {
        const rows = await db.query<{ address: string | null }>(`SELECT ${column} AS address FROM ${table} WHERE ${where!.sql}`, where!.params);
        for (const { address } of rows) if (address) found.add(address.toLowerCase());
      }
    }
    for (const address of found) {
      await db.run('DELETE FROM core_inbox WHERE outbox_id IN (SELECT id FROM core_outbox WHERE recipient = ?)', [address]);
      await db.run('DELETE FROM core_outbox WHERE recipient = ?', [address]);
    }
  }

  /** Jobs that name the customer or its accounts; the one that erases stays. */
  async #eraseJobs({ customerId, accountIds }: Subject): Promise<void> {
    const { db } = this.deps;
    for (let after = 0; ;) {
      const jobs = await db.query<{ id: number; name: string; payload: string }>('SELECT id, name, payload FROM core_jobs WHERE id > ? ORDER BY id LIMIT 500', [
        after,
      ]);
      for (const { id, name, payload } of jobs) {
        const { customerId: customer, accountId: account } = JSON.parse(payload) as { customerId?: unknown; accountId?: unknown };
        const named = customer === customerId || accountIds.includes(Number(account));
        if (named && !/\.erase(-again)?$/.test(name)) await db.run('DELETE FROM core_jobs WHERE id = ?', [id]);
      }
      const last = jobs.at(-1);
      if (!last || jobs.length < 500) return;
      after = last.id;
    }
  }

  async #count(table: string, where: Clause): Promise<number> {
    const [row] = await this.deps.db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where.sql}`, where.params);
    return Number(row?.n);
  }
}

/** Entries of the log about the customer, about its accounts and by them. */
function entriesOf({ customerId, accountIds }: Subject): Clause {
  if (accountIds.length === 0) return { sql: 'customer_id = ?', params: [customerId] };
  const about = oneOf('object_id', accountIds.map(String));
  const by = [oneOf('actor', accountIds), oneOf('on_behalf_of', accountIds)];
  return {
    sql: `(customer_id = ? OR (object_kind = 'core.account' AND ${about.sql}) OR ${by.map(({ sql }) => sql).join(' OR ')})`,
    params: [customerId, ...about.params, ...by.flatMap(({ params }) => params)],
  };
}
