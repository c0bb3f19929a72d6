import { ACCOUNTS, guard, z, type PageContext, type PageModule } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { AdministratorService } from '../accesses/administrators.js';
import { ProcessedObjects } from '../accesses/processed-objects.js';
import { ProcessorService } from '../accesses/processors.js';
import { CustomerService } from '../register/customer-service.js';
import { id, many } from '../inputs.js';
import { accessStates, type AccessView } from '../types.js';
import { accessCsv } from './access-csv.js';
import { stateBadge } from './access-head.js';
import { head } from './head.js';
import { labelOf } from './option-groups.js';
import { confirmed, sentFields } from './preview.js';

const listQuery = z.object({ q: z.string().max(100).default(''), state: z.enum(['', ...accessStates]).catch(''), after: z.string().max(400).optional() });
const groups = ['accesses', 'administrators', 'processors'] as const;
type Group = (typeof groups)[number];
const removeInput = z.object({ group: z.enum(groups), ids: many(id), ask: z.string().optional() });
const listed = /^(?:\d+(?::[\w.-]+:\d+)?)(?:~\d+(?::[\w.-]+:\d+)?)*$/;

/** The tab "Authorisations" of a customer: accesses, administrators and additional processors at a glance (DX-10). */
export const authorisationPages: PageModule = (page, resolve) => {
  const [register, administrators, processors] = [resolve(AccessRegister), resolve(AdministratorService), resolve(ProcessorService)];
  const customers = resolve(CustomerService);
  const read = guard('customers.customer.read');
  const write = guard('customers.access.manage', 'write');
  const path = (c: PageContext) => `/customers/${c.id()}/accesses`;

  page.get('/customers/:id/accesses', read, async (c) => {
    const customer = await customers.get(c.actor, c.id());
    const { q, state, after } = c.query(listQuery);
    const { rows, next } = await register.page(c.actor, customer, { q, state: state || undefined, after });
    const self = (more: Record<string, string>) => `${path(c)}?${new URLSearchParams({ q, state, ...more }).toString()}`;
    const kinds = resolve(ProcessedObjects).list();
    c.view(
      'customers/authorisations',
      {
        ...(await head(c, resolve, customer, 'accesses')),
        q,
        state,
        states: accessStates.map((value) => ({ value, label: c.t(`access.state.${value}`) })),
        filtered: q !== '' || state !== '',
        accesses: rows.map((access) => shown(c, access)),
        next: next && self({ after: next }),
        first: after ? self({}) : null,
        csv: `${path(c)}/export.csv`,
        administrators: await administrators.list(c.actor, customer),
        processors: (await processors.list(c.actor, customer)).map((one) => ({ ...one, kindLabel: kindLabel(c, one.kind) })),
        processable: kinds.length > 0,
      },
      { title: `${c.t('tab.accesses')} · ${customer.name}` },
    );
  });

  page.get('/customers/:id/accesses/removed', guard('customers.access.manage'), async (c) => {
    const customer = await customers.get(c.actor, c.id());
    const { rows, count } = await register.removed(c.actor, customer);
    const title = c.t('removed.title', { count });
    c.view('customers/removed', { title, customer, rows, older: count > rows.length, back: path(c) }, { title });
  });

  page.get('/customers/:id/accesses/export.csv', guard('customers.customer.read', 'export'), async (c) => {
    const customer = await customers.get(c.actor, c.id());
    await accessCsv(c, `accesses-${customer.number}.csv`, (after) => register.page(c.actor, customer, { after, limit: 500 }));
  });

  page.post('/customers/:id/authorisations/remove', write, async (c) => {
    const { group, ids, ask } = c.body(removeInput);
    const customer = await customers.get(c.actor, c.id());
    if (ids.length === 0) return c.redirect(path(c), { key: 'customers:toast.nothingSelected', tone: 'info' });
    if (ask && !confirmed(c)) {
      const title = c.t(`remove.title.${group}`, { count: ids.length });
      return c.view(
        'customers/confirm',
        {
          title,
          text: c.t(`remove.text.${group}`),
          fields: sentFields(c),
          action: `/customers/${customer.id}/authorisations/remove`,
          back: path(c),
          button: c.t('remove.button'),
        },
        { title },
      );
    }
    const undo = await remove(c, group, ids);
    c.redirect(path(c), {
      key: `customers:toast.removed.${group}`,
      vars: { count: ids.length },
      // A very long list does not fit into an address.
      undo: undo.length < 1500 ? `/customers/${customer.id}/authorisations/restore/${group}/${undo}` : undefined,
    });
  });

  async function remove(c: PageContext, group: Group, ids: readonly number[]): Promise<string> {
    if (group === 'accesses') await register.removeMany(c.actor, c.id(), ids);
    else if (group === 'administrators') await administrators.remove(c.actor, c.id(), ids);
    else return (await processors.remove(c.actor, c.id(), ids)).map((one) => `${one.account_id}:${one.kind}:${one.object_id}`).join('~');
    return ids.join('~');
  }

  page.post('/customers/:id/authorisations/restore/:group/:ids', write, async (c) => {
    const group = z.enum(groups).catch('accesses').parse(c.params['group']);
    const customer = await customers.get(c.actor, c.id());
    const text = c.params['ids'] ?? '';
    const entries = listed.test(text) ? text.split('~') : [];
    if (group === 'processors') {
      for (const entry of entries) {
        const [account = '0', kind = '', object = '0'] = entry.split(':');
        await processors.add(c.actor, customer.id, { account_id: Number(account), kind, object_id: Number(object) });
      }
    } else if (group === 'administrators') await administrators.add(c.actor, customer.id, entries.map(Number));
    else for (const entry of entries) await register.restore(c.actor, customer.id, Number(entry));
    c.redirect(path(c), { key: 'customers:toast.restored' });
  });

  page.form('/customers/:id/administrators', write, {
    schema: z.object({ ids: many(id) }),
    async show(c, form) {
      const customer = await customers.get(c.actor, c.id());
      const { q } = c.query(z.object({ q: z.string().max(100).default('') }));
      const chosen = new Set((await administrators.list(c.actor, customer.id)).map((one) => one.id));
      const staff = (await resolve(ACCOUNTS).listStaff()).filter((one) => one.status !== 'disabled' && !chosen.has(one.id) && finds(q, one));
      const title = c.t('administrators.add');
      c.view('customers/administrators', { form, title, customer, q, staff: staff.slice(0, 50).map(choice), back: path(c) }, { title });
    },
    async submit(c, { ids }) {
      await administrators.add(c.actor, c.id(), ids);
      c.redirect(path(c), { key: 'customers:toast.administrators' });
    },
  });

  page.form('/customers/:id/processors', write, {
    schema: z.object({ kind: z.string().max(60), object_id: id, ids: many(id).refine((ids) => ids.length > 0, 'customers:error.staff') }),
    async show(c, form) {
      const customer = await customers.get(c.actor, c.id());
      const kinds = resolve(ProcessedObjects).list();
      const query = c.query(z.object({ q: z.string().max(100).default(''), staff: z.string().max(100).default(''), kind: z.string().max(60).default('') }));
      const kind = resolve(ProcessedObjects).get(query.kind) ?? kinds[0];
      const found = kind ? await kind.search(c.actor, customer.id, query.q) : [];
      const staff = (await resolve(ACCOUNTS).listStaff()).filter((one) => one.status !== 'disabled' && finds(query.staff, one));
      const title = c.t('processors.add');
      c.view(
        'customers/processors',
        {
          form,
          title,
          customer,
          query: { ...query, kind: kind?.kind },
          kinds: kinds.map((one) => ({ value: one.kind, label: kindLabel(c, one.kind) })),
          objects: found.map((one) => ({ value: one.id, label: one.name })),
          staff: staff.slice(0, 50).map(choice),
          back: path(c),
        },
        { title },
      );
    },
    async submit(c, { kind, object_id, ids }) {
      for (const account_id of ids) await processors.add(c.actor, c.id(), { account_id, kind, object_id });
      c.redirect(path(c), { key: 'customers:toast.processors' });
    },
  });
};

const choice = (one: { id: number; name: string; email: string }) => ({ value: one.id, label: one.name, hint: one.email });
const finds = (q: string, one: { name: string; email: string }) => `${one.name} ${one.email}`.toLowerCase().includes(q.trim().toLowerCase());
/** Label of a kind of objects: in the locales of the plugin that registered it. */
const kindLabel = (c: PageContext, kind: string) => c.t(`${kind.split('.')[0]}:processed.${kind.split('.').slice(1).join('.')}`);

function shown(c: PageContext, access: AccessView) {
  return {
    ...access,
    ...stateBadge(c, access.state),
    resendable: access.account.status === 'invited' && access.status === 'active',
    reach: access.allInstallations ? c.t('access.all') : c.t('access.some', { count: access.installationIds.length }),
    rights: access.options.slice(0, 4).map((permission) => c.t(labelOf(permission))),
    more: Math.max(0, access.options.length - 4),
  };
}
