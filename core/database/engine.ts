import type { Sequelize, Transaction } from 'sequelize';

/** What differs between the two databases, below `Database`. */
export interface Engine {
  readonly dialect: 'sqlite' | 'mysql';
  readonly sequelize: Sequelize;
  /** Options of a new transaction. */
  readonly transaction: { type?: Transaction.TYPES };
  query(open: Transaction | null, sql: string, params: readonly unknown[]): Promise<Record<string, unknown>[]>;
  run(open: Transaction | null, sql: string, params: readonly unknown[]): Promise<{ changes: number; insertId: number }>;
  nextNumber(open: Transaction | null, name: string, start: number): Promise<number>;
  /** Runs schema changes: without foreign keys where tables are rebuilt. */
  migrating<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The driver's connection that a Sequelize transaction holds. */
export function connectionOf<T>(transaction: Transaction): T {
  return (transaction as unknown as { connection: T }).connection;
}

interface ConnectionManager<T> {
  getConnection(options: { type?: string }): Promise<T>;
  releaseConnection(connection: T): void | Promise<void>;
}
export function connections<T>(sequelize: Sequelize): ConnectionManager<T> {
  return sequelize.connectionManager as unknown as ConnectionManager<T>;
}

/** Sequelize's error class (UniqueConstraintError ...) for a driver's error, so that raw and model queries fail alike. */
export function asSequelizeError(sequelize: Sequelize, error: unknown): unknown {
  type Formatter = { formatError(error: unknown, stack?: string): unknown };
  const { dialect } = sequelize as unknown as { dialect: { Query: new (connection: null, sequelize: Sequelize, options: object) => Formatter } };
  const { code, errno, stack } = error as { code?: string; errno?: number; stack?: string };
  if (code === undefined && errno === undefined) return error;
  return new dialect.Query(null, sequelize, {}).formatError(error, stack);
}
