import { guard, type PageModule, z } from '../../../core/api.js';
import { AccessDirectory, DeviceService, InstallationService, deviceLooks } from '../../customers/api.js';
import { OrderService } from '../../desk/api.js';
import { customerChoice } from '../customer-choice.js';
import { ofOrder } from '../matters.js';

/** Installations in reach, each with its orders. */
export const placePages: PageModule = (page, resolve) => {
  const [directory, installations, orders] = [resolve(AccessDirectory), resolve(InstallationService), resolve(OrderService)];

  page.get('/installations', guard('customers.installation.read'), async (c) => {
    const { q } = c.query(z.object({ q: z.string().trim().max(200).catch('') }));
    const choice = await customerChoice(c, directory);
    c.view(
      'portal/places',
      { q, choice, places: await directory.installations(c.actor, 'customers.installation.read', { q, customerId: choice.customerId, limit: 200 }) },
      { title: c.t('menu.places') },
    );
  });

  page.get('/installations/:id', guard('customers.installation.read'), async (c) => {
    const place = await installations.get(c.actor, c.id());
    const list = c.may('desk.order.read') ? (await orders.list(c.actor, { installationId: place.id, limit: 25 })).rows : [];
    const devices = c.may('customers.device.read') ? (await resolve(DeviceService).list(c.actor, { installationId: place.id, limit: 100 })).rows : [];
    c.view('portal/place', { place, devices: devices.map((row) => deviceLooks(c, row)), matters: list.map((row) => ofOrder(c, row)) }, { title: place.name });
  });
};
