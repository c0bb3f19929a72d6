import { AsyncLocalStorage } from 'node:async_hooks';
import { ForbiddenError } from '../errors.js';

/** `readOnly.run(true, work)`: nothing that `work` does may change the database. */
export const readOnly = new AsyncLocalStorage<boolean>();

/** @throws ForbiddenError inside of `readOnly` */
export function assertWritable(): void {
  if (readOnly.getStore() === true) throw new ForbiddenError({ key: 'core:error.readOnly' }, 'read_only');
}
