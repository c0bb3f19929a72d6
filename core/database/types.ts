import type { Model, ModelAttributes, ModelOptions, ModelStatic, QueryInterface, Sequelize } from 'sequelize';

/** A table described once; `db.of(def)` gives the Sequelize model. */
export interface ModelDef<Row extends object> {
  readonly table: string;
  readonly attributes: ModelAttributes;
  readonly options: ModelOptions;
  readonly row?: Row;
}
/** A model whose instances read like its row. */
export type ModelOf<Row extends object> = ModelStatic<Model<Row, Partial<Row>> & Row>;

/** Describes a table. Columns are snake_case and named like the row's keys; `timestamps` and `freezeTableName` are set here. */
export function defineModel<Row extends object>(table: string, attributes: ModelAttributes, options: ModelOptions = {}): ModelDef<Row> {
  return { table, attributes, options: { timestamps: false, freezeTableName: true, ...options } };
}

/** The database. Inside `transaction`, every query of the same async flow takes part by itself. */
export interface Database {
  readonly dialect: 'sqlite' | 'mysql';
  readonly sequelize: Sequelize;
  of<Row extends object>(def: ModelDef<Row>): ModelOf<Row>;
  /** Runs in one transaction (joins the one already open). Retries deadlocks three times; SQLite writers queue up. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Runs inside the open transaction just before it commits, and takes it back when it throws; in one of its own when there is none. */
  beforeCommit(work: () => Promise<void>): void;
  /** Runs after the open transaction has committed; at once when there is none. */
  afterCommit(work: () => void | Promise<void>): void;
  /** Prepared query with `?` parameters; rows as plain objects (dates in UTC text or Date: use `toDate`). */
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Prepared statement that changes rows. */
  run(sql: string, params?: readonly unknown[]): Promise<{ changes: number; insertId: number }>;
  /** Next number of a sequence shown to people, gap-tolerant: `await db.nextNumber('order', 20000)`. */
  nextNumber(name: string, start: number): Promise<number>;
  close(): Promise<void>;
}

/** What a migration file exports: `export const up: Migration = async ({ queryInterface }) => { ... }`. */
export interface MigrationContext {
  db: Database;
  queryInterface: QueryInterface;
}
/** One change of the database, only forward and re-runnable: on MySQL a half-made one is not rolled back. */
export type Migration = (context: MigrationContext) => Promise<void>;

/** A time from `query`, whichever form it has. */
export function toDate(value: Date | string | number): Date;
export function toDate(value: Date | string | number | null | undefined): Date | null;
export function toDate(value: Date | string | number | null | undefined): Date | null {
  if (value === null || value === undefined) return null;
  // `2026-11-22 05:27:29.123 +00:00` is what both engines give; without a zone it is UTC too.
  const date = typeof value === 'string' && value[10] === ' ' ? new Date(`${value.slice(0, 10)}T${value.slice(11, 23)}Z`) : new Date(value);
  if (Number.isNaN(date.getTime())) throw new TypeError('Not a time');
  return date;
}

/** Did the statement fail because a unique value is already taken? */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && error.name === 'SequelizeUniqueConstraintError';
}
