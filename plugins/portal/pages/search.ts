import { signedIn, type PageModule, z } from '../../../core/api.js';
import { AccessDirectory, DeviceService, ProjectService } from '../../customers/api.js';
import { OrderService } from '../../desk/api.js';
import { ofOrder } from '../matters.js';

/** One search over everything the account may see. */
export const searchPages: PageModule = (page, resolve) => {
  const [directory, orders] = [resolve(AccessDirectory), resolve(OrderService)];
  page.get('/search', signedIn(), async (c) => {
    const { q } = c.query(z.object({ q: z.string().trim().max(200).catch('') }));
    const found = q && c.may('desk.order.read') ? (await orders.list(c.actor, { q, limit: 25 })).rows : [];
    const places = q && c.may('customers.installation.read') ? await directory.installations(c.actor, 'customers.installation.read', { q, limit: 25 }) : [];
    const devices = q && c.may('customers.device.read') ? (await resolve(DeviceService).list(c.actor, { q, limit: 25 })).rows : [];
    const projects = q && c.may('customers.project.read') ? (await resolve(ProjectService).list(c.actor, { q, limit: 25 })).rows : [];
    c.view(
      'portal/search',
      {
        q,
        matters: found.map((row) => ofOrder(c, row)),
        places,
        devices,
        projects,
        nothing: q !== '' && found.length + places.length + devices.length + projects.length === 0,
      },
      { title: c.t('search.title') },
    );
  });
};
