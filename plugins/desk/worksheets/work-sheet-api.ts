import { SETTINGS, guard, time, z, type ApiModule } from '../../../core/api.js';
import { workSheetCsv } from './work-sheet-csv.js';
import { WorkSheetService } from './work-sheet-service.js';
import { minutesOf, sumsOf, type WorkSheet } from './work-sheet.js';

const id = z.number().int();
const money = z.number().int();
const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/);
const line = z.object({ customerId: id, customer: z.string(), orders: id, value: money, sentAt: time.nullable() });
const sheetShape = z.object({
  customer: z.string(),
  month: z.string(),
  currency: z.string(),
  sentAt: z.string().nullable(),
  orders: z.array(
    z.object({
      id,
      number: z.string(),
      title: z.string(),
      place: z.string().nullable(),
      doneAt: z.string(),
      technician: z.string().nullable(),
      performedWork: z.string().nullable().optional(),
      billableMinutes: id.optional(),
      otherMinutes: id.optional(),
      salesTotal: money.optional(),
      total: money.optional(),
    }),
  ),
  salesTotal: money,
  vatTotal: money,
  total: money.describe('With VAT.'),
});

/** Monthly work sheets over REST. */
export const workSheetApi: ApiModule = (api, resolve) => {
  const sheets = resolve(WorkSheetService);
  const manage = guard('desk.work-sheet.manage');
  const write = guard('desk.work-sheet.manage', 'write');
  const path = '/desk/work-sheets/:customer/:month';
  const params = { month };
  const of = (c: { id(name: string): number; params: Readonly<Record<string, string>> }) => [c.id('customer'), c.params['month'] ?? ''] as const;

  api.on(
    'get',
    '/desk/work-sheets',
    manage,
    { summary: 'Customers with orders that were done in a month', query: z.object({ month }), response: z.object({ items: z.array(line) }) },
    async (c) => {
      const rows = await sheets.list(c.actor, c.query.month, resolve(SETTINGS).get('core.timeZone'));
      return {
        items: rows.map((row) => ({ customerId: row.customer_id, customer: row.customer_name, orders: row.orders, value: row.value, sentAt: row.sent_at })),
      };
    },
  );
  api.on('get', path, manage, { summary: 'Work sheet of a customer and month', params, response: sheetShape }, async (c) =>
    toSheet(await sheets.get(c.actor, ...of(c))),
  );
  api.on('get', `${path}/csv`, { ...manage, access: 'export' }, { summary: 'The same as CSV', params, response: z.string(), content: 'text/csv' }, async (c) =>
    workSheetCsv(await sheets.get(c.actor, ...of(c))),
  );
  api.on(
    'get',
    `${path}/pdf`,
    { ...manage, access: 'download' },
    { summary: 'The same as PDF', params, response: z.any(), content: 'application/pdf' },
    async (c) => sheets.pdf(await sheets.get(c.actor, ...of(c))),
  );
  api.on(
    'post',
    `${path}/send`,
    write,
    { summary: 'Send a work sheet', description: 'It stands still from then on.', params, response: sheetShape, errors: [409] },
    async (c) => {
      await sheets.send(c.actor, ...of(c));
      return toSheet(await sheets.get(c.actor, ...of(c)));
    },
  );
  api.on('post', `${path}/take-back`, write, { summary: 'Take a work sheet back', params, response: sheetShape, errors: [409] }, async (c) => {
    await sheets.takeBack(c.actor, ...of(c));
    return toSheet(await sheets.get(c.actor, ...of(c)));
  });
};

function toSheet({ customer, month: of, currency, sentAt, orders }: WorkSheet): z.input<typeof sheetShape> {
  const { sales_total, vat_total, total } = sumsOf(orders);
  return {
    ...{ customer, month: of, currency, sentAt, salesTotal: sales_total, vatTotal: vat_total, total },
    orders: orders.map(({ work, rows, ...order }) => ({
      ...order,
      ...(work
        ? { performedWork: work.text, billableMinutes: minutesOf([{ ...order, work }], true), otherMinutes: minutesOf([{ ...order, work }], false) }
        : {}),
      ...(rows ? { salesTotal: rows.sales_total, total: rows.total } : {}),
    })),
  };
}
