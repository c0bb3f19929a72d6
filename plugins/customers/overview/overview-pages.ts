import { ACCOUNTS, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { flag } from '../inputs.js';
import { countries } from '../pages/choices.js';
import { CustomerService } from '../register/customer-service.js';
import { customerCsv } from './customer-csv.js';
import { filterChoices, filterQuery, narrows, pageQuery, toFilter, toQuery, type FilterQuery } from './filter.js';
import { CustomerViews } from './saved-views.js';

const read = guard('customers.customer.read');
/** Own views are like a person's settings: whoever may look may keep them. */
const keep = guard('customers.customer.read', 'write');
const viewInput = z.object({ name: z.string().trim().min(1).max(60), shared: flag, is_default: flag });

/** The customer overview, its saved views and its export. */
export const overviewPages: PageModule = (page, resolve) => {
  const [customers, views] = [resolve(CustomerService), resolve(CustomerViews)];

  page.get('/customers', read, async (c) => {
    const asked = Object.keys(c.req.query).length > 0;
    const saved = await views.list(c.actor);
    const usual = asked ? undefined : saved.find((view) => view.is_default);
    if (usual) c.redirect(`/customers/views/${usual.id}`);
    else await show(c, resolve, c.query(pageQuery), saved, null);
  });

  page.get('/customers/views/:id', read, async (c) => {
    const view = await views.get(c.actor, c.id());
    const { after, before } = c.query(pageQuery);
    const saved = filterQuery.parse(Object.fromEntries(new URLSearchParams(view.query)));
    await show(c, resolve, { ...saved, after, before }, await views.list(c.actor), view.id);
  });

  page.post('/customers/views', keep, async (c) => {
    const { query, ...input } = c.body(viewInput.extend({ query: z.string().max(1000) }));
    const filter = filterQuery.parse(Object.fromEntries(new URLSearchParams(query)));
    const id = await views.save(c.actor, { ...input, query: toQuery(filter) });
    c.redirect(`/customers/views/${id}`, { key: 'customers:toast.viewSaved', vars: { name: input.name } });
  });
  page.post('/customers/views/:id', keep, async (c) => {
    const input = c.body(viewInput);
    await views.update(c.actor, c.id(), input);
    c.redirect(`/customers/views/${c.id()}`, { key: 'customers:toast.viewSaved', vars: { name: input.name } });
  });
  page.post('/customers/views/:id/delete', guard('customers.customer.read', 'delete'), async (c) => {
    const { name } = await views.remove(c.actor, c.id());
    c.redirect('/customers?all=1', { key: 'customers:toast.viewRemoved', vars: { name } });
  });

  page.get('/customers/export.csv', guard('customers.customer.read', 'export'), async (c) => {
    const filter = toFilter(c.query(filterQuery));
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="customers.csv"', 'Cache-Control': 'no-store' });
    for await (const chunk of customerCsv(c, resolve, filter)) {
      if (c.res.destroyed) return;
      c.res.write(chunk);
    }
    c.res.end();
  });

  page.get('/customers/picker', read, async (c) => {
    const { q, customer_id: selected } = c.query(
      z.object({ q: z.string().max(200).default(''), customer_id: z.coerce.number().int().positive().optional().catch(undefined) }),
    );
    const rows = await customers.choices(c.actor, { q, selected });
    if (c.req.accepts(['html', 'json']) === 'json') c.res.json({ customers: rows.map(({ id, number, name, city }) => ({ id, number, name, city })) });
    else c.view('customers/customer-picker', { rows, selected, whole: !c.fragment, title: c.t('list.title') }, { title: c.t('list.title') });
  });
};

async function show(
  c: PageContext,
  resolve: Resolve,
  query: z.output<typeof pageQuery>,
  saved: Awaited<ReturnType<CustomerViews['list']>>,
  viewId: number | null,
): Promise<void> {
  const { after, before, ...filter } = query;
  const { rows, next, previous } = await resolve(CustomerService).list(c.actor, { ...toFilter(filter), after, before });
  const accounts = resolve(ACCOUNTS);
  const managers = await accounts.getMany([...new Set(rows.flatMap((row) => row.account_manager_id ?? []))]);
  const staff = await accounts.listStaff();
  const own = viewId === null ? undefined : saved.find((view) => view.id === viewId && view.own);
  const path = viewId === null ? '/customers' : `/customers/views/${viewId}`;
  const beside = (cursor: Record<string, string>) =>
    viewId === null ? `/customers?${toQuery(filter, cursor)}` : `${path}?${new URLSearchParams(cursor).toString()}`;
  c.view(
    'customers/list',
    {
      query: filter,
      rows: rows.map((row) => ({ ...row, manager: managers.get(row.account_manager_id ?? 0)?.name ?? '' })),
      next: next && beside({ after: next }),
      previous: previous && beside({ before: previous }),
      csv: `/customers/export.csv?${toQuery(filter)}`,
      saveQuery: toQuery(filter),
      sort: sorting(filter),
      managers: staff.filter((one) => one.status !== 'disabled').map(({ id, name }) => ({ value: id, label: name })),
      countries: countries(c.language),
      ...filterChoices(c),
      more: [filter.kind, filter.manager, filter.city, filter.country, filter.category, filter.access].some((value) => value !== ''),
      filtered: narrows(filter),
      views: saved.map((view) => ({ id: view.id, name: view.name, shared: view.shared && !view.own, active: view.id === viewId })),
      own,
      everything: viewId === null && !narrows(filter),
    },
    { title: c.t('list.title') },
  );
}

/** Where the headings lead, and what they say to screen readers. */
function sorting(filter: FilterQuery) {
  const heading = (up: 'name' | 'number') => {
    const active = filter.sort === up ? 'ascending' : filter.sort === `-${up}` ? 'descending' : null;
    return { href: `/customers?${toQuery({ ...filter, sort: filter.sort === up ? `-${up}` : up }, { all: '1' })}`, aria: active };
  };
  return { name: heading('name'), number: heading('number'), newest: filter.sort === 'newest' ? null : `/customers?${toQuery({ ...filter, sort: 'newest' })}` };
}
