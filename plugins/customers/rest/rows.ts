import { z, type ApiRouter, type Guard } from '../../../core/api.js';
import type { RowSheet, StoredRow } from '../types.js';
import { rowInput } from '../register/inputs.js';
import type { PricedRows } from '../register/rows.js';

const id = z.number().int();
const money = z.number().int().nullable();
/** Rows with amounts in minor units of the currency and quantities in thousandths; purchase prices are absent without the right to see them. */
const rowSheet = z.object({
  rows: z.array(
    z.object({
      id,
      position: z.number().int(),
      article: z.string().nullable(),
      text: z.string(),
      quantity: z.number().int(),
      unit: z.string().nullable(),
      salesPrice: money,
      salesAmount: money,
      discount: z.number().int().describe('In hundredths of a percent.'),
      vat: money,
      purchasePrice: money.optional(),
      purchaseAmount: money.optional(),
    }),
  ),
  salesTotal: z.number().int(),
  vat: z.array(z.object({ rate: z.number().int(), net: z.number().int(), vat: z.number().int() })).describe('By rate, in hundredths of a percent.'),
  vatTotal: z.number().int(),
  total: z.number().int().describe('With VAT.'),
  purchaseTotal: z.number().int().optional(),
});
interface Operations {
  /** Path of what the rows stand on, such as `/desk/orders/:id`. */
  path: string;
  read: Guard;
  write: Guard;
  rows: Pick<PricedRows<StoredRow>, 'sheet' | 'add' | 'update' | 'remove'>;
  /** In the summaries: "an order". */
  of: string;
}

/** Reading and changing the rows of a project or an order. Each change answers the whole sheet with its sums. */
export function rowOperations(api: ApiRouter, { path, read, write, rows, of }: Operations): void {
  api.on('get', `${path}/rows`, read, { summary: `Rows of ${of}`, response: rowSheet }, async (c) => toSheet(await rows.sheet(c.actor, c.id())));
  api.on('post', `${path}/rows`, write, { summary: `Add a row to ${of}`, body: rowInput, response: rowSheet, status: 201 }, async (c) => {
    await rows.add(c.actor, c.id(), c.body);
    return toSheet(await rows.sheet(c.actor, c.id()));
  });
  api.on('put', `${path}/rows/:row`, write, { summary: `Change a row of ${of}`, body: rowInput, response: rowSheet }, async (c) => {
    await rows.update(c.actor, c.id(), c.id('row'), c.body);
    return toSheet(await rows.sheet(c.actor, c.id()));
  });
  api.on('delete', `${path}/rows/:row`, { ...write, access: 'delete' }, { summary: `Remove a row of ${of}`, response: rowSheet }, async (c) => {
    await rows.remove(c.actor, c.id(), c.id('row'));
    return toSheet(await rows.sheet(c.actor, c.id()));
  });
}

function toSheet({ rows, sales_total, vat, vat_total, total, purchase_total }: RowSheet): z.input<typeof rowSheet> {
  return {
    rows: rows.map((row) => ({
      id: row.id,
      position: row.position,
      article: row.article,
      text: row.text,
      quantity: row.quantity,
      unit: row.unit,
      salesPrice: row.sales_price,
      salesAmount: row.sales_amount,
      discount: row.discount ?? 0,
      vat: row.vat ?? null,
      ...(row.purchase_amount === undefined ? {} : { purchasePrice: row.purchase_price, purchaseAmount: row.purchase_amount }),
    })),
    salesTotal: sales_total,
    vat,
    vatTotal: vat_total,
    total,
    ...(purchase_total === undefined ? {} : { purchaseTotal: purchase_total }),
  };
}
