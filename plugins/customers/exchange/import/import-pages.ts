import { readFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { InvalidInputError, guard, z, type Message, type PageContext, type PageRouter } from '../../../../core/api.js';
import { ticked } from '../../inputs.js';
import type { ImportLineRow, ImportRow } from '../tables.js';
import type { FileImports } from './file-imports.js';
import { maxBytes, maxRows } from './read-file.js';

const verdicts = ['create', 'change', 'same', 'refuse'] as const;
const linesQuery = z.object({
  show: z
    .enum(['', ...verdicts, 'kept'])
    .catch('')
    .default(''),
  after: z.coerce.number().int().positive().optional().catch(undefined),
});
const busy = new Set(['checking', 'running', 'undoing']);

interface ImportPages {
  /** Where they stand, such as `/customers/import`. */
  path: string;
  imports: FileImports;
  /** Prefix of the texts `title`, `columnsText` and `undoText`, with their plugin, such as `customers:import`. */
  texts: string;
  /** The list that the import leads back to, and the key of its name. */
  back: { href: string; text: string };
  /** The page of what came of a line. */
  href(id: number): string;
  /** Can accesses be invited at once? */
  invites?: boolean;
}

/** Things from a file: upload, columns, dry run, import, undo. */
export function fileImportPages(page: PageRouter, { path, imports, texts, back, href, invites = false }: ImportPages): void {
  const { kind } = imports;
  const read = guard(kind.permission);
  const write = guard(kind.permission, 'import');
  const text = (c: PageContext) => ({
    path,
    back: { href: back.href, text: c.t(back.text) },
    title: c.t(`${texts}.title`),
    columnsText: c.t(`${texts}.columnsText`),
    undoText: c.t(`${texts}.undoText`),
    invites,
  });

  page.form(path, write, {
    schema: z.object({}),
    uploads: { fields: ['file'], maxFiles: 1, maxBytes },
    async show(c, form) {
      const rows = await imports.list(c.actor);
      const shown = text(c);
      c.view('customers/import', { ...shown, form, maxBytes, maxRows, imports: rows.map((row) => ({ ...row, look: look(row) })) }, { title: shown.title });
    },
    async submit(c) {
      const [file] = c.uploads;
      if (!file) throw new InvalidInputError({ file: { key: 'customers:import.error.noFile' } });
      c.redirect(`${path}/${await imports.upload(c.actor, { name: file.name, bytes: await readFile(file.path) })}`);
    },
  });

  page.get(`${path}/:id`, read, async (c) => {
    const { show, after } = c.query(linesQuery);
    const row = await imports.get(c.actor, c.id());
    const counts = await imports.counts(c.actor, row.id);
    const { lines, next } = await imports.lines(c.actor, row.id, { verdict: show === 'kept' || show === '' ? undefined : show, kept: show === 'kept', after });
    const base = `${path}/${row.id}`;
    const headings = JSON.parse(row.headings) as string[];
    const mapping = JSON.parse(row.mapping) as string[];
    const samples = JSON.parse(lines[0]?.cells ?? '[]') as string[];
    c.view(
      'customers/import-one',
      {
        ...text(c),
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
        fields: kind.fields.map((value) => ({ value, label: c.t(kind.label(value)) })),
        tabs: ['' as const, ...verdicts, ...(counts.kept > 0 ? (['kept'] as const) : [])].map((value) => ({
          label: c.t(value === '' ? 'customers:import.all' : `customers:import.verdict.${value}`),
          href: value === '' ? base : `${base}?show=${value}`,
          active: value === show,
          count: value === '' ? row.total : counts[value],
        })),
        lines: lines.map((line) => lineView(c, imports, line, href)),
        next: next && `${base}?${new URLSearchParams({ show, after: String(next) }).toString()}`,
        first: after ? `${base}?show=${show}` : null,
      },
      { title: row.file_name },
    );
  });

  page.post(`${path}/:id/check`, write, async (c) => {
    const body = c.body(z.record(z.string(), z.union([z.string(), z.array(z.string())])));
    const mapping = Array.from({ length: 100 }, (_, index) => String(body[`column-${index}`] ?? ''));
    await imports.check(c.actor, c.id(), { mapping, invite: ticked(body['invite']) });
    c.redirect(`${path}/${c.id()}`);
  });
  for (const action of ['run', 'undo'] as const) {
    page.post(`${path}/:id/${action}`, write, async (c) => {
      await imports[action](c.actor, c.id());
      c.redirect(`${path}/${c.id()}`);
    });
  }
  page.post(`${path}/:id/discard`, guard(kind.permission, 'delete'), async (c) => {
    await imports.discard(c.actor, c.id());
    c.redirect(path, { key: 'customers:toast.importDiscarded' });
  });

  page.get(`${path}/:id/errors.csv`, guard(kind.permission, 'export'), async (c) => {
    const row = await imports.get(c.actor, c.id());
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="import-errors.csv"', 'Cache-Control': 'no-store' });
    const headings = JSON.parse(row.headings) as string[];
    c.res.write(`\ufeff${stringify([[c.t('customers:import.line'), c.t('customers:import.why'), ...headings]])}`);
    let after: number | undefined;
    do {
      const { lines, next } = await imports.lines(c.actor, row.id, { verdict: 'refuse', after, limit: 500 });
      const cells = lines.map((line) => [
        line.line,
        lineView(c, imports, line, href)
          .errors.map((one) => `${one.field} ${one.text}`.trim())
          .join(' '),
        ...(JSON.parse(line.cells) as string[]),
      ]);
      c.res.write(stringify(cells, { escape_formulas: true }));
      after = next ?? undefined;
    } while (after);
    c.res.end();
  });
}

function look({ status }: ImportRow): { tone: string; status: string } {
  return { status, tone: status === 'done' ? 'ok' : status === 'failed' ? 'bad' : busy.has(status) ? 'info' : 'muted' };
}

/** A line as people read it: what it is about, and each field that changes or is wrong. */
function lineView(c: PageContext, { kind }: FileImports, line: ImportLineRow, href: (id: number) => string) {
  const made = line[kind.column];
  const detail = JSON.parse(line.detail ?? '{}') as Record<string, unknown>;
  const label = (field: string): string => (field === '' ? '' : c.t(kind.label(field)));
  const refused = line.verdict === 'refuse';
  const shown = (value: unknown): string =>
    typeof value === 'string' ? value.replaceAll('|', ' ').trim() : value === null || value === undefined ? '' : JSON.stringify(value);
  return {
    line: line.line,
    verdict: line.verdict,
    kept: line.state === 'kept',
    href: made === null ? null : href(made),
    text: (JSON.parse(line.cells) as string[])
      .filter((cell) => cell !== '')
      .slice(0, 4)
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
