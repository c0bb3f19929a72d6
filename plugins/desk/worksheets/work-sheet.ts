import type { Voice } from '../orders/printing.js';
import { durationOf, rowTable, sumLines, type Printed, type PrintedSection, type PrintedTable, type Sums } from '../orders/printed.js';
import type { TimeKind } from '../orders/tables.js';
import type { Offer } from '../quotations/offer.js';
import { monthName } from './month-name.js';

type Rows = Pick<Offer, 'rows' | 'sales_total' | 'vat' | 'vat_total' | 'total'>;
interface SheetTime {
  start: string;
  name: string | null;
  kind: TimeKind;
  minutes: number;
  billable: boolean;
  note: string | null;
}
/** An order of a work sheet; without `work` for those who may not see it, without `rows` where customers get none. */
export interface SheetOrder {
  id: number;
  number: string;
  title: string;
  place: string | null;
  doneAt: string;
  technician: string | null;
  work?: { text: string | null; times: SheetTime[] };
  rows?: Rows;
}
/** The orders that were done for a customer in a month. Amounts in minor units, quantities in thousandths; times in UTC. */
export interface WorkSheet {
  customer: string;
  /** Such as 2026-11, in the customer's time zone. */
  month: string;
  language: string;
  timeZone: string;
  currency: string;
  /** Null while it can still change. */
  sentAt: string | null;
  orders: SheetOrder[];
}

/** Sums of orders: rounded amounts are added, so that a reader who adds up what stands there gets the same. */
export function sumsOf(orders: readonly SheetOrder[]): Sums & { vat_total: number } {
  const rates = new Map<number, { rate: number; net: number; vat: number }>();
  const add = (field: 'sales_total' | 'vat_total' | 'total') => orders.reduce((sum, { rows }) => sum + (rows?.[field] ?? 0), 0);
  for (const { rate, net, vat } of orders.flatMap(({ rows }) => rows?.vat ?? [])) {
    const known = rates.get(rate) ?? { rate, net: 0, vat: 0 };
    rates.set(rate, { rate, net: known.net + net, vat: known.vat + vat });
  }
  return { sales_total: add('sales_total'), vat: [...rates.values()].sort((a, b) => b.rate - a.rate), vat_total: add('vat_total'), total: add('total') };
}

/** Minutes that are to be paid, or not. */
export const minutesOf = (orders: readonly SheetOrder[], billable: boolean): number =>
  orders.flatMap(({ work }) => work?.times ?? []).reduce((sum, time) => sum + (time.billable === billable ? time.minutes : 0), 0);

/** The paper of a work sheet. */
export function printedSheet(sheet: WorkSheet, voice: Voice, company: Printed['company']): Printed {
  const { t, fmt, language } = voice;
  const { orders } = sheet;
  const title = t('workSheet.paper', { month: monthName(language, sheet.month) });
  return {
    language,
    title,
    subtitle: sheet.customer,
    at: new Date(sheet.sentAt ?? orders.at(-1)?.doneAt ?? `${sheet.month}-01T00:00Z`),
    company,
    facts: [
      { label: t('report.customer'), value: sheet.customer },
      { label: t('workSheet.month'), value: monthName(language, sheet.month) },
      ...(sheet.sentAt ? [{ label: t('workSheet.sent'), value: fmt.date(new Date(sheet.sentAt), 'medium') }] : []),
    ],
    sections:
      orders.length === 0
        ? [{ heading: t('workSheet.none') }]
        : [{ heading: t('workSheet.orders'), tables: [summary(sheet, voice)] }, ...orders.map((order) => section(order, sheet, voice))],
    signature: null,
    footer: `${title} · ${sheet.customer}`,
  };
}

function summary({ orders, currency }: WorkSheet, { t, fmt }: Voice): PrintedTable {
  const [work, rows] = [orders.some((order) => order.work), orders.some((order) => order.rows)];
  const only = <T>(shown: boolean, ...values: T[]): T[] => (shown ? values : []);
  const labels = ['workSheet.order', 'workSheet.doneAt', ...only(work, 'time.billable', 'workSheet.notBillable'), ...only(rows, 'customers:rows.amount')];
  return {
    head: labels.map((label, index) => ({ text: t(label), number: index > 0 })),
    rows: orders.map((order) => [
      `${order.number} ${order.title}`,
      fmt.date(new Date(order.doneAt), 'medium'),
      ...only(work, durationOf(t, minutesOf([order], true)), durationOf(t, minutesOf([order], false))),
      ...only(rows, order.rows ? fmt.money(order.rows.sales_total, currency) : ''),
    ]),
    sums: [
      ...only(
        work,
        { label: t('workSheet.billableTime'), amount: durationOf(t, minutesOf(orders, true)), total: false },
        { label: t('workSheet.otherTime'), amount: durationOf(t, minutesOf(orders, false)), total: false },
      ),
      ...(rows ? sumLines(sumsOf(orders), fmt, currency, t) : []),
    ],
  };
}

function section({ number, title, place, doneAt, technician, work, rows }: SheetOrder, { currency }: WorkSheet, { t, fmt }: Voice): PrintedSection {
  const times: PrintedTable = {
    head: ['time.start', 'order.technician', 'time.kind', 'workSheet.billable', 'time.duration'].map((label, index) => ({
      text: t(label),
      number: index === 4,
    })),
    rows: (work?.times ?? []).map((time) => [
      fmt.dateTime(new Date(time.start)),
      time.name ?? '',
      [t(`time.kind.${time.kind}`), time.note].filter(Boolean).join('\n'),
      t(time.billable ? 'workSheet.yes' : 'workSheet.no'),
      durationOf(t, time.minutes),
    ]),
    sums: [],
  };
  const where = [place, fmt.date(new Date(doneAt), 'medium'), technician].filter(Boolean).join(' · ');
  return {
    heading: `${number} · ${title}`,
    text: [where, work?.text].filter(Boolean).join('\n'),
    tables: [...(times.rows.length > 0 ? [times] : []), ...(rows && rows.rows.length > 0 ? [rowTable(rows, fmt, currency, t)] : [])],
  };
}
