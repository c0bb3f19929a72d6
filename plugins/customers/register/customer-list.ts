import { within, type Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { CustomerFilter, CustomerListRow, CustomerSort } from '../types.js';
import { categoryKey } from './customer-fields.js';
import { fold, searchList } from './search.js';

interface Order {
  /** Columns that order the list; the last one is unique. */
  columns: readonly ['c.name_key', 'c.id'] | readonly ['c.number'] | readonly ['c.id'];
  descending: boolean;
}
const orders: Readonly<Record<CustomerSort, Order>> = {
  name: { columns: ['c.name_key', 'c.id'], descending: false },
  '-name': { columns: ['c.name_key', 'c.id'], descending: true },
  number: { columns: ['c.number'], descending: false },
  '-number': { columns: ['c.number'], descending: true },
  newest: { columns: ['c.id'], descending: true },
  oldest: { columns: ['c.id'], descending: false },
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
  if (filter.begins) add('c.name_key >= ? AND c.name_key < ?', fold(filter.begins), `${fold(filter.begins)}\uffff`);
  if (filter.withoutAccess) add('c.access_count = 0');

  const after = decodeCursor(filter.after, columns.length);
  const before = after ? null : decodeCursor(filter.before, columns.length);
  const backwards = before !== null;
  const limit = Math.min(filter.limit ?? 25, 500);
  const found = await searchList<Raw>(db, {
    words: { table: 'customers_words', owner: 'customer' },
    select: `c.id, c.number, c.kind, c.name, c.name_key, c.city, c.country, c.email, c.phone, c.status, c.account_manager_id, c.access_count AS accesses`,
    from: 'customers_customers c',
    where: conditions,
    params,
    id: 'c.id',
    order: columns,
    descending: descending !== backwards,
    after: after ?? before,
    query: filter.q,
    limit: limit + 1,
  });
  const more = found.length > limit;
  const page = found.slice(0, limit);
  if (backwards) page.reverse();
  const cursorOf = (row: Raw): string => encodeCursor(...columns.map((column) => row[column.slice(2) as 'id' | 'number' | 'name_key']));
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
