import { at, everywhere, of, type Row } from './types.js';

/** The core's REST operations; those of plugins stand with their pages. */
export const api: Record<string, Row> = {
  ...everywhere('get /api/v1/me', at('/api/v1/me')),
  ...everywhere('patch /api/v1/me', at('/api/v1/me', { body: () => ({ timeZone: 'Europe/Stockholm' }) })),
  ...everywhere('get /api/v1/openapi.json', at('/api/v1/openapi.json')),
  ...everywhere('get /api/docs', at('/api/docs')),
  ...everywhere('get /api/docs/:operation', at('/api/docs/getMe')),
  ...everywhere('get /profile/api-tokens', at('/profile/api-tokens')),
  ...everywhere('get /profile/api-tokens/new', at('/profile/api-tokens/new')),
  ...everywhere('post /profile/api-tokens/new', at('/profile/api-tokens/new', { body: () => ({ name: 'Import', days: '90', reach: 'all' }) })),
  ...everywhere(
    'post /profile/api-tokens/:id/revoke',
    of('token of another', (id) => `/profile/api-tokens/${id}/revoke`),
  ),
  'staff get /settings/api-tokens': at('/settings/api-tokens'),
  'staff post /settings/api-tokens/:id/revoke': of('token', (id) => `/settings/api-tokens/${id}/revoke`),
};
