import { ACCOUNTS, LicenseRequiredError, guard, stepUp, type FormState, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { AccessOptions } from '../accesses/access-options.js';
import { AccessRegister, type AccessInput } from '../accesses/access-register.js';
import { CustomerService } from '../register/customer-service.js';
import { ticked, newAccessInput } from '../inputs.js';
import { InstallationService } from '../register/installation-service.js';
import { ownAccess } from './access-head.js';
import { endsOf, optionGroups } from './option-groups.js';
import { pickerView, placeOption } from './place-pages.js';

/** New accesses of a customer, and what is done with one: invitation, password, state, removal. */
export const accessPages: PageModule = (page, resolve) => {
  const register = resolve(AccessRegister);
  const write = guard('customers.access.manage', 'write');
  const list = (c: PageContext) => `/customers/${c.id()}/accesses`;
  const one = (c: PageContext) => `${list(c)}/${c.id('access')}`;

  page.form('/customers/:id/accesses/new', write, {
    schema: newAccessInput,
    initial: () => ({ options: resolve(AccessOptions).defaults(), all_installations: 'true', way: 'invite' }),
    show: (c, form) => showNew(c, resolve, form),
    async submit(c, { way, ...input }) {
      const given: AccessInput = { ...input, ends: endsOf(c, c.req.body as Record<string, unknown>) };
      try {
        if (way === 'password') {
          const { access, password } = await register.createWithPassword(c.actor, c.id(), given);
          return showPassword(c, { name: input.name, email: input.email, password, next: `${list(c)}/${access.id}` });
        }
        await register.create(c.actor, c.id(), given);
        c.redirect(list(c), { key: 'customers:toast.accessCreated', vars: { name: input.name, email: input.email } });
      } catch (error) {
        // KO-03: what was typed stays, with the reason and the way to the license.
        if (!(error instanceof LicenseRequiredError)) throw error;
        c.res.status(403);
        await showNew(c, resolve, { values: (c.req.body ?? {}) as Record<string, unknown>, errors: {}, summary: [] }, c.t(error.detail.key, error.detail.vars));
      }
    },
  });

  page.post('/customers/:id/accesses/:access/resend', write, async (c) => {
    const access = await ownAccess(c, register);
    await register.resend(c.actor, access.id);
    c.redirect(list(c), { key: 'customers:toast.resent', vars: { email: access.account.email } });
  });
  page.post('/customers/:id/accesses/:access/password', write, async (c) => {
    const { id, account } = await ownAccess(c, register);
    showPassword(c, { name: account.name, email: account.email, password: await register.setPassword(c.actor, id), next: one(c) });
  });
  page.post('/customers/:id/accesses/:access/reset-factors', stepUp(write), async (c) => {
    const { id, account } = await ownAccess(c, register);
    await register.resetFactors(c.actor, id);
    c.redirect(one(c), { key: 'core:accounts.toast.reset', vars: { name: account.name, email: account.email } });
  });
  for (const [action, status, back] of [
    ['enable', 'active', 'disable'],
    ['disable', 'disabled', 'enable'],
  ] as const) {
    page.post(`/customers/:id/accesses/:access/${action}`, write, async (c) => {
      const access = await ownAccess(c, register);
      await register.setStatus(c.actor, access.id, status);
      c.redirect(one(c), { key: `customers:toast.access.${status}`, vars: { name: access.account.name }, undo: `${one(c)}/${back}` });
    });
  }
  page.post('/customers/:id/accesses/:access/remove', write, async (c) => {
    const access = await ownAccess(c, register);
    await register.remove(c.actor, access.id);
    c.redirect(list(c), { key: 'customers:toast.accessRemoved', vars: { name: access.account.name }, undo: `${one(c)}/restore` });
  });
  page.post('/customers/:id/accesses/:access/restore', write, async (c) => {
    await register.restore(c.actor, c.id(), c.id('access'));
    c.redirect(list(c), { key: 'customers:toast.accessRestored' });
  });
};

/** Shown once: the answer itself holds it, no page that could be opened again. */
function showPassword(c: PageContext, data: { name: string; email: string; password: string; next: string }): void {
  const title = c.t('password.title', { name: data.name });
  c.view('customers/password', { ...data, title }, { title });
}

async function showNew(c: PageContext, resolve: Resolve, form: FormState, license?: string): Promise<void> {
  const customer = await resolve(CustomerService).get(c.actor, c.id());
  const find = async (q?: string) => (await resolve(InstallationService).list(c.actor, { customerId: customer.id, q, limit: 200 })).map(placeOption);
  const title = c.t('access.new');
  c.view(
    'customers/access-new',
    {
      customer,
      form,
      title,
      license,
      sendsCodes: resolve(ACCOUNTS).sendsCodes(),
      ways: ['invite', 'password'].map((value) => ({ value, label: c.t(`access.way.${value}`) })),
      groups: optionGroups(c, resolve(AccessOptions).list(), form),
      all: ticked(form.values['all_installations']),
      picker: {
        ...(await pickerView(find, 'installation_ids', form)),
        url: `/customers/${customer.id}/installations/picker`,
        categories: await resolve(InstallationService).categories(c.actor, customer.id),
      },
    },
    { title: `${title} · ${customer.name}` },
  );
}
