import { NOTHING, Statement, type Executed, type Handle, type SqliteHandles } from './sqlite-handles.js';
import { bind, bindAll, type Bound } from './values.js';

type Callback<T> = (this: Statement, error: Error | null, rows?: T) => void;
type Params = readonly unknown[] | Record<string, unknown>;

const SCHEMA_CHANGE = /^\s*(create|alter|drop|rollback)\b/i;
const CONTROL = /^\s*(begin|commit|rollback|savepoint|release|vacuum)\b|^\s*pragma \w+\s*=/i;
const READS = /^\s*(select|with|pragma|explain|values)\b/i;
const TABLE_INFO = /^\s*PRAGMA table_info\(/i;

/** What Sequelize gets as `dialectModule`: the shape of node-sqlite3, on libsql. */
export function dialectModule(handles: SqliteHandles): object {
  return {
    OPEN_READONLY: 1,
    OPEN_READWRITE: 2,
    OPEN_CREATE: 4,
    Database: class Database extends SqliteConnection {
      constructor(file: string, _mode: number, opened: (error: Error | null) => void) {
        super(handles, file);
        // Sequelize looks at the connection only after the constructor has returned.
        setImmediate(() => this.connect(opened));
      }
    },
  };
}

/** One connection as Sequelize sees it, plus `fetch` and `change`, which skip Sequelize. */
export class SqliteConnection {
  uuid: string | undefined;
  #handle: Handle | null = null;

  constructor(
    private readonly handles: SqliteHandles,
    readonly filename: string,
  ) {}

  connect(opened: (error: Error | null) => void): void {
    retry(
      () => (this.#handle = this.handles.acquire(this.filename)),
      () => this.handles.patienceMs,
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
    this.#attempt(
      sql,
      () => this.#execute(sql, bound, hasParams(bound)),
      (error, result) => callback?.call(result?.statement ?? NOTHING, error),
    );
    return this;
  }

  all(sql: string, params?: Params | Callback<unknown[]>, done?: Callback<unknown[]>): this {
    const bound = named(params);
    const callback = typeof params === 'function' ? params : done;
    const execute = (): Executed => this.#execute(sql, bound, hasParams(bound));
    const work = TABLE_INFO.test(sql) ? (): Executed => this.handles.tableInfo(sql, execute) : execute;
    this.#attempt(sql, work, (error, result) => callback?.call(result?.statement ?? NOTHING, error, result?.rows));
    return this;
  }

  exec(sql: string, done?: (error: Error | null) => void): this {
    this.#attempt(
      sql,
      () => this.#native().native.exec(sql),
      (error) => done?.(error),
    );
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
    if (this.#handle) this.handles.release(this.#handle);
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
    const patience = (): number => (this.#handle?.native.inTransaction && !/^\s*COMMIT/i.test(sql) ? 0 : this.handles.patienceMs);
    retry(work, patience, (error, value) => {
      if (SCHEMA_CHANGE.test(sql)) this.handles.schemaChanged();
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
