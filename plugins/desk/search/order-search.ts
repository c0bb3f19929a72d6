import { ACCESS, DATABASE, inject, injectable, toDate, within, words } from '../../../core/api.js';
import type { Access, Actor, Database, SearchPage, SearchProvider, SearchQuery, Sql } from '../../../core/api.js';
import { orderLooks } from '../labels.js';
import { OrderRowService } from '../orders/order-rows.js';
import { Sight, orderColumns } from '../sight.js';
import { openStatuses, type OrderRow } from '../types.js';
import { DeskIndex } from './desk-index.js';
import { firstIn, inOrder, narrow, reachOf, visibleMessages, type Reach, type Text } from './found.js';

type Raw = Pick<OrderRow, 'id' | 'number' | 'title' | 'status' | 'status_at'> & {
  customer_name: string;
  installation_name: string | null;
  installation_city: string | null;
};

/** Finds orders. Words of internal notes, performed work (KO-06) and rows (KO-12) count only where the actor reads these. */
@injectable()
export class OrderSearch implements SearchProvider {
  readonly kind = 'desk.order';
  readonly label = 'desk:search.orders';
  readonly icon = 'clipboard-list';
  readonly permissions = ['desk.order.read'] as const;
  readonly filters = { open: true, since: true };
  readonly order = 20;

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(Sight) private readonly sight: Sight,
    @inject(OrderRowService) private readonly rows: OrderRowService,
    @inject(DeskIndex) private readonly index: DeskIndex,
  ) {}

  async find(actor: Actor, query: SearchQuery): Promise<SearchPage> {
    const notes = await reachOf(this.access, actor, 'desk.order.manage', orderColumns, 'o');
    const work = await reachOf(this.access, actor, 'desk.work.read', orderColumns, 'o');
    const rows = this.rows.shows(actor);
    const sought = words(query.q).slice(0, 8);
    const { ids, next, count } = await this.index.orders.page({
      words: sought,
      parts: { t: null, p: null, b: null, ...(notes.none ? {} : { i: notes.sql }), ...(work.none ? {} : { w: work.sql }), ...(rows ? { r: null } : {}) },
      scope: filtered(await this.sight.orders(actor), query),
      few: await narrow(this.access, actor, this.permissions, 'o'),
      at: 'status_at',
      after: query.after,
      limit: query.limit,
    });
    const messages = await visibleMessages(this.db, 'order', ids, notes);
    const works = await this.#work(ids, work);
    const lines = rows ? await this.#lines(ids) : new Map<number, Text[]>();
    return {
      next,
      count,
      hits: inOrder(ids, await this.#found(ids)).map((row) => ({
        id: row.id,
        href: `/orders/${row.id}`,
        number: row.number,
        title: row.title,
        ...firstIn(sought, [...(works.get(row.id) ?? []), ...(messages.get(row.id) ?? []), ...(lines.get(row.id) ?? [])]),
        about: [row.customer_name, row.installation_name, row.installation_city].filter((name): name is string => Boolean(name)),
        at: toDate(row.status_at),
        badge: { ...orderLooks[row.status], text: `desk:order.status.${row.status}` },
      })),
    };
  }

  async #found(ids: readonly number[]): Promise<Raw[]> {
    if (ids.length === 0) return [];
    return this.db.query<Raw>(
      `SELECT o.id, o.number, o.title, o.status, o.status_at, c.name AS customer_name, i.name AS installation_name, i.city AS installation_city
       FROM desk_orders o JOIN customers_customers c ON c.id = o.customer_id LEFT JOIN customers_installations i ON i.id = o.installation_id WHERE o.id ${within(ids)}`,
      ids,
    );
  }

  async #work(ids: readonly number[], { none, sql }: Reach): Promise<Map<number, Text[]>> {
    if (ids.length === 0 || none) return new Map();
    const rows = await this.db.query<{ id: number; performed_work: string | null }>(
      `SELECT o.id, o.performed_work FROM desk_orders o WHERE o.id ${within(ids)}${sql ? ` AND ${sql.sql}` : ''}`,
      [...ids, ...(sql?.params ?? [])],
    );
    return new Map(rows.map((row) => [row.id, [{ text: row.performed_work, within: 'desk:search.work' }]]));
  }

  async #lines(ids: readonly number[]): Promise<Map<number, Text[]>> {
    if (ids.length === 0) return new Map();
    const found = new Map<number, Text[]>();
    const rows = await this.db.query<{ order_id: number; article: string | null; text: string }>(
      `SELECT order_id, article, text FROM desk_order_rows WHERE removed_at IS NULL AND order_id ${within(ids)} ORDER BY position, id`,
      ids,
    );
    for (const { order_id, article, text } of rows)
      found.set(order_id, [...(found.get(order_id) ?? []), { text: [article, text].filter(Boolean).join(' '), within: 'desk:search.row' }]);
    return found;
  }
}

function filtered(seen: Sql, { open, since }: SearchQuery): Sql {
  const among = openStatuses.map(() => '?').join(', ');
  const conditions = [seen.sql, ...(open === undefined ? [] : [`o.status ${open ? '' : 'NOT '}IN (${among})`]), ...(since ? ['o.status_at >= ?'] : [])];
  return { sql: conditions.join(' AND '), params: [...seen.params, ...(open === undefined ? [] : openStatuses), ...(since ? [since] : [])] };
}
