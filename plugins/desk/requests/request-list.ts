import { toDate, within, type Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor, fold, wordClause } from '../../customers/api.js';
import type { RequestFilter, RequestRow } from '../types.js';
import { undecided } from './steps.js';

interface Sql {
  sql: string;
  params: unknown[];
}
/** A request with the names that its joins give. */
export type RawRequest = RequestRow & {
  customer_name: string;
  installation_name: string | null;
  installation_city: string | null;
  device_name: string | null;
  project_name: string | null;
};

export const unhandled = `r.order_id IS NULL AND r.status IN ('${undecided.join("', '")}')`;

/** A tag as it is compared: folded, in one line. */
export const tagKey = (label: string): string => Array.from(fold(label).trim().replace(/\s+/g, ' ')).slice(0, 40).join('');

const orders = { newest: 'r.id DESC', due: 'r.due_at, r.id', updated: 'r.updated_at DESC, r.id DESC' };

/** What a filter asks beyond the reach of the actor. */
function asked(filter: RequestFilter): Sql {
  const conditions: string[] = [];
  const params: unknown[] = [];
  const add = (sql: string, ...values: unknown[]) => {
    conditions.push(` AND ${sql}`);
    params.push(...values);
  };
  const equal: [column: string, value: unknown][] = [
    ['open', filter.open === undefined ? undefined : Number(filter.open)],
    ['status', filter.status],
    ['type', filter.type],
    ['priority', filter.priority],
    ['importance', filter.importance],
    ['customer_id', filter.customerId],
    ['installation_id', filter.installationId],
    ['device_id', filter.deviceId],
    ['project_id', filter.projectId],
    ['origin', filter.origin],
    ['number', filter.number],
    ['solver_id', filter.solverId === 'none' ? undefined : filter.solverId],
  ];
  for (const [column, value] of equal) if (value !== undefined) add(`r.${column} = ?`, value);
  if (filter.unhandled) add(unhandled);
  if (filter.solverId === 'none') add('r.solver_id IS NULL');
  if (filter.dueBefore) add('r.due_at < ?', filter.dueBefore);
  if (filter.watcherId !== undefined) add('r.id IN (SELECT request_id FROM desk_request_watchers WHERE account_id = ?)', filter.watcherId);
  if (filter.mentionedId !== undefined)
    add(`r.id IN (SELECT request_id FROM desk_mentions WHERE account_id = ?${filter.unseen ? ' AND seen = 0' : ''})`, filter.mentionedId);
  if (filter.openedBy !== undefined) add('r.id IN (SELECT request_id FROM desk_reads WHERE account_id = ?)', filter.openedBy);
  if (filter.tag !== undefined) add('r.id IN (SELECT request_id FROM desk_request_tags WHERE tag = ?)', tagKey(filter.tag));
  const search = wordClause('desk_words', 'request', 'r.id', filter.q ?? '');
  return { sql: conditions.join('') + search.sql, params: [...params, ...search.params] };
}

/** One page of requests, whole. The page's ids are found by walking along an index; only they are joined. */
export async function listRequests(db: Database, scope: Sql, filter: RequestFilter): Promise<{ rows: RawRequest[]; next: string | null }> {
  const { sort = 'newest' } = filter;
  const { sql, params } = asked(filter);
  const after = from(filter.after, sort);
  const limit = Math.min(filter.limit ?? 25, 200);
  const found = await selectRequests(
    db,
    `SELECT r.id FROM desk_requests r WHERE ${scope.sql}${sql}${after.sql} ORDER BY ${orders[sort]} LIMIT ${limit + 1}`,
    [...scope.params, ...params, ...after.params],
    orders[sort],
  );
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const moment = last && { newest: null, due: last.due_at, updated: last.updated_at }[sort];
  const next = last && (moment ? encodeCursor(moment.getTime(), last.id) : encodeCursor(last.id));
  return { rows, next: found.length > limit && next ? next : null };
}

