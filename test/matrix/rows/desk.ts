import { at, of, reportJson, type Row } from './types.js';

const order = (id: string | number) => `/orders/${id}`;
const inApi = (id: string | number) => `/api/v1/desk/requests/${id}`;

export const desk: Record<string, Row> = {
  'staff get /orders': at('/orders'),
  'staff get /orders/export.csv': at('/orders/export.csv'),
  'staff get /orders/new': of('customer', (id) => `/orders/new?customer=${id}`),
  'staff post /orders/new': of('customer', () => '/orders/new', { body: (_world, id) => ({ customer_id: id, title: 'Yearly check' }) }),
  'staff get /orders/:id': of('order', order),
  'staff post /orders/:id/status': of('order', (id) => `${order(id)}/status`, { body: () => ({ status: 'on-site' }) }),
  'staff post /orders/:id/status/:event/undo': of('order', (id) => `${order(id)}/status/1/undo`, { answers: [303, 409] }),
  'staff get /orders/:id/plan': of('order', (id) => `${order(id)}/plan`),
  'staff post /orders/:id/plan': of('order', (id) => `${order(id)}/plan`),
  'staff get /orders/:id/work': of('order', (id) => `${order(id)}/work`),
  'staff post /orders/:id/work': of('order', (id) => `${order(id)}/work`, { body: () => ({ performed_work: 'New seal' }) }),
  'staff post /orders/:id/messages': of('order', (id) => `${order(id)}/messages`, { body: () => ({ text: 'Hello' }) }),
  'staff get /requests/new': of('customer', (id) => `/requests/new?customer=${id}`),
  'staff post /requests/new': of('customer', () => '/requests/new', { body: (_world, id) => ({ customer_id: id, type: 'question', text: 'How?' }) }),
  'staff post /api/v1/desk/requests': of('installation', () => '/api/v1/desk/requests', { body: reportJson }),
  'staff get /api/v1/desk/requests': at('/api/v1/desk/requests'),
  'staff get /api/v1/desk/requests/:id': of('report', inApi),
  'staff patch /api/v1/desk/requests/:id': of('report', inApi, { body: () => ({ subject: 'Leak', priority: 2 }) }),
  'staff get /api/v1/desk/requests/:id/messages': of('report', (id) => `${inApi(id)}/messages`),
  'staff post /api/v1/desk/requests/:id/messages': of('report', (id) => `${inApi(id)}/messages`, { body: () => ({ text: 'Hello', internal: false }) }),
  'staff put /api/v1/desk/requests/:id/tags': of('report', (id) => `${inApi(id)}/tags`, { body: () => ({ tags: ['leak'] }) }),
  'staff post /api/v1/desk/requests/:id/watchers': of('report', (id) => `${inApi(id)}/watchers`, {
    body: ({ things }) => ({ accountId: things['staff account']?.own }),
  }),
  'staff delete /api/v1/desk/requests/:id/watchers/:account': of('report', (id) => `${inApi(id)}/watchers/999999`),
  // A request and itself: nothing is tied, and the next actor finds the same.
  'staff post /api/v1/desk/requests/:id/links': of('report', (id) => `${inApi(id)}/links`, { body: (_world, id) => ({ otherId: id }) }),
  'staff delete /api/v1/desk/requests/:id/links/:other': of('report', (id) => `${inApi(id)}/links/${id}`),
  'staff post /api/v1/desk/requests/:id/merge': of('report', (id) => `${inApi(id)}/merge`, { body: (_world, id) => ({ intoId: id }) }),
  'staff post /api/v1/desk/requests/:id/unmerge': of('report', (id) => `${inApi(id)}/unmerge`),
};
