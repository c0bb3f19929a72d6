import { NotFoundError, guard, type PageContext, type PageModule, z } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { InstallationService } from '../register/installation-service.js';
import { installationInput } from '../inputs.js';
import type { Installation } from '../types.js';
import { head } from './head.js';

const filters = z.object({ q: z.string().max(200).default(''), category: z.string().max(100).default(''), active: z.enum(['', '1', '0']).catch('') });

/** Installations of a customer. */
export const installationPages: PageModule = (page, resolve) => {
  const installations = resolve(InstallationService);
  const customers = resolve(CustomerService);
  const write = guard('customers.installation.manage', 'write');
  const path = (c: PageContext) => `/customers/${c.id()}/installations`;
  const own = async (c: PageContext): Promise<Installation> => {
    const found = await installations.get(c.actor, c.id('installation'));
    if (found.customer_id !== c.id()) throw new NotFoundError();
    return found;
  };

  page.get('/customers/:id/installations', guard('customers.customer.read'), async (c) => {
    const { q, category, active } = c.query(filters);
    const customer = await customers.get(c.actor, c.id());
    const rows = await installations.list(c.actor, {
      customerId: customer.id,
      q,
      category: category || undefined,
      active: active === '' ? undefined : active === '1',
    });
    const categories = await installations.categories(c.actor, customer.id);
    c.view(
      'customers/installations',
      {
        ...(await head(c, resolve, customer, 'installations')),
        q,
        filter: { category, active },
        filtered: q !== '' || category !== '' || active !== '',
        rows,
        categories: categories.map((value) => ({ value, label: value })),
        actives: [
          { value: '1', label: c.t('installation.active') },
          { value: '0', label: c.t('installation.inactive') },
        ],
      },
      { title: `${c.t('tab.installations')} · ${customer.name}` },
    );
  });

  page.form('/customers/:id/installations/new', write, {
    schema: installationInput,
    initial: () => ({ active: 'true' }),
    async show(c, form) {
      const customer = await customers.get(c.actor, c.id());
      c.view('customers/installation', { customer, form, title: c.t('installation.new') }, { title: `${c.t('installation.new')} · ${customer.name}` });
    },
    async submit(c, input) {
      const created = await installations.create(c.actor, c.id(), input);
      c.redirect(path(c), { key: 'customers:toast.installationCreated', vars: { name: created.name } });
    },
  });

  page.form('/customers/:id/installations/:installation', guard('customers.installation.read', 'write'), {
    schema: installationInput,
    async initial(c) {
      const found = await own(c);
      return { ...found, categories: found.categories.join(', '), active: found.active ? 'true' : '' };
    },
    async show(c, form) {
      const installation = await own(c);
      const customer = await customers.get(c.actor, c.id());
      c.view('customers/installation', { customer, installation, form, title: installation.name }, { title: `${installation.name} · ${customer.name}` });
    },
    async submit(c, input) {
      const found = await own(c);
      await installations.update(c.actor, found.id, input);
      c.redirect(path(c), { key: 'customers:toast.installationSaved', vars: { name: input.name } });
    },
  });

  for (const [action, active, back] of [
    ['activate', true, 'deactivate'],
    ['deactivate', false, 'activate'],
  ] as const) {
    page.post(`/customers/:id/installations/:installation/${action}`, write, async (c) => {
      const found = await own(c);
      await installations.setActive(c.actor, found.id, active);
      c.redirect(path(c), { key: `customers:toast.installation.${action}`, vars: { name: found.name }, undo: `${path(c)}/${found.id}/${back}` });
    });
  }
};
