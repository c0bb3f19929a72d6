import { stringify } from 'csv-stringify/sync';
import { guard, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { Evaluation, monthName, type EvaluationRow } from '../../desk/api.js';
import { customerChoice } from '../customer-choice.js';

/** The page "Evaluation": twelve months of reports and orders (CM-02). */
export const evaluationPages: PageModule = (page, resolve) => {
  const [evaluation, directory] = [resolve(Evaluation), resolve(AccessDirectory)];

  page.get('/evaluation', guard('desk.evaluation.read'), async (c) => {
    const choice = await customerChoice(c, directory);
    const rows = await evaluation.months(c.actor, c.fmt.timeZone, choice.customerId);
    const months = summed(rows, (row) => row.month).map(([month, sum]) => ({ ...sum, name: monthName(c.language, month) }));
    const places = summed(rows, (row) => row.installation ?? '').map(([name, sum]) => ({ ...sum, name: name || c.t('evaluation.noPlace') }));
    const most = Math.max(1, ...months.map((one) => Math.max(one.reports, one.done)));
    c.view('portal/evaluation', { choice, months: months.toReversed(), places, most }, { title: c.t('menu.evaluation') });
  });

  page.get('/evaluation/export.csv', guard('desk.evaluation.read', 'export'), async (c) => {
    const choice = await customerChoice(c, directory);
    const rows = await evaluation.months(c.actor, c.fmt.timeZone, choice.customerId);
    const columns = ['month', 'installation', 'reports', 'done', 'planned', 'inTime'] as const;
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="evaluation.csv"', 'Cache-Control': 'no-store' });
    const cells = rows.map((row) => columns.map((column) => row[column] ?? ''));
    c.res.end(`\ufeff${stringify([columns.map((column) => c.t(`evaluation.${column}`)), ...cells], { escape_formulas: true })}`);
  });
};

type Sum = Pick<EvaluationRow, 'reports' | 'done' | 'planned' | 'inTime'>;
function summed(rows: readonly EvaluationRow[], key: (row: EvaluationRow) => string): [string, Sum][] {
  const sums = new Map<string, Sum>();
  for (const row of rows) {
    const sum = sums.get(key(row)) ?? { reports: 0, done: 0, planned: 0, inTime: 0 };
    for (const field of ['reports', 'done', 'planned', 'inTime'] as const) sum[field] += row[field];
    sums.set(key(row), sum);
  }
  return [...sums].sort(([a], [b]) => a.localeCompare(b));
}
