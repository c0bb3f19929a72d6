import { createHash } from 'node:crypto';
import type { PricedRow, RowSheet } from '../../customers/api.js';
import type { Voice } from '../orders/printing.js';
import { rowTable, type Printed } from '../orders/printed.js';
import type { VersionRow } from './tables.js';

/** What a customer is offered: all that stands on the paper, and nothing else. Amounts in minor units, quantities in thousandths; times in UTC. */
export interface Offer {
  number: string;
  version: number;
  language: string;
  timeZone: string;
  currency: string;
  customer: string;
  place: string | null;
  title: string;
  text: string | null;
  /** Null while it is a draft. */
  sentAt: string | null;
  validUntil: string;
  rows: Omit<PricedRow, 'id' | 'position' | 'purchase_price' | 'purchase_amount'>[];
  sales_total: number;
  vat: RowSheet['vat'];
  vat_total: number;
  total: number;
}

/** Rows and sums without anything of purchase prices. */
export function offered({ rows, sales_total, vat, vat_total, total }: RowSheet): Pick<Offer, 'rows' | 'sales_total' | 'vat' | 'vat_total' | 'total'> {
  const kept = rows.map(({ article, text, quantity, unit, sales_price, discount, vat: rate, sales_amount }) => ({
    ...{ article, text, quantity, unit, sales_price, discount, vat: rate, sales_amount },
  }));
  return { rows: kept, sales_total, vat, vat_total, total };
}

/** What is stored of an offer, and the hash by which it is known. */
export function sealed(offer: Offer): { content: string; hash: string } {
  const content = JSON.stringify(offer);
  return { content, hash: createHash('sha256').update(content).digest('hex') };
}

/** The paper of an offer, with the answer where there is one. */
export function printed(
  offer: Offer,
  { language, fmt, t }: Voice,
  company: Printed['company'],
  answer: Pick<VersionRow, 'decision' | 'decided_name' | 'decided_at' | 'reason'> | null,
): Printed {
  const title = t('quotation.paper', { number: offer.number });
  const day = (at: string) => fmt.date(new Date(at), 'medium');
  const facts: [string, string | null][] = [
    ['report.customer', offer.customer],
    ['report.installation', offer.place],
    ['quotation.date', offer.sentAt && day(offer.sentAt)],
    // The moment is the end of the last day.
    ['quotation.validUntil', day(new Date(Date.parse(offer.validUntil) - 1).toISOString())],
    ['quotation.version', offer.version > 1 ? String(offer.version) : null],
  ];
  const rows = rowTable(offer, fmt, offer.currency, t);
  return {
    language,
    title,
    subtitle: offer.title,
    at: answer?.decided_at ?? new Date(offer.sentAt ?? offer.validUntil),
    company,
    facts: facts.flatMap(([label, value]) => (value ? [{ label: t(label), value }] : [])),
    sections: [
      ...(offer.text ? [{ heading: offer.title, text: offer.text }] : []),
      ...(offer.rows.length > 0 ? [{ heading: t('quotation.rows'), tables: [rows] }] : []),
    ],
    signature:
      answer?.decision && answer.decided_at
        ? {
            heading: t(`quotation.status.${answer.decision}`),
            text: [t('quotation.answeredBy', { name: answer.decided_name ?? '', at: fmt.dateTime(answer.decided_at, 'long') }), answer.reason]
              .filter(Boolean)
              .join('\n'),
          }
        : null,
    footer: `${title} · ${offer.sentAt ? day(offer.sentAt) : t('quotation.status.draft')}`,
  };
}
