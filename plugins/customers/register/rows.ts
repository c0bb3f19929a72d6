import { ConflictError, InvalidInputError, NotFoundError, type Actor, type Audit, type Clock, type Database, type ModelDef } from '../../../core/api.js';
import { diff } from '../diff.js';
import type { RowSheet, StoredRow } from '../types.js';
import { amountOf, mostAmount, sheetOf } from './amounts.js';
import type { RowInput } from './inputs.js';

/** What rows stand on: a project or an order, as the actor was found to reach it. */
export interface RowOwner {
  id: number;
  customerId: number;
  /** As people know it, for the audit log. */
  name: string;
  /** May the actor see purchase prices here? */
  purchase: boolean;
}
interface Place<Row extends StoredRow> {
  model: ModelDef<Row>;
  /** Column that names the owner. */
  column: keyof Row & string;
  /** Kind of the owner, such as `desk.order`; the audit action is `<kind>.rows-changed`. */
  kind: string;
}

const mostRows = 1000;

/** Article rows with quantities and prices, the same on projects and orders. What they stand on decides who sees and changes them. */
export abstract class PricedRows<Row extends StoredRow> {
  protected constructor(
    protected readonly db: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly place: Place<Row>,
  ) {}

  /** The owner, for those who may see rows on it. @throws NotFoundError, ForbiddenError */
  protected abstract readable(actor: Actor, ownerId: number): Promise<RowOwner>;
  /** The owner, for those who may change rows on it. @throws NotFoundError, ForbiddenError */
  protected abstract writable(actor: Actor, ownerId: number): Promise<RowOwner>;
  /** Runs in the transaction of each change, with the rows as they are now. */
  protected touch(_owner: RowOwner, _rows: readonly StoredRow[]): void | Promise<void> {}

