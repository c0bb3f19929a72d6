import { DATABASE, TextIndex, inject, injectable, within, words } from '../../../core/api.js';
import type { Database, Parts } from '../../../core/api.js';
import { orderTexts, requestTexts } from './tables.js';

/** What texts stand on. */
export type Owner = 'request' | 'order';

interface Place {
  id: number;
  customer: string | null;
  customer_number: number | null;
  installation: string | null;
  city: string | null;
}
interface Message {
  owner_id: number;
  visibility: 'public' | 'internal';
  text: string;
  held_until: Date | string | null;
}
type Texts = Map<number, string[]>;

/**
 * The texts under which requests and orders are found, by who may read them: `t` title and number, `p` customer and place, `b` what all who see the
 * thing read, `i` internal notes, `w` performed work, `r` rows of an order. Names of devices and projects are not in it: not all who see the thing see them.
 */
@injectable()
export class DeskIndex {
  readonly requests: TextIndex;
  readonly orders: TextIndex;

  constructor(@inject(DATABASE) private readonly db: Database) {
    this.requests = new TextIndex(db, { table: requestTexts, owner: 'desk_requests', alias: 'r', title: 't' });
    this.orders = new TextIndex(db, { table: orderTexts, owner: 'desk_orders', alias: 'o', title: 't' });
  }

  /** Brings the texts of some things up to date. Call it in the transaction of each change of what they say. */
  async update(owner: Owner, ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    await (owner === 'request' ? this.requests.save(await this.#requests(ids)) : this.orders.save(await this.#orders(ids)));
  }

  /** Would the texts of a thing be others by now? */
  async isStale(owner: Owner, id: number): Promise<boolean> {
    const [row] = owner === 'request' ? await this.#requests([id]) : await this.#orders([id]);
    return row !== undefined && (await (owner === 'request' ? this.requests : this.orders).differs(row));
  }

  async #requests(ids: readonly number[]): Promise<{ id: number; parts: Parts }[]> {
    type Row = Place & { number: number; subject: string; text: string; contact: string | null; reject_reason: string | null };
    const rows = await this.#placed<Row>('desk_requests', 'x.number, x.subject, x.text, x.contact, x.reject_reason', ids);
    const { open, internal } = await this.#messages('request', ids);
    return rows.map((row) => ({
      id: row.id,
      parts: {
        t: words(row.number, row.subject),
        p: placeWords(row),
        b: words(row.text, row.contact, row.reject_reason, ...(open.get(row.id) ?? [])),
        i: words(...(internal.get(row.id) ?? [])),
      },
    }));
  }

  async #orders(ids: readonly number[]): Promise<{ id: number; parts: Parts }[]> {
    type Row = Place & { number: string; title: string; performed_work: string | null };
    const rows = await this.#placed<Row>('desk_orders', 'x.number, x.title, x.performed_work', ids);
    const { open, internal } = await this.#messages('order', ids);
    const lines: Texts = new Map();
    const found = await this.db.query<{ order_id: number; article: string | null; text: string }>(
      `SELECT order_id, article, text FROM desk_order_rows WHERE removed_at IS NULL AND order_id ${within(ids)}`,
      ids,
    );
    for (const { order_id, article, text } of found) put(lines, order_id, `${article ?? ''} ${text}`);
    return rows.map((row) => ({
      id: row.id,
      parts: {
        t: words(row.number, row.title),
        p: placeWords(row),
        b: words(...(open.get(row.id) ?? [])),
        i: words(...(internal.get(row.id) ?? [])),
        w: words(row.performed_work),
        r: words(...(lines.get(row.id) ?? [])),
      },
    }));
  }

  #placed<Row extends Place>(table: string, columns: string, ids: readonly number[]): Promise<Row[]> {
    return this.db.query<Row>(
      `SELECT x.id, ${columns}, c.name AS customer, c.number AS customer_number, i.name AS installation, i.city FROM ${table} x
       LEFT JOIN customers_customers c ON c.id = x.customer_id LEFT JOIN customers_installations i ON i.id = x.installation_id WHERE x.id ${within(ids)}`,
      ids,
    );
  }

  /** Public messages, and internal ones, to which belongs what has not left the house yet. */
  async #messages(owner: Owner, ids: readonly number[]): Promise<{ open: Texts; internal: Texts }> {
    const [open, internal]: [Texts, Texts] = [new Map(), new Map()];
    const rows = await this.db.query<Message>(
      `SELECT owner_id, visibility, text, held_until FROM desk_messages WHERE owner = ? AND owner_id ${within(ids)} ORDER BY id`,
      [owner, ...ids],
    );
    for (const row of rows) put(row.visibility === 'public' && row.held_until === null ? open : internal, row.owner_id, row.text);
    return { open, internal };
  }
}

const placeWords = (row: Place): string[] => words(row.customer, row.customer_number, row.installation, row.city);

function put(texts: Texts, id: number, text: string): void {
  const list = texts.get(id);
  if (list) list.push(text);
  else texts.set(id, [text]);
}
