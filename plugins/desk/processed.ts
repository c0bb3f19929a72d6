import { DATABASE, type Database, type PluginContext } from '../../core/api.js';
import type { CustomersExports, ProcessedKind } from '../customers/api.js';

/** Requests and orders can be given to additional processors (DX-14). */
export function offerProcessing(ctx: PluginContext): void {
  const peer = ctx.peer<CustomersExports>('customers');
  if (!peer) return;
  const db = ctx.services.resolve(DATABASE);
  for (const kind of kinds(db)) ctx.scope.add(peer.processed.add(kind));
}

function kinds(db: Database): ProcessedKind[] {
  const order = ['desk.order.read', 'desk.order.manage', 'desk.work.read'] as const;
  const of = (table: string, title: string, path: string) => ({
    async search(_actor: unknown, customerId: number, q: string) {
      const pattern = `%${q.trim().toLowerCase().replace(/[!%_]/g, '!$&')}%`;
      return named(
        path,
        await db.query<Named>(
          `SELECT id, number, ${title} AS title FROM ${table} WHERE customer_id = ? AND (LOWER(${title}) LIKE ? ESCAPE '!' OR LOWER(number) LIKE ? ESCAPE '!') ORDER BY id DESC LIMIT 10`,
          [customerId, pattern, pattern],
        ),
      );
    },
    async find(customerId: number, ids: readonly number[]) {
      if (ids.length === 0) return [];
      const marks = ids.map(() => '?').join(', ');
      return named(
        path,
        await db.query<Named>(`SELECT id, number, ${title} AS title FROM ${table} WHERE customer_id = ? AND id IN (${marks})`, [customerId, ...ids]),
      );
    },
  });
  return [
    { kind: 'desk.order', scope: 'order', permissions: order, ...of('desk_orders', 'title', '/orders') },
    {
      kind: 'desk.request',
      scope: 'request',
      permissions: ['desk.request.read', 'desk.request.manage', ...order],
      ...of('desk_requests', 'subject', '/desk/open'),
    },
  ];
}

interface Named {
  id: number;
  number: string | number;
  title: string;
}
const named = (path: string, rows: readonly Named[]) => rows.map(({ id, number, title }) => ({ id, name: `${number} ${title}`, href: `${path}/${id}` }));
