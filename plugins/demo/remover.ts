import type { Actor, Database } from '../../core/api.js';
import { countAccesses } from '../customers/api.js';
import type { Parts } from './loader.js';
import { chunks } from './rows.js';
import { DemoObjects, type DemoKind } from './tables.js';

/** What stays because real data hangs on it. */
export interface Kept {
  kind: 'customer' | 'account';
  id: number;
  name: string;
}
interface RemoveOptions {
  progress?: (done: number, total: number) => void | Promise<void>;
  signal?: AbortSignal;
}
const batch = 2_000;
/** What hangs on orders. */
const orderTables = [
  'desk_order_events',
  'desk_order_rows',
  'desk_time_entries',
  'desk_order_checks',
  'desk_order_technicians',
  'desk_order_files',
  'desk_order_signatures',
];
const system: Actor = { kind: 'system', account: null, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };
const made = (kind: DemoKind) => `(SELECT d.id FROM demo_objects d WHERE d.kind = '${kind}')`;

/** What something real uses, by kind, in this order: a report is kept for its order, a place for its report, a customer for its place. */
const uses: readonly { kind: DemoKind; sql: string }[] = [
  {
    kind: 'request',
    sql: `SELECT request_id AS id FROM desk_orders WHERE id NOT IN ${made('order')} UNION SELECT request_id FROM desk_quotations WHERE id NOT IN ${made('quotation')}`,
  },
  {
    kind: 'device',
    sql: `SELECT device_id AS id FROM desk_orders WHERE id NOT IN ${made('order')}
      UNION SELECT device_id FROM desk_requests WHERE id NOT IN ${made('request')}
      UNION SELECT device_id FROM customers_access_grants WHERE access_id NOT IN ${made('access')}`,
  },
  {
    kind: 'project',
    sql: `SELECT project_id AS id FROM desk_orders WHERE id NOT IN ${made('order')}
      UNION SELECT project_id FROM desk_quotations WHERE id NOT IN ${made('quotation')}
      UNION SELECT project_id FROM desk_requests WHERE id NOT IN ${made('request')}
      UNION SELECT project_id FROM customers_access_projects WHERE access_id NOT IN ${made('access')}`,
  },
  {
    kind: 'installation',
    sql: `SELECT installation_id AS id FROM desk_orders WHERE id NOT IN ${made('order')}
      UNION SELECT installation_id FROM desk_quotations WHERE id NOT IN ${made('quotation')}
      UNION SELECT installation_id FROM desk_requests WHERE id NOT IN ${made('request')}
      UNION SELECT installation_id FROM customers_devices WHERE id NOT IN ${made('device')}
      UNION SELECT installation_id FROM customers_access_grants WHERE access_id NOT IN ${made('access')}
      UNION SELECT installation_id FROM customers_access_installations WHERE access_id NOT IN ${made('access')}`,
  },
  {
    kind: 'customer',
    sql: `SELECT customer_id AS id FROM desk_orders WHERE id NOT IN ${made('order')}
      UNION SELECT customer_id FROM desk_quotations WHERE id NOT IN ${made('quotation')}
      UNION SELECT customer_id FROM desk_requests WHERE id NOT IN ${made('request')}
      UNION SELECT customer_id FROM customers_installations WHERE id NOT IN ${made('installation')}
      UNION SELECT customer_id FROM customers_devices WHERE id NOT IN ${made('device')}
      UNION SELECT customer_id FROM customers_projects WHERE id NOT IN ${made('project')}
      UNION SELECT customer_id FROM customers_accesses WHERE id NOT IN ${made('access')}`,
  },
  {
    kind: 'account',
    sql: `SELECT technician_id AS id FROM desk_orders WHERE id NOT IN ${made('order')}
      UNION SELECT created_by FROM desk_orders WHERE id NOT IN ${made('order')}
      UNION SELECT reporter_account_id FROM desk_requests WHERE id NOT IN ${made('request')}
      UNION SELECT solver_id FROM desk_requests WHERE id NOT IN ${made('request')}
      UNION SELECT author_id FROM desk_messages WHERE owner = 'order' AND owner_id NOT IN ${made('order')}
      UNION SELECT author_id FROM desk_messages WHERE owner = 'request' AND owner_id NOT IN ${made('request')}
      UNION SELECT actor_id FROM desk_order_events WHERE order_id NOT IN ${made('order')}
      UNION SELECT account_id FROM desk_time_entries WHERE order_id NOT IN ${made('order')}
      UNION SELECT account_id FROM desk_order_technicians WHERE order_id NOT IN ${made('order')}
      UNION SELECT done_by FROM desk_order_checks WHERE order_id NOT IN ${made('order')}
      UNION SELECT account_id FROM desk_order_signatures WHERE order_id NOT IN ${made('order')}
      UNION SELECT account_id FROM desk_exports
      UNION SELECT created_by FROM desk_quotations WHERE id NOT IN ${made('quotation')}
      UNION SELECT sent_by FROM desk_quotation_versions WHERE quotation_id NOT IN ${made('quotation')}
      UNION SELECT account_id FROM desk_quotation_recipients WHERE quotation_id NOT IN ${made('quotation')}
      UNION SELECT account_id FROM customers_accesses WHERE id NOT IN ${made('access')}
      UNION SELECT account_manager_id FROM customers_customers WHERE id NOT IN ${made('customer')}
      UNION SELECT account_id FROM customers_administrators WHERE customer_id NOT IN ${made('customer')}`,
  },
];

