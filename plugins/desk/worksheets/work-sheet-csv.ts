import { stringify } from 'csv-stringify/sync';
import { decimal, safe } from '../orders/invoice-csv.js';
import type { WorkSheet } from './work-sheet.js';

/** Names that a program reads: they stay the same in every language. */
const head = [
  'order',
  'title',
  'installation',
  'done_at',
  'technician',
  'line',
  'article',
  'text',
  'quantity',
  'unit',
  'price',
  'discount_percent',
  'vat_percent',
  'amount',
  'currency',
  'minutes',
  'billable',
];

/** One line per row and per time entry, numbers with a point; what was done stands in a line of its own. */
export function workSheetCsv({ orders, currency }: WorkSheet): string {
  const lines = orders.flatMap(({ number, title, place, doneAt, technician, work, rows }) => {
    const line = (kind: string, cells: Record<string, string | number | null>) => {
      const all: Record<string, string | number | null> = { order: number, title, installation: place, done_at: doneAt, technician, line: kind, ...cells };
      return head.map((column) => all[column] ?? '');
    };
    const text = (value: string | null) => safe(value);
    const found = [
      ...(work?.text ? [line('work', { text: text(work.text) })] : []),
      ...(work?.times ?? []).map((time) =>
        line('time', {
          text: text(time.note),
          technician: text(time.name),
          done_at: time.start,
          article: time.kind,
          minutes: time.minutes,
          billable: time.billable ? 1 : 0,
        }),
      ),
      ...(rows?.rows ?? []).map((row) =>
        line('row', {
          ...{ article: text(row.article), text: text(row.text), quantity: decimal(row.quantity, 3), unit: text(row.unit), price: decimal(row.sales_price, 2) },
          ...{ discount_percent: decimal(row.discount, 2), vat_percent: decimal(row.vat, 2), amount: decimal(row.sales_amount, 2), currency },
        }),
      ),
    ];
    return found.length > 0 ? found : [line('order', {})];
  });
  return `\ufeff${stringify([head])}${stringify(lines.map((cells) => cells.map((cell, index) => (index < 5 && typeof cell === 'string' ? safe(cell) : cell))))}`;
}
