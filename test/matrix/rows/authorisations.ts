import { at, customer, of, type Row } from './types.js';

const tab = (word: string) => (id: string | number) => `${customer(id)}/${word}`;
const colleague = (id: string | number) => `/team/${id}`;
const restored = {
  undo: ({ t }: { t: { app: { db: { run(sql: string): Promise<unknown> } } } }) =>
    t.app.db.run('UPDATE customers_accesses SET removed_at = NULL').then(() => undefined),
};

/** Who reaches a customer: accesses, their rights, administrators, processors, colleagues. */
export const authorisations: Record<string, Row> = {
  'staff get /customers/accounts': at('/customers/accounts'),
  'staff get /customers/accounts/export.csv': at('/customers/accounts/export.csv'),
  'staff get /customers/:id/accesses/export.csv': of('customer', (id) => `${customer(id)}/accesses/export.csv`),
  'staff post /customers/:id/accesses/:access/password': of('access', tab('password'), { answers: [409] }),
  ...Object.fromEntries(
    ['options', 'installations', 'projects', 'permissions'].flatMap((word) => [
      [`staff get /customers/:id/accesses/:access/${word}`, of('access', tab(word))],
      [`staff post /customers/:id/accesses/:access/${word}`, of('access', tab(word))],
    ]),
  ),
  'staff post /customers/:id/authorisations/remove': of('customer', (id) => `${customer(id)}/authorisations/remove`, { body: () => ({ group: 'accesses' }) }),
  'staff post /customers/:id/authorisations/restore/:group/:ids': of('customer', (id) => `${customer(id)}/authorisations/restore/processors/0`, {
    answers: [422],
  }),
  'staff get /customers/:id/administrators': of('customer', (id) => `${customer(id)}/administrators`),
  'staff post /customers/:id/administrators': of('customer', (id) => `${customer(id)}/administrators`),
  'staff get /customers/:id/processors': of('customer', (id) => `${customer(id)}/processors`),
  'staff post /customers/:id/processors': of('customer', (id) => `${customer(id)}/processors`),
  'staff post /reports/:id/solver': of('report', (id) => `/reports/${id}/solver`),
  'staff post /reports/:id/origin': of('report', (id) => `/reports/${id}/origin`),
  'staff post /reports/:id/solve': of('report', (id) => `/reports/${id}/solve`, {
    undo: ({ t }) => t.app.db.run("UPDATE desk_requests SET status = 'new' WHERE status = 'solved' AND order_id IS NULL").then(() => undefined),
  }),
  'portal get /solve': at('/solve'),
  // Nobody in this world is the chosen solver: then it is work for staff.
  'portal post /reports/:id/solve': of('report', (id) => `/reports/${id}/solve`, { needs: 'desk.request.manage' }),
  'portal post /reports/:id/messages': of('report', (id) => `/reports/${id}/messages`, { needs: 'desk.request.read', body: () => ({ text: 'Hello' }) }),
  'portal post /customer': at('/customer', { body: () => ({ customer: 0 }) }),
  'portal get /my-access/:id/leave': of('access of another', (id) => `/my-access/${id}/leave`),
  'portal post /my-access/:id/leave': of('access of another', (id) => `/my-access/${id}/leave`),
  'portal get /my-access/delete': at('/my-access/delete'),
  'portal post /my-access/delete': at('/my-access/delete'),
  'portal get /team': at('/team', { answers: [200, 303] }),
  'portal get /team/:id': of('customer', colleague),
  'portal get /team/:id/new': of('customer', (id) => `/team/${id}/new`),
  'portal post /team/:id/new': of('customer', (id) => `/team/${id}/new`),
  'portal get /team/:id/:access': of('colleague', colleague),
  'portal post /team/:id/:access': of('colleague', colleague),
  'portal post /team/:id/:access/resend': of('colleague', (id) => `${colleague(id)}/resend`, { answers: [409] }),
  'portal post /team/:id/:access/enable': of('colleague', (id) => `${colleague(id)}/enable`),
  'portal post /team/:id/:access/disable': of('colleague', (id) => `${colleague(id)}/disable`),
  'portal post /team/:id/:access/remove': of('colleague', (id) => `${colleague(id)}/remove`, restored),
  'portal post /team/:id/:access/restore': of('colleague', (id) => `${colleague(id)}/restore`, { answers: [404] }),
};
