import {
  ACCESS,
  AUDIT,
  CLOCK,
  DATABASE,
  EVENTS,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Events,
} from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { InstallationInput } from '../inputs.js';
import { categoriesOf, categoryKey, saveCategories } from './categories.js';
import { CustomerService } from './customer-service.js';
import { KeptThings } from './kept-things.js';
import { fold, searchClause, searchList, words as wordsOf } from './search.js';
import { Installations, type InstallationRow } from '../tables.js';
import type { Installation, InstallationFilter } from '../types.js';

/** The sites of customers at which work is done. */
@injectable()
export class InstallationService extends KeptThings<InstallationRow> {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(EVENTS) private readonly events: Events,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(CustomerService) customers: CustomerService,
  ) {
    super({ db, access, audit, events, clock, customers }, { name: 'installation', model: Installations });
  }

  /** Installations in reach of the actor, by name. Customer accounts see those their accesses cover. */
  async list(actor: Actor, filter: InstallationFilter = {}): Promise<Installation[]> {
    return findInstallations(this.db, await this.#scope(actor), filter);
  }

  /** @throws NotFoundError outside the actor's reach, too */
  async get(actor: Actor, id: number): Promise<Installation> {
    const row = await this.db.of(Installations).findByPk(id);
    if (!row || !(await this.access.can(actor, 'customers.installation.read', { customer: row.customer_id, installation: id }))) throw new NotFoundError();
    return toInstallation(row.get({ plain: true }));
  }

  /** Installations of all customers in reach with the customer's name, by name; `next` is the cursor of the page after. */
  async page(actor: Actor, filter: InstallationFilter = {}): Promise<{ rows: (Installation & { customer_name: string })[]; next: string | null }> {
    const limit = Math.min(filter.limit ?? 25, 200);
    const scope = await this.#scope(actor);
    // With a category, its own index has the order of names.
    const { category, ...others } = filter;
    const { where, params } = conditionsOf(scope, others);
    const found = await searchList<InstallationRow & { customer_name: string }>(this.db, {
      words,
      select: 'i.*, c.name AS customer_name',
      from: `customers_installations i JOIN customers_customers c ON c.id = i.customer_id${category ? ' JOIN customers_categories k ON k.installation_id = i.id' : ''}`,
      where: category ? [...where, 'k.category_key = ?'] : where,
      params: category ? [...params, categoryKey(category)] : params,
      id: 'i.id',
      order: category ? ['k.name_key', 'k.installation_id'] : ['i.name_key', 'i.id'],
      after: decodeCursor(filter.after, 2),
      query: filter.q,
      few: scope.few || filter.customerId !== undefined,
      limit: limit + 1,
    });
    const last = found[limit - 1];
    return {
      rows: found.slice(0, limit).map((row) => ({ ...toInstallation(row), customer_name: row.customer_name })),
      next: found.length > limit && last ? encodeCursor(last.name_key, last.id) : null,
    };
  }

  /** Is anything new to be reported there? Decides nothing about rights. */
  async isActive(id: number): Promise<boolean> {
    return Boolean((await this.db.of(Installations).findByPk(id))?.active);
  }

  /** The categories in use, of one customer or of all in reach, for the filter. */
  async categories(actor: Actor, customerId?: number): Promise<string[]> {
    const scope = await this.#scope(actor);
    if (customerId === undefined) return categoriesOf(this.db, scope.few ? scope : null);
    return categoriesOf(this.db, { sql: `${scope.sql} AND i.customer_id = ?`, params: [...scope.params, customerId] });
  }

  async create(actor: Actor, customerId: number, input: InstallationInput): Promise<Installation> {
    await this.assertManage(actor, customerId);
    return toInstallation(await this.add(actor, { ...fields(input), customer_id: customerId }, fields(input)));
  }

  async update(actor: Actor, id: number, input: InstallationInput): Promise<void> {
    await this.change(actor, await this.managed(actor, id), fields(input));
  }

  async #scope(actor: Actor) {
    const scope = await this.access.scope(actor, 'customers.installation.read');
    return { ...scope.sql({ customer: 'customer_id', installation: 'id' }, 'i'), few: scope.kind !== 'all' };
  }

  protected nameOf(row: InstallationRow): string {
    return row.name;
  }

  protected wordsOf(row: InstallationRow): string[] {
    return wordsOf(row.name, row.city, row.address, row.reference_number, row.categories);
  }

  protected async saved(row: InstallationRow, did: 'created' | 'updated'): Promise<void> {
    await saveCategories(this.db, row, toInstallation(row).categories);
    this.events.emit(`customers.installation.${did}`, { installationId: row.id, customerId: row.customer_id });
  }
}

const words = { table: 'customers_words', owner: 'installation' };

/** Installations that match a scope condition on the alias `i`, by customer and name. */
export async function findInstallations(
  db: Database,
  scope: { sql: string; params: unknown[]; few?: boolean },
  filter: InstallationFilter,
): Promise<Installation[]> {
  const { where, params } = conditionsOf(scope, filter);
  const search = await searchClause(db, words.table, words.owner, 'i.id', filter.q, scope.few === true || filter.customerId !== undefined);
  const rows = await db.query<InstallationRow>(
    `SELECT i.* FROM customers_installations i WHERE ${where.join(' AND ')}${search.sql} ORDER BY i.customer_id, i.name_key, i.id LIMIT ${Math.min(filter.limit ?? 500, 2000)}`,
    [...params, ...search.params],
  );
  return rows.map(toInstallation);
}

function conditionsOf(scope: { sql: string; params: unknown[] }, { customerId, active, category }: InstallationFilter): { where: string[]; params: unknown[] } {
  const conditions: [string, unknown][] = [];
  if (customerId !== undefined) conditions.push(['i.customer_id = ?', customerId]);
  if (active !== undefined) conditions.push(['i.active = ?', active ? 1 : 0]);
  if (category) conditions.push(['EXISTS (SELECT 1 FROM customers_categories k WHERE k.installation_id = i.id AND k.category_key = ?)', categoryKey(category)]);
  return { where: [scope.sql, ...conditions.map(([sql]) => sql)], params: [...scope.params, ...conditions.map(([, value]) => value)] };
}

function toInstallation(row: InstallationRow): Installation {
  const { id, customer_id, name, city, address, reference_number, lat, lng } = row;
  return {
    id,
    customer_id,
    name,
    city,
    address,
    reference_number,
    lat,
    lng,
    active: Boolean(row.active),
    categories: row.categories.split('|').filter((one) => one !== ''),
  };
}

function fields(input: InstallationInput) {
  const categories = input.categories.length > 0 ? `|${input.categories.join('|')}|` : '';
  return { ...input, categories, name_key: nameKey(input.name) };
}
const nameKey = (name: string): string => fold(name).slice(0, 160);
