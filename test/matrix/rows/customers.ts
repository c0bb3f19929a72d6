import { at, customer, of, type Row } from './types.js';

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
