import { InvalidInputError, z, type Formatter, type Message } from '../../../core/api.js';
import { flag, id, optional } from '../inputs.js';

const line = (max: number) => z.string().trim().min(1).max(max);
const integer = z.number().int().min(-2_147_483_647).max(2_147_483_647);

/** Data of a device: name, kind and installation are mandatory; software one per line; `warranty_until` as ISO date. */
export const deviceInput = z.object({
  name: line(160),
  kind: line(40),
  installation_id: id,
  manufacturer: optional(line(80)),
  model: optional(line(120)),
  serial: optional(line(80)),
  location: optional(line(160)),
  priority: z.coerce.number().int().min(1).max(4).default(3),
  user_name: optional(line(160)),
  /** Such as `DOMAIN\anna`. */
  user_login: optional(line(160)),
  user_email: optional(z.preprocess((value) => (typeof value === 'string' ? value.trim() : value), z.email().max(200))),
  warranty_until: optional(z.iso.date('core:field.date')),
  software: optional(z.string().max(20_000)).transform((text) => lines(text)),
  active: flag,
});
/** Checked data of a device. */
export type DeviceInput = z.output<typeof deviceInput>;

function lines(text: string | null): string | null {
  const all = (text ?? '').split(/\r?\n/).map((one) => one.trim());
  return [...new Set(all)].filter((one) => one !== '').join('\n') || null;
}

/** Data of a project; without a number it gets the next one. */
export const projectInput = z.object({ number: optional(line(40)), name: line(160), active: flag });
/** Checked data of a project. */
export type ProjectInput = z.output<typeof projectInput>;

/** A priced row: quantity in thousandths, prices per unit in minor units of the currency, discount and VAT in hundredths of a percent. */
export const rowInput = z.object({
  article: optional(line(60)),
  text: line(200),
  quantity: integer.default(1000),
  unit: optional(line(20)),
  /** Absent: stays as it is. */
  purchase_price: integer.nullable().optional(),
  sales_price: integer.nullable().default(null),
  discount: z.number().int().min(0).max(10_000).optional(),
  vat: z.number().int().min(0).max(10_000).nullable().optional(),
});
/** Checked data of a priced row. */
export type RowInput = z.output<typeof rowInput>;

const typed = z.string().trim().max(40).optional();
/** A priced row as people type it; `readRow` reads the numbers in their language. */
export const rowForm = rowInput.extend({ quantity: typed, purchase_price: typed, sales_price: typed, discount: typed, vat: typed });

/** The numbers of a typed row. @throws InvalidInputError with a sentence per field */
export function readRow(fmt: Formatter, currency: string, form: z.output<typeof rowForm>): RowInput {
  const errors: Record<string, Message> = {};
  const read = <T>(field: string, text: string | undefined, empty: T, parse: (text: string) => number | null): number | T => {
    if (!text) return empty;
    const value = parse(text);
    if (value === null)
      errors[field] = { key: `customers:error.${field === 'quantity' ? 'quantity' : field === 'discount' || field === 'vat' ? 'percent' : 'price'}` };
    return value ?? empty;
  };
  const money = (text: string) => fmt.parseMoney(text, currency);
  const row: RowInput = {
    ...form,
    quantity: read('quantity', form.quantity, 1000, (text) => fmt.parseQuantity(text)),
    purchase_price: form.purchase_price === undefined ? undefined : read('purchase_price', form.purchase_price, null, money),
    sales_price: read('sales_price', form.sales_price, null, money),
    discount: form.discount === undefined ? undefined : read('discount', form.discount, 0, percent(fmt)),
    vat: form.vat === undefined ? undefined : read('vat', form.vat, null, percent(fmt)),
  };
  if (Object.keys(errors).length > 0) throw new InvalidInputError(errors);
  return row;
}

/** A percentage in hundredths, as a person types it. */
export const percent = (fmt: Formatter) => (text: string) => {
  const value = fmt.parseMoney(text.replace(/\s*%$/, ''), 'EUR');
  return value !== null && value >= 0 && value <= 10_000 ? value : null;
};
