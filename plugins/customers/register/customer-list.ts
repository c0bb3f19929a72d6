import { within, type Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { CustomerFilter, CustomerListRow, CustomerSort } from '../types.js';
import { categoryKey } from './customer-fields.js';
import { fold, searchClause } from './search.js';

interface Order {
  /** Columns that order the list; the last one is unique. */
  columns: readonly ('name_key' | 'id' | 'number')[];
  descending: boolean;
}
const orders: Readonly<Record<CustomerSort, Order>> = {
  name: { columns: ['name_key', 'id'], descending: false },
  '-name': { columns: ['name_key', 'id'], descending: true },
  number: { columns: ['number'], descending: false },
  '-number': { columns: ['number'], descending: true },
  newest: { columns: ['id'], descending: true },
  oldest: { columns: ['id'], descending: false },
};
type Raw = Omit<CustomerListRow, 'installations'> & { name_key: string };

/** One page of customers that match, in one walk along an index; their numbers of installations come for this page only. */
export async function listCustomers(
  db: Database,
  scope: { sql: string; params: unknown[] },
  filter: CustomerFilter,
): Promise<{ rows: CustomerListRow[]; next: string | null; previous: string | null }> {
  const { columns, descending } = orders[filter.sort ?? 'name'];
  const conditions = [scope.sql];
  const params = [...scope.params];
  const add = (sql: string, ...values: unknown[]): void => {
    conditions.push(sql);
    params.push(...values);
  };
  if (filter.status) add('c.status = ?', filter.status);
  if (filter.kind) add('c.kind = ?', filter.kind);
  if (filter.managerId) add('c.account_manager_id = ?', filter.managerId);
  if (filter.city) add('c.city_key = ?', fold(filter.city).slice(0, 80));
  if (filter.country) add('c.country = ?', filter.country);
  if (filter.category) add("c.id IN (SELECT owner_id FROM customers_words WHERE owner = 'category' AND word = ?)", categoryKey(filter.category));
  if (filter.withoutAccess) add('c.access_count = 0');
  const search = await searchClause(db, 'customers_words', 'customer', 'c.id', filter.q);
  if (search.sql) add(search.sql.replace(/^ AND /, ''), ...search.params);

  const after = decodeCursor(filter.after, columns.length);
  const before = after ? null : decodeCursor(filter.before, columns.length);
  const backwards = before !== null;
  const down = descending !== backwards;
  const cursor = after ?? before;
  if (cursor) {
    const [first, second] = columns;
    const sign = down ? '<' : '>';
    if (second) add(`(c.${first} ${sign} ? OR (c.${first} = ? AND c.${second} ${sign} ?))`, cursor[0], cursor[0], cursor[1]);
    else add(`c.${first} ${sign} ?`, cursor[0]);
  }
  const limit = Math.min(filter.limit ?? 25, 500);
  const found = await db.query<Raw>(
    `SELECT c.id, c.number, c.kind, c.name, c.name_key, c.city, c.country, c.email, c.phone, c.status, c.account_manager_id, c.access_count AS accesses
     FROM customers_customers c WHERE ${conditions.join(' AND ')}
     ORDER BY ${columns.map((column) => `c.${column} ${down ? 'DESC' : 'ASC'}`).join(', ')} LIMIT ${limit + 1}`,
    params,
  );
  const more = found.length > limit;
  const page = found.slice(0, limit);
  if (backwards) page.reverse();
  const cursorOf = (row: Raw): string => encodeCursor(...columns.map((column) => row[column]));
  const [first, last] = [page[0], page.at(-1)];
  return {
    rows: await withCounts(db, page, filter.counted ?? true),
    next: last && (backwards || more) ? cursorOf(last) : null,
    previous: first && (backwards ? more : after !== null) ? cursorOf(first) : null,
  };
}

async function withCounts(db: Database, page: readonly Raw[], counted: boolean): Promise<CustomerListRow[]> {
  const ids = counted ? page.map((row) => row.id) : [];
  const rows =
    ids.length === 0
      ? []
      : await db.query<{ id: number; n: number }>(
          `SELECT customer_id AS id, COUNT(*) AS n FROM customers_installations WHERE customer_id ${within(ids)} GROUP BY customer_id`,
          ids,
        );
  const installations = new Map(rows.map(({ id, n }) => [id, Number(n)]));
  return page.map(({ name_key: _key, ...row }) => ({ ...row, installations: installations.get(row.id) ?? 0 }));
}
