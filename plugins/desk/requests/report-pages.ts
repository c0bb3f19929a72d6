import { ACCOUNTS, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { DeviceService, InstallationService, ProjectService, idOf } from '../../customers/api.js';
import { requestLooks, urgencyLooks } from '../labels.js';
import { Sight } from '../sight.js';
import type { RequestListRow } from '../types.js';

/** Where fault reports were before the workspace: old links go on working. */
export const reportPages: PageModule = (page, resolve) => {
  const read = guard('desk.request.read');
  page.get('/reports', read, (c) => c.redirect('/desk/reports'));
  page.get('/reports/:id', read, async (c) => {
    await resolve(Sight).request(c.actor, c.id());
    c.redirect(`/desk/reports/${c.id()}`);
  });
};

/** The installation that was just chosen: its devices are offered then. */
export const chosenPlace = z
  .object({ installation_id: z.string().max(12).optional().catch(undefined) })
  .transform(({ installation_id }) => (installation_id === undefined ? {} : { installation_id }));

/** What the form of an order offers: installations, devices and projects of the customer, and technicians. Absent: may not be seen. */
export async function choices(c: PageContext, resolve: Resolve, customerId: number, values: Record<string, unknown>): Promise<object> {
  const installations = await resolve(InstallationService).list(c.actor, { customerId, active: true, limit: 2000 });
  const place = idOf(values['installation_id']);
  const devices = c.may('customers.device.read')
    ? (await resolve(DeviceService).list(c.actor, { customerId, installationId: place, active: true, limit: 500 })).rows
    : null;
  const projects = c.may('customers.project.read') ? (await resolve(ProjectService).list(c.actor, { customerId, active: true, limit: 500 })).rows : null;
  return {
    installations: installations.map((one) => ({ value: one.id, label: [one.name, one.city].filter(Boolean).join(', ') })),
    devices: devices?.map((one) => ({ value: one.id, label: [one.name, place ? one.location : one.installation_name].filter(Boolean).join(' – ') })),
    projects: projects?.map((one) => ({ value: one.id, label: `${one.number} ${one.name}` })),
    technicians: await technicians(resolve),
    zone: c.fmt.timeZone,
  };
}

export async function technicians(resolve: Resolve): Promise<{ value: number; label: string }[]> {
  const staff = await resolve(ACCOUNTS).listStaff();
  return staff.filter((one) => one.status !== 'disabled').map(({ id, name }) => ({ value: id, label: name }));
}

export function looks<T extends RequestListRow>(row: T) {
  const place = [row.installation_name, row.installation_city].filter(Boolean).join(', ');
  return { ...row, look: requestLooks[row.status], urgent: urgencyLooks[row.urgency], place };
}
