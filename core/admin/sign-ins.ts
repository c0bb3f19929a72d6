import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import { z } from 'zod';
import { signInMethods, type SignInRow } from '../accounts/factors/models.js';
import type { SignInFilter, SignInLog } from '../accounts/sign-in-log.js';
import type { AccountService } from '../accounts/types.js';
import type { Audit } from '../audit/types.js';
import { dayAfter, dayFilter, dayStart } from '../audit/day-start.js';
import { guard, type PageContext, type PageModule } from '../http/types.js';
import { signInLine } from './security.js';

export interface SignInPageDeps {
  signInLog: SignInLog;
  accounts: Pick<AccountService, 'getMany' | 'findByEmail'>;
  audit: Audit;
}
const pageSize = 50;
const choice = <const T extends readonly [string, ...string[]]>(options: T) =>
  z
    .enum(['', ...options])
    .catch('')
    .default('');
const filterSchema = z.object({
  email: z.string().trim().max(254).catch('').default(''),
  site: choice(['staff', 'customer']),
  method: choice(signInMethods),
  result: choice(['ok', 'failed']),
  from: dayFilter,
  to: dayFilter,
});
type Filters = z.output<typeof filterSchema>;

/** Who signed in, and who could not. Register it before the settings pages. */
export function signInLogPages({ signInLog, accounts, audit }: SignInPageDeps): PageModule {
  async function toFilter(filters: Filters, timeZone: string): Promise<SignInFilter> {
    const account = filters.email && ((await accounts.findByEmail('staff', filters.email)) ?? (await accounts.findByEmail('customer', filters.email)));
    return {
      // An address that nobody has matches nothing.
      accountId: filters.email === '' ? undefined : account ? account.id : 0,
      kind: filters.site || undefined,
      method: filters.method || undefined,
      result: filters.result || undefined,
      from: filters.from === '' ? undefined : dayStart(filters.from, timeZone),
      to: filters.to === '' ? undefined : dayStart(dayAfter(filters.to), timeZone),
    };
  }
  async function lines(c: PageContext, rows: readonly SignInRow[]) {
    const known = await accounts.getMany(rows.flatMap((row) => row.account_id ?? []));
    return rows.map((row) => {
      const account = known.get(row.account_id ?? 0);
      return { ...signInLine(c, row), person: account?.name ?? c.t('core:signIns.unknown'), email: account?.email ?? '' };
    });
  }

  return (page) => {
    page.get('/settings/sign-ins', guard('core.signins.read'), async (c) => {
      const { before, ...filters } = c.query(filterSchema.extend({ before: z.coerce.number().int().positive().optional().catch(undefined) }));
      const { entries, next } = await signInLog.page(c.actor, await toFilter(filters, c.fmt.timeZone), before ?? null, pageSize);
      const title = c.t('core:signIns.title');
      const options = (name: string, values: readonly string[]) => values.map((value) => ({ value, label: c.t(`core:signIns.${name}.${value}`) }));
      c.view(
        'core/sign-ins',
        {
          title,
          form: { values: filters, errors: {}, summary: [] },
          filtered: Object.values(filters).some((value) => value !== ''),
          sites: options('site', ['staff', 'customer']),
          methods: options('method', signInMethods),
          results: options('result', ['ok', 'failed']),
          entries: await lines(c, entries),
          exportHref: `/settings/sign-ins/export?${new URLSearchParams(filters)}`,
          next: next === null ? null : `/settings/sign-ins?${new URLSearchParams({ ...filters, before: String(next) })}`,
        },
        { title },
      );
    });

    page.get('/settings/sign-ins/export', guard('core.signins.read', 'export'), async (c) => {
      const filters = c.query(filterSchema);
      const filter = await toFilter(filters, c.fmt.timeZone);
      await audit.record(c.actor, {
        action: 'core.sign-ins.exported',
        after: Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== '')),
      });
      c.res.set({
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="sign-ins.csv"',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-store',
      });
      async function* rows(): AsyncGenerator<object> {
        for await (const found of signInLog.all(c.actor, filter))
          for (const { at, person, email, site, ip, browser, method, result, reason } of await lines(c, found))
            yield { at: at.toISOString(), person, email, site, ip, browser, method, result, reason };
      }
      await pipeline(rows(), stringify({ header: true, bom: true, escape_formulas: true }), c.res);
    });
  };
}
