import type { Things, World } from './world.js';

type Body = Readonly<Record<string, string | number>>;

/** What the matrix must know of a route beyond its guard. */
export interface Row {
  /** The path; `thing` is the id, or the pair of ids, of one relation. */
  path(thing: string | number): string;
  /** Kind of the thing that the path names (see `Things`); absent = the path names none. */
  thing?: keyof Things;
  /** A permission that the service asks for beyond the guard's: 403 without it on a thing that is seen. */
  needs?: string;
  /** Answers of those who may; else 200 for GET, and anything but a refusal or a fault for what writes. */
  answers?: readonly number[];
  /** A valid body, where without one the answer would be "invalid" before anything is looked up. */
  body?(world: World, thing: string | number): Body;
  /** Puts back what the route did, so that the next actor finds the same. */
  undo?(world: World): Promise<void>;
  /** Why nobody who may is sent through it. */
  skip?: string;
}

const at = (path: string, more: Partial<Row> = {}): Row => ({ path: () => path, ...more });
const of = (thing: string, path: (thing: string | number) => string, more: Partial<Row> = {}): Row => ({ path, thing, ...more });
/** The same row on both sites. */
const everywhere = (key: string, row: Row): Record<string, Row> => ({ [`staff ${key}`]: row, [`portal ${key}`]: row });

const token = 'A'.repeat(43);
const refusedLink = { answers: [200, 404, 410, 422] };
const report = (_world: World, place: string | number): Body => ({ installation_id: place, text: 'It drips again', urgency: 2 });
const customer = (id: string | number) => `/customers/${id}`;
const order = (id: string | number) => `/orders/${id}`;
const reported = (id: string | number) => `/reports/${id}`;

const shared: Record<string, Row> = {
  ...everywhere('get /sign-in', at('/sign-in', { answers: [200, 303] })),
  ...everywhere('post /sign-in', at('/sign-in', { answers: [303, 401, 422, 429] })),
  ...everywhere('post /sign-out', at('/sign-out')),
  ...everywhere('get /session/ping', at('/session/ping', { answers: [204] })),
  ...everywhere('get /forgot', at('/forgot', { answers: [200, 303] })),
  ...everywhere('post /forgot', at('/forgot', { answers: [200, 303, 422, 429] })),
  ...everywhere('get /reset/:token', at(`/reset/${token}`, refusedLink)),
  ...everywhere('post /reset/:token', at(`/reset/${token}`, refusedLink)),
  ...everywhere('get /register/:token', at(`/register/${token}`, refusedLink)),
  ...everywhere('post /register/:token', at(`/register/${token}`, refusedLink)),
  ...everywhere('get /profile', at('/profile')),
  ...everywhere('post /profile', at('/profile')),
  ...everywhere('get /profile/password', at('/profile/password')),
  ...everywhere('post /profile/password', at('/profile/password')),
  ...everywhere(
    'post /profile/sessions/:id/end',
    of('session of another', (id) => `/profile/sessions/${id}/end`),
  ),
  ...everywhere('post /profile/mode', at('/profile/mode')),
  ...everywhere('post /language', at('/language', { answers: [303, 422] })),
  ...everywhere('get /brand/logo', at('/brand/logo', { answers: [200, 404] })),
  ...everywhere(
    'get /files/:id',
    of('photo', (id) => `/files/${id}`),
  ),
  ...everywhere(
    'get /files/:id/thumb',
    of('photo', (id) => `/files/${id}/thumb`),
  ),
  ...everywhere('get /notifications', at('/notifications')),
  ...everywhere('get /notifications/unread', at('/notifications/unread')),
  ...everywhere('post /notifications/read', at('/notifications/read')),
  ...everywhere(
    'post /notifications/:id/read',
    of('notification of another', (id) => `/notifications/${id}/read`),
  ),
  ...everywhere('get /health/live', at('/health/live')),
  ...everywhere('get /health/ready', at('/health/ready')),
  // From this machine; who asks from elsewhere is told that there is no such page.
  ...everywhere('get /metrics', at('/metrics')),
  ...everywhere('get /', at('/')),
  ...everywhere('get /api/v1/desk/orders', at('/api/v1/desk/orders')),
  ...everywhere(
    'get /api/v1/desk/orders/:id',
    of('order', (id) => `/api/v1/desk/orders/${id}`),
  ),
};

