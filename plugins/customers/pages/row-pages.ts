import { NotFoundError, SETTINGS, type FormState, type Guard, type PageContext, type PageRouter, type Resolve } from '../../../core/api.js';
import { readRow, rowForm, type RowInput } from '../register/inputs.js';
import type { PricedRows } from '../register/rows.js';
import type { PricedRow, RowSheet, StoredRow } from '../types.js';

/** The row that is being typed: an id, or 'new'. */
export interface RowEdit {
  row: number | 'new';
  form: FormState;
}
interface RowPages {
  /** Path of what the rows stand on, such as `/orders/:id`. */
  path: string;
  guard: Guard;
  rows: Pick<PricedRows<StoredRow>, 'sheet' | 'add' | 'update' | 'remove' | 'restore' | 'move'>;
  /** Id of what the rows stand on, after its place in the path was checked. */
  owner(c: PageContext): Promise<number>;
  /** Its address. */
  href(c: PageContext): string;
  /** What a new row begins with, such as the article that was picked. */
  fill?(c: PageContext): Promise<RowInput | null>;
  /** Shows its page with one row as a form. */
  show(c: PageContext, edit: RowEdit): Promise<void>;
}

/** Adds, changes, removes (with undo) and moves rows on the page of what they stand on. */
export function rowPages(page: PageRouter, resolve: Resolve, { path, guard, rows, owner, href, fill, show }: RowPages): void {
  const currency = () => resolve(SETTINGS).get('core.currency');
  const back = (c: PageContext) => `${href(c)}#rows`;

  page.form(`${path}/rows/new`, guard, {
    schema: rowForm,
    async initial(c) {
      const filled = await fill?.(c);
      return filled ? valuesOf(c, filled, currency()) : { quantity: c.fmt.quantity(1000) };
    },
    show: (c, form) => show(c, { row: 'new', form }),
    async submit(c, input) {
      await rows.add(c.actor, await owner(c), readRow(c.fmt, currency(), input));
      c.redirect(`${href(c)}/rows/new#rows`, { key: 'customers:toast.rowAdded', vars: { text: input.text } });
    },
  });

  page.form(`${path}/rows/:row`, guard, {
    schema: rowForm,
    async initial(c) {
      const sheet = await rows.sheet(c.actor, await owner(c));
      const row = sheet.rows.find((one) => one.id === c.id('row'));
      if (!row) throw new NotFoundError();
      return valuesOf(c, row, currency());
    },
    show: (c, form) => show(c, { row: c.id('row'), form }),
    async submit(c, input) {
      await rows.update(c.actor, await owner(c), c.id('row'), readRow(c.fmt, currency(), input));
      c.redirect(back(c), { key: 'customers:toast.rowSaved', vars: { text: input.text } });
    },
  });

  page.post(`${path}/rows/:row/remove`, guard, async (c) => {
    await rows.remove(c.actor, await owner(c), c.id('row'));
    c.redirect(back(c), { key: 'customers:toast.rowRemoved', undo: `${href(c)}/rows/${c.id('row')}/restore` });
  });
  page.post(`${path}/rows/:row/restore`, guard, async (c) => {
    await rows.restore(c.actor, await owner(c), c.id('row'));
    c.redirect(back(c), { key: 'customers:toast.rowRestored' });
  });
  for (const [way, by] of [
    ['up', -1],
    ['down', 1],
  ] as const) {
    page.post(`${path}/rows/:row/${way}`, guard, async (c) => {
      await rows.move(c.actor, await owner(c), c.id('row'), by);
      c.redirect(back(c));
    });
  }
}

/** What the partial `customers/rows` shows. `vat`: with a column for it; `writable`: with buttons; `edit`: one row as a form. */
export function rowsView(
  c: PageContext,
  sheet: RowSheet,
  { currency, href = '', vat = false, writable = false, edit }: { currency: string; href?: string; vat?: boolean; writable?: boolean; edit?: RowEdit },
): object {
  const money = (minor: number | null | undefined) => (minor === null || minor === undefined ? '' : c.fmt.money(minor, currency));
  const purchase = sheet.purchase_total !== undefined;
  const percent = (hundredths: number | null | undefined) =>
    typeof hundredths === 'number' ? c.fmt.number(hundredths / 10_000, { style: 'percent', maximumFractionDigits: 2 }) : '';
  const discount = sheet.rows.some((row) => row.discount);
  const totals = purchase ? { purchase_total: money(sheet.purchase_total), margin: money(sheet.sales_total - (sheet.purchase_total ?? 0)) } : {};
  return {
    href,
    vat,
    discount,
    purchase,
    writable,
    currency,
    columns: 4 + (discount ? 1 : 0) + (vat ? 1 : 0) + (purchase ? 1 : 0) + (writable ? 1 : 0),
    adding: edit?.row === 'new',
    form: edit?.form ?? null,
    rows: sheet.rows.map((row, index) => ({
      id: row.id,
      article: row.article,
      text: row.text,
      amount_text: [c.fmt.quantity(row.quantity), row.unit].filter(Boolean).join(' '),
      sales: money(row.sales_price),
      sales_amount: money(row.sales_amount),
      ...(purchase ? { purchase_price: money(row.purchase_price) } : {}),
      discount: row.discount ? percent(row.discount) : '',
      vat: percent(row.vat),
      first: index === 0,
      last: index === sheet.rows.length - 1,
      editing: edit?.row === row.id,
    })),
    sales_total: money(sheet.sales_total),
    vat_lines: sheet.vat.map((line) => ({ label: c.t('customers:rows.vatOf', { rate: percent(line.rate), net: money(line.net) }), amount: money(line.vat) })),
    total: money(sheet.total),
    ...totals,
  };
}

function valuesOf(c: PageContext, row: PricedRow | RowInput, currency: string): Record<string, unknown> {
  const amount = (minor: number | null | undefined) => (minor === null || minor === undefined ? '' : c.fmt.amount(minor, currency));
  return {
    article: row.article ?? '',
    text: row.text,
    quantity: c.fmt.quantity(row.quantity),
    unit: row.unit ?? '',
    sales_price: amount(row.sales_price),
    ...('purchase_price' in row ? { purchase_price: amount(row.purchase_price) } : {}),
    discount: row.discount ? c.fmt.number(row.discount / 100, { maximumFractionDigits: 2 }) : '',
    vat: typeof row.vat === 'number' ? c.fmt.number(row.vat / 100, { maximumFractionDigits: 2 }) : '',
  };
}
