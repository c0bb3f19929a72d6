import { at, of, report, reportJson, type Row } from './types.js';

const order = (id: string | number) => `/orders/${id}`;
const reported = (id: string | number) => `/reports/${id}`;

export const portal: Record<string, Row> = {
  'portal get /report': at('/report'),
  'portal post /report': of('installation', () => '/report', { body: report }),
  'portal get /reports/:id': of('report', reported, { needs: 'desk.request.read' }),
  // The reports of the matrix are nobody's own.
  'portal post /reports/:id/works': of('report', (id) => `${reported(id)}/works`, { answers: [403] }),
  'portal post /reports/:id/fails': of('report', (id) => `${reported(id)}/fails`, { answers: [403] }),
  'portal get /orders': at('/orders'),
  'portal get /orders/:id': of('order', order),
  'portal post /orders/:id/messages': of('order', (id) => `${order(id)}/messages`, { body: () => ({ text: 'Hello' }) }),
  'portal get /installations': at('/installations'),
  'portal get /installations/:id': of('installation', (id) => `/installations/${id}`),
  'portal get /api/v1/desk/requests': at('/api/v1/desk/requests'),
  'portal get /api/v1/desk/requests/:id': of('report', (id) => `/api/v1/desk/requests/${id}`),
  'portal get /api/v1/desk/requests/:id/messages': of('report', (id) => `/api/v1/desk/requests/${id}/messages`),
  'portal post /api/v1/desk/requests/:id/messages': of('report', (id) => `/api/v1/desk/requests/${id}/messages`, {
    body: () => ({ text: 'Hello', internal: false }),
  }),
  'portal post /api/v1/desk/requests': of('installation', () => '/api/v1/desk/requests', { body: reportJson }),
};