const administration: Record<string, Row> = {
  'staff get /menu/counts': at('/menu/counts'),
  'staff get /setup': at('/setup', { answers: [404] }),
  'staff post /setup': at('/setup', { answers: [404, 422] }),
  'staff get /settings/license': at('/settings/license'),
  'staff post /settings/license': at('/settings/license'),
  'staff post /settings/license/install': at('/settings/license/install'),
  'staff get /settings/modules': at('/settings/modules'),
  'staff post /settings/modules/:id': of('module', (id) => `/settings/modules/${id}`, { body: () => ({ enabled: '1' }) }),
  'staff post /settings/modules/:id/on': of('module', (id) => `/settings/modules/${id}/on`),
  'staff post /settings/modules/:id/retry': of('module', (id) => `/settings/modules/${id}/retry`),
  'staff get /settings/accounts': at('/settings/accounts'),
  'staff get /settings/accounts/new': at('/settings/accounts/new'),
  'staff post /settings/accounts/new': at('/settings/accounts/new'),
  'staff get /settings/accounts/:id': of('staff account', (id) => `/settings/accounts/${id}`),
  'staff post /settings/accounts/:id': of('staff account', (id) => `/settings/accounts/${id}`),
  'staff post /settings/accounts/:id/disable': of('staff account', (id) => `/settings/accounts/${id}/disable`),
  'staff post /settings/accounts/:id/enable': of('staff account', (id) => `/settings/accounts/${id}/enable`),
  'staff post /settings/accounts/:id/invite': of('staff account', (id) => `/settings/accounts/${id}/invite`),
  'staff get /settings/roles': at('/settings/roles'),
  'staff get /settings/health': at('/settings/health'),
  'staff post /settings/health/:plugin/retry': of('module', (id) => `/settings/health/${id}/retry`),
  'staff post /settings/health/:plugin/off': of('module', (id) => `/settings/health/${id}/off`),
  'staff get /settings/about': at('/settings/about'),
  'staff get /settings/audit': at('/settings/audit'),
  'staff get /settings/audit/chain': at('/settings/audit/chain'),
  'staff get /settings/audit/export': at('/settings/audit/export'),
  'staff get /settings/audit/:id': of('audit entry', (id) => `/settings/audit/${id}`),
  'staff get /settings/outgoing': at('/settings/outgoing'),
  'staff get /settings/outgoing/:id': of('message', (id) => `/settings/outgoing/${id}`),
  'staff get /settings/outgoing/:id/html': of('message', (id) => `/settings/outgoing/${id}/html`),
  'staff post /settings/outgoing/:id/retry': of('message', (id) => `/settings/outgoing/${id}/retry`),
  'staff get /settings/jobs': at('/settings/jobs'),
  // No job has failed: there is only the missing one.
  'staff post /settings/jobs/:id/retry': of('nothing', (id) => `/settings/jobs/${id}/retry`),
  'staff post /settings/jobs/:id/delete': of('nothing', (id) => `/settings/jobs/${id}/delete`),
  'staff get /settings/mail-test': at('/settings/mail-test'),
  'staff post /settings/mail-test': at('/settings/mail-test'),
  'staff get /settings': at('/settings', { answers: [303] }),
  'staff get /settings/:plugin': of('topic', (id) => `/settings/${id}`),
  'staff post /settings/:plugin': of('topic', (id) => `/settings/${id}`),
  'staff post /settings/:plugin/reset': of('topic', (id) => `/settings/${id}/reset`, { body: () => ({ key: 'portal.welcome' }) }),
  'staff get /settings/:plugin/history': of('topic', (id) => `/settings/${id}/history`),
  'staff post /settings/:plugin/history/:id/revert': of('change', (id) => `/settings/core/history/${id}/revert`),
  'staff get /demo': at('/demo'),
  'staff post /demo/load': at('/demo/load', { skip: 'makes a thousand orders' }),
  'staff post /demo/remove': at('/demo/remove', { skip: 'there are none' }),
};

const customers: Record<string, Row> = {
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

const desk: Record<string, Row> = {
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
  'staff get /reports': at('/reports'),
  'staff get /reports/:id': of('report', reported),
  'staff post /reports/:id': of('report', reported, { needs: 'desk.request.manage' }),
  'staff get /reports/:id/reject': of('report', (id) => `${reported(id)}/reject`),
  'staff post /reports/:id/reject': of('report', (id) => `${reported(id)}/reject`),
  'staff post /reports/:id/reopen': of('report', (id) => `${reported(id)}/reopen`),
  'staff post /reports/:id/messages': of('report', (id) => `${reported(id)}/messages`, { body: () => ({ text: 'Hello' }) }),
  'staff post /api/v1/desk/requests': of('installation', () => '/api/v1/desk/requests', { body: report }),
};

const portal: Record<string, Row> = {
  'portal get /report': at('/report'),
  'portal post /report': of('installation', () => '/report', { body: report }),
  'portal get /reports/:id': of('report', reported, { needs: 'desk.request.read' }),
  'portal get /orders': at('/orders'),
  'portal get /orders/:id': of('order', order),
  'portal post /orders/:id/messages': of('order', (id) => `${order(id)}/messages`, { body: () => ({ text: 'Hello' }) }),
  'portal get /installations': at('/installations'),
  'portal get /installations/:id': of('installation', (id) => `/installations/${id}`),
  'portal get /search': at('/search?q=Alder'),
  'portal post /api/v1/desk/requests': of('installation', () => '/api/v1/desk/requests', { body: report }),
};

/** One row per route, by site, method and path. A route without a row fails the matrix. */
export const rows: Readonly<Record<string, Row>> = { ...shared, ...administration, ...customers, ...desk, ...portal };
