const TEXT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+00:00$/;

/** A value as both drivers take it. */
export type Bound = string | number | bigint | Buffer | null;

/** The text both engines give for a time: `2026-11-22 05:27:29.123 +00:00`, sortable and what Sequelize writes on SQLite. */
function utcText(date: Date): string {
  return `${date.toISOString().slice(0, 23).replace('T', ' ')} +00:00`;
}

/** Converts parameters; anything a driver would choke on (libsql aborts the process) is refused here. */
export function bindAll(params: readonly unknown[], date: (value: Date) => string = utcText): Bound[] {
  return params.map((value) => bind(value, date));
}

export function bind(value: unknown, date: (value: Date) => string = utcText): Bound {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${value} cannot be stored`);
    return value;
  }
  if (value instanceof Date) return date(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`A value of type ${Object.prototype.toString.call(value)} cannot be a query parameter`);
}

/** MySQL's DATETIME has no zone: the connection's is UTC. */
function mysqlDate(date: Date): string {
  return date.toISOString().slice(0, 23).replace('T', ' ');
}

/** Times that came out of `query` go in again, for example as a page's cursor. */
export function mysqlBind(value: unknown): Bound {
  return typeof value === 'string' && value.length === 30 && TEXT.test(value) ? value.slice(0, 23) : bind(value, mysqlDate);
}

/** `2026-11-22 05:27:29[.123]` of MySQL in the common form. */
export function fromMysqlDate(text: string): string {
  return `${text.length === 19 ? `${text}.000` : text.padEnd(23, '0').slice(0, 23)} +00:00`;
}
