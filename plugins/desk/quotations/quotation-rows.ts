import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  NotFoundError,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { PricedRows, sheetOf, type RowOwner, type StoredRow } from '../../customers/api.js';
import { isInside, quotationResource } from '../sight.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationRows, type QuotationRow, type QuotationRowRow } from './tables.js';

/** Rows of quotations, for the service company: customers read what was sent. They stand still but in a draft. */
@injectable()
export class QuotationRowService extends PricedRows<QuotationRowRow> {
  constructor(
    @inject(DATABASE) db: Database,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(ACCESS) private readonly access: Access,
    @inject(QuotationGate) private readonly gate: QuotationGate,
  ) {
    super(db, audit, clock, { model: QuotationRows, column: 'quotation_id', kind: 'desk.quotation' });
  }

  protected async readable(actor: Actor, id: number): Promise<RowOwner> {
    if (!isInside(actor)) throw new NotFoundError();
    return this.#owner(actor, await this.gate.seen(actor, id));
  }

  protected async writable(actor: Actor, id: number): Promise<RowOwner> {
    const quotation = await this.gate.managed(actor, id);
    if (quotation.status !== 'draft') throw new ConflictError({ key: 'desk:error.quotationSent' }, 'quotation_sent');
    return this.#owner(actor, quotation);
  }

  async #owner(actor: Actor, row: QuotationRow): Promise<RowOwner> {
    const purchase = await this.access.can(actor, 'desk.purchase-price.read', quotationResource(row));
    return { id: row.id, customerId: row.customer_id, name: row.number, purchase };
  }

  /** Only a draft takes it: who sends at the same time sends what the rows were before. */
  protected override async touch(owner: RowOwner, rows: readonly StoredRow[]): Promise<void> {
    const { sales_total, purchase_total } = sheetOf(rows, true);
    const { changes } = await this.db.run("UPDATE desk_quotations SET value = ?, purchase_value = ?, edits = edits + 1 WHERE id = ? AND status = 'draft'", [
      ...[sales_total, purchase_total],
      owner.id,
    ]);
    if (changes === 0) throw new ConflictError({ key: 'desk:error.quotationSent' }, 'quotation_sent');
  }
}
