import { at, customer, of, type Row } from './types.js';

const tab = (word: string) => (id: string | number) => `${customer(id)}/${word}`;
const template = (id: string | number) => `/customers/templates/${id}`;
const access = (id: string | number) => `/api/v1/accesses/${id}`;
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
  'staff post /customers/:id/accesses/:access/reset-factors': of('access', tab('reset-factors')),
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
  'staff get /customers/templates': at('/customers/templates'),
  'staff get /customers/templates/new': at('/customers/templates/new'),
  'staff post /customers/templates/new': at('/customers/templates/new'),
  'staff get /customers/templates/:template': of('template', template),
  'staff post /customers/templates/:template': of('template', template),
  'staff post /customers/templates/:template/remove': of('template', (id) => `${template(id)}/remove`),
  'staff get /customers/templates/:template/apply': of('template', (id) => `${template(id)}/apply`),
  'staff post /customers/templates/:template/apply': of('template', (id) => `${template(id)}/apply`),
  'staff get /customers/templates/runs/:run': of('nothing', (id) => `/customers/templates/runs/${id}`),
  'staff post /customers/templates/runs/:run/undo': of('nothing', (id) => `/customers/templates/runs/${id}/undo`),
  'staff get /api/v1/access-options': at('/api/v1/access-options'),
  'staff get /api/v1/customer-accounts': at('/api/v1/customer-accounts'),
  'staff post /api/v1/customers/:id/accesses': of('customer', (id) => `/api/v1${customer(id)}/accesses`, {
    body: () => ({
      name: 'Api',
      email: `api-${Math.random()}@person.test`,
      mobile: '',
      options: ['desk.order.read'],
      allInstallations: true,
      installationIds: [],
    }),
  }),
  'staff get /api/v1/accesses/:id/rights': of('access by id', (id) => `${access(id)}/rights`),
  'staff patch /api/v1/accesses/:id/rights': of('access by id', (id) => `${access(id)}/rights`),
  'staff put /api/v1/accesses/:id/status': of('access by id', (id) => `${access(id)}/status`, { body: () => ({ status: 'active' }) }),
  'staff post /api/v1/accesses/:id/invitation': of('access by id', (id) => `${access(id)}/invitation`, { answers: [409] }),
  'staff delete /api/v1/accesses/:id/second-factors': of('access by id', (id) => `${access(id)}/second-factors`, { answers: [204] }),
  'staff delete /api/v1/accesses/:id': of('access by id', access, { answers: [204], ...restored }),
  'staff get /customers/:id/accesses/removed': of('customer', (id) => `${customer(id)}/accesses/removed`),
  'staff get /api/v1/customers/:id/removed-accesses': of('customer', (id) => `/api/v1${customer(id)}/removed-accesses`),
  'staff post /api/v1/customers/:id/accesses/:access/restore': of('access', (id) => `/api/v1${customer(id)}/restore`, { answers: [204] }),
  'staff get /api/v1/customers/:id/administrators': of('customer', (id) => `/api/v1${customer(id)}/administrators`),
  'staff put /api/v1/customers/:id/administrators': of('customer', (id) => `/api/v1${customer(id)}/administrators`, {
    skip: 'takes the customer away from its agent',
    body: () => ({ ids: [] }),
  }),
  'staff get /api/v1/customers/:id/processors': of('customer', (id) => `/api/v1${customer(id)}/processors`),
  'staff post /api/v1/customers/:id/processors': of('customer', (id) => `/api/v1${customer(id)}/processors`, {
    body: () => ({ accountId: 999_999, kind: 'desk.order', objectId: 1 }),
  }),
  'staff delete /api/v1/customers/:id/processors/:processor': of('customer', (id) => `/api/v1${customer(id)}/processors/999999`, { answers: [404] }),
  'staff get /api/v1/option-templates': at('/api/v1/option-templates'),
  'staff get /api/v1/option-templates/:id': of('template', (id) => `/api/v1/option-templates/${id}`),
  'staff post /api/v1/option-templates': at('/api/v1/option-templates', {
    body: () => ({ name: 'By a program', options: ['desk.order.read'] }),
    // Templates are everybody's: who may manage some customers only uses them.
    answers: [201, 403],
  }),
  'staff put /api/v1/option-templates/:id': of('template', (id) => `/api/v1/option-templates/${id}`, {
    body: () => ({ name: 'By a program', options: ['desk.order.read'] }),
    answers: [200, 204, 403],
  }),
  'staff delete /api/v1/option-templates/:id': of('nothing', (id) => `/api/v1/option-templates/${id}`),
  'staff post /api/v1/option-templates/:id/apply': of('template', (id) => `/api/v1/option-templates/${id}/apply`, {
    body: () => ({ q: 'nobody', dryRun: true }),
  }),
  'staff get /api/v1/option-template-runs/:id': of('nothing', (id) => `/api/v1/option-template-runs/${id}`),
  'staff post /api/v1/option-template-runs/:id/undo': of('nothing', (id) => `/api/v1/option-template-runs/${id}/undo`),
  'portal put /api/v1/team/:id/:access/status': of('colleague', (id) => `/api/v1${colleague(id)}/status`, { body: () => ({ status: 'active' }) }),
  'portal post /api/v1/team/:id/:access/invitation': of('colleague', (id) => `/api/v1${colleague(id)}/invitation`, { answers: [409] }),
  'portal post /api/v1/team/:id/:access/restore': of('colleague', (id) => `/api/v1${colleague(id)}/restore`, { answers: [404] }),
  'portal delete /api/v1/own-accesses/:id': of('access of another', (id) => `/api/v1/own-accesses/${id}`),
  'portal delete /api/v1/own-accesses': at('/api/v1/own-accesses', { skip: 'ends the account of whoever is sent through it' }),
  'portal get /api/v1/team/:id': of('customer', (id) => `/api/v1${colleague(id)}`),
  'portal post /api/v1/team/:id': of('customer', (id) => `/api/v1${colleague(id)}`, {
    body: () => ({ name: 'Api', email: `team-${Math.random()}@person.test`, mobile: '', options: ['desk.order.read'], allInstallations: true }),
  }),
  'portal put /api/v1/team/:id/:access': of('colleague', (id) => `/api/v1${colleague(id)}`, {
    body: () => ({ options: ['desk.order.read'], allInstallations: true }),
  }),
  'portal delete /api/v1/team/:id/:access': of('colleague', (id) => `/api/v1${colleague(id)}`, { answers: [204], ...restored }),
  'portal get /api/v1/own-accesses': at('/api/v1/own-accesses'),
  'portal get /evaluation': at('/evaluation'),
  'portal get /evaluation/export.csv': at('/evaluation/export.csv'),
  'portal get /work-sheets': at('/work-sheets'),
  'portal get /work-sheets/export.csv': at('/work-sheets/export.csv'),
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
