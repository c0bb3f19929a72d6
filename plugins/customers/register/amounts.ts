import type { PricedRow, RowSheet, StoredRow, VatLine } from '../types.js';

/** No row may be worth more, in minor units: sums of a thousand rows with their VAT stay exact then. */
export const mostAmount = 4_000_000_000_000;

/** A fraction as the nearest integer, halves away from zero: 0.5 is 1, -0.5 is -1. */
function rounded(numerator: bigint, denominator: bigint): number {
  const half = denominator / 2n;
  return Number((numerator + (numerator < 0n ? -half : half)) / denominator);
}

/**
 * What a row is worth, in minor units: quantity (thousandths) x price x (1 - discount), rounded once, halves away from zero.
 * `discount` in hundredths of a percent. Null without a price.
 */
export function amountOf(quantity: number, price: number | null, discount: number | null | undefined = 0): number | null {
  if (price === null) return null;
  return rounded(BigInt(quantity) * BigInt(price) * BigInt(10_000 - (discount ?? 0)), 10_000_000n);
}

/** VAT on a sum in minor units; `rate` in hundredths of a percent. Rounded once, halves away from zero. */
export const vatOn = (net: number, rate: number): number => rounded(BigInt(net) * BigInt(rate), 10_000n);

/**
 * Rows with their amounts, and the sums. Each row is rounded for itself and the sum adds rounded rows, so that a reader who adds up what stands
 * there gets the same; VAT is computed once per rate, on the sum of its rows. Without `purchase` nothing of purchase prices is in it.
 */
export function sheetOf(rows: readonly StoredRow[], purchase: boolean): RowSheet {
  const priced = rows.map(({ id, position, article, text, quantity, unit, purchase_price, sales_price, discount, vat }): PricedRow => ({
    ...{ id, position, article, text, quantity, unit, sales_price, discount: discount ?? 0, vat: vat ?? null },
    sales_amount: amountOf(quantity, sales_price, discount),
    ...(purchase ? { purchase_price, purchase_amount: amountOf(quantity, purchase_price) } : {}),
  }));
  const sum = (field: 'sales_amount' | 'purchase_amount') => priced.reduce((total, row) => total + (row[field] ?? 0), 0);
  const vat = vatLines(priced);
  const [sales_total, vat_total] = [sum('sales_amount'), vat.reduce((total, line) => total + line.vat, 0)];
  return { rows: priced, sales_total, vat, vat_total, total: sales_total + vat_total, ...(purchase ? { purchase_total: sum('purchase_amount') } : {}) };
}

function vatLines(rows: readonly PricedRow[]): VatLine[] {
  const nets = new Map<number, number>();
  for (const { vat, sales_amount } of rows) if (typeof vat === 'number' && sales_amount !== null) nets.set(vat, (nets.get(vat) ?? 0) + sales_amount);
  return [...nets].sort(([a], [b]) => b - a).map(([rate, net]) => ({ rate, net, vat: vatOn(net, rate) }));
}
