import { z, type PluginContext } from '../../../core/api.js';
import { DeviceService } from '../register/device-service.js';
import { ProjectRowService, ProjectService } from '../register/project-service.js';
import { deviceLooks } from './device-kinds.js';
import { devicePages } from './device-pages.js';
import { labelPages } from './label-pages.js';
import { placePages } from './place-pages.js';
import { projectPages } from './project-pages.js';

const shown = 20;

/** The register beyond the list of customers: devices with their labels, projects, and the installations of all customers. */
export function addRegister(ctx: PluginContext): void {
  ctx.services.add(DeviceService, ProjectService, ProjectRowService);
  // Pickers have a fixed word where other pages have an id: they come first.
  for (const pages of [placePages, devicePages, labelPages, projectPages]) ctx.pages('staff', pages);
  ctx.menu.add('staff', {
    label: 'tab.installations',
    href: '/installations',
    icon: 'map-pin',
    permission: 'customers.installation.read',
    section: 'register',
    order: 20,
    key: 'g d',
  });
  ctx.outlets.fill(
    'customers.installation.panel',
    'customers/devices-panel',
    async (c, { installationId, customerId }) => {
      if (!c.may('customers.device.read')) return null;
      const [place, customer] = [z.number().parse(installationId), z.number().parse(customerId)];
      const { rows } = await ctx.services.resolve(DeviceService).list(c.actor, { installationId: place, limit: shown });
      return { rows: rows.map((row) => deviceLooks(c, row)), base: `/customers/${customer}`, place, all: `/customers/${customer}/devices` };
    },
    -10,
  );
}
