/** The place where a page of a list ended, as an opaque text for the address. */
export function encodeCursor(...values: (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The values of a cursor, or null when somebody made it up: the list then starts over. */
export function decodeCursor(cursor: string | undefined, length: number): (string | number)[] | null {
  if (!cursor) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(values) && values.length === length && values.every((value) => typeof value === 'string' || typeof value === 'number') ? values : null;
  } catch {
    return null;
  }
}