/** Where the page begins. */
function from(cursor: string | undefined, sort: NonNullable<RequestFilter['sort']>): Sql {
  const after = decodeCursor(cursor, sort === 'newest' ? 1 : 2);
  if (!after) return { sql: '', params: [] };
  if (sort === 'newest') return { sql: ' AND r.id < ?', params: [after[0]] };
  const at = new Date(Number(after[0]));
  if (Number.isNaN(at.getTime())) return { sql: '', params: [] };
  const [column, beyond] = sort === 'due' ? ['r.due_at', '>'] : ['r.updated_at', '<'];
  return { sql: ` AND ${column} ${beyond}= ? AND (${column} ${beyond} ? OR r.id ${beyond} ?)`, params: [at, at, after[1]] };
}

/** How many there are; it stops counting at `most`. */
export async function countRequests(db: Database, scope: Sql, filter: RequestFilter, most: number): Promise<number> {
  const { sql, params } = asked(filter);
  const [row] = await db.query<{ n: number }>(`SELECT COUNT(*) AS n FROM (SELECT 1 FROM desk_requests r WHERE ${scope.sql}${sql} LIMIT ${most}) x`, [
    ...scope.params,
    ...params,
  ]);
  return Number(row?.n ?? 0);
}

/** Requests by a statement that gives their ids. */
export async function selectRequests(db: Database, ids: string, params: readonly unknown[], order = orders.newest): Promise<RawRequest[]> {
  const rows = await db.query<RawRequest>(
    `SELECT r.*, c.name AS customer_name, i.name AS installation_name, i.city AS installation_city, d.name AS device_name, p.name AS project_name
     FROM (${ids}) f JOIN desk_requests r ON r.id = f.id JOIN customers_customers c ON c.id = r.customer_id
     LEFT JOIN customers_installations i ON i.id = r.installation_id LEFT JOIN customers_devices d ON d.id = r.device_id
     LEFT JOIN customers_projects p ON p.id = r.project_id ORDER BY ${order}`,
    params,
  );
  return rows.map((row) => ({ ...row, created_at: toDate(row.created_at), updated_at: toDate(row.updated_at), due_at: toDate(row.due_at) }));
}

/** What a list tells of the conversations: the newest message that somebody else wrote, and the last public one. */
export async function talkOf(
  db: Database,
  ids: readonly number[],
  me: number,
  inside: boolean,
): Promise<Map<number, { newest: number; last_text: string | null }>> {
  if (ids.length === 0) return new Map();
  // CROSS JOIN and no OR: the few requests lead to their messages, not all messages to them.
  const ofIds = (column: 'id' | 'merged_into') => `SELECT id, merged_into FROM desk_requests WHERE ${column} ${within(ids)}`;
  const rows = await db.query<{ id: number; newest: number | null; last: number | null }>(
    `SELECT COALESCE(q.merged_into, q.id) AS id, MAX(CASE WHEN m.author_id = ? THEN 0 ELSE m.id END) AS newest,
       MAX(CASE WHEN m.visibility = 'public' AND m.held_until IS NULL AND q.merged_into IS NULL THEN m.id END) AS last
     FROM (${ofIds('id')}${inside ? ` UNION ALL ${ofIds('merged_into')}` : ''}) q
     CROSS JOIN desk_messages m ON m.owner = 'request' AND m.owner_id = q.id${inside ? '' : " AND m.visibility = 'public' AND m.held_until IS NULL"}
     GROUP BY COALESCE(q.merged_into, q.id)`,
    [me, ...ids, ...(inside ? ids : [])],
  );
  const last = rows.flatMap((row) => row.last ?? []);
  const texts =
    last.length === 0
      ? []
      : await db.query<{ id: number; text: string }>(`SELECT id, SUBSTR(text, 1, 400) AS text FROM desk_messages WHERE id ${within(last)}`, last);
  const text = new Map(texts.map((row) => [row.id, row.text]));
  return new Map(rows.map((row) => [row.id, { newest: Number(row.newest ?? 0), last_text: text.get(row.last ?? 0) ?? null }]));
}
