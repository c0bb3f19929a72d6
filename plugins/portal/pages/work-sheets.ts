import { stringify } from 'csv-stringify/sync';
import { guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { Evaluation, monthsBack } from '../../desk/api.js';
import { monthName } from '../month-name.js';

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
  const [evaluation, directory] = [resolve(Evaluation), resolve(AccessDirectory)];

  async function sheet(c: PageContext) {
    const months = monthsBack(new Date(), 24, c.fmt.timeZone)
      .map((one) => one.month)
      .toReversed();
    const customers = await directory.customersInReach(c.actor, 'desk.work-sheet.read');
    const { month = months[0] ?? '', customer: wanted } = c.query(query);
    const customer = customers.find((one) => one.id === wanted) ?? customers[0];
    const rows = customer ? await evaluation.sheet(c.actor, c.fmt.timeZone, month, customer.id) : [];
    return { month, months, customers, customer, rows, seesWork: rows.some((row) => 'performedWork' in row) };
  }

  page.get('/work-sheets', guard('desk.work-sheet.read'), async (c) => {
    const data = await sheet(c);
    const name = (month: string) => monthName(c.language, month);
    const title = c.t('sheets.title', { month: name(data.month) });
    c.view(
      'portal/work-sheets',
      {
        ...data,
        title,
        months: data.months.map((value) => ({ value, label: name(value) })),
        csv: `/work-sheets/export.csv?${new URLSearchParams({ month: data.month, customer: String(data.customer?.id ?? '') }).toString()}`,
      },
      { title },
    );
  });

  page.get('/work-sheets/export.csv', guard('desk.work-sheet.read', 'export'), async (c) => {
    const { month, rows, seesWork } = await sheet(c);
    const columns = ['number', 'title', 'installation', 'doneAt', 'technician', ...(seesWork ? (['performedWork'] as const) : [])] as const;
    c.res.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="work-sheet-${month}.csv"`,
      'Cache-Control': 'no-store',
    });
    const cells = rows.map((row) => columns.map((column) => (column === 'doneAt' ? row.doneAt.toISOString() : (row[column] ?? ''))));
    c.res.end(`\ufeff${stringify([columns.map((column) => c.t(`sheets.${column === 'title' ? 'what' : column}`)), ...cells], { escape_formulas: true })}`);
  });
};
