import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { z } from 'zod';
import type { AccountService } from '../accounts/types.js';
import type { AuditLog, Verification } from '../audit/audit-log.js';
import { type AuditFilter, AuditReader } from '../audit/audit-reader.js';
import { dayAfter, dayFilter, dayStart } from '../audit/day-start.js';
import { differences } from '../audit/diff.js';
import type { AuditRow } from '../audit/model.js';
import type { Database } from '../database/types.js';
import { NotFoundError } from '../errors.js';
import { guard, type PageContext, type PageModule } from '../http/types.js';
import type { Clock } from '../tokens.js';
import type { Translator } from '../views/types.js';

export interface AuditPageDeps {
  db: Database;
  audit: AuditLog;
  accounts: Pick<AccountService, 'getMany' | 'listStaff'>;
  translator: Translator;
  clock: Clock;
}
const PAGE = 50;
const VERIFIED_MS = 60_000;
const read = guard('core.audit.read');
/** Ids of actions and objects hold nothing else; a control character would only make the database refuse the query. */
const name = (length: number) =>
  z
    .string()
    .trim()
    .max(length)
    .regex(/^[\w.:-]*$/)
    .catch('')
    .default('');
const filterSchema = z.object({
  actor: z
    .string()
    .regex(/^(\d{1,9}|system)$/)
    .or(z.literal(''))
    .catch('')
    .default(''),
  action: name(120),
  object: name(170),
  from: dayFilter,
  to: dayFilter,
});
const listSchema = filterSchema.extend({ before: z.coerce.number().int().positive().optional().catch(undefined) });
type Filters = z.output<typeof filterSchema>;

/** Who did what, and whether anybody changed the record of it. Register it before the settings pages. */
export function auditPages(deps: AuditPageDeps): PageModule {
  const reader = new AuditReader(deps.db);
  let verified: { at: number; result: Verification } | null = null;
  return (page) => {
    page.get('/settings/audit', read, async (c) => {
      const { before, ...filters } = c.query(listSchema);
      const { entries, next } = await reader.page(toFilter(filters, c.fmt.timeZone), before ?? null, PAGE);
      const names = await actorNames(deps, entries);
      const title = c.t('core:audit.title');
      c.view(
        'core/audit',
        {
          title,
          form: { values: filters, errors: {}, summary: [] },
          filtered: Object.values(filters).some((value) => value !== ''),
          actors: await actorOptions(deps, c, filters.actor),
          actions: (await reader.actions()).map((action) => ({ value: action, label: actionLabel(deps, c, action) })),
          entries: entries.map((row) => toLine(deps, c, row, names)),
          exportHref: `/settings/audit/export?${new URLSearchParams(filters)}`,
          next: next === null ? null : `/settings/audit?${new URLSearchParams({ ...filters, before: String(next) })}`,
        },
        { title },
      );
    });

    page.get('/settings/audit/chain', read, async (c) => {
      const now = deps.clock.now().getTime();
      if (verified === null || Math.abs(now - verified.at) > VERIFIED_MS) {
        await deps.audit.seal();
        verified = { at: now, result: await deps.audit.verify() };
      }
      const title = c.t('core:audit.chain.title');
      c.view('core/audit-chain', { title, fragment: c.fragment, ...verified.result }, { title });
    });

    page.get('/settings/audit/export', guard('core.audit.read', 'export'), async (c) => {
      const filters = c.query(filterSchema);
      await deps.audit.record(c.actor, {
        action: 'core.audit.exported',
        after: Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '')),
      });
      c.res.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="audit.csv"',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
      const csv = stringify({ header: true, bom: true, escape_formulas: true });
      await pipeline(exportRows(deps, reader, toFilter(filters, c.fmt.timeZone)), csv, c.res);
    });

    page.get('/settings/audit/:id', read, async (c) => {
      const row = await reader.get(c.id());
      if (row === null) throw new NotFoundError();
      const names = await actorNames(deps, [row]);
      const title = actionLabel(deps, c, row.action);
      c.view(
        'core/audit-entry',
        { title, row, line: toLine(deps, c, row, names), onBehalfOf: names.get(row.on_behalf_of ?? 0), differences: differences(row) },
        { title },
      );
    });
  };
}

function toFilter(filters: Filters, timeZone: string): AuditFilter {
  const colon = filters.object.indexOf(':');
  return {
    actor: filters.actor === '' ? undefined : filters.actor === 'system' ? 'system' : Number(filters.actor),
    action: filters.action || undefined,
    objectKind: (colon === -1 ? filters.object : filters.object.slice(0, colon)) || undefined,
    objectId: colon === -1 ? undefined : filters.object.slice(colon + 1) || undefined,
    from: filters.from === '' ? undefined : dayStart(filters.from, timeZone),
    to: filters.to === '' ? undefined : dayStart(dayAfter(filters.to), timeZone),
  };
}

async function actorNames(deps: AuditPageDeps, rows: readonly AuditRow[]): Promise<Map<number, string>> {
  const ids = new Set(rows.flatMap((row) => [row.actor, row.on_behalf_of]).filter((id) => id !== null));
  const accounts = await deps.accounts.getMany([...ids]);
  return new Map([...ids].map((id) => [id, accounts.get(id)?.name ?? `#${id}`]));
}

async function actorOptions(deps: AuditPageDeps, c: PageContext, chosen: string): Promise<{ value: string; label: string }[]> {
  const options = (await deps.accounts.listStaff()).map((account) => ({ value: String(account.id), label: account.name }));
  if (/^\d+$/.test(chosen) && !options.some((option) => option.value === chosen)) {
    const other = (await deps.accounts.getMany([Number(chosen)])).get(Number(chosen));
    options.push({ value: chosen, label: other?.name ?? `#${chosen}` });
  }
  return [...options, { value: 'system', label: c.t('core:audit.system') }];
}

function actionLabel(deps: AuditPageDeps, c: PageContext, action: string): string {
  const dot = action.indexOf('.');
  const key = `${action.slice(0, dot)}:audit.${action.slice(dot + 1)}`;
  return deps.translator.has(c.language, key) ? c.t(key) : action;
}

function toLine(deps: AuditPageDeps, c: PageContext, row: AuditRow, names: Map<number, string>): object {
  return {
    id: row.id,
    at: row.at,
    actor: row.actor === null ? c.t('core:audit.system') : names.get(row.actor),
    action: actionLabel(deps, c, row.action),
    object: row.object_name ?? (row.object_kind === null ? '' : `${row.object_kind} ${row.object_id}`),
    channel: c.t(`core:audit.channel.${row.channel}`),
    sealed: row.seq !== null,
  };
}

async function* exportRows(deps: AuditPageDeps, reader: AuditReader, filter: AuditFilter): AsyncGenerator<object> {
  for await (const rows of reader.all(filter)) {
    const names = await actorNames(deps, rows);
    for (const row of rows) {
      const { actor, on_behalf_of, at, session_id: _session, ...rest } = row;
      yield {
        at: at.toISOString(),
        actor: actor === null ? '' : names.get(actor),
        on_behalf_of: on_behalf_of === null ? '' : names.get(on_behalf_of),
        ...rest,
      };
    }
  }
}
