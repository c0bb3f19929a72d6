import { NotFoundError, guard, type FormState, type PageContext, type PageModule, type Resolve, z } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { DeviceService, deviceKinds } from '../register/device-service.js';
import { deviceInput } from '../register/inputs.js';
import { InstallationService } from '../register/installation-service.js';
import type { Device, DeviceFilter, DevicePriority } from '../types.js';
import { csvOf } from './device-csv.js';
import { deviceLooks, kindLabel, kindOf } from './device-kinds.js';
import { head } from './head.js';

const filters = z.object({
  q: z.string().max(200).default(''),
  kind: z.string().max(40).catch('').default(''),
  priority: z.enum(['', '1', '2', '3', '4']).catch('').default(''),
  active: z.enum(['', '1', '0']).catch('').default(''),
  after: z.string().max(400).optional(),
});
type Filters = z.output<typeof filters>;

/** The device of the path, of the customer of the path. */
export async function ownDevice(c: PageContext, resolve: Resolve): Promise<Device> {
  const device = await resolve(DeviceService).get(c.actor, c.id('device'));
  if (device.customer_id !== c.id()) throw new NotFoundError();
  return device;
}

/** Devices of a customer: the list, its export, and one device. */
export const devicePages: PageModule = (page, resolve) => {
  const [devices, customers] = [resolve(DeviceService), resolve(CustomerService)];
  const read = guard('customers.device.read');
  const write = guard('customers.device.manage', 'write');
  const path = (c: PageContext) => `/customers/${c.id()}/devices`;

  page.get('/customers/:id/devices', read, async (c) => {
    const query = c.query(filters);
    const customer = await customers.get(c.actor, c.id());
    const { rows, next } = await devices.list(c.actor, filterOf(customer.id, query));
    const own = (await devices.kinds(c.actor, customer.id)).filter((kind) => !(deviceKinds as readonly string[]).includes(kind));
    const { after, ...kept } = query;
    const self = (more: Record<string, string> = {}, file = '') => `${path(c)}${file}?${new URLSearchParams({ ...kept, ...more }).toString()}`;
    c.view(
      'customers/devices',
      {
        ...(await head(c, resolve, customer, 'devices')),
        query,
        rows: rows.map((row) => deviceLooks(c, row)),
        next: next && self({ after: next }),
        first: after ? self() : null,
        csv: self({}, '/export.csv'),
        filtered: query.q !== '' || query.kind !== '' || query.priority !== '' || query.active !== '',
        kinds: [...deviceKinds, ...own].map((value) => ({ value, label: kindLabel(c, value) })),
        priorities: priorities(c),
        actives: [
          { value: '1', label: c.t('device.active') },
          { value: '0', label: c.t('device.inactive') },
        ],
      },
      { title: `${c.t('tab.devices')} · ${customer.name}` },
    );
  });

  page.get('/customers/:id/devices/export.csv', guard('customers.device.read', 'export'), async (c) => {
    const customer = await customers.get(c.actor, c.id());
    const filter = filterOf(customer.id, c.query(filters));
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="devices.csv"', 'Cache-Control': 'no-store' });
    for await (const chunk of csvOf(c, devices, { ...filter, after: undefined })) {
      if (c.res.destroyed) return;
      c.res.write(chunk);
    }
    c.res.end();
  });

  page.form('/customers/:id/devices/new', write, {
    schema: deviceInput,
    initial: (c) => ({ ...c.query(z.object({ installation_id: z.string().max(12).catch('').default('') })), priority: '3', active: 'true' }),
    show: (c, form) => showDevice(c, resolve, form, null),
    async submit(c, input) {
      const created = await devices.create(c.actor, c.id(), { ...input, kind: kindOf(c, input.kind) });
      c.redirect(`${path(c)}/${created.id}`, { key: 'customers:toast.deviceCreated', vars: { name: created.name } });
    },
  });

  page.form('/customers/:id/devices/:device', guard('customers.device.read', 'write'), {
    schema: deviceInput,
    async initial(c) {
      const device = await ownDevice(c, resolve);
      return { ...device, kind: kindLabel(c, device.kind), priority: String(device.priority), active: device.active ? 'true' : '' };
    },
    async show(c, form) {
      await showDevice(c, resolve, form, await ownDevice(c, resolve));
    },
    async submit(c, input) {
      const device = await ownDevice(c, resolve);
      await devices.update(c.actor, device.id, { ...input, kind: kindOf(c, input.kind) });
      c.redirect(`${path(c)}/${device.id}`, { key: 'customers:toast.deviceSaved', vars: { name: input.name } });
    },
  });

  for (const [action, active, back] of [
    ['activate', true, 'deactivate'],
    ['deactivate', false, 'activate'],
  ] as const) {
    page.post(`/customers/:id/devices/:device/${action}`, write, async (c) => {
      const device = await ownDevice(c, resolve);
      await devices.setActive(c.actor, device.id, active);
      const here = `${path(c)}/${device.id}`;
      c.redirect(here, { key: `customers:toast.device.${action}`, vars: { name: device.name }, undo: `${here}/${back}` });
    });
  }
};

function filterOf(customerId: number, { q, kind, priority, active, after }: Filters): DeviceFilter {
  return {
    customerId,
    q,
    kind: kind || undefined,
    priority: priority === '' ? undefined : (Number(priority) as DevicePriority),
    active: active === '' ? undefined : active === '1',
    after,
  };
}

const priorities = (c: PageContext) => ['1', '2', '3', '4'].map((value) => ({ value, label: c.t(`device.priority.${value}`) }));

async function showDevice(c: PageContext, resolve: Resolve, form: FormState, device: Device | null): Promise<void> {
  const customer = await resolve(CustomerService).get(c.actor, c.id());
  const places = await resolve(InstallationService).list(c.actor, { customerId: customer.id, limit: 2000 });
  const title = device ? device.name : c.t('device.new');
  c.view(
    'customers/device',
    {
      customer,
      device: device && deviceLooks(c, device),
      form,
      title,
      kinds: deviceKinds.map((kind) => kindLabel(c, kind)),
      priorities: priorities(c),
      installations: places
        .filter((place) => place.active || place.id === device?.installation_id)
        .map((place) => ({ value: place.id, label: [place.name, place.city].filter(Boolean).join(', ') })),
    },
    { title: `${title} · ${customer.name}` },
  );
}
