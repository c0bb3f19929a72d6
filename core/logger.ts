import { pino, type Logger } from 'pino';
import type { Log } from './plugin/context.js';

/** Structured log lines without secrets. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: undefined,
    redact: { paths: ['*.password', '*.token', '*.secret', 'req.headers.cookie', 'req.headers.authorization'], censor: '[hidden]' },
  });
}
/** The log as one part writes it. */
export const logOf = (logger: Logger, plugin: string): Log => logger.child({ plugin });
