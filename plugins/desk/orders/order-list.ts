import { toDate, type Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor, wordClause } from '../../customers/api.js';
import { openStatuses, type OrderFilter, type OrderListRow, type Page } from '../types.js';

export type RawOrder = Omit<OrderListRow, 'technician_name'>;
export const orderColumns = `o.id, o.number, o.title, o.status, o.customer_id, c.name AS customer_name, o.installation_id, i.name AS installation_name, i.city AS installation_city, o.project_id, o.device_id,
  o.technician_id, o.planned_start, o.planned_end, o.created_at, o.status_at, o.sort_at`;
export const orderJoins = 'JOIN customers_customers c ON c.id = o.customer_id LEFT JOIN customers_installations i ON i.id = o.installation_id';

/** One page of orders. The page's ids are found on an index alone; only they are joined. */
export async function listOrders(db: Database, scope: { sql: string; params: unknown[] }, filter: OrderFilter): Promise<Page<RawOrder>> {
  const conditions: string[] = [scope.sql];
  const params: unknown[] = [...scope.params];
  const add = (sql: string, ...values: unknown[]) => {
    conditions.push(sql);
    params.push(...values);
  };
  if (filter.customerId !== undefined) add('o.customer_id = ?', filter.customerId);
  if (filter.installationId !== undefined) add('o.installation_id = ?', filter.installationId);
  if (filter.deviceId !== undefined) add('o.device_id = ?', filter.deviceId);
  if (filter.projectId !== undefined) add('o.project_id = ?', filter.projectId);
  if (filter.from) add('o.sort_at >= ?', filter.from);
  if (filter.to) add('o.sort_at < ?', filter.to);
  const planned = filter.sort === 'planned';
  const after = decodeCursor(filter.after, planned ? 2 : 1);
  if (after && planned) {
    const start = new Date(Number(after[0]));
    add('(o.sort_at > ? OR (o.sort_at = ? AND o.id > ?))', start, start, after[1]);
  } else if (after) add('o.id < ?', after[0]);
  const search = wordClause('desk_words', 'order', 'o.id', filter.q ?? '');
  const order = planned ? 'o.sort_at, o.id' : 'o.id DESC';
  const limit = Math.min(filter.limit ?? 25, 500);
  // One walk along an index per status: the cost is that of the page, however many orders are open.
  const statuses = filter.status === 'open' ? openStatuses : filter.status ? [filter.status] : [null];
  // And of a technician one along those led, one among those where they help.
  const technician = filter.technicianId;
  const roles =
    technician === undefined ? [''] : [' AND o.technician_id = ?', ' AND o.id IN (SELECT h.order_id FROM desk_order_technicians h WHERE h.account_id = ?)'];
  const parts = roles.flatMap((role) => statuses.map((status) => ({ role, status })));
  const walks = parts.map(({ role, status }, i) => {
    const own = status === null ? '' : ' AND o.status = ?';
    return `SELECT * FROM (SELECT o.id, o.sort_at FROM desk_orders o WHERE ${conditions.join(' AND ')}${role}${own}${search.sql} ORDER BY ${order} LIMIT ${limit + 1}) w${i}`;
  });
  const found = await db.query<RawOrder>(
    `SELECT ${orderColumns} FROM (${walks.join(' UNION ALL ')}) p JOIN desk_orders o ON o.id = p.id ${orderJoins} ORDER BY ${order} LIMIT ${limit + 1}`,
    parts.flatMap(({ status }) => [...params, ...(technician === undefined ? [] : [technician]), ...(status === null ? [] : [status]), ...search.params]),
  );
  const rows = found.slice(0, limit).map(withDates);
  const last = rows.at(-1);
  const next = found.length > limit && last ? (planned ? encodeCursor(last.sort_at.getTime(), last.id) : encodeCursor(last.id)) : null;
  return { rows, next };
}

/** Raw rows carry dates as the engine writes them. */
export function withDates<T extends RawOrder>(row: T): T {
  return {
    ...row,
    planned_start: toDate(row.planned_start),
    planned_end: toDate(row.planned_end),
    created_at: toDate(row.created_at),
    status_at: toDate(row.status_at),
    sort_at: toDate(row.sort_at),
  };
}
