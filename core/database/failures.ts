import { UnavailableError } from '../errors.js';
import { StartError } from '../start-error.js';

/** The database cannot be used at start: the message is a sentence for the operator that says what to do. */
export class DatabaseStartError extends StartError {
  override readonly name = 'DatabaseStartError';
}

const DEADLOCK = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_CHECKREAD']);
const GONE = new Set([
  'SQLITE_BUSY',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_SEQUENCE_TIMEOUT',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_QUERY_INTERRUPTED',
  'SQLITE_FULL',
  'SQLITE_IOERR',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);
const GONE_NAMES = new Set([
  'SequelizeConnectionAcquireTimeoutError',
  'SequelizeConnectionRefusedError',
  'SequelizeHostNotFoundError',
  'SequelizeHostNotReachableError',
]);

interface DriverError {
  code?: string;
  name?: string;
  message?: string;
  parent?: DriverError;
  cause?: unknown;
}

/** The driver's own error code, also when Sequelize has wrapped the error. */
export function driverCode(error: unknown): string {
  const e = (error ?? {}) as DriverError;
  return e.parent?.code ?? e.code ?? (/connection is in closed state/.test(e.message ?? '') ? 'PROTOCOL_CONNECTION_LOST' : '');
}

/** The transaction lost against another one; running it again helps. */
export function isCollision(error: unknown): boolean {
  return DEADLOCK.has(driverCode(error instanceof UnavailableError ? error.cause : error));
}

/** Errors that pass by themselves become a 503 that says when to try again; all others stay as they are. */
export function translate(error: unknown): unknown {
  const code = driverCode(error);
  const name = (error as DriverError | null)?.name ?? '';
  if (!DEADLOCK.has(code) && !GONE.has(code) && !GONE_NAMES.has(name)) return error;
  const unavailable = new UnavailableError();
  unavailable.cause = error;
  return unavailable;
}
