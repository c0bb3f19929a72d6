import { create, toBuffer } from 'qrcode';
import { NotFoundError, guard, type PageContext, type PageModule } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { DeviceService } from '../register/device-service.js';
import { InstallationService } from '../register/installation-service.js';
import { ownDevice } from './device-pages.js';

type Labels = Awaited<ReturnType<DeviceService['labels']>>;

/** Labels to print and stick onto devices: who scans one reports a fault on that device. */
export const labelPages: PageModule = (page, resolve) => {
  const devices = resolve(DeviceService);
  const manage = guard('customers.device.manage');

  page.get('/customers/:id/devices/:device/label', manage, async (c) => {
    const device = await ownDevice(c, resolve);
    const customer = await resolve(CustomerService).get(c.actor, c.id());
    const labels = await devices.labels(c.actor, { customerId: customer.id, id: device.id });
    show(c, labels, { device, customer, back: `/customers/${customer.id}/devices/${device.id}`, title: device.name });
  });

  page.get('/customers/:id/devices/:device/label.png', guard('customers.device.manage', 'download'), async (c) => {
    const device = await ownDevice(c, resolve);
    const [label] = await devices.labels(c.actor, { customerId: c.id(), id: device.id });
    if (!label) throw new NotFoundError();
    c.res.set({ 'Content-Type': 'image/png', 'Content-Disposition': `attachment; filename="label-${device.id}.png"`, 'Cache-Control': 'no-store' });
    c.res.end(await toBuffer(label.address, { width: 600, margin: 2 }));
  });

  page.get('/customers/:id/installations/:installation/labels', manage, async (c) => {
    const place = await resolve(InstallationService).get(c.actor, c.id('installation'));
    if (place.customer_id !== c.id()) throw new NotFoundError();
    const customer = await resolve(CustomerService).get(c.actor, c.id());
    const labels = await devices.labels(c.actor, { customerId: customer.id, installationId: place.id });
    show(c, labels, { customer, back: `/customers/${customer.id}/installations/${place.id}`, title: place.name });
  });

  page.post('/customers/:id/devices/:device/label/renew', guard('customers.device.manage', 'write'), async (c) => {
    const device = await ownDevice(c, resolve);
    await devices.renewLabel(c.actor, device.id);
    c.redirect(`/customers/${c.id()}/devices/${device.id}/label`, { key: 'customers:toast.labelRenewed' });
  });
};

function show(c: PageContext, labels: Labels, data: { title: string } & Record<string, unknown>): void {
  c.view(
    'customers/labels',
    { ...data, labels: labels.map((label) => ({ ...label, code: draw(label.address) })) },
    { title: `${c.t('label.title')} · ${data.title}` },
  );
}

/** The code as the path of an SVG of `size` units: one stroke per run of dark modules. */
function draw(text: string): { size: number; path: string } {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules;
  let path = '';
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = x;
      while (x < size && data[y * size + x]) x++;
      if (x > from) path += `M${from} ${y}h${x - from}v1H${from}z`;
    }
  }
  return { size, path };
}
