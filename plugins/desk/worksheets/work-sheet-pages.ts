import { NotFoundError, SETTINGS, guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { CustomerService } from '../../customers/api.js';
import { monthsBack } from '../orders/evaluation.js';
import { Printing, sendFile } from '../orders/printing.js';
import { monthName } from './month-name.js';
import { workSheetCsv } from './work-sheet-csv.js';
import { WorkSheetService } from './work-sheet-service.js';

/** A month in a path. @throws NotFoundError when it is none */
const monthIn = (c: Pick<PageContext, 'params'>): string => {
  const found = z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .safeParse(c.params['month']);
  if (!found.success) throw new NotFoundError();
  return found.data;
};

/** Monthly work sheets for staff: look, print, send. */
export const workSheetPages: PageModule = (page, resolve) => {
  const sheets = resolve(WorkSheetService);
  const manage = guard('desk.work-sheet.manage');
  const write = guard('desk.work-sheet.manage', 'write');
  const path = '/work-sheets/:customer/:month';
  const href = (c: PageContext) => `/work-sheets/${c.id('customer')}/${monthIn(c)}`;

  page.get('/work-sheets', manage, async (c) => {
    const zone = resolve(SETTINGS).get('core.timeZone');
    const months = monthsBack(new Date(), 24, zone)
      .map((one) => one.month)
      .toReversed();
    const { month = months[0] ?? '' } = c.query(
      z.object({
        month: z
          .enum(months as [string, ...string[]])
          .optional()
          .catch(undefined),
      }),
    );
    const currency = resolve(SETTINGS).get('core.currency');
    const rows = (await sheets.list(c.actor, month, zone)).map((row) => ({ ...row, value: c.fmt.money(row.value, currency) }));
    const data = { month, rows, months: months.map((value) => ({ value, label: monthName(c.language, value) })), name: monthName(c.language, month) };
    c.view('desk/work-sheets', data, { title: c.t('workSheets.title') });
  });

  page.get(path, manage, async (c) => {
    const month = monthIn(c);
    const sheet = await sheets.get(c.actor, c.id('customer'), month);
    const { id, name } = await resolve(CustomerService).get(c.actor, c.id('customer'));
    const printed = sheets.print(sheet);
    const data = { printed, sheet, href: href(c), back: `/work-sheets?month=${month}`, customer: { id, name }, month: monthName(c.language, month) };
    c.view('desk/work-sheet', { ...data, sent: sheet.sentAt && new Date(sheet.sentAt) }, { title: `${name} · ${data.month}` });
  });
  page.get(`${path}/sheet.pdf`, guard('desk.work-sheet.manage', 'download'), async (c) => {
    const sheet = await sheets.get(c.actor, c.id('customer'), monthIn(c));
    await resolve(Printing).send(c, sheets.print(sheet), `work-sheet-${sheet.month}`);
  });
  page.get(`${path}/sheet.csv`, guard('desk.work-sheet.manage', 'export'), async (c) => {
    const sheet = await sheets.get(c.actor, c.id('customer'), monthIn(c));
    sendFile(c, 'text/csv; charset=utf-8', `work-sheet-${sheet.month}.csv`, workSheetCsv(sheet));
  });
  page.post(`${path}/send`, write, async (c) => {
    await sheets.send(c.actor, c.id('customer'), monthIn(c));
    c.redirect(href(c), { key: 'desk:toast.sheetSent', undo: `${href(c)}/take-back` });
  });
  page.post(`${path}/take-back`, write, async (c) => {
    await sheets.takeBack(c.actor, c.id('customer'), monthIn(c));
    c.redirect(href(c), { key: 'desk:toast.sheetTakenBack' });
  });
};
