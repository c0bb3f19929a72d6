import { ACCOUNTS, InvalidInputError, NotFoundError, guard, type FormState, type PageContext, type PageModule, type Resolve, z } from '../../../core/api.js';
import { AccessOptions } from '../accesses/access-options.js';
import { AccessRegister } from '../accesses/access-register.js';
import { AdministratorService } from '../accesses/administrators.js';
import { CustomerService } from '../register/customer-service.js';
import { accessInput, accessRights, id, many } from '../inputs.js';
import { InstallationService } from '../register/installation-service.js';
import type { AccessView } from '../types.js';
import { head } from './head.js';
import { pickerView, placeOption } from './place-pages.js';

/** Accesses of a customer: who may log in, what for and where. */
export const accessPages: PageModule = (page, resolve) => {
  const register = resolve(AccessRegister);
  const customers = resolve(CustomerService);
  const read = guard('customers.customer.read');
  const write = guard('customers.access.manage', 'write');
  const path = (c: PageContext) => `/customers/${c.id()}/accesses`;

  page.get('/customers/:id/accesses', read, async (c) => {
    const customer = await customers.get(c.actor, c.id());
    const accesses = await register.list(c.actor, customer.id);
    const administrators = await resolve(AdministratorService).list(c.actor, customer.id);
    const chosen = new Set(administrators.map((one) => one.id));
    const staff = (await resolve(ACCOUNTS).listStaff()).filter((one) => one.status !== 'disabled' || chosen.has(one.id));
    c.view(
      'customers/accesses',
      {
        ...(await head(c, resolve, customer, 'accesses')),
        accesses: accesses.map((access) => shown(c, access)),
        administrators,
        staff: staff.map((one) => ({ value: one.id, label: one.name, checked: chosen.has(one.id) })),
      },
      { title: `${c.t('tab.accesses')} · ${customer.name}` },
    );
  });

  page.form('/customers/:id/accesses/new', write, {
    schema: accessInput,
    initial: () => ({
      options: resolve(AccessOptions)
        .list()
        .filter((option) => option.default)
        .map((option) => option.permission),
      all_installations: 'true',
    }),
    async show(c, form) {
      await showForm(c, resolve, form, null);
    },
    async submit(c, input) {
      if (!input.all_installations && input.installation_ids.length === 0) throw noInstallation();
      await register.create(c.actor, c.id(), input);
      c.redirect(path(c), { key: 'customers:toast.accessCreated', vars: { name: input.name, email: input.email } });
    },
  });

  page.form('/customers/:id/accesses/:access', write, {
    schema: accessRights,
    async initial(c) {
      const access = await own(c, register);
      return { options: access.options, all_installations: access.allInstallations ? 'true' : '', installation_ids: access.installationIds };
    },
    async show(c, form) {
      await showForm(c, resolve, form, await own(c, register));
    },
    async submit(c, input) {
      if (!input.all_installations && input.installation_ids.length === 0) throw noInstallation();
      const access = await own(c, register);
      await register.update(c.actor, access.id, input);
      c.redirect(path(c), { key: 'customers:toast.accessSaved', vars: { name: access.account.name } });
    },
  });

  page.post('/customers/:id/accesses/:access/resend', write, async (c) => {
    const access = await own(c, register);
    await register.resend(c.actor, access.id);
    c.redirect(path(c), { key: 'customers:toast.resent', vars: { email: access.account.email } });
  });
  for (const [action, status, back] of [
    ['enable', 'active', 'disable'],
    ['disable', 'disabled', 'enable'],
  ] as const) {
    page.post(`/customers/:id/accesses/:access/${action}`, write, async (c) => {
      const access = await own(c, register);
      await register.setStatus(c.actor, access.id, status);
      c.redirect(path(c), { key: `customers:toast.access.${status}`, vars: { name: access.account.name }, undo: `${path(c)}/${access.id}/${back}` });
    });
  }
  page.post('/customers/:id/accesses/:access/remove', write, async (c) => {
    const access = await own(c, register);
    await register.remove(c.actor, access.id);
    c.redirect(path(c), { key: 'customers:toast.accessRemoved', vars: { name: access.account.name }, undo: `${path(c)}/${access.id}/restore` });
  });
  page.post('/customers/:id/accesses/:access/restore', write, async (c) => {
    await register.restore(c.actor, c.id(), c.id('access'));
    c.redirect(path(c), { key: 'customers:toast.accessRestored' });
  });
  page.post('/customers/:id/administrators', write, async (c) => {
    const { administrators } = c.body(z.object({ administrators: many(id) }));
    await resolve(AdministratorService).set(c.actor, c.id(), administrators);
    c.redirect(path(c), { key: 'customers:toast.administrators' });
  });
};

const noInstallation = () => new InvalidInputError({ installation_ids: { key: 'customers:error.installations' } });

async function own(c: PageContext, register: AccessRegister): Promise<AccessView> {
  const access = await register.get(c.actor, c.id('access'));
  if (access.customerId !== c.id()) throw new NotFoundError();
  return access;
}

async function showForm(c: PageContext, resolve: Resolve, form: FormState, access: AccessView | null): Promise<void> {
  const customer = await resolve(CustomerService).get(c.actor, c.id());
  const installations = await resolve(InstallationService).list(c.actor, { customerId: customer.id, limit: 2000 });
  const title = access ? access.account.name : c.t('access.new');
  c.view(
    'customers/access',
    {
      customer,
      access: access && shown(c, access),
      form,
      title,
      sendsCodes: resolve(ACCOUNTS).sendsCodes(),
      options: resolve(AccessOptions)
        .list()
        .map(({ permission }) => ({ value: permission, label: c.t(texts(permission)), hint: c.t(`${texts(permission)}.help`) })),
      picker: {
        ...pickerView(installations.map(placeOption), 'installation_ids', form),
        url: `/customers/${customer.id}/installations/picker`,
        categories: await resolve(InstallationService).categories(c.actor, customer.id),
      },
    },
    { title: `${title} · ${customer.name}` },
  );
}

/** Key of a permission's label: in the locales of the plugin that declares it, under the short id. */
function texts(permission: string): string {
  const [plugin, ...rest] = permission.split('.');
  return `${plugin}:permission.${rest.join('.')}`;
}

const tones = { none: 'muted', invited: 'info', opened: 'info', expired: 'warn', accepted: 'ok' } as const;
function shown(c: PageContext, access: AccessView) {
  const state =
    access.status === 'disabled' || access.account.status === 'disabled'
      ? 'disabled'
      : access.account.status === 'active'
        ? 'active'
        : access.invitation.status;
  const tone = state === 'active' ? 'ok' : state === 'disabled' ? 'muted' : tones[state];
  return {
    ...access,
    state: c.t(`access.state.${state}`),
    tone,
    enabled: access.status === 'active',
    resendable: access.account.status === 'invited' && access.status === 'active',
    reach: access.allInstallations ? c.t('access.all') : c.t('access.some', { count: access.installationIds.length }),
    rights: access.options.map((permission) => c.t(texts(permission))),
  };
}
