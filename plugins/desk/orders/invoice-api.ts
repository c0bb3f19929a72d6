import { SETTINGS, guard, listOf, listQuery, time, z, type ApiModule } from '../../../core/api.js';
import { invoiceCsv } from './invoice-csv.js';
import { invoiceJson, invoiceSchema } from './invoice-json.js';
import { InvoiceService, type ExportView } from './invoice-service.js';

const id = z.number().int();
const order = z.object({
  id,
  number: z.string(),
  title: z.string(),
  customer: z.string(),
  doneAt: time,
  value: z.number().int().describe('Without VAT, in minor units.'),
});
const handOver = z.object({ id, createdAt: time, orders: z.number().int(), open: z.number().int().describe('Not invoiced yet.'), undoneAt: time.nullable() });

/** Done orders on their way to the economic system, over REST. */
export const invoiceApi: ApiModule = (api, resolve) => {
  const invoices = resolve(InvoiceService);
  const [read, write, out] = [guard('desk.invoice.manage'), guard('desk.invoice.manage', 'write'), guard('desk.invoice.manage', 'export')];
  const currency = () => resolve(SETTINGS).get('core.currency');

  api.on(
    'get',
    '/desk/exports/waiting',
    read,
    { summary: 'Done orders that were not handed over', query: listQuery, response: listOf(order) },
    async ({ actor, query }) => {
      const { rows, next } = await invoices.waiting(actor, query);
      return {
        items: rows.map((row) => ({ id: row.id, number: row.number, title: row.title, customer: row.customer_name, doneAt: row.done_at, value: row.value })),
        next,
      };
    },
  );
  api.on('get', '/desk/exports', read, { summary: 'Hand-overs to the economic system', response: z.object({ items: z.array(handOver) }) }, async (c) => ({
    items: (await invoices.list(c.actor)).map(toHandOver),
  }));
  api.on('post', '/desk/exports', write, { summary: 'Hand over the done orders', response: handOver, status: 201, errors: [409] }, async (c) =>
    toHandOver(await invoices.get(c.actor, await invoices.create(c.actor))),
  );
  api.on('get', '/desk/exports/:id', out, { summary: 'The orders of a hand-over with their rows', response: invoiceSchema }, async (c) =>
    invoiceJson((await invoices.get(c.actor, c.id())).basis, currency()),
  );
  api.on('get', '/desk/exports/:id/csv', out, { summary: 'The same as CSV', response: z.string(), content: 'text/csv' }, async (c) =>
    invoiceCsv((await invoices.get(c.actor, c.id())).basis, currency()),
  );
  for (const [action, summary] of [
    ['undo', 'Take a hand-over back'],
    ['invoice', 'Say that the orders of a hand-over are invoiced'],
  ] as const) {
    api.on('post', `/desk/exports/:id/${action}`, write, { summary, response: handOver, errors: [409] }, async (c) => {
      await invoices[action](c.actor, c.id());
      return toHandOver(await invoices.get(c.actor, c.id()));
    });
  }
};

function toHandOver({ id: number, created_at, orders, open, undone_at }: ExportView) {
  return { id: number, createdAt: created_at, orders, open, undoneAt: undone_at };
}