  async sheet(actor: Actor, ownerId: number): Promise<RowSheet> {
    const owner = await this.readable(actor, ownerId);
    return sheetOf(await this.#rows(ownerId), owner.purchase);
  }

  /** Adds a row at the end; answers its id. */
  async add(actor: Actor, ownerId: number, input: RowInput): Promise<number> {
    const owner = await this.writable(actor, ownerId);
    const cleaned = clean(input, owner);
    return this.db.transaction(async () => {
      const count = (await this.#rows(ownerId)).length;
      if (count >= mostRows) throw new ConflictError({ key: 'customers:error.rows', vars: { max: mostRows } });
      const values = { ...cleaned, position: count + 1, [this.place.column]: ownerId };
      const row = await this.db.of(this.place.model).create(values as never);
      await this.#record(actor, owner, { after: values });
      return Number(row.get('id'));
    });
  }

  /** Adds rows as they stand elsewhere, also the purchase prices that the actor may not see. */
  async take(actor: Actor, ownerId: number, rows: readonly StoredRow[]): Promise<void> {
    const owner = await this.writable(actor, ownerId);
    await this.db.transaction(async () => {
      const count = (await this.#rows(ownerId)).length;
      if (count + rows.length > mostRows) throw new ConflictError({ key: 'customers:error.rows', vars: { max: mostRows } });
      const values = rows.map(({ article, text, quantity, unit, purchase_price, sales_price, discount, vat }, index) => ({
        ...{ article, text, quantity, unit, purchase_price, sales_price, discount: discount ?? 0, vat: vat ?? null },
        position: count + index + 1,
        [this.place.column]: ownerId,
      }));
      await this.db.of(this.place.model).bulkCreate(values as never);
      await this.#record(actor, owner, { after: { rows: rows.map((row) => row.text) } });
    });
  }

  async update(actor: Actor, ownerId: number, rowId: number, input: RowInput): Promise<void> {
    const owner = await this.writable(actor, ownerId);
    const before = await this.#row(ownerId, rowId);
    const changed = diff<StoredRow>(before, clean(input, owner));
    if (changed) await this.#change(actor, owner, rowId, changed);
  }

  /** Takes a row out; `restore` puts it back where it was. */
  async remove(actor: Actor, ownerId: number, rowId: number): Promise<void> {
    const owner = await this.writable(actor, ownerId);
    const row = await this.#row(ownerId, rowId);
    await this.#change(actor, owner, rowId, { before: { text: row.text, removed_at: null }, after: { removed_at: this.clock.now() } });
  }

  async restore(actor: Actor, ownerId: number, rowId: number): Promise<void> {
    const owner = await this.writable(actor, ownerId);
    const row = await this.#row(ownerId, rowId, true);
    if (row.removed_at) await this.#change(actor, owner, rowId, { before: { removed_at: row.removed_at }, after: { text: row.text, removed_at: null } });
  }

  /** Moves a row one place up (-1) or down (1); at the end it stays. */
  async move(actor: Actor, ownerId: number, rowId: number, by: -1 | 1): Promise<void> {
    const owner = await this.writable(actor, ownerId);
    const { text } = await this.#row(ownerId, rowId);
    await this.db.transaction(async () => {
      const ids = (await this.#rows(ownerId)).map((row) => row.id);
      const from = ids.indexOf(rowId);
      const neighbor = ids[from + by];
      if (from < 0 || neighbor === undefined) return;
      [ids[from], ids[from + by]] = [neighbor, rowId];
      for (const [index, id] of ids.entries()) await this.#save(id, { position: index + 1 });
      await this.#record(actor, owner, { before: { text, position: from + 1 }, after: { position: from + by + 1 } });
    });
  }

  async #rows(ownerId: number): Promise<StoredRow[]> {
    return this.db.query<StoredRow>(
      `SELECT * FROM ${this.place.model.table} WHERE ${this.place.column} = ? AND removed_at IS NULL ORDER BY position, id LIMIT ${mostRows}`,
      [ownerId],
    );
  }

  async #row(ownerId: number, rowId: number, removed = false): Promise<StoredRow> {
    const [row] = await this.db.query<StoredRow>(`SELECT * FROM ${this.place.model.table} WHERE id = ? AND ${this.place.column} = ?`, [rowId, ownerId]);
    if (!row || (row.removed_at !== null && !removed)) throw new NotFoundError();
    return row;
  }

  async #change(actor: Actor, owner: RowOwner, rowId: number, changed: { before: Record<string, unknown>; after: Record<string, unknown> }): Promise<void> {
    const { text: _text, ...values } = changed.after;
    await this.db.transaction(async () => {
      await this.#save(rowId, 'removed_at' in changed.after ? values : changed.after);
      await this.#record(actor, owner, changed);
    });
  }

  async #save(rowId: number, values: object): Promise<void> {
    await this.db.of(this.place.model).update(values as never, { where: { id: rowId } as never });
  }

  async #record(actor: Actor, owner: RowOwner, changed: { before?: Record<string, unknown>; after?: Record<string, unknown> }): Promise<void> {
    const { kind } = this.place;
    await this.audit.record(actor, {
      action: `${kind}.rows-changed`,
      object: { kind, id: owner.id, name: owner.name },
      customerId: owner.customerId,
      ...changed,
    });
    await this.touch(owner, await this.#rows(owner.id));
  }
}

/** Who cannot see purchase prices does not overwrite them unseen. @throws InvalidInputError for more than a row may be worth */
function clean({ purchase_price, vat, discount, ...input }: RowInput, owner: RowOwner): Partial<StoredRow> {
  for (const price of [input.sales_price, purchase_price ?? null])
    if (Math.abs(amountOf(input.quantity, price) ?? 0) > mostAmount) throw new InvalidInputError({ quantity: { key: 'customers:error.amount' } });
  return {
    ...input,
    ...(owner.purchase && purchase_price !== undefined ? { purchase_price } : {}),
    ...(discount === undefined ? {} : { discount }),
    ...(vat === undefined ? {} : { vat }),
  };
}
