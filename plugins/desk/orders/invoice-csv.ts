import { stringify } from 'csv-stringify/sync';
import type { InvoiceBasis } from './invoice-service.js';

/** Names that a program reads: they stay the same in every language. */
const head = [
  'order',
  'title',
  'customer_number',
  'customer',
  'registration_number',
  'vat_number',
  'invoice_email',
  'installation',
  'project',
  'done_at',
  'row',
  'article',
  'text',
  'quantity',
  'unit',
  'price',
  'discount_percent',
  'vat_percent',
  'amount',
  'currency',
];
/** What people typed cannot start a formula; numbers stay numbers, also those below zero. */
export const safe = (text: string | null): string => (text !== null && /^[=+\-@\t\r]/.test(text) ? `'${text}` : (text ?? ''));
/** A decimal number with a point, from an integer. */
export const decimal = (value: number | null | undefined, digits: number): string => (typeof value === 'number' ? (value / 10 ** digits).toFixed(digits) : '');

/** One line per row, numbers with a point; an order without rows has one line. */
export function invoiceCsv(orders: readonly InvoiceBasis[], currency: string): string {
  const purchase = orders.some((order) => order.sheet.purchase_total !== undefined);
  const lines = orders.flatMap((order) => {
    const first = [
      order.number,
      safe(order.title),
      order.customer_number,
      safe(order.customer_name),
      safe(order.registration_number),
      safe(order.vat_number),
      safe(order.invoice_email),
      safe(order.installation_name),
      safe(order.project_number),
      order.done_at.toISOString(),
    ];
    const rows = order.sheet.rows.map((row, index) => [
      ...first,
      index + 1,
      safe(row.article),
      safe(row.text),
      decimal(row.quantity, 3),
      safe(row.unit),
      decimal(row.sales_price, 2),
      decimal(row.discount, 2),
      decimal(row.vat, 2),
      decimal(row.sales_amount, 2),
      currency,
      ...(purchase ? [decimal(row.purchase_price, 2), decimal(row.purchase_amount, 2)] : []),
    ]);
    return rows.length > 0 ? rows : [[...first, ...Array.from({ length: head.length - first.length + (purchase ? 2 : 0) }, () => '')]];
  });
  return `\ufeff${stringify([[...head, ...(purchase ? ['purchase_price', 'purchase_amount'] : [])]])}${stringify(lines)}`;
}
