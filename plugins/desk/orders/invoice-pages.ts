import { SETTINGS, guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { invoiceCsv } from './invoice-csv.js';
import { InvoiceService, type ExportView, type InvoiceOrder } from './invoice-service.js';
import { invoiceJson } from './invoice-json.js';

/** Done orders on their way to the economic system. */
export const invoicePages: PageModule = (page, resolve) => {
  const invoices = resolve(InvoiceService);
  const [read, write, out] = [guard('desk.invoice.manage'), guard('desk.invoice.manage', 'write'), guard('desk.invoice.manage', 'export')];
  const currency = () => resolve(SETTINGS).get('core.currency');
  const money = (c: PageContext) => (row: InvoiceOrder) => ({ ...row, value: c.fmt.money(row.value, currency()) });

  page.get('/invoicing', read, async (c) => {
    const { after } = c.query(z.object({ after: z.string().max(400).optional().catch(undefined) }));
    const { rows, next } = await invoices.waiting(c.actor, { after });
    const data = {
      rows: rows.map(money(c)),
      count: await invoices.count(c.actor),
      next: next && `/invoicing?${new URLSearchParams({ after: next }).toString()}`,
      first: after ? '/invoicing' : null,
      exports: (await invoices.list(c.actor)).map(look),
    };
    c.view('desk/invoicing', data, { title: c.t('invoicing.title') });
  });
  page.post('/invoicing', write, async (c) => {
    const id = await invoices.create(c.actor);
    c.redirect(`/invoicing/${id}`, { key: 'desk:toast.exported', undo: `/invoicing/${id}/undo` });
  });

  page.get('/invoicing/:export', read, async (c) => {
    const { basis, ...row } = await invoices.get(c.actor, c.id('export'));
    const title = c.t('invoicing.one', { number: row.id });
    const total = c.fmt.money(
      basis.reduce((sum, order) => sum + order.sheet.sales_total, 0),
      currency(),
    );
    const undoable = !row.undone_at && basis.every((order) => order.status === 'done');
    c.view('desk/export', { export: look(row), rows: basis.map(money(c)), title, total, undoable }, { title });
  });
  page.get('/invoicing/:export/orders.csv', out, async (c) => {
    const { basis } = await invoices.get(c.actor, c.id('export'));
    send(c, 'text/csv; charset=utf-8', 'csv', invoiceCsv(basis, currency()));
  });
  page.get('/invoicing/:export/orders.json', out, async (c) => {
    const { basis } = await invoices.get(c.actor, c.id('export'));
    send(c, 'application/json', 'json', JSON.stringify(invoiceJson(basis, currency()), null, 2));
  });
  page.post('/invoicing/:export/undo', write, async (c) => {
    await invoices.undo(c.actor, c.id('export'));
    c.redirect('/invoicing', { key: 'desk:toast.exportUndone' });
  });
  page.post('/invoicing/:export/invoice', write, async (c) => {
    const count = await invoices.invoice(c.actor, c.id('export'));
    c.redirect(`/invoicing/${c.id('export')}`, { key: 'desk:toast.invoiced', vars: { count } });
  });
};

function look(row: ExportView) {
  const state = row.undone_at ? 'undone' : row.open > 0 ? 'open' : 'done';
  return { ...row, state, tone: { undone: 'muted', open: 'info', done: 'ok' }[state] };
}

function send(c: PageContext, type: string, extension: string, text: string): void {
  c.res.set({ 'Content-Type': type, 'Content-Disposition': `attachment; filename="orders-${c.id('export')}.${extension}"`, 'Cache-Control': 'no-store' });
  c.res.end(text);
}
