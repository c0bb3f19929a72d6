import Libsql from 'libsql';
import { bind, bindAll, type Bound } from './values.js';

type Native = Libsql.Database;
type NativeStatement = Libsql.Statement;
type Callback<T> = (this: Statement, error: Error | null, rows?: T) => void;
type Params = readonly unknown[] | Record<string, unknown>;

const CACHED_STATEMENTS = 250;
const IDLE_HANDLES = 4;
const SCHEMA_CHANGE = /^\s*(create|alter|drop|rollback)\b/i;
const CONTROL = /^\s*(begin|commit|rollback|savepoint|release|vacuum)\b|^\s*pragma \w+\s*=/i;
const READS = /^\s*(select|with|pragma|explain|values)\b/i;
const TABLE_INFO = /^\s*PRAGMA table_info\(/i;

/** What node-sqlite3 calls a statement: the result of the last change. Sequelize looks at the class's name. */
class Statement {
  constructor(
    readonly lastID: number,
    readonly changes: number,
  ) {}
}

const NOTHING = new Statement(0, 0);

interface Executed {
  rows: Record<string, unknown>[];
  statement: Statement;
}

/** One file's native handles: statements are cached per handle, and handles outlive the connection that Sequelize opens per transaction. */
class Handle {
  readonly native: Native;
  readonly #statements = new Map<string, NativeStatement>();
  foreignKeys = true;

  constructor(readonly file: string) {
    this.native = new Libsql(file);
    this.native.exec('PRAGMA synchronous=FULL');
    this.native.exec('PRAGMA foreign_keys=ON');
  }

  prepare(sql: string, keep: boolean): NativeStatement {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.native.prepare(sql);
    if (keep) {
      if (this.#statements.size >= CACHED_STATEMENTS) this.#statements.delete(this.#statements.keys().next().value ?? '');
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Statements are finalized only when they are collected, and until then SQLite keeps the write-ahead log: fold it in now. */
  close(): void {
    this.forget();
    try {
      if (this.native.inTransaction) this.native.exec('ROLLBACK');
      this.native.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // Somebody else reads or writes: the log stays, and the next one to open the file folds it in.
    }
    this.native.close();
  }

  forget(sql?: string): void {
    if (sql === undefined) this.#statements.clear();
    else this.#statements.delete(sql);
  }
}

/** A dialect module for Sequelize with the shape of node-sqlite3, on libsql. One per opened database. */
export class SqliteDriver {
  readonly #idle: Handle[] = [];
  readonly #open = new Set<Handle>();
  readonly #tableInfo = new Map<string, Executed>();
  /** How long a statement waits for a writer of another process before it fails as unavailable. */
  patienceMs = 10_000;
  /** Off while a migration rebuilds tables, else dropping the old table would delete the rows that point to it. */
  foreignKeys = true;

  /** What Sequelize gets as `dialectModule`. */
  get module(): object {
    const driver = this;
    return {
      OPEN_READONLY: 1,
      OPEN_READWRITE: 2,
      OPEN_CREATE: 4,
      Database: class Database extends SqliteConnection {
        constructor(file: string, _mode: number, opened: (error: Error | null) => void) {
          super(driver, file);
          // Sequelize reads the connection only after the constructor has returned.
          setImmediate(() => this.connect(opened));
        }
      },
    };
  }

  acquire(file: string): Handle {
    const handle = this.#idle.pop() ?? new Handle(file);
    this.#open.add(handle);
    if (handle.foreignKeys !== this.foreignKeys) {
      handle.native.exec(`PRAGMA foreign_keys=${this.foreignKeys ? 'ON' : 'OFF'}`);
      handle.foreignKeys = this.foreignKeys;
    }
    return handle;
  }

  release(handle: Handle): void {
    if (!this.#open.delete(handle)) return;
    if (handle.native.inTransaction) handle.native.exec('ROLLBACK');
    if (this.#idle.length < IDLE_HANDLES) this.#idle.push(handle);
    else handle.close();
  }

  /** Sequelize asks for the columns before each select. */
  tableInfo(sql: string, read: () => Executed): Executed {
    const known = this.#tableInfo.get(sql) ?? read();
    if (known.rows.length > 0) this.#tableInfo.set(sql, known);
    return known;
  }

  schemaChanged(): void {
    this.#tableInfo.clear();
    for (const handle of [...this.#idle, ...this.#open]) handle.forget();
  }

  /** Closes every handle. */
  closeAll(): void {
    for (const handle of [...this.#open, ...this.#idle]) {
      if (handle.native.open) handle.close();
    }
    this.#open.clear();
    this.#idle.length = 0;
  }
}

/** One connection as Sequelize sees it, plus `fetch` and `change`, which skip Sequelize. */
export class SqliteConnection {
  uuid: string | undefined;
  #handle: Handle | null = null;

  constructor(
    readonly driver: SqliteDriver,
    readonly filename: string,
  ) {}

  connect(opened: (error: Error | null) => void): void {
    retry(
      () => (this.#handle = this.driver.acquire(this.filename)),
      () => this.driver.patienceMs,
      (error) => opened(error),
    );
  }

  /** Rows of a prepared query. */
  fetch(sql: string, params: readonly unknown[]): Promise<Record<string, unknown>[]> {
    const bound = bindAll(params);
    return this.#promise(sql, () => this.#execute(sql, bound, true).rows);
  }

  /** Runs a prepared statement that changes rows. */
  change(sql: string, params: readonly unknown[]): Promise<Statement> {
    const bound = bindAll(params);
    return this.#promise(sql, () => this.#execute(sql, bound, true).statement);
  }

  run(sql: string, params?: Params | Callback<never>, done?: Callback<never>): this {
    const bound = named(params);
    const callback = typeof params === 'function' ? params : done;
    this.#attempt(sql, () => this.#execute(sql, bound, hasParams(bound)), (error, result) => callback?.call(result?.statement ?? NOTHING, error));
    return this;
  }

  all(sql: string, params?: Params | Callback<unknown[]>, done?: Callback<unknown[]>): this {
    const bound = named(params);
    const callback = typeof params === 'function' ? params : done;
    const execute = (): Executed => this.#execute(sql, bound, hasParams(bound));
    const work = TABLE_INFO.test(sql) ? (): Executed => this.driver.tableInfo(sql, execute) : execute;
    this.#attempt(sql, work, (error, result) => callback?.call(result?.statement ?? NOTHING, error, result?.rows));
    return this;
  }

  exec(sql: string, done?: (error: Error | null) => void): this {
    this.#attempt(sql, () => this.#native().native.exec(sql), (error) => done?.(error));
    return this;
  }

  /** Statements of libsql run one after the other anyway. */
  serialize(work?: () => void): void {
    work?.();
  }

  parallelize(work?: () => void): void {
    work?.();
  }

  close(done?: (error: Error | null) => void): void {
    if (this.#handle) this.driver.release(this.#handle);
    this.#handle = null;
    done?.(null);
  }

  #native(): Handle {
    if (!this.#handle) throw Object.assign(new Error('SQLITE_MISUSE: Database handle is closed'), { code: 'SQLITE_MISUSE' });
    return this.#handle;
  }

  /** A write outside of a transaction gets one of its own, begun without a statement: one that meets a lock would stay open on the connection until it is collected, and block every later commit. */
  #execute(sql: string, params: Bound[] | Record<string, Bound>, keep: boolean): Executed {
    const handle = this.#native();
    const { native } = handle;
    if (CONTROL.test(sql)) {
      // Sequelize also rolls back a transaction that could not begin.
      if (native.inTransaction || !/^\s*ROLLBACK/i.test(sql)) native.exec(sql);
      return { rows: [], statement: NOTHING };
    }
    if (READS.test(sql) || native.inTransaction) return step(handle, sql, params, keep);
    native.exec('BEGIN IMMEDIATE');
    try {
      const result = step(handle, sql, params, keep);
      native.exec('COMMIT');
      return result;
    } catch (error) {
      if (native.inTransaction) native.exec('ROLLBACK');
      throw error;
    }
  }

  #promise<T>(sql: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => this.#attempt(sql, work, (error, value) => (error ? reject(error) : resolve(value as T))));
  }

  /** Waits for a lock on the event loop: a blocking wait would also stop its holder. Inside a transaction a retry cannot help, except for COMMIT. */
  #attempt<T>(sql: string, work: () => T, done: (error: Error | null, value?: T) => void): void {
    const patience = (): number => (this.#handle?.native.inTransaction && !/^\s*COMMIT/i.test(sql) ? 0 : this.driver.patienceMs);
    retry(work, patience, (error, value) => {
      if (SCHEMA_CHANGE.test(sql)) this.driver.schemaChanged();
      done(error, value);
    });
  }
}

function step(handle: Handle, sql: string, params: Bound[] | Record<string, Bound>, keep: boolean): Executed {
  try {
    const statement = handle.prepare(sql, keep);
    if (statement.reader) {
      const rows = statement.all(params) as Record<string, unknown>[];
      return { rows, statement: new Statement(0, rows.length) };
    }
    const { changes, lastInsertRowid } = statement.run(params);
    return { rows: [], statement: new Statement(Number(lastInsertRowid), changes) };
  } catch (error) {
    handle.forget(sql);
    throw error;
  }
}

function retry<T>(work: () => T, patience: () => number, done: (error: Error | null, value?: T) => void, since = Date.now(), tries = 0): void {
  let value: T;
  try {
    value = work();
  } catch (raw) {
    const error = convert(raw);
    if (error.code !== 'SQLITE_BUSY' || Date.now() - since >= patience()) return done(error);
    const again = (): void => retry(work, patience, done, since, tries + 1);
    if (tries < 20) setImmediate(again);
    else setTimeout(again, Math.min(tries - 19, 20));
    return;
  }
  done(null, value);
}

/** Codes and texts as node-sqlite3 has them, because Sequelize makes its error classes from these. */
function convert(raw: unknown): Error & { code: string } {
  const error = raw as Error & { code?: string };
  const code = error.code ?? 'SQLITE_ERROR';
  const plain = /^SQLITE_(BUSY|LOCKED|IOERR|READONLY|CANTOPEN|CORRUPT)/.exec(code)?.[0] ?? code;
  const group = /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code;
  return Object.assign(new Error(`${group}: ${error.message}`, { cause: raw }), { code: plain });
}

/** `$1`, `$name` of Sequelize without the sign, as libsql wants them. */
function named(params: Params | ((...args: never[]) => void) | undefined): Bound[] | Record<string, Bound> {
  if (params === undefined || typeof params === 'function') return [];
  if (Array.isArray(params)) return bindAll(params as readonly unknown[]);
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key.replace(/^[$:@]/, ''), bind(value)]));
}

function hasParams(bound: Bound[] | Record<string, Bound>): boolean {
  return Array.isArray(bound) ? bound.length > 0 : Object.keys(bound).length > 0;
}
