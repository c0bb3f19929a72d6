import {
  ACCESS,
  ACCOUNTS,
  DATABASE,
  FILES,
  inject,
  injectable,
  readRows,
  toDate,
  type Access,
  type AccountService,
  type Actor,
  type Database,
  type Files,
} from '../../../core/api.js';
import { Sight, isInside, orderResource } from '../sight.js';
import { Orders } from '../tables.js';
import type { RequestListRow, RequestRef, RequestView } from '../types.js';
import { MessageService } from './message-service.js';
import { RequestEvents } from './tables.js';

type Row = RequestListRow & { project_name: string | null };
/** Of a long history the newest lines are shown. */
const mostEvents = 300;

/** All that the page of one request shows beside its row. */
@injectable()
export class RequestParts {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(FILES) private readonly files: Files,
    @inject(MessageService) private readonly messages: MessageService,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** For a request that the actor was found to see. */
  async whole(actor: Actor, row: Row): Promise<RequestView> {
    const inside = isInside(actor);
    const merged = await this.#merged(actor, row.id);
    const photos = await this.files.listMany('desk.request', [row.id, ...merged.map((one) => one.id)]);
    return {
      ...row,
      photos: photos.get(row.id) ?? [],
      messages: await this.messages.list(
        actor,
        'request',
        row,
        merged.map((one) => one.id),
      ),
      events: inside ? await this.#events(row.id) : [],
      watchers: inside ? await this.#watchers(row.id) : [],
      links: inside ? await this.#seen(actor, 'r.id IN (SELECT other_id FROM desk_request_links WHERE request_id = ?)', row.id) : [],
      merged: merged.map((one) => ({ ...one, photos: photos.get(one.id) ?? [] })),
      target: row.merged_into === null ? null : ((await this.#seen(actor, 'r.id = ?', row.merged_into))[0] ?? null),
      order: await this.#order(actor, row.order_id),
    };
  }

  async #merged(actor: Actor, id: number) {
    const scope = await this.sight.requests(actor);
    type Raw = RequestRef & { text: string; reporter: number | null; created_at: Date };
    const rows = await this.db.query<Raw>(
      `SELECT r.id, r.number, r.subject, r.status, r.text, r.reporter_account_id AS reporter, r.created_at FROM desk_requests r WHERE r.merged_into = ? AND ${scope.sql} ORDER BY r.id LIMIT 50`,
      [id, ...scope.params],
    );
    if (rows.length === 0) return [];
    const names = await this.accounts.getMany(rows.flatMap((row) => row.reporter ?? []));
    return rows.map(({ reporter, ...row }) => ({
      ...row,
      created_at: toDate(row.created_at),
      reporter_name: names.get(reporter ?? 0)?.name ?? null,
    }));
  }

  async #events(id: number): Promise<RequestView['events']> {
    const rows = await readRows(this.db, RequestEvents, `WHERE request_id = ? ORDER BY id DESC LIMIT ${mostEvents}`, [id]);
    const names = await this.accounts.getMany(rows.flatMap((row) => row.actor_id ?? []));
    return rows.reverse().map((row) => ({
      id: row.id,
      kind: row.kind,
      actor_name: names.get(row.actor_id ?? 0)?.name ?? null,
      at: row.at,
      data: JSON.parse(row.data) as Record<string, unknown>,
    }));
  }

  async #watchers(id: number): Promise<RequestView['watchers']> {
    const rows = await this.db.query<{ id: number }>('SELECT account_id AS id FROM desk_request_watchers WHERE request_id = ?', [id]);
    if (rows.length === 0) return [];
    const people = await this.accounts.getMany(rows.map((row) => row.id));
    return [...people.values()].map(({ id: account, name, kind }) => ({ id: account, name, kind })).sort((a, b) => a.name.localeCompare(b.name));
  }

  async #seen(actor: Actor, where: string, id: number): Promise<RequestRef[]> {
    const scope = await this.sight.requests(actor);
    return this.db.query<RequestRef>(`SELECT r.id, r.number, r.subject, r.status FROM desk_requests r WHERE ${where} AND ${scope.sql} ORDER BY r.id LIMIT 50`, [
      id,
      ...scope.params,
    ]);
  }

  async #order(actor: Actor, id: number | null): Promise<RequestView['order']> {
    const [order] = id === null ? [] : await readRows(this.db, Orders, 'WHERE id = ?', [id]);
    if (!order || !(await this.access.can(actor, 'desk.order.read', orderResource(order)))) return null;
    return { id: order.id, number: order.number, status: order.status };
  }
}
