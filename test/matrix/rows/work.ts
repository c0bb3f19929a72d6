import { at, everywhere, of, type Row } from './types.js';

type Id = string | number;
const order = (id: Id) => `/orders/${id}`;
const api = (id: Id) => `/api/v1/desk/orders/${id}`;
const entry = () => ({ start: '2026-11-03T08:00', minutes: 45, kind: 'work', billable: '1' });
const gone = { skip: 'takes it away' };
const articleForm = () => ({ number: 'M-1', text: 'Filter', active: '1' });
const list = () => ({ name: 'Yearly', points: 'Clean', active: '1' });
let serial = 0;
const another = () => ({ number: `N-${(serial += 1)}`, text: 'Filter', salesPrice: 500 });

/** What happens on site, the catalog, the report and the hand-over to the economic system. */
export const work: Record<string, Row> = {
  'staff get /orders/:id/visit': of('order', (id) => `${order(id)}/visit`),
  'staff post /orders/:id/visit': of('order', (id) => `${order(id)}/visit`, { body: () => ({ performed_work: 'New seal' }) }),
  'staff post /orders/:id/visit/status': of('order', (id) => `${order(id)}/visit/status`, { body: () => ({ status: 'on-site' }) }),
  'staff post /orders/:id/timer/start': of('order', (id) => `${order(id)}/timer/start`, { body: () => ({ kind: 'work' }) }),
  'staff post /orders/:id/timer/stop': of('order', (id) => `${order(id)}/timer/stop`, { answers: [303, 409] }),
  'staff get /orders/:id/times/new': of('order', (id) => `${order(id)}/times/new`),
  'staff post /orders/:id/times/new': of('order', (id) => `${order(id)}/times/new`, { body: entry }),
  'staff get /orders/:id/times/:time': of('time of order', order),
  'staff post /orders/:id/times/:time': of('time of order', order, { body: entry }),
  'staff post /orders/:id/times/:time/remove': of('time of order', (id) => `${order(id)}/remove`, gone),
  'staff post /orders/:id/times/:time/row': of('time of order', (id) => `${order(id)}/row`, { answers: [303, 409] }),
  'staff post /orders/:id/times-to-rows': of('order', (id) => `${order(id)}/times-to-rows`),
  'staff post /orders/:id/checks': of('order', (id) => `${order(id)}/checks`, { body: () => ({ text: 'Oil' }) }),
  'staff post /orders/:id/checks/list': of('order', (id) => `${order(id)}/checks/list`, { body: (world) => ({ list_id: world.things['checklist']?.own }) }),
  'staff post /orders/:id/checks/:check': of('check of order', order, { body: () => ({ done: '1' }) }),
  'staff post /orders/:id/checks/:check/remove': of('check of order', (id) => `${order(id)}/remove`, gone),
  // Without a photo the form is refused.
  'staff post /orders/:id/photos/:kind': of('order', (id) => `${order(id)}/photos/before`, { answers: [422] }),
  // There is no such photo.
  'staff post /orders/:id/photos/:file/remove': of('order', (id) => `${order(id)}/photos/none/remove`, { answers: [404] }),
  'staff get /orders/:id/sign': of('order', (id) => `${order(id)}/sign`),
  'staff post /orders/:id/sign': of('order', (id) => `${order(id)}/sign`, { body: () => ({ name: 'Anna' }) }),
  'staff post /orders/:id/sign/withdraw': of('order', (id) => `${order(id)}/sign/withdraw`, { answers: [303, 404] }),
  'staff get /orders/:id/report': of('order', (id) => `${order(id)}/report`),
  ...everywhere(
    'get /orders/:id/report.pdf',
    of('done order', (id) => `${order(id)}/report.pdf`),
  ),
  'staff get /catalog': at('/catalog'),
  'staff get /catalog/export.csv': at('/catalog/export.csv'),
  'staff get /catalog/new': at('/catalog/new'),
  'staff post /catalog/new': at('/catalog/new', { body: articleForm }),
  'staff get /catalog/import': at('/catalog/import'),
  'staff post /catalog/import': at('/catalog/import'),
  'staff get /catalog/import/:id': of('article import', (id) => `/catalog/import/${id}`),
  'staff get /catalog/import/:id/errors.csv': of('article import', (id) => `/catalog/import/${id}/errors.csv`),
  'staff post /catalog/import/:id/check': of('article import', (id) => `/catalog/import/${id}/check`, { answers: [303, 409] }),
  'staff post /catalog/import/:id/run': of('article import', (id) => `/catalog/import/${id}/run`, { answers: [303, 409] }),
  'staff post /catalog/import/:id/undo': of('article import', (id) => `/catalog/import/${id}/undo`, { answers: [303, 409] }),
  'staff post /catalog/import/:id/discard': of('article import', (id) => `/catalog/import/${id}/discard`, gone),
  'staff get /catalog/articles/:article': of('article', (id) => `/catalog/articles/${id}`),
  'staff post /catalog/articles/:article': of('article', (id) => `/catalog/articles/${id}`, { body: articleForm }),
  'staff post /catalog/articles/:article/activate': of('article', (id) => `/catalog/articles/${id}/activate`),
  'staff post /catalog/articles/:article/deactivate': of('article', (id) => `/catalog/articles/${id}/deactivate`),
  'staff get /catalog/checklists': at('/catalog/checklists'),
  'staff get /catalog/checklists/new': at('/catalog/checklists/new'),
  'staff post /catalog/checklists/new': at('/catalog/checklists/new', { body: list }),
  'staff get /catalog/checklists/:list': of('checklist', (id) => `/catalog/checklists/${id}`),
  'staff post /catalog/checklists/:list': of('checklist', (id) => `/catalog/checklists/${id}`, { body: list }),
  'staff get /invoicing': at('/invoicing'),
  'staff post /invoicing': at('/invoicing', { answers: [303, 409] }),
  'staff get /invoicing/:export': of('hand-over', (id) => `/invoicing/${id}`),
  'staff get /invoicing/:export/orders.csv': of('hand-over', (id) => `/invoicing/${id}/orders.csv`),
  'staff get /invoicing/:export/orders.json': of('hand-over', (id) => `/invoicing/${id}/orders.json`),
  'staff post /invoicing/:export/undo': of('hand-over', (id) => `/invoicing/${id}/undo`, {
    skip: 'its orders leave it, and nobody sees it then but who made it',
  }),
  'staff post /invoicing/:export/invoice': of('hand-over', (id) => `/invoicing/${id}/invoice`),
  'staff post /api/v1/desk/orders': of('customer', () => '/api/v1/desk/orders', { body: (_world, id) => ({ customerId: id, title: 'Yearly check' }) }),
  'staff post /api/v1/desk/orders/:id/status': of('order', (id) => `${api(id)}/status`, { body: () => ({ status: 'on-site' }) }),
  'staff put /api/v1/desk/orders/:id/plan': of('order', (id) => `${api(id)}/plan`, {
    body: () => ({ technicianId: null, plannedStart: '2026-12-01T08:00', plannedEnd: null, helperIds: [] }),
  }),
  'staff put /api/v1/desk/orders/:id/work': of('order', (id) => `${api(id)}/work`, { body: () => ({ performedWork: 'New seal' }) }),
  ...everywhere(
    'get /api/v1/desk/orders/:id/times',
    of('order', (id) => `${api(id)}/times`),
  ),
  'staff post /api/v1/desk/orders/:id/times': of('order', (id) => `${api(id)}/times`, { body: entry }),
  'staff put /api/v1/desk/orders/:id/times/:time': of('time of order', api, { body: entry }),
  'staff delete /api/v1/desk/orders/:id/times/:time': of('time of order', api, gone),
  'staff post /api/v1/desk/orders/:id/times/:time/row': of('time of order', (id) => `${api(id)}/row`, { answers: [201, 409] }),
  'staff post /api/v1/desk/orders/:id/timer': of('order', (id) => `${api(id)}/timer`, { body: () => ({ kind: 'work' }) }),
  'staff delete /api/v1/desk/orders/:id/timer': of('order', (id) => `${api(id)}/timer`, { answers: [200, 409] }),
  ...everywhere(
    'get /api/v1/desk/orders/:id/checks',
    of('order', (id) => `${api(id)}/checks`),
  ),
  'staff post /api/v1/desk/orders/:id/checks': of('order', (id) => `${api(id)}/checks`, { body: () => ({ text: 'Oil' }) }),
  'staff put /api/v1/desk/orders/:id/checks/:check': of('check of order', api, { body: () => ({ done: true }) }),
  'staff delete /api/v1/desk/orders/:id/checks/:check': of('check of order', api, gone),
  ...everywhere(
    'get /api/v1/desk/orders/:id/photos',
    of('order', (id) => `${api(id)}/photos`),
  ),
  ...everywhere(
    'get /api/v1/desk/orders/:id/signature',
    of('order', (id) => `${api(id)}/signature`),
  ),
  'staff put /api/v1/desk/orders/:id/signature': of('order', (id) => `${api(id)}/signature`, { body: () => ({ name: 'Anna' }) }),
  ...everywhere(
    'get /api/v1/desk/orders/:id/report',
    of('done order', (id) => `${api(id)}/report`),
  ),
  'staff get /api/v1/desk/articles': at('/api/v1/desk/articles'),
  'staff get /api/v1/desk/articles/:id': of('article', (id) => `/api/v1/desk/articles/${id}`),
  'staff post /api/v1/desk/articles': at('/api/v1/desk/articles', { body: another }),
  'staff put /api/v1/desk/articles/:id': of('article', (id) => `/api/v1/desk/articles/${id}`, { body: another }),
  'staff post /api/v1/desk/article-imports': at('/api/v1/desk/article-imports', { body: () => ({ fileName: 'a.csv', csv: 'Number;Text\nZ-1;Zinc' }) }),
  'staff get /api/v1/desk/article-imports/:id': of('article import', (id) => `/api/v1/desk/article-imports/${id}`),
  'staff get /api/v1/desk/article-imports/:id/lines': of('article import', (id) => `/api/v1/desk/article-imports/${id}/lines`),
  'staff post /api/v1/desk/article-imports/:id/run': of('article import', (id) => `/api/v1/desk/article-imports/${id}/run`, { answers: [202, 409] }),
  'staff post /api/v1/desk/article-imports/:id/undo': of('article import', (id) => `/api/v1/desk/article-imports/${id}/undo`, { answers: [202, 409] }),
  'staff get /api/v1/desk/checklists': at('/api/v1/desk/checklists'),
  'staff post /api/v1/desk/checklists': at('/api/v1/desk/checklists', { body: () => ({ name: 'Yearly', points: 'Clean' }) }),
  'staff put /api/v1/desk/checklists/:id': of('checklist', (id) => `/api/v1/desk/checklists/${id}`, { body: () => ({ name: 'Yearly', points: 'Clean' }) }),
  'staff get /api/v1/desk/exports/waiting': at('/api/v1/desk/exports/waiting'),
  'staff get /api/v1/desk/exports': at('/api/v1/desk/exports'),
  'staff post /api/v1/desk/exports': at('/api/v1/desk/exports', { answers: [201, 409] }),
  'staff get /api/v1/desk/exports/:id': of('hand-over', (id) => `/api/v1/desk/exports/${id}`),
  'staff get /api/v1/desk/exports/:id/csv': of('hand-over', (id) => `/api/v1/desk/exports/${id}/csv`),
  'staff post /api/v1/desk/exports/:id/undo': of('hand-over', (id) => `/api/v1/desk/exports/${id}/undo`, {
    skip: 'its orders leave it, and nobody sees it then but who made it',
  }),
  'staff post /api/v1/desk/exports/:id/invoice': of('hand-over', (id) => `/api/v1/desk/exports/${id}/invoice`),
};
