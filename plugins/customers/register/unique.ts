import { InvalidInputError, isUniqueViolation, type Database, type Message } from '../../../core/api.js';

/** Runs work in a transaction; a value that is taken already is a mistake in the fields of `errors`. @throws InvalidInputError */
export async function unique<T>(db: Database, errors: Record<string, Message> | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await db.transaction(work);
  } catch (error) {
    if (errors && isUniqueViolation(error)) throw new InvalidInputError(errors);
    throw error;
  }
}
