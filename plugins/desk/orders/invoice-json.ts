import { z } from '../../../core/api.js';
import type { InvoiceBasis } from './invoice-service.js';

const money = z.number().int().nullable();
/** Orders as programs read them: money in minor units, quantities in thousandths, discount and VAT in hundredths of a percent. */
export const invoiceSchema = z.object({
  currency: z.string(),
  orders: z.array(
    z.object({
      id: z.number().int(),
      number: z.string(),
      title: z.string(),
      status: z.string(),
      doneAt: z.string(),
      customer: z.object({
        number: z.number().int(),
        name: z.string(),
        registrationNumber: z.string().nullable(),
        vatNumber: z.string().nullable(),
        invoiceEmail: z.string().nullable(),
      }),
      installation: z.string().nullable(),
      project: z.string().nullable(),
      rows: z.array(
        z.object({
          article: z.string().nullable(),
          text: z.string(),
          quantity: z.number().int(),
          unit: z.string().nullable(),
          salesPrice: money,
          discount: z.number().int(),
          vat: money,
          amount: money,
          purchasePrice: money.optional(),
          purchaseAmount: money.optional(),
        }),
      ),
      net: z.number().int(),
      vat: z.array(z.object({ rate: z.number().int(), net: z.number().int(), vat: z.number().int() })),
      total: z.number().int(),
    }),
  ),
});

export function invoiceJson(basis: readonly InvoiceBasis[], currency: string): z.output<typeof invoiceSchema> {
  return {
    currency,
    orders: basis.map(({ sheet, ...order }) => ({
      id: order.id,
      number: order.number,
      title: order.title,
      status: order.status,
      doneAt: order.done_at.toISOString(),
      customer: {
        number: order.customer_number,
        name: order.customer_name,
        registrationNumber: order.registration_number,
        vatNumber: order.vat_number,
        invoiceEmail: order.invoice_email,
      },
      installation: order.installation_name,
      project: order.project_number,
      rows: sheet.rows.map((row) => ({
        article: row.article,
        text: row.text,
        quantity: row.quantity,
        unit: row.unit,
        salesPrice: row.sales_price,
        discount: row.discount ?? 0,
        vat: row.vat ?? null,
        amount: row.sales_amount,
        ...(row.purchase_amount === undefined ? {} : { purchasePrice: row.purchase_price, purchaseAmount: row.purchase_amount }),
      })),
      net: sheet.sales_total,
      vat: sheet.vat,
      total: sheet.total,
    })),
  };
}
