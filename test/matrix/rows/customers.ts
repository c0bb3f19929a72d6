import { at, customer, everywhere, of, type Row } from './types.js';

const newCustomer = () => ({ kind: 'company', name: 'Cedar Gyms', contactPerson: 'Cia Cedar', email: 'cia@cedar.test' });
const place = () => ({ name: 'Alder North', active: true });

export const customers: Record<string, Row> = {
  'staff get /customers': at('/customers'),
  'staff get /customers/new': at('/customers/new'),
  'staff post /customers/new': at('/customers/new'),
  'staff get /customers/:id': of('customer', customer),
  'staff post /customers/:id': of('customer', customer, { needs: 'customers.customer.manage' }),
  'staff post /customers/:id/status': of('customer', (id) => `${customer(id)}/status`, { body: () => ({ status: 'active' }) }),
  'staff post /customers/:id/status/active': of('customer', (id) => `${customer(id)}/status/active`),
  'staff post /customers/:id/status/disabled': of('customer', (id) => `${customer(id)}/status/disabled`, {
    skip: 'closes the customer that the others look at',
  }),
  'staff get /customers/:id/accesses': of('customer', (id) => `${customer(id)}/accesses`),
  'staff get /customers/:id/accesses/new': of('customer', (id) => `${customer(id)}/accesses/new`),
  'staff post /customers/:id/accesses/new': of('customer', (id) => `${customer(id)}/accesses/new`),
  'staff get /customers/:id/accesses/:access': of('access', customer),
  'staff post /customers/:id/accesses/:access': of('access', customer),
  'staff post /customers/:id/accesses/:access/resend': of('access', (id) => `${customer(id)}/resend`),
  'staff post /customers/:id/accesses/:access/enable': of('access', (id) => `${customer(id)}/enable`),
  'staff post /customers/:id/accesses/:access/disable': of('access', (id) => `${customer(id)}/disable`),
  'staff post /customers/:id/accesses/:access/remove': of('access', (id) => `${customer(id)}/remove`, {
    undo: ({ t }) => t.app.db.run('UPDATE customers_accesses SET removed_at = NULL').then(() => undefined),
  }),
  'staff post /customers/:id/accesses/:access/restore': of('access', (id) => `${customer(id)}/restore`),
  'staff post /customers/:id/administrators': of('customer', (id) => `${customer(id)}/administrators`, { skip: 'takes the customer away from its agent' }),
  'staff get /api/v1/customers': at('/api/v1/customers'),
  // Who administers some customers only has no place for a new one.
  'staff post /api/v1/customers': at('/api/v1/customers', { body: newCustomer, answers: [201, 403] }),
  'staff get /api/v1/customers/:id': of('customer', (id) => `/api/v1${customer(id)}`),
  'staff put /api/v1/customers/:id': of('customer', (id) => `/api/v1${customer(id)}`, { body: (_world, id) => ({ ...newCustomer(), name: `Renamed ${id}` }) }),
  'staff put /api/v1/customers/:id/status': of('customer', (id) => `/api/v1${customer(id)}/status`, { body: () => ({ status: 'active' }) }),
  'staff get /api/v1/customers/:id/accesses': of('customer', (id) => `/api/v1${customer(id)}/accesses`),
  'staff get /api/v1/accesses/:id': of('access by id', (id) => `/api/v1/accesses/${id}`),
  'staff post /api/v1/customers/:id/installations': of('customer', (id) => `/api/v1${customer(id)}/installations`, { body: place }),
  'staff put /api/v1/installations/:id': of('installation', (id) => `/api/v1/installations/${id}`, { body: place }),
  ...everywhere('get /api/v1/installations', at('/api/v1/installations')),
  ...everywhere(
    'get /api/v1/installations/:id',
    of('installation', (id) => `/api/v1/installations/${id}`),
  ),
  'staff get /customers/:id/installations': of('customer', (id) => `${customer(id)}/installations`),
  'staff get /customers/:id/installations/new': of('customer', (id) => `${customer(id)}/installations/new`),
  'staff post /customers/:id/installations/new': of('customer', (id) => `${customer(id)}/installations/new`),
  'staff get /customers/:id/installations/:installation': of('installation of customer', customer),
  'staff post /customers/:id/installations/:installation': of('installation of customer', customer),
  'staff post /customers/:id/installations/:installation/activate': of('installation of customer', (id) => `${customer(id)}/activate`),
  'staff post /customers/:id/installations/:installation/deactivate': of('installation of customer', (id) => `${customer(id)}/deactivate`, {
    undo: ({ t }) => t.app.db.run('UPDATE customers_installations SET active = 1').then(() => undefined),
  }),
};
