import { snippet, within } from '../../../core/api.js';
import type { Access, Actor, Database, PermissionId, SearchHit, Sql } from '../../../core/api.js';
import type { Owner } from './desk-index.js';

/** Where an actor holds a right: nowhere, or where the condition holds (null = everywhere). */
export interface Reach {
  none: boolean;
  sql: Sql | null;
}
export async function reachOf(
  access: Access,
  actor: Actor,
  permission: PermissionId,
  columns: Readonly<Record<string, string>>,
  alias: string,
): Promise<Reach> {
  const scope = await access.scope(actor, permission);
  return { none: scope.kind === 'none', sql: scope.kind === 'all' ? null : scope.sql(columns, alias) };
}

/** So few customers that all their things are looked at. */
const fewCustomers = 20;
/** The customers in reach as a condition, when they are few. */
export async function narrow(access: Access, actor: Actor, permissions: readonly PermissionId[], alias: string): Promise<Sql | null> {
  const found = new Set<number>();
  for (const permission of permissions) {
    const ids = (await access.scope(actor, permission)).ids('customer');
    if (ids === 'all') return null;
    for (const id of ids) found.add(id);
  }
  if (found.size === 0) return { sql: '1=0', params: [] };
  return found.size > fewCustomers ? null : { sql: `${alias}.customer_id ${within([...found])}`, params: [...found] };
}

/** A text of a thing, and the translation key of what it is, if that must be said. */
export interface Text {
  text: string | null;
  within?: string;
}
/** The first text in which the words are met. */
export function firstIn(query: readonly string[], texts: readonly Text[]): Pick<SearchHit, 'snippet' | 'within'> {
  for (const { text, within: where } of texts) {
    const found = text ? snippet(text, query) : null;
    if (found) return { snippet: found, within: where ?? null };
  }
  return { snippet: null, within: null };
}

/** Rows in the order of their ids. */
export function inOrder<Row extends { id: number }>(ids: readonly number[], rows: readonly Row[]): Row[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const tables = { request: 'desk_requests r', order: 'desk_orders o' } as const;
/** Messages on some things, newest first, as far as the actor reads them: internal ones, and what has not left the house, only where `notes` reaches. */
export async function visibleMessages(db: Database, owner: Owner, ids: readonly number[], notes: Reach): Promise<Map<number, Text[]>> {
  const found = new Map<number, Text[]>();
  if (ids.length === 0) return found;
  const alias = owner === 'request' ? 'r' : 'o';
  const inner = notes.none ? { sql: '1=0', params: [] } : (notes.sql ?? { sql: '1=1', params: [] });
  const rows = await db.query<{ owner_id: number; text: string; visibility: string }>(
    `SELECT m.owner_id, m.text, m.visibility FROM desk_messages m JOIN ${tables[owner]} ON ${alias}.id = m.owner_id
     WHERE m.owner = ? AND m.owner_id ${within(ids)} AND ((m.visibility = 'public' AND m.held_until IS NULL) OR ${inner.sql}) ORDER BY m.id DESC`,
    [owner, ...ids, ...inner.params],
  );
  for (const row of rows) {
    const text = { text: row.text, within: row.visibility === 'internal' ? 'desk:search.note' : 'desk:search.message' };
    found.set(row.owner_id, [...(found.get(row.owner_id) ?? []), text]);
  }
  return found;
}
