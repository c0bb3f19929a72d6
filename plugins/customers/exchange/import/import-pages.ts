import { readFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { InvalidInputError, guard, z, type Message, type PageContext, type PageModule } from '../../../../core/api.js';
import { ticked } from '../../inputs.js';
import { fieldLabel } from '../../overview/csv-fields.js';
import type { ImportLineRow, ImportRow } from '../tables.js';
import { importFields } from './fields.js';
import { CustomerImports } from './import-service.js';
import { maxBytes, maxRows } from './read-file.js';

const read = guard('customers.customer.import');
const write = guard('customers.customer.import', 'import');
const verdicts = ['create', 'change', 'same', 'refuse'] as const;
const linesQuery = z.object({
  show: z
    .enum(['', ...verdicts, 'kept'])
    .catch('')
    .default(''),
  after: z.coerce.number().int().positive().optional().catch(undefined),
});
const busy = new Set(['checking', 'running', 'undoing']);

/** Customers from a file: upload, columns, dry run, import, undo. */
export const importPages: PageModule = (page, resolve) => {
  const imports = resolve(CustomerImports);

  page.form('/customers/import', write, {
    schema: z.object({}),
    uploads: { fields: ['file'], maxFiles: 1, maxBytes },
    async show(c, form) {
      const rows = await imports.list(c.actor);
      c.view('customers/import', { form, maxBytes, maxRows, imports: rows.map((row) => ({ ...row, look: look(row) })) }, { title: c.t('import.title') });
    },
    async submit(c) {
      const [file] = c.uploads;
      if (!file) throw new InvalidInputError({ file: { key: 'customers:import.error.noFile' } });
      c.redirect(`/customers/import/${await imports.upload(c.actor, { name: file.name, bytes: await readFile(file.path) })}`);
    },
  });

  page.get('/customers/import/:id', read, async (c) => {
    const { show, after } = c.query(linesQuery);
    const row = await imports.get(c.actor, c.id());
    const counts = await imports.counts(c.actor, row.id);
    const { lines, next } = await imports.lines(c.actor, row.id, { verdict: show === 'kept' || show === '' ? undefined : show, kept: show === 'kept', after });
    const base = `/customers/import/${row.id}`;
    const headings = JSON.parse(row.headings) as string[];
    const mapping = JSON.parse(row.mapping) as string[];
    const samples = JSON.parse(lines[0]?.cells ?? '[]') as string[];
    c.view(
      'customers/import-one',
      {
        base,
        row,
        look: look(row),
        busy: busy.has(row.status),
        editable: row.status === 'draft' || row.status === 'checked',
        checked: row.status === 'checked',
        checkKind: row.status === 'checked' ? 'default' : 'primary',
        done: row.status === 'done',
        judged: row.status !== 'draft' && row.status !== 'checking',
        writes: counts.create + counts.change,
        columns: headings.map((heading, index) => ({ index, heading: heading || `${index + 1}`, sample: samples[index] ?? '', field: mapping[index] })),
        fields: importFields.map((value) => ({ value, label: c.t(fieldLabel(value)) })),
        tabs: ['' as const, ...verdicts, ...(counts.kept > 0 ? (['kept'] as const) : [])].map((value) => ({
          label: c.t(value === '' ? 'import.all' : `import.verdict.${value}`),
          href: value === '' ? base : `${base}?show=${value}`,
          active: value === show,
          count: value === '' ? row.total : counts[value],
        })),
        lines: lines.map((line) => lineView(c, line, headings)),
        next: next && `${base}?${new URLSearchParams({ show, after: String(next) }).toString()}`,
        first: after ? `${base}?show=${show}` : null,
      },
      { title: row.file_name },
    );
  });

  page.post('/customers/import/:id/check', write, async (c) => {
    const body = c.body(z.record(z.string(), z.union([z.string(), z.array(z.string())])));
    const mapping = Array.from({ length: 100 }, (_, index) => String(body[`column-${index}`] ?? ''));
    await imports.check(c.actor, c.id(), { mapping, invite: ticked(body['invite']) });
    c.redirect(`/customers/import/${c.id()}`);
  });
  for (const action of ['run', 'undo'] as const) {
    page.post(`/customers/import/:id/${action}`, write, async (c) => {
      await imports[action](c.actor, c.id());
      c.redirect(`/customers/import/${c.id()}`);
    });
  }
  page.post('/customers/import/:id/discard', guard('customers.customer.import', 'delete'), async (c) => {
    await imports.discard(c.actor, c.id());
    c.redirect('/customers/import', { key: 'customers:toast.importDiscarded' });
  });

  page.get('/customers/import/:id/errors.csv', guard('customers.customer.import', 'export'), async (c) => {
    const row = await imports.get(c.actor, c.id());
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="import-errors.csv"', 'Cache-Control': 'no-store' });
    const headings = JSON.parse(row.headings) as string[];
    c.res.write(`\ufeff${stringify([[c.t('import.line'), c.t('import.why'), ...headings]])}`);
    let after: number | undefined;
    do {
      const { lines, next } = await imports.lines(c.actor, row.id, { verdict: 'refuse', after, limit: 500 });
      const cells = lines.map((line) => [
        line.line,
        lineView(c, line, headings)
          .errors.map((one) => `${one.field} ${one.text}`.trim())
          .join(' '),
        ...(JSON.parse(line.cells) as string[]),
      ]);
      c.res.write(stringify(cells, { escape_formulas: true }));
      after = next ?? undefined;
    } while (after);
    c.res.end();
  });
};

function look({ status }: ImportRow): { tone: string; status: string } {
  return { status, tone: status === 'done' ? 'ok' : status === 'failed' ? 'bad' : busy.has(status) ? 'info' : 'muted' };
}

/** A line as people read it: what it is about, and each field that changes or is wrong. */
function lineView(c: PageContext, line: ImportLineRow, headings: readonly string[]) {
  const detail = JSON.parse(line.detail ?? '{}') as Record<string, unknown>;
  const label = (field: string): string => (field === '' ? '' : c.t(fieldLabel(field)));
  const refused = line.verdict === 'refuse';
  const shown = (value: unknown): string =>
    typeof value === 'string' ? value.replaceAll('|', ' ').trim() : value === null || value === undefined ? '' : JSON.stringify(value);
  return {
    line: line.line,
    verdict: line.verdict,
    kept: line.state === 'kept',
    customerId: line.customer_id,
    text: (JSON.parse(line.cells) as string[])
      .filter((cell) => cell !== '')
      .slice(0, Math.min(headings.length, 4))
      .join(' · '),
    errors: refused
      ? (Object.entries(detail) as [string, Message][]).map(([field, message]) => ({ field: label(field), text: c.t(message.key, message.vars) }))
      : [],
    changes:
      refused || line.verdict === 'create'
        ? []
        : (Object.entries(detail) as [string, [unknown, unknown]][]).map(([field, [before, after]]) => ({
            field: label(field),
            before: shown(before),
            after: shown(after),
          })),
  };
}