/** Removes all that the sample data made, except what real data hangs on; that is kept and named. Safe to run again after it was cut off. */
export async function removeDemo(parts: Parts, { progress, signal }: RemoveOptions = {}): Promise<Kept[]> {
  const { db } = parts;
  const total = await db.of(DemoObjects).count({ where: { kind: 'order' } });
  for (let done = 0; ; done += batch) {
    signal?.throwIfAborted();
    const ids = (await db.of(DemoObjects).findAll({ where: { kind: 'order' }, limit: batch })).map((row) => row.id);
    if (ids.length === 0) break;
    // Nothing real hangs on a sample order: what real people wrote there goes with it.
    await db.transaction(() => removeMatters(db, 'order', ids));
    await progress?.(Math.min(done + ids.length, total), total);
  }
  return db.transaction(() => removeRest(parts));
}

async function removeRest(parts: Parts): Promise<Kept[]> {
  const { db, access, accounts } = parts;
  const all = (await db.of(DemoObjects).findAll({ where: { kind: 'account' } })).map((row) => row.id);
  const kept: Kept[] = [];
  for (const { kind, sql } of uses) {
    const ids = (
      await db.query<{ id: number }>(
        `SELECT id FROM demo_objects WHERE kind = '${kind}' AND id IN (SELECT used.id FROM (${sql}) used WHERE used.id IS NOT NULL)`,
      )
    ).map((row) => row.id);
    if (ids.length === 0) continue;
    if (kind === 'customer') {
      // A sample technician no longer looks after a customer that has become a real one.
      await forIds(db, 'UPDATE customers_customers SET account_manager_id = NULL WHERE id IN', ids, ` AND account_manager_id IN ${made('account')}`);
      await forIds(db, 'DELETE FROM customers_administrators WHERE customer_id IN', ids, ` AND account_id IN ${made('account')}`);
    }
    if (kind === 'customer' || kind === 'account') kept.push(...(await namesOf(db, kind, ids)));
    // Kept things are real from now on.
    await forIds(db, `DELETE FROM demo_objects WHERE kind = '${kind}' AND id IN`, ids);
  }
  // Nobody gets in with a password that was shown on a page; their open sessions end.
  const open = await db.query<{ id: number }>('SELECT DISTINCT account_id AS id FROM core_sessions WHERE ended_at IS NULL');
  const keptAccounts = kept.filter((one) => one.kind === 'account').map((one) => one.id);
  const used = new Set([...keptAccounts, ...open.map((row) => row.id)]);
  for (const id of all.filter((one) => used.has(one))) await accounts.disable(system, id);

  await removeMatters(db, 'request', await idsOf(db, 'request'));
  await removeQuotations(db, await idsOf(db, 'quotation'));
  const accesses = await idsOf(db, 'access');
  for (const table of ['customers_access_installations', 'customers_access_projects', 'customers_access_grants'])
    await forIds(db, `DELETE FROM ${table} WHERE access_id IN`, accesses);
  await forIds(db, 'DELETE FROM customers_access_options WHERE access_id IN', accesses);
  const left = await db.query<{ id: number }>(`SELECT DISTINCT customer_id AS id FROM customers_accesses WHERE id IN ${made('access')}`);
  await forIds(db, 'DELETE FROM customers_accesses WHERE id IN', accesses);
  await countAccesses(
    db,
    left.map(({ id }) => id),
  );
  const devices = await idsOf(db, 'device');
  await forIds(db, "DELETE FROM customers_words WHERE owner = 'device' AND owner_id IN", devices);
  await forIds(db, 'DELETE FROM customers_access_grants WHERE device_id IN', devices);
  await forIds(db, 'DELETE FROM customers_devices WHERE id IN', devices);
  const projects = await idsOf(db, 'project');
  await forIds(db, "DELETE FROM customers_words WHERE owner = 'project' AND owner_id IN", projects);
  await forIds(db, 'DELETE FROM customers_project_rows WHERE project_id IN', projects);
  await forIds(db, 'DELETE FROM customers_access_projects WHERE project_id IN', projects);
  await forIds(db, 'DELETE FROM customers_projects WHERE id IN', projects);
  const installations = await idsOf(db, 'installation');
  await forIds(db, 'DELETE FROM customers_categories WHERE installation_id IN', installations);
  await forIds(db, "DELETE FROM customers_words WHERE owner = 'installation' AND owner_id IN", installations);
  await forIds(db, 'DELETE FROM customers_access_installations WHERE installation_id IN', installations);
  await forIds(db, 'DELETE FROM customers_installations WHERE id IN', installations);
  // Rows hold what they took over: nothing real hangs on the catalog.
  const articles = await idsOf(db, 'article');
  await forIds(db, "DELETE FROM desk_words WHERE owner = 'article' AND owner_id IN", articles);
  await forIds(db, 'DELETE FROM desk_articles WHERE id IN', articles);
  await forIds(db, 'DELETE FROM desk_checklists WHERE id IN', await idsOf(db, 'checklist'));
  const customers = await idsOf(db, 'customer');
  await forIds(db, "DELETE FROM customers_words WHERE owner = 'customer' AND owner_id IN", customers);
  await forIds(db, 'DELETE FROM customers_administrators WHERE customer_id IN', customers);
  // Sheets of sample orders are samples, too.
  await forIds(db, 'DELETE FROM desk_work_sheets WHERE customer_id IN', customers);
  await forIds(db, 'DELETE FROM core_outbox WHERE customer_id IN', customers);
  await forIds(db, 'DELETE FROM customers_customers WHERE id IN', customers);
  await removeAccounts(db, await idsOf(db, 'account'));
  await db.run('DELETE FROM demo_objects');
  await access.changed(all);
  return kept;
}

