import { at, of, report, reportJson, type Row } from './types.js';

const order = (id: string | number) => `/orders/${id}`;
const reported = (id: string | number) => `/reports/${id}`;

export const portal: Record<string, Row> = {
  'portal get /report': at('/report'),
  'portal post /report': of('installation', () => '/report', { body: report }),
  'portal get /reports/:id': of('report', reported, { needs: 'desk.request.read' }),
  'portal get /orders': at('/orders'),
  'portal get /orders/:id': of('order', order),
  'portal post /orders/:id/messages': of('order', (id) => `${order(id)}/messages`, { body: () => ({ text: 'Hello' }) }),
  'portal get /installations': at('/installations'),
  'portal get /installations/:id': of('installation', (id) => `/installations/${id}`),
  'portal post /api/v1/desk/requests': of('installation', () => '/api/v1/desk/requests', { body: reportJson }),
};
