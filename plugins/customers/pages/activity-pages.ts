import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify';
import {
  ACCOUNTS,
  AUDIT_TRAIL,
  NotFoundError,
  TRANSLATOR,
  guard,
  z,
  type AuditRecord,
  type PageContext,
  type PageModule,
  type Resolve,
} from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { CustomerTabs } from '../register/customer-tabs.js';
import { changeTexts } from './change-texts.js';
import { head } from './head.js';

const filters = z.object({
  action: z
    .string()
    .max(120)
    .regex(/^[\w.:-]*$/)
    .catch('')
    .default(''),
  actor: z.coerce.number().int().positive().optional().catch(undefined),
});
const listQuery = filters.extend({ before: z.coerce.number().int().positive().optional().catch(undefined) });

/** What was done about a customer, and the tabs that other plugins fill. */
export const activityPages: PageModule = (page, resolve) => {
  const customers = resolve(CustomerService);
  const read = guard('customers.customer.read');

  page.get('/customers/:id/activity', read, async (c) => {
    const { before, ...filter } = c.query(listQuery);
    const customer = await customers.get(c.actor, c.id());
    const audit = resolve(AUDIT_TRAIL);
    const { entries, next } = await audit.ofCustomer(customer.id, { ...filter, before });
    const known = await audit.facetsOf(customer.id);
    const names = await namesOf(resolve, [...entries.flatMap(({ actor }) => actor ?? []), ...known.actors]);
    const address = (path: string, more: Record<string, string> = {}) =>
      `/customers/${customer.id}/${path}?${new URLSearchParams({ action: filter.action, actor: String(filter.actor ?? ''), ...more }).toString()}`;
    c.view(
      'customers/activity',
      {
        ...(await head(c, resolve, customer, 'activity')),
        filter,
        filtered: filter.action !== '' || filter.actor !== undefined,
        actions: known.actions.map((value) => ({ value, label: label(c, resolve, value) })).sort((a, b) => a.label.localeCompare(b.label, c.language)),
        actors: known.actors.map((value) => ({ value, label: names.get(value) ?? `#${value}` })),
        entries: entries.map((entry) => ({ ...line(c, resolve, entry, names), differences: changeTexts(c, resolve, entry.differences) })),
        csv: address('activity.csv'),
        next: next && address('activity', { before: String(next) }),
        first: before ? address('activity') : null,
      },
      { title: `${c.t('tab.activity')} · ${customer.name}` },
    );
  });

  page.get('/customers/:id/activity.csv', guard('customers.customer.read', 'export'), async (c) => {
    const filter = c.query(filters);
    const customer = await customers.get(c.actor, c.id());
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="activity.csv"', 'Cache-Control': 'no-store' });
    await pipeline(rows(c, resolve, customer.id, filter), stringify({ header: true, bom: true, escape_formulas: true }), c.res);
  });

  page.get('/customers/:id/tabs/:tab', read, async (c) => {
    const customer = await customers.get(c.actor, c.id());
    const tab = resolve(CustomerTabs).find(c.params.tab ?? '');
    if (!tab || (tab.permission && !c.may(tab.permission))) throw new NotFoundError();
    c.view('customers/tab', { ...(await head(c, resolve, customer, tab.id)), tab: tab.id }, { title: `${c.t(tab.label)} · ${customer.name}` });
  });
};

async function* rows(c: PageContext, resolve: Resolve, customerId: number, filter: z.output<typeof filters>): AsyncGenerator<object> {
  let before: number | undefined;
  do {
    const { entries, next } = await resolve(AUDIT_TRAIL).ofCustomer(customerId, { ...filter, before, limit: 500 });
    const names = await namesOf(
      resolve,
      entries.flatMap(({ actor }) => actor ?? []),
    );
    for (const entry of entries) {
      const { at, action, object, actor, channel } = line(c, resolve, entry, names);
      const changes = changeTexts(c, resolve, entry.differences)
        .map((one) => `${one.field}: ${one.before ?? '–'} → ${one.after ?? '–'}`)
        .join('; ');
      yield {
        [c.t('activity.at')]: at.toISOString(),
        [c.t('activity.what')]: action,
        [c.t('activity.object')]: object,
        [c.t('activity.who')]: actor,
        channel,
        [c.t('activity.changes')]: changes,
      };
    }
    before = next ?? undefined;
  } while (before);
}

function line(c: PageContext, resolve: Resolve, entry: AuditRecord, names: Map<number, string>) {
  return {
    at: entry.at,
    action: label(c, resolve, entry.action),
    object: entry.objectName ?? '',
    actor: entry.actor === null ? c.t('activity.system') : (names.get(entry.actor) ?? `#${entry.actor}`),
    channel: entry.channel,
  };
}

async function namesOf(resolve: Resolve, ids: readonly number[]): Promise<Map<number, string>> {
  return new Map([...(await resolve(ACCOUNTS).getMany([...new Set(ids)]))].map(([id, { name }]) => [id, name]));
}

function label(c: PageContext, resolve: Resolve, action: string): string {
  const dot = action.indexOf('.');
  const key = `${action.slice(0, dot)}:audit.${action.slice(dot + 1)}`;
  return resolve(TRANSLATOR).has(c.language, key) ? c.t(key) : action;
}
