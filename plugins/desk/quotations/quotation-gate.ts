import { ACCESS, CLOCK, DATABASE, NotFoundError, inject, injectable, readRows, type Access, type Actor, type Clock, type Database } from '../../../core/api.js';
import { Sight, isInside, quotationResource } from '../sight.js';
import { Quotations, type QuotationRow, type QuotationStatus } from './tables.js';

/** The way to a quotation for all that hangs on it: outside the reach it does not exist, inside a right may be missing. */
@injectable()
export class QuotationGate {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** @throws NotFoundError, for customers also before it was sent */
  async seen(actor: Actor, id: number): Promise<QuotationRow> {
    const scope = await this.sight.quotations(actor);
    const [found] = await this.db.query<{ id: number }>(`SELECT q.id FROM desk_quotations q WHERE q.id = ? AND ${scope.sql}`, [id, ...scope.params]);
    const [row] = found ? await readRows<QuotationRow>(this.db, Quotations, 'WHERE id = ?', [id]) : [];
    if (!row) throw new NotFoundError();
    return { ...row, value: Number(row.value), purchase_value: Number(row.purchase_value) };
  }

  /** For those who may change it. @throws NotFoundError, ForbiddenError */
  async managed(actor: Actor, id: number): Promise<QuotationRow> {
    const row = await this.seen(actor, id);
    await this.access.assert(actor, 'desk.quotation.manage', quotationResource(row));
    return row;
  }

  /** What it is to this reader now: customers see what is being revised as withdrawn. */
  statusOf(actor: Actor, { status, valid_until }: Pick<QuotationRow, 'status' | 'valid_until'>): QuotationStatus {
    if (status === 'sent' && valid_until <= this.clock.now()) return 'expired';
    return status === 'draft' && !isInside(actor) ? 'withdrawn' : status;
  }
}
