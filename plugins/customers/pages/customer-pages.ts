import { ACCOUNTS, TRANSLATOR, guard, type PageContext, type PageModule, type Resolve, z } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { CustomerService } from '../register/customer-service.js';
import { customerInput, newCustomerInput, timeZoneNames } from '../inputs.js';
import { head } from './head.js';

const listQuery = z.object({ q: z.string().max(200).default(''), status: z.enum(['', 'active', 'disabled']).catch(''), after: z.string().max(400).optional() });

/** The customer overview, new customers and the data of one. */
export const customerPages: PageModule = (page, resolve) => {
  const customers = resolve(CustomerService);
  const read = guard('customers.customer.read');
  const write = guard('customers.customer.manage', 'write');

  page.get('/customers', read, async (c) => {
    const { q, status, after } = c.query(listQuery);
    const { rows, next } = await customers.list(c.actor, { q, status: status || undefined, after });
    const managers = await resolve(ACCOUNTS).getMany(rows.flatMap((row) => row.account_manager_id ?? []));
    const query = (cursor: string) => `/customers?${new URLSearchParams({ q, status, after: cursor }).toString()}`;
    c.view(
      'customers/list',
      {
        q,
        status,
        rows: rows.map((row) => ({ ...row, manager: managers.get(row.account_manager_id ?? 0)?.name ?? '' })),
        next: next && query(next),
        first: after ? `/customers?${new URLSearchParams({ q, status }).toString()}` : null,
        statuses: ['active', 'disabled'].map((value) => ({ value, label: c.t(`customer.status.${value}`) })),
        filtered: q !== '' || status !== '',
      },
      { title: c.t('list.title') },
    );
  });

  page.form('/customers/new', write, {
    schema: newCustomerInput,
    initial: (c) => ({ kind: c.query(z.object({ kind: z.enum(['', 'person', 'company']).catch('') })).kind, invite: 'true' }),
    async show(c, form) {
      const kind = form.values.kind;
      const chosen = kind === 'person' || kind === 'company' ? kind : null;
      c.view('customers/new', { form, kind: chosen, company: kind === 'company', ...(await choices(c, resolve)) }, { title: c.t('new.title') });
    },
    async submit(c, input) {
      const created = await resolve(AccessRegister).addCustomer(c.actor, input);
      c.redirect(`/customers/${created.id}`, {
        key: input.invite ? 'customers:toast.createdInvited' : 'customers:toast.created',
        vars: { name: created.name, email: input.email },
      });
    },
  });

  page.form('/customers/:id', guard('customers.customer.read', 'write'), {
    schema: customerInput,
    async initial(c) {
      return { ...(await customers.get(c.actor, c.id())) };
    },
    async show(c, form) {
      const customer = await customers.get(c.actor, c.id());
      c.view(
        'customers/customer',
        { ...(await head(c, resolve, customer, 'overview')), form, company: customer.kind === 'company', ...(await choices(c, resolve)) },
        { title: customer.name },
      );
    },
    async submit(c, input) {
      await customers.update(c.actor, c.id(), input);
      c.redirect(`/customers/${c.id()}`, { key: 'customers:toast.saved' });
    },
  });

  page.post('/customers/:id/status', write, async (c) => {
    const { status } = c.body(z.object({ status: z.enum(['active', 'disabled']) }));
    await customers.setStatus(c.actor, c.id(), status);
    c.redirect(`/customers/${c.id()}`, {
      key: `customers:toast.${status}`,
      undo: `/customers/${c.id()}/status/${status === 'active' ? 'disabled' : 'active'}`,
    });
  });
  // What "Undo" in the toast posts to: a form without fields.
  for (const status of ['active', 'disabled'] as const) {
    page.post(`/customers/:id/status/${status}`, write, async (c) => {
      await customers.setStatus(c.actor, c.id(), status);
      c.redirect(`/customers/${c.id()}`, { key: `customers:toast.${status}` });
    });
  }
};

/** What the selects of the customer form offer. */
async function choices(c: PageContext, resolve: Resolve): Promise<object> {
  const names = new Intl.DisplayNames([c.language], { type: 'language' });
  const staff = await resolve(ACCOUNTS).listStaff();
  return {
    sendsCodes: resolve(ACCOUNTS).sendsCodes(),
    managers: staff.filter((one) => one.status !== 'disabled').map(({ id, name }) => ({ value: id, label: name })),
    languages: resolve(TRANSLATOR).languages.map((value) => ({ value, label: names.of(value) ?? value })),
    timeZones: timeZoneNames.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
    countries: countries(c.language),
  };
}

const codes = [
  'AT',
  'BE',
  'BG',
  'CH',
  'CY',
  'CZ',
  'DE',
  'DK',
  'EE',
  'ES',
  'FI',
  'FR',
  'GB',
  'GR',
  'HR',
  'HU',
  'IE',
  'IS',
  'IT',
  'LI',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'NO',
  'PL',
  'PT',
  'RO',
  'SE',
  'SI',
  'SK',
  'US',
];
function countries(language: string) {
  const names = new Intl.DisplayNames([language], { type: 'region' });
  return codes.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) => a.label.localeCompare(b.label, language));
}
