import { ACCESS, NotFoundError, guard, signedIn, type PageModule, z } from '../../../core/api.js';
import { DeviceService, InstallationService, deviceLooks } from '../../customers/api.js';
import { OrderService, RequestService } from '../../desk/api.js';
import { ofOrder, ofRequest } from '../matters.js';

const listQuery = z.object({ q: z.string().trim().max(200).catch('').default(''), after: z.string().max(400).optional().catch(undefined) });

/** Devices in reach, and what the labels on them lead to. */
export const devicePages: PageModule = (page, resolve) => {
  const [devices, orders, requests, access] = [resolve(DeviceService), resolve(OrderService), resolve(RequestService), resolve(ACCESS)];

  page.get('/devices', guard('customers.device.read'), async (c) => {
    const { q, after } = c.query(listQuery);
    const { rows, next } = await devices.list(c.actor, { q, after, limit: 24 });
    const to = (more: Record<string, string>) => `/devices?${new URLSearchParams({ q, ...more }).toString()}`;
    const cards = rows.map((row) => deviceLooks(c, row));
    c.view('portal/devices', { q, cards, next: next && to({ after: next }), first: after ? to({}) : null }, { title: c.t('menu.devices') });
  });

  page.get('/devices/:id', guard('customers.device.read'), async (c) => {
    const device = await devices.get(c.actor, c.id());
    const made = c.may('desk.order.read') ? (await orders.list(c.actor, { deviceId: device.id, limit: 25 })).rows : [];
    const waiting = c.may('desk.request.read')
      ? (await requests.list(c.actor, { deviceId: device.id, limit: 25 })).rows.filter((row) => row.order_id === null)
      : [];
    const place = { customer: device.customer_id, installation: device.installation_id };
    c.view(
      'portal/device',
      {
        device: deviceLooks(c, device),
        software: device.software?.split('\n') ?? [],
        reportable: device.active && device.installation_active && (await requests.mayReport(c.actor, device)),
        seesPlace: await access.can(c.actor, 'customers.installation.read', place),
        matters: [...waiting.map((row) => ofRequest(c, row)), ...made.map((row) => ofOrder(c, row))],
      },
      { title: device.name },
    );
  });

  // The address on a label: to the report with this device, or a sentence why not. A label of others does not exist.
  page.get('/d/:token', signedIn(), async (c) => {
    const token = c.params['token'] ?? '';
    const device = await devices.byToken(token);
    if (!device) throw new NotFoundError();
    const place = { customer: device.customer_id, installation: device.installation_id, device: device.id };
    const may = await requests.mayReport(c.actor, device);
    const known = may || (await access.can(c.actor, 'customers.device.read', place)) || (await access.can(c.actor, 'customers.installation.read', place));
    if (!known) throw new NotFoundError();
    const open = device.active && (await resolve(InstallationService).isActive(device.installation_id));
    if (may && open) return c.redirect(`/report?label=${encodeURIComponent(token)}`);
    c.view('portal/label', { text: c.t(may ? 'label.off' : 'label.refused', { name: device.name }) }, { title: device.name });
  });
};
