import { ACCESS, AUDIT, DATABASE, NotFoundError, inject, injectable, type Access, type Actor, type Audit, type Database } from '../../../core/api.js';
import { decodeCursor, diff, encodeCursor, fold, saveWords, unique, wordClause, words, type RowInput } from '../../customers/api.js';
import type { ArticleInput } from '../inputs.js';
import type { Page } from '../types.js';
import { Articles, type ArticleRow } from './tables.js';

/** An article as the reader may see it: without the right to purchase prices that field is absent. */
export type Article = Omit<ArticleRow, 'number_key' | 'active' | 'purchase_price'> & { active: boolean; purchase_price?: number | null };
export interface ArticleFilter {
  q?: string;
  active?: boolean;
  after?: string;
  limit?: number;
}
const taken = { number: { key: 'desk:error.articleNumber' } };
/** Two articles never differ by case or accents only. */
export const articleKey = (number: string): string => fold(number.trim()).slice(0, 60);

/** The catalog. Whoever processes orders reads it; changing it is a right of its own. */
@injectable()
export class ArticleService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
  ) {}

  /** By number; `next` is the cursor of the page after. */
  async list(actor: Actor, { q = '', active, after, limit = 25 }: ArticleFilter = {}): Promise<Page<Article>> {
    await this.access.assert(actor, 'desk.order.manage');
    const search = wordClause('desk_words', 'article', 'a.id', q);
    const [key] = decodeCursor(after, 1) ?? [];
    const conditions = ['1 = 1', ...(active === undefined ? [] : ['a.active = ?']), ...(key === undefined ? [] : ['a.number_key > ?'])];
    const rows = await this.db.query<ArticleRow>(
      `SELECT a.* FROM desk_articles a WHERE ${conditions.join(' AND ')}${search.sql} ORDER BY a.number_key LIMIT ${Math.min(limit, 500) + 1}`,
      [...(active === undefined ? [] : [Number(active)]), ...(key === undefined ? [] : [key]), ...search.params],
    );
    const shown = rows.slice(0, limit);
    const purchase = await this.#purchase(actor);
    return { rows: shown.map((row) => toArticle(row, purchase)), next: rows.length > limit ? encodeCursor(shown.at(-1)!.number_key) : null };
  }

  /** @throws NotFoundError */
  async get(actor: Actor, id: number): Promise<Article> {
    await this.access.assert(actor, 'desk.order.manage');
    return toArticle(await this.#row(id), await this.#purchase(actor));
  }

  /** What a row of an order takes over from an article. @throws NotFoundError */
  async asRow(actor: Actor, id: number): Promise<RowInput> {
    return rowOf(await this.get(actor, id));
  }

  /** The active article of this number as a row; null when there is none. */
  async byNumber(number: string): Promise<RowInput | null> {
    const row = number.trim() === '' ? null : await this.db.of(Articles).findOne({ where: { number_key: articleKey(number), active: 1 } });
    return row && rowOf(toArticle(row.get({ plain: true }), true));
  }

  async create(actor: Actor, input: ArticleInput): Promise<Article> {
    await this.access.assert(actor, 'desk.catalog.manage');
    const purchase = await this.#purchase(actor);
    const values = { ...fields(input, purchase), vat: input.vat ?? null };
    return unique(this.db, taken, async () => {
      const row = (await this.db.of(Articles).create({ purchase_price: null, ...values, version: 1 })).get({ plain: true });
      await this.#index(row);
      await this.audit.record(actor, { action: 'desk.article.created', object: objectOf(row), after: values });
      return toArticle(row, purchase);
    });
  }

  /** Who cannot see purchase prices leaves them as they are. */
  async update(actor: Actor, id: number, input: ArticleInput): Promise<void> {
    await this.#change(actor, id, fields(input, await this.#purchase(actor)));
  }

  async setActive(actor: Actor, id: number, active: boolean): Promise<void> {
    await this.#change(actor, id, { active: Number(active) });
  }

  /** Takes an article away for good. Rows hold what they took over, so nothing hangs on it. */
  async remove(actor: Actor, id: number): Promise<void> {
    await this.access.assert(actor, 'desk.catalog.manage');
    const row = await this.#row(id);
    await this.db.transaction(async () => {
      await this.db.of(Articles).destroy({ where: { id } });
      await saveWords(this.db, 'desk_words', 'article', id, []);
      await this.audit.record(actor, { action: 'desk.article.removed', object: objectOf(row), before: { number: row.number, text: row.text } });
    });
  }

  async #change(actor: Actor, id: number, values: Partial<ArticleRow>): Promise<void> {
    await this.access.assert(actor, 'desk.catalog.manage');
    const before = await this.#row(id);
    const changed = diff(before, values);
    if (!changed) return;
    await unique(this.db, taken, async () => {
      const after = { ...before, ...values, version: before.version + 1 };
      await this.db.of(Articles).update({ ...values, version: after.version }, { where: { id } });
      await this.#index(after);
      await this.audit.record(actor, { action: 'desk.article.updated', object: objectOf(after), ...changed });
    });
  }

  async #row(id: number): Promise<ArticleRow> {
    const row = await this.db.of(Articles).findByPk(id);
    if (!row) throw new NotFoundError();
    return row.get({ plain: true });
  }

  #purchase(actor: Actor): Promise<boolean> {
    return this.access.can(actor, 'desk.purchase-price.read');
  }

  #index(row: ArticleRow): Promise<void> {
    return saveWords(this.db, 'desk_words', 'article', row.id, words(row.number, row.text));
  }
}

const objectOf = (row: ArticleRow) => ({ kind: 'desk.article', id: row.id, name: `${row.number} ${row.text}` });

function rowOf({ number, text, unit, purchase_price, sales_price, vat }: Article): RowInput {
  return { article: number, text, unit, quantity: 1000, purchase_price, sales_price, vat };
}

/** Values of the input as they are stored. */
export function fields(
  { purchase_price, vat, active, ...input }: ArticleInput,
  purchase: boolean,
): Omit<ArticleRow, 'id' | 'version' | 'purchase_price' | 'vat'> & Partial<ArticleRow> {
  return {
    ...input,
    number_key: articleKey(input.number),
    active: Number(active),
    ...(purchase && purchase_price !== undefined ? { purchase_price } : {}),
    ...(vat === undefined ? {} : { vat }),
  };
}

function toArticle({ number_key: _key, active, purchase_price, ...row }: ArticleRow, purchase: boolean): Article {
  return { ...row, active: Boolean(active), ...(purchase ? { purchase_price } : {}) };
}
