import { CLOCK, DATABASE, NotFoundError, inject, injectable, readRows, type Actor, type Clock, type Database } from '../../../core/api.js';
import { sheetOf, type StoredRow } from '../../customers/api.js';
import { Printing, type Voice } from '../orders/printing.js';
import type { Printed } from '../orders/printed.js';
import { isInside } from '../sight.js';
import { offered, printed, type Offer } from './offer.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationRows, QuotationVersions, type QuotationRow, type QuotationRowRow, type QuotationStatus, type VersionRow } from './tables.js';

/** A quotation as customers read it. */
export interface OfferView {
  id: number;
  status: QuotationStatus;
  offer: Offer;
  version: VersionRow | null;
  printed: Printed;
}

/** What is offered, in the customer's language: drafts as they are now, and what was sent as it was sent. */
@injectable()
export class QuotationPapers {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Printing) private readonly printing: Printing,
    @inject(QuotationGate) private readonly gate: QuotationGate,
  ) {}

  /** Staff see the draft; customers what they were sent. @throws NotFoundError */
  async view(actor: Actor, id: number): Promise<OfferView> {
    const row = await this.gate.seen(actor, id);
    const status = this.gate.statusOf(actor, row);
    if (isInside(actor) && row.status === 'draft') {
      const offer = await this.draft(row, null);
      return { id, status, offer, version: null, printed: this.#print(offer, null) };
    }
    return { id, status, ...(await this.sent(id, row.sent_version)) };
  }

  /** A version that was sent. @throws NotFoundError */
  async sent(id: number, version: number): Promise<Omit<OfferView, 'id' | 'status'> & { version: VersionRow }> {
    const [found] = await readRows<VersionRow>(this.db, QuotationVersions, 'WHERE quotation_id = ? AND version = ?', [id, version]);
    if (!found) throw new NotFoundError();
    const offer = JSON.parse(found.content) as Offer;
    return { offer, version: found, printed: this.#print(offer, found) };
  }

  /** The offer as it stands in the tables. */
  async draft(row: QuotationRow, sentAt: Date | null): Promise<Offer> {
    const { language, timeZone, currency }: Voice = await this.printing.forCustomer(row.customer_id);
    const [names] = await this.db.query<{ customer: string; place: string | null }>(
      'SELECT c.name AS customer, i.name AS place FROM customers_customers c LEFT JOIN customers_installations i ON i.id = ? WHERE c.id = ?',
      [row.installation_id, row.customer_id],
    );
    return {
      ...{ number: row.number, version: row.version, language, timeZone, currency, customer: names?.customer ?? '', place: names?.place ?? null },
      ...{ title: row.title, text: row.text, sentAt: sentAt && sentAt.toISOString(), validUntil: row.valid_until.toISOString() },
      ...offered(sheetOf(await this.rows(row.id), false)),
    };
  }

  /** Its rows as they are stored, with purchase prices. */
  rows(id: number): Promise<StoredRow[]> {
    return readRows<QuotationRowRow>(this.db, QuotationRows, 'WHERE quotation_id = ? AND removed_at IS NULL ORDER BY position, id', [id]);
  }

  pdf(paper: Printed): Promise<Buffer> {
    return this.printing.pdf(paper);
  }

  #print(offer: Offer, version: VersionRow | null): Printed {
    return printed(offer, this.printing.voice(offer.language, offer.timeZone, offer.currency), this.printing.company(), version);
  }

  /** Can this version be answered now? */
  isOpen(row: QuotationRow, version: number): boolean {
    return row.status === 'sent' && row.version === version && row.sent_version === version && row.valid_until > this.clock.now();
  }
}
