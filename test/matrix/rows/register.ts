import type { World } from '../world.js';
import { at, customer, everywhere, of, type Row } from './types.js';

const deviceJson = (world: World) => ({ name: 'Printer', kind: 'printer', installationId: world.ids['place'] ?? 0, active: 1 });
const device = (world: World) => ({ name: 'Printer', kind: 'printer', installation_id: world.ids['place'] ?? 0, active: 1 });
const project = () => ({ name: 'Renewal', active: 1 });
const row = () => ({ text: 'Cable' });
const order = (id: string | number) => `/orders/${id}`;
const active = (table: string): Partial<Row> => ({ undo: ({ t }) => t.app.db.run(`UPDATE ${table} SET active = 1`).then(() => undefined) });
const back = (table: string): Partial<Row> => ({ undo: ({ t }) => t.app.db.run(`UPDATE ${table} SET removed_at = NULL`).then(() => undefined) });

/** The row editor below a page: the same on projects and orders. */
export function editor(path: string, owner: string, thing: string, base: (id: string | number) => string, table: string): Record<string, Row> {
  return {
    [`staff get ${path}/rows/new`]: of(owner, (id) => `${base(id)}/rows/new`),
    [`staff post ${path}/rows/new`]: of(owner, (id) => `${base(id)}/rows/new`, { body: row }),
    [`staff get ${path}/rows/:row`]: of(thing, base),
    [`staff post ${path}/rows/:row`]: of(thing, base, { body: row }),
    [`staff post ${path}/rows/:row/remove`]: of(thing, (id) => `${base(id)}/remove`, back(table)),
    [`staff post ${path}/rows/:row/restore`]: of(thing, (id) => `${base(id)}/restore`),
    [`staff post ${path}/rows/:row/up`]: of(thing, (id) => `${base(id)}/up`),
    [`staff post ${path}/rows/:row/down`]: of(thing, (id) => `${base(id)}/down`),
  };
}
/** Rows over REST, on both sites. */
export function rowApi(path: string, owner: string, thing: string, base: (id: string | number) => string, table: string): Record<string, Row> {
  return {
    ...everywhere(
      `get /api/v1${path}/rows`,
      of(owner, (id) => `/api/v1${base(id)}/rows`),
    ),
    [`staff post /api/v1${path}/rows`]: of(owner, (id) => `/api/v1${base(id)}/rows`, { body: row }),
    [`staff put /api/v1${path}/rows/:row`]: of(thing, (id) => `/api/v1${base(id)}`, { body: row }),
    [`staff delete /api/v1${path}/rows/:row`]: of(thing, (id) => `/api/v1${base(id)}`, back(table)),
  };
}

/** Devices, labels, projects, priced rows, and installations over all customers. */
export const register: Record<string, Row> = {
  'staff get /installations': at('/installations'),
  'staff get /customers/:id/installations/picker': of('customer', (id) => `${customer(id)}/installations/picker`),
  'staff get /customers/:id/projects/picker': of('customer', (id) => `${customer(id)}/projects/picker`),
  'staff get /customers/:id/installations/:installation/labels': of('installation of customer', (id) => `${customer(id)}/labels`),
  'staff get /customers/:id/devices': of('customer', (id) => `${customer(id)}/devices`),
  'staff get /customers/:id/devices/export.csv': of('customer', (id) => `${customer(id)}/devices/export.csv`),
  'staff get /customers/:id/devices/new': of('customer', (id) => `${customer(id)}/devices/new`),
  'staff post /customers/:id/devices/new': of('customer', (id) => `${customer(id)}/devices/new`, { body: device }),
  'staff get /customers/:id/devices/:device': of('device of customer', customer),
  'staff post /customers/:id/devices/:device': of('device of customer', customer, { body: device }),
  'staff post /customers/:id/devices/:device/activate': of('device of customer', (id) => `${customer(id)}/activate`),
  'staff post /customers/:id/devices/:device/deactivate': of('device of customer', (id) => `${customer(id)}/deactivate`, active('customers_devices')),
  'staff get /customers/:id/devices/:device/label': of('device of customer', (id) => `${customer(id)}/label`),
  'staff get /customers/:id/devices/:device/label.png': of('device of customer', (id) => `${customer(id)}/label.png`),
  'staff post /customers/:id/devices/:device/label/renew': of('device of customer', (id) => `${customer(id)}/label/renew`),
  'staff get /customers/:id/projects': of('customer', (id) => `${customer(id)}/projects`),
  'staff get /customers/:id/projects/new': of('customer', (id) => `${customer(id)}/projects/new`),
  'staff post /customers/:id/projects/new': of('customer', (id) => `${customer(id)}/projects/new`, { body: project }),
  'staff get /customers/:id/projects/:project': of('project of customer', customer),
  'staff post /customers/:id/projects/:project': of('project of customer', customer, { body: project }),
  'staff post /customers/:id/projects/:project/activate': of('project of customer', (id) => `${customer(id)}/activate`),
  'staff post /customers/:id/projects/:project/deactivate': of('project of customer', (id) => `${customer(id)}/deactivate`, active('customers_projects')),
  ...editor('/customers/:id/projects/:project', 'project of customer', 'row of project of customer', customer, 'customers_project_rows'),
  'staff get /orders/:id/matter': of('order', (id) => `${order(id)}/matter`),
  'staff post /orders/:id/matter': of('order', (id) => `${order(id)}/matter`),
  ...editor('/orders/:id', 'order', 'row of order', order, 'desk_order_rows'),
  'portal get /devices': at('/devices'),
  'portal get /devices/:id': of('device', (id) => `/devices/${id}`),
  'portal get /d/:token': of('label', (token) => `/d/${token}`, { answers: [200, 303] }),
  'portal get /projects': at('/projects'),
  'portal get /projects/:id': of('project', (id) => `/projects/${id}`),
  ...everywhere('get /api/v1/devices', at('/api/v1/devices')),
  ...everywhere(
    'get /api/v1/devices/:id',
    of('device', (id) => `/api/v1/devices/${id}`),
  ),
  'staff post /api/v1/customers/:id/devices': of('customer', (id) => `/api/v1${customer(id)}/devices`, { body: deviceJson }),
  'staff put /api/v1/devices/:id': of('device', (id) => `/api/v1/devices/${id}`, { body: deviceJson }),
  ...everywhere('get /api/v1/projects', at('/api/v1/projects')),
  ...everywhere(
    'get /api/v1/projects/:id',
    of('project', (id) => `/api/v1/projects/${id}`),
  ),
  'staff post /api/v1/customers/:id/projects': of('customer', (id) => `/api/v1${customer(id)}/projects`, { body: project }),
  'staff put /api/v1/projects/:id': of('project', (id) => `/api/v1/projects/${id}`, { body: project }),
  ...rowApi('/projects/:id', 'project', 'row of project', (id) => `/projects/${id}`, 'customers_project_rows'),
  ...rowApi('/desk/orders/:id', 'order', 'row of order', (id) => `/desk/orders/${id}`, 'desk_order_rows'),
};
