import { at, of, reportJson, type Row } from './types.js';

const order = (id: string | number) => `/orders/${id}`;

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
  'staff post /api/v1/desk/requests': of('installation', () => '/api/v1/desk/requests', { body: reportJson }),
};
