import Libsql from 'libsql';

type Native = Libsql.Database;
type NativeStatement = Libsql.Statement;

const CACHED_STATEMENTS = 250;
const IDLE_HANDLES = 4;

/** What node-sqlite3 calls a statement: the result of the last change. Sequelize looks at the class's name. */
export class Statement {
  constructor(
    readonly lastID: number,
    readonly changes: number,
  ) {}
}

export const NOTHING = new Statement(0, 0);

export interface Executed {
  rows: Record<string, unknown>[];
  statement: Statement;
}

/** One file's native handles: statements are cached per handle, and handles outlive the connection that Sequelize opens per transaction. */
export class Handle {
  readonly native: Native;
  readonly #statements = new Map<string, NativeStatement>();
  foreignKeys = true;

  constructor(readonly file: string) {
    this.native = new Libsql(file);
    this.native.exec('PRAGMA synchronous=FULL');
    this.native.exec('PRAGMA foreign_keys=ON');
    // What is deleted is overwritten: erased data must not be found in the file.
    this.native.exec('PRAGMA secure_delete=ON');
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

/** The handles of one opened database. */
export class SqliteHandles {
  readonly #idle: Handle[] = [];
  readonly #open = new Set<Handle>();
  readonly #tableInfo = new Map<string, Executed>();
  /** How long a statement waits for a writer of another process before it fails as unavailable. */
  patienceMs = 5_000;
  /** Off while a migration rebuilds tables, else dropping the old table would delete the rows that point to it. */
  foreignKeys = true;

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
