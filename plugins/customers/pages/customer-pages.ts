import { ConflictError, InvalidInputError, guard, z, type PageModule } from '../../../core/api.js';
import { AccessRegister } from '../accesses/access-register.js';
import { CustomerService } from '../register/customer-service.js';
import { customerInput, flag, newCustomerInput } from '../inputs.js';
import { fieldLabel } from '../overview/csv-fields.js';
import { listed } from '../register/customer-fields.js';
import type { CustomerRow } from '../types.js';
import { choices } from './choices.js';
import { head } from './head.js';

/** New customers and the data of one. */
export const customerPages: PageModule = (page, resolve) => {
  const customers = resolve(CustomerService);
  const write = guard('customers.customer.manage', 'write');

  page.form('/customers/new', write, {
    schema: newCustomerInput,
    initial: (c) => ({ kind: c.query(z.object({ kind: z.enum(['', 'person', 'company']).catch('') })).kind, invite: 'true' }),
    async show(c, form) {
      const kind = form.values.kind;
      const chosen = kind === 'person' || kind === 'company' ? kind : null;
      const input = form.errors.duplicates ? newCustomerInput.safeParse(form.values).data : undefined;
      const duplicates = input ? await customers.duplicates(c.actor, input) : [];
      c.view('customers/new', { form, kind: chosen, company: kind === 'company', duplicates, ...(await choices(c, resolve)) }, { title: c.t('new.title') });
    },
    async submit(c, input) {
      // Said once; whoever sends the form again means it.
      if (!c.body(z.object({ anyway: flag })).anyway && (await customers.duplicates(c.actor, input)).length > 0)
        throw new InvalidInputError({ duplicates: { key: 'customers:new.duplicates' } });
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
      return formOf(await customers.get(c.actor, c.id()));
    },
    async show(c, form) {
      const customer = await customers.get(c.actor, c.id());
      const stored = formOf(customer);
      // Somebody else saved meanwhile: theirs stands beside what was typed, and saving again keeps the latter.
      const theirs = form.errors.version
        ? Object.keys(stored)
            .filter((field) => field in form.values && String(form.values[field] ?? '') !== String(stored[field] ?? '') && field !== 'version')
            .map((field) => ({ label: c.t(fieldLabel(field)), stored: stored[field] || '–', typed: form.values[field] || '–' }))
        : [];
      const version = form.errors.version ? customer.version : (form.values.version ?? customer.version);
      c.view(
        'customers/customer',
        {
          ...(await head(c, resolve, customer, 'overview')),
          form: { ...form, values: { ...form.values, version } },
          theirs,
          company: customer.kind === 'company',
          editable: customer.status !== 'deleting' && c.may('customers.customer.manage'),
          ...(await choices(c, resolve)),
        },
        { title: customer.name },
      );
    },
    async submit(c, input) {
      const { version } = c.body(z.object({ version: z.coerce.number().int().positive().optional() }));
      await customers.update(c.actor, c.id(), input, version).catch((error: unknown) => {
        if (error instanceof ConflictError && error.code === 'version_conflict') throw new InvalidInputError({ version: error.detail });
        throw error;
      });
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

/** A customer as its form holds it. */
function formOf(row: CustomerRow): Record<string, unknown> {
  const { name_key: _key, city_key: _city, erase_at: _at, status_before: _before, created_at: _made, ...shown } = row;
  const { id: _id, number: _number, status: _status, mfa_required: _mfa, brand_light: _light, brand_dark: _dark, logo: _logo, ...data } = shown;
  return { ...data, categories: listed(row.categories).join(', ') };
}
