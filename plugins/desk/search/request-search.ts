import { ACCESS, DATABASE, inject, injectable, toDate, within, words } from '../../../core/api.js';
import type { Access, Actor, Database, SearchPage, SearchProvider, SearchQuery, Sql } from '../../../core/api.js';
import { requestLooks } from '../labels.js';
import { Sight, isInside, requestColumns } from '../sight.js';
import type { RequestRow } from '../types.js';
import { DeskIndex } from './desk-index.js';
import { firstIn, inOrder, narrow, reachOf, visibleMessages } from './found.js';

type Raw = Pick<RequestRow, 'id' | 'number' | 'subject' | 'text' | 'status' | 'updated_at' | 'created_at'> & {
  customer_name: string;
  installation_name: string | null;
  installation_city: string | null;
};
const reading = ['desk.request.read', 'desk.request.create', 'desk.request.solve'] as const;

/** Finds requests. Words of internal notes count only where the actor manages the request. */
@injectable()
export class RequestSearch implements SearchProvider {
  readonly kind = 'desk.request';
  readonly label = 'desk:search.requests';
  readonly icon = 'inbox';
  readonly permissions = reading;
  readonly filters = { open: true, since: true };
  readonly order = 10;

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(Sight) private readonly sight: Sight,
    @inject(DeskIndex) private readonly index: DeskIndex,
  ) {}

  async find(actor: Actor, query: SearchQuery): Promise<SearchPage> {
    const notes = await reachOf(this.access, actor, 'desk.request.manage', requestColumns, 'r');
    const few = await narrow(this.access, actor, reading, 'r');
    // Internal notes move a request, too: of that customers see nothing.
    const at = isInside(actor) ? 'updated_at' : 'created_at';
    const sought = words(query.q).slice(0, 8);
    const { ids, next, count } = await this.index.requests.page({
      words: sought,
      parts: { t: null, p: null, b: null, ...(notes.none ? {} : { i: notes.sql }) },
      scope: this.#filtered(await this.sight.requests(actor), query, at),
      few,
      at,
      after: query.after,
      limit: query.limit,
    });
    const rows = await this.#rows(ids);
    const messages = await visibleMessages(this.db, 'request', ids, notes);
    return {
      next,
      count,
      hits: inOrder(ids, rows).map((row) => ({
        id: row.id,
        href: query.site === 'staff' ? `/desk/open/${row.id}` : `/reports/${row.id}`,
        number: `#${row.number}`,
        title: row.subject,
        ...firstIn(sought, [{ text: row.text }, ...(messages.get(row.id) ?? [])]),
        about: [row.customer_name, row.installation_name, row.installation_city].filter((name): name is string => Boolean(name)),
        at: toDate(row[at]),
        badge: { ...requestLooks[row.status], text: `desk:request.status.${row.status}` },
      })),
    };
  }

  #filtered(seen: Sql, { open, since }: SearchQuery, at: string): Sql {
    const conditions = [seen.sql, ...(open === undefined ? [] : ['r.open = ?']), ...(since ? [`r.${at} >= ?`] : [])];
    return { sql: conditions.join(' AND '), params: [...seen.params, ...(open === undefined ? [] : [Number(open)]), ...(since ? [since] : [])] };
  }

  async #rows(ids: readonly number[]): Promise<Raw[]> {
    if (ids.length === 0) return [];
    return this.db.query<Raw>(
      `SELECT r.id, r.number, r.subject, r.text, r.status, r.updated_at, r.created_at, c.name AS customer_name, i.name AS installation_name, i.city AS installation_city
       FROM desk_requests r JOIN customers_customers c ON c.id = r.customer_id LEFT JOIN customers_installations i ON i.id = r.installation_id WHERE r.id ${within(ids)}`,
      ids,
    );
  }
}
