import type { Formatter } from '../../../core/api.js';
import type { PricedRow, RowSheet } from '../../customers/api.js';

export interface PrintedTable {
  head: { text: string; number: boolean }[];
  rows: string[][];
  /** Below it: label, amount, and whether it is the sum of all. */
  sums: { label: string; amount: string; total: boolean }[];
}
export interface PrintedSection {
  heading: string;
  text?: string;
  checks?: { text: string; done: boolean; note: string }[];
  tables?: PrintedTable[];
}
/** What leaves the house on paper, ready to be set: every text is in the customer's language. */
export interface Printed {
  language: string;
  title: string;
  subtitle: string;
  /** When it came to be what it is: the same paper is the same file, byte for byte. */
  at: Date;
  company: { name: string; lines: string[]; logo: string };
  facts: { label: string; value: string }[];
  sections: PrintedSection[];
  signature: { heading: string; text: string } | null;
  footer: string;
}
export type Translate = (key: string, vars?: Record<string, string | number>) => string;

/** "1 h 25 min", or "25 min". */
export const durationOf = (t: Translate, minutes: number): string =>
  minutes < 60 ? t('time.short', { minutes }) : t('time.span', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });

/** The sums of a sheet; a reader who adds up what stands there gets the same. */
export type Sums = Pick<RowSheet, 'sales_total' | 'vat' | 'total'>;

export function sumLines(sums: Sums, fmt: Formatter, currency: string, t: Translate): PrintedTable['sums'] {
  const money = (minor: number) => fmt.money(minor, currency);
  if (sums.vat.length === 0) return [{ label: t('customers:rows.sum'), amount: money(sums.sales_total), total: true }];
  return [
    { label: t('customers:rows.sum'), amount: money(sums.sales_total), total: false },
    ...sums.vat.map(({ rate, net, vat }) => ({
      label: t('customers:rows.vatOf', { rate: percentOf(fmt, rate) || '0 %', net: money(net) }),
      amount: money(vat),
      total: false,
    })),
    { label: t('customers:rows.total'), amount: money(sums.total), total: true },
  ];
}

const percentOf = (fmt: Formatter, value: number | null | undefined) =>
  value ? fmt.number(value / 10_000, { style: 'percent', maximumFractionDigits: 2 }) : '';

/** Article rows with their sums, never with purchase prices. */
export function rowTable(sheet: Sums & { rows: readonly Omit<PricedRow, 'id' | 'position'>[] }, fmt: Formatter, currency: string, t: Translate): PrintedTable {
  const money = (minor: number | null) => (minor === null ? '' : fmt.money(minor, currency));
  const discount = sheet.rows.some((row) => row.discount);
  const only = <T>(shown: boolean, value: T): T[] => (shown ? [value] : []);
  const labels = ['rows.text', 'rows.quantity', 'rows.sales_price', ...only(discount, 'rows.discount'), 'rows.vat', 'rows.amount'];
  return {
    head: labels.map((label, index) => ({ text: t(`customers:${label}`), number: index > 0 })),
    rows: sheet.rows.map((row) => [
      [row.text, row.article].filter(Boolean).join('\n'),
      [fmt.quantity(row.quantity), row.unit].filter(Boolean).join(' '),
      money(row.sales_price),
      ...only(discount, percentOf(fmt, row.discount)),
      percentOf(fmt, row.vat),
      money(row.sales_amount),
    ]),
    sums: sumLines(sheet, fmt, currency, t),
  };
}
