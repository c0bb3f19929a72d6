import { expect } from 'chai';
import { createFormatter } from '../../../core/api.js';
import { amountOf, sheetOf, vatOn, type StoredRow } from '../../../plugins/customers/api.js';
import { hoursOf } from '../../../plugins/desk/orders/time-service.js';

/** The same numbers every time. */
function numbers(seed: number): (from: number, to: number) => number {
  let state = seed;
  return (from, to) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + Math.floor((state / 2 ** 32) * (to - from + 1));
  };
}
/** The nearest integer to a fraction, halves away from zero, by comparing twice the rest: another way than the code's. */
function nearest(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const whole = size / denominator;
  const up = 2n * (size % denominator) >= denominator ? whole + 1n : whole;
  return numerator < 0n ? -up : up;
}
const row = (values: Partial<StoredRow>): StoredRow => ({
  ...{ id: 1, position: 1, article: null, text: 'x', quantity: 1000, unit: null, purchase_price: null, sales_price: null, removed_at: null },
  ...values,
});

describe('value and purchase value of rows', () => {
  it('is quantity times price less discount, rounded once, halves away from zero, for 20,000 random rows', () => {
    const any = numbers(49_148);
    for (let round = 0; round < 20_000; round++) {
      const [quantity, price] = [any(-2_000_000, 2_000_000), any(-900_000, 900_000)];
      const discount = any(0, 3) === 0 ? any(0, 10_000) : 0;
      const exact = nearest(BigInt(quantity) * BigInt(price) * BigInt(10_000 - discount), 1000n * 10_000n);
      expect(BigInt(amountOf(quantity, price, discount) ?? NaN), `${quantity} x ${price} - ${discount}`).to.equal(exact);
    }
  });

  it('knows the halves: a cent and a half is two, also below zero, and a discount does not round twice', () => {
    expect([amountOf(500, 3), amountOf(500, 1), amountOf(-500, 1), amountOf(-500, 3)]).to.deep.equal([2, 1, -1, -2]);
    // 0.333 x 0.05 = 0.01665, less half 0.008325: rounding twice would make 0.01 of it.
    expect(amountOf(333, 5, 5000)).to.equal(1);
    expect(amountOf(100, 5, 0)).to.equal(1);
    expect(amountOf(100, 5, 5000)).to.equal(0);
    expect(amountOf(1000, 19_999, 10_000)).to.equal(0);
    expect(amountOf(1000, null)).to.equal(null);
  });

  it('adds up to the cent: sums are those of the rows, VAT is rounded once per rate, for 500 random sheets', () => {
    const any = numbers(7);
    for (let round = 0; round < 500; round++) {
      const rows = Array.from({ length: any(0, 40) }, (_, index) =>
        row({
          position: index + 1,
          quantity: any(-9_000, 90_000),
          sales_price: any(0, 9) === 0 ? null : any(0, 500_000),
          purchase_price: any(0, 4) === 0 ? null : any(0, 400_000),
          discount: any(0, 2) === 0 ? any(0, 10_000) : 0,
          vat: [null, 0, 600, 1200, 2500][any(0, 4)]!,
        }),
      );
      const sheet = sheetOf(rows, true);
      const net = sheet.rows.reduce((sum, one) => sum + BigInt(one.sales_amount ?? 0), 0n);
      expect(BigInt(sheet.sales_total)).to.equal(net);
      expect(BigInt(sheet.purchase_total ?? 0)).to.equal(sheet.rows.reduce((sum, one) => sum + BigInt(one.purchase_amount ?? 0), 0n));
      for (const { rate, net: base, vat } of sheet.vat) {
        const own = sheet.rows.filter((one) => one.vat === rate).reduce((sum, one) => sum + BigInt(one.sales_amount ?? 0), 0n);
        expect([BigInt(base), BigInt(vat)]).to.deep.equal([own, nearest(own * BigInt(rate), 10_000n)]);
      }
      expect(sheet.total).to.equal(sheet.sales_total + sheet.vat.reduce((sum, one) => sum + one.vat, 0));
      expect(sheet.vat.map((one) => one.rate)).to.deep.equal([...sheet.vat.map((one) => one.rate)].sort((a, b) => b - a));
    }
  });

  it('stays exact at the largest that is allowed: a thousand rows of 40 billion each, with 100 % VAT', () => {
    const rows = Array.from({ length: 1000 }, () => row({ quantity: 2_000_000_000, sales_price: 2_000_000, vat: 10_000 }));
    const sheet = sheetOf(rows, false);
    expect([sheet.sales_total, sheet.total]).to.deep.equal([4_000_000_000_000_000, 8_000_000_000_000_000]);
    expect(Number.isSafeInteger(sheet.total)).to.equal(true);
    expect(sheet).to.not.have.property('purchase_total');
    expect(vatOn(-150, 1000)).to.equal(-15);
  });

  it('counts minutes as hours in thousandths, and what people read adds up', () => {
    for (let minutes = 1; minutes <= 10_000; minutes++) expect(BigInt(hoursOf(minutes))).to.equal(nearest(BigInt(minutes) * 1000n, 60n));
    expect(createFormatter('sv', 'UTC').quantity(hoursOf(90))).to.equal('1,5');
  });
});
