import { stringify } from 'csv-stringify/sync';
import { NotFoundError, guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { Evaluation, Printing, WorkSheetService, monthName, monthsBack, sendFile, workSheetCsv } from '../../desk/api.js';

const query = z.object({
  month: z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .optional()
    .catch(undefined),
  customer: z.coerce.number().int().positive().optional().catch(undefined),
});

/** Monthly work sheets: the orders done, as the base of the invoice (CM-02). */
export const workSheetPages: PageModule = (page, resolve) => {
  const [evaluation, directory, sheets] = [resolve(Evaluation), resolve(AccessDirectory), resolve(WorkSheetService)];

  async function sheet(c: PageContext) {
    const months = monthsBack(new Date(), 24, c.fmt.timeZone)
      .map((one) => one.month)
      .toReversed();
    const customers = await directory.customersInReach(c.actor, 'desk.work-sheet.read');
    const { month = months[0] ?? '', customer: wanted } = c.query(query);
    const customer = customers.find((one) => one.id === wanted) ?? customers[0];
    // What was sent stands as it was sent; before, the month is as it is now.
    const sent = customer ? await sheets.sent(c.actor, customer.id, month) : null;
    const rows = customer && !sent ? await evaluation.sheet(c.actor, c.fmt.timeZone, month, customer.id) : [];
    return { month, months, customers, customer, sent, rows, seesWork: rows.some((row) => 'performedWork' in row) };
  }

  page.get('/work-sheets', guard('desk.work-sheet.read'), async (c) => {
    const data = await sheet(c);
    const name = (month: string) => monthName(c.language, month);
    const title = c.t('sheets.title', { month: name(data.month) });
    const asked = new URLSearchParams({ month: data.month, customer: String(data.customer?.id ?? '') }).toString();
    c.view(
      'portal/work-sheets',
      {
        ...data,
        title,
        months: data.months.map((value) => ({ value, label: name(value) })),
        printed: data.sent && sheets.print(data.sent),
        csv: `/work-sheets/export.csv?${asked}`,
        pdf: `/work-sheets/sheet.pdf?${asked}`,
      },
      { title },
    );
  });

  page.get('/work-sheets/export.csv', guard('desk.work-sheet.read', 'export'), async (c) => {
    const { month, rows, seesWork, sent } = await sheet(c);
    if (sent) return sendFile(c, 'text/csv; charset=utf-8', `work-sheet-${month}.csv`, workSheetCsv(sent));
    const columns = ['number', 'title', 'installation', 'doneAt', 'technician', ...(seesWork ? (['performedWork'] as const) : [])] as const;
    const cells = rows.map((row) => columns.map((column) => (column === 'doneAt' ? row.doneAt.toISOString() : (row[column] ?? ''))));
    sendFile(
      c,
      'text/csv; charset=utf-8',
      `work-sheet-${month}.csv`,
      `\ufeff${stringify([columns.map((column) => c.t(`sheets.${column === 'title' ? 'what' : column}`)), ...cells], { escape_formulas: true })}`,
    );
  });

  page.get('/work-sheets/sheet.pdf', guard('desk.work-sheet.read', 'download'), async (c) => {
    const { sent, month } = await sheet(c);
    if (!sent) throw new NotFoundError();
    await resolve(Printing).send(c, sheets.print(sent), `work-sheet-${month}`);
  });
};
