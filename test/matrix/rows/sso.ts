import type { World } from '../world.js';
import { at, customer, everywhere, of, type Body, type Row } from './types.js';

const provider = (id: string | number) => `/settings/single-sign-on/${id}`;
const fields = () => ({ name: 'Service', kind: 'staff', issuer: 'https://login.example.test', client_id: 'portico', domains: 'example.test', active: 'true' });

const shared = '/api/v1/identity-providers';
const ofCustomer = (id: string | number) => `/api/v1${customer(id)}`.replace('/sign-in/', '/identity-providers/');
const json =
  (domains: string) =>
  (_world: World, _id: string | number): Body => ({ name: 'Service', issuer: 'https://login.example.test', clientId: 'portico', domains, active: 1 });
const forget = ({ t }: World) => t.app.db.run("DELETE FROM core_identity_providers WHERE domains = 'api.test'").then(() => undefined);

/** Sign-in services of the installation and of customers. */
export const sso: Record<string, Row> = {
  ...everywhere('get /sign-in/sso', at('/sign-in/sso')),
  ...everywhere('post /sign-in/sso', at('/sign-in/sso', { answers: [200, 422, 429] })),
  ...everywhere('get /sign-in/sso/callback', at('/sign-in/sso/callback', { answers: [400] })),
  ...everywhere('get /sign-in/sso/:provider', at('/sign-in/sso/999999', { answers: [404] })),
  ...everywhere(
    'post /profile/identities/:id/unlink',
    of('identity of another', (id) => `/profile/identities/${id}/unlink`),
  ),
  'staff get /settings/single-sign-on': at('/settings/single-sign-on'),
  'staff get /settings/single-sign-on/new': at('/settings/single-sign-on/new'),
  'staff post /settings/single-sign-on/new': at('/settings/single-sign-on/new'),
  'staff get /settings/single-sign-on/:provider': of('provider', provider),
  'staff post /settings/single-sign-on/:provider': of('provider', provider, { body: fields }),
  'staff post /settings/single-sign-on/:provider/test': of('provider', (id) => `${provider(id)}/test`),
  'staff post /settings/single-sign-on/:provider/delete': of('provider', (id) => `${provider(id)}/delete`, { skip: 'the others look at it' }),
  'staff get /customers/:id/sign-in': of('customer', (id) => `${customer(id)}/sign-in`),
  'staff post /customers/:id/sign-in/second-factor': of('customer', (id) => `${customer(id)}/sign-in/second-factor`),
  'staff get /customers/:id/sign-in/new': of('customer', (id) => `${customer(id)}/sign-in/new`),
  'staff post /customers/:id/sign-in/new': of('customer', (id) => `${customer(id)}/sign-in/new`, {
    body: (_world, id) => ({ ...fields(), domains: `new-${id}.test` }),
    undo: ({ t }) => t.app.db.run("DELETE FROM core_identity_providers WHERE domains LIKE 'new-%'").then(() => undefined),
  }),
  'staff get /customers/:id/sign-in/:provider': of('provider of customer', customer),
  'staff post /customers/:id/sign-in/:provider': of('provider of customer', customer, {
    body: (_world, id) => ({ ...fields(), domains: `${String(id).replaceAll('/', '-')}.test` }),
  }),
  'staff post /customers/:id/sign-in/:provider/test': of('provider of customer', (id) => `${customer(id)}/test`),
  'staff post /customers/:id/sign-in/:provider/delete': of('provider of customer', (id) => `${customer(id)}/delete`, { skip: 'the others look at it' }),
  'staff get /api/v1/identity-providers': at(shared),
  'staff post /api/v1/identity-providers': at(shared, { body: json('api.test'), undo: forget }),
  'staff get /api/v1/identity-providers/:provider': of('provider', (id) => `${shared}/${id}`),
  'staff put /api/v1/identity-providers/:provider': of('provider', (id) => `${shared}/${id}`, { body: json('all.test') }),
  'staff get /api/v1/identity-providers/:provider/description': of('provider', (id) => `${shared}/${id}/description`),
  'staff delete /api/v1/identity-providers/:provider': of('provider', (id) => `${shared}/${id}`, { skip: 'the others look at it' }),
  'staff get /api/v1/customers/:id/identity-providers': of('customer', (id) => `/api/v1${customer(id)}/identity-providers`),
  'staff post /api/v1/customers/:id/identity-providers': of('customer', (id) => `/api/v1${customer(id)}/identity-providers`, {
    body: json('api.test'),
    undo: forget,
  }),
  'staff get /api/v1/customers/:id/identity-providers/:provider': of('provider of customer', ofCustomer),
  'staff put /api/v1/customers/:id/identity-providers/:provider': of('provider of customer', ofCustomer, {
    body: (world, id) => json(`${String(id).replaceAll('/', '-')}.test`)(world, id),
  }),
  'staff get /api/v1/customers/:id/identity-providers/:provider/description': of('provider of customer', (id) => `${ofCustomer(id)}/description`),
  'staff delete /api/v1/customers/:id/identity-providers/:provider': of('provider of customer', ofCustomer, { skip: 'the others look at it' }),
};