async function removeAccounts(db: Database, ids: readonly number[]): Promise<void> {
  for (const table of ['core_inbox', 'core_outbox', 'core_sessions', 'core_invitations', 'core_account_roles', 'customers_administrators']) {
    await forIds(db, `DELETE FROM ${table} WHERE account_id IN`, ids);
  }
  await forIds(db, "DELETE FROM core_words WHERE owner = 'account' AND owner_id IN", ids);
  await forIds(db, 'DELETE FROM core_accounts WHERE id IN', ids);
}

/** What hangs on a request, by its id. */
const requestTables = [
  'desk_request_events',
  'desk_request_watchers',
  'desk_request_tags',
  'desk_request_links',
  'desk_drafts',
  'desk_reads',
  'desk_mentions',
] as const;

async function removeMatters(db: Database, owner: 'order' | 'request', ids: readonly number[]): Promise<void> {
  const messages = `SELECT id FROM desk_messages WHERE owner = '${owner}' AND owner_id IN`;
  await forIds(db, `DELETE FROM core_files WHERE owner_kind = 'desk.message' AND owner_id IN (${messages}`, ids, ')');
  await forIds(db, `DELETE FROM desk_messages WHERE owner = '${owner}' AND owner_id IN`, ids);
  await forIds(db, `DELETE FROM core_files WHERE owner_kind = 'desk.${owner}' AND owner_id IN`, ids);
  await forIds(db, `DELETE FROM desk_words WHERE owner = '${owner}' AND owner_id IN`, ids);
  await forIds(db, `DELETE FROM desk_${owner}_texts WHERE id IN`, ids);
  if (owner === 'order') {
    for (const table of orderTables) await forIds(db, `DELETE FROM ${table} WHERE order_id IN`, ids);
    await forIds(db, 'DELETE FROM desk_orders WHERE id IN', ids);
  } else {
    await forIds(db, 'DELETE FROM desk_request_links WHERE other_id IN', ids);
    for (const table of requestTables) await forIds(db, `DELETE FROM ${table} WHERE request_id IN`, ids);
    await forIds(db, 'DELETE FROM desk_requests WHERE id IN', ids);
  }
  await forIds(db, `DELETE FROM demo_objects WHERE kind = '${owner}' AND id IN`, ids);
}

async function removeQuotations(db: Database, ids: readonly number[]): Promise<void> {
  for (const table of ['desk_quotation_rows', 'desk_quotation_versions', 'desk_quotation_recipients'])
    await forIds(db, `DELETE FROM ${table} WHERE quotation_id IN`, ids);
  await forIds(db, "DELETE FROM desk_words WHERE owner = 'quotation' AND owner_id IN", ids);
  await forIds(db, 'DELETE FROM desk_quotations WHERE id IN', ids);
}

async function namesOf(db: Database, kind: Kept['kind'], ids: readonly number[]): Promise<Kept[]> {
  const table = kind === 'customer' ? 'customers_customers' : 'core_accounts';
  const rows = await db.query<{ id: number; name: string }>(
    `SELECT id, name FROM ${table} WHERE id IN (${ids.map(() => '?').join(', ')}) ORDER BY name, id`,
    ids,
  );
  return rows.map((row) => ({ kind, ...row }));
}

async function idsOf(db: Database, kind: DemoKind): Promise<number[]> {
  return (await db.of(DemoObjects).findAll({ where: { kind } })).map((row) => row.id);
}

async function forIds(db: Database, sql: string, ids: readonly number[], tail = ''): Promise<void> {
  for (const part of chunks(ids, batch)) await db.run(`${sql} (${part.map(() => '?').join(', ')})${tail}`, part);
}
