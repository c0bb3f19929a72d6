import type { World } from '../world.js';
import { at, everywhere, of, type Row } from './types.js';

const webhook = (id: string | number) => `/settings/webhooks/${id}`;
const webhooks = '/api/v1/webhooks';
const receiver = { name: 'Receiver', url: 'https://127.0.0.1:1/hook', events: ['core.setting.changed'] };
const form = () => ({ ...receiver, active: 'true' });
const json = () => ({ ...receiver, active: true });

/** What the row gave back is deleted once more. */
const deleteAgain = ({ t, things }: World) =>
  t.app.db.run('UPDATE core_webhooks SET deleted_at = ? WHERE id = ?', [new Date(), things['deleted webhook']?.own]).then(() => undefined);

/** The core's REST operations; those of plugins stand with their pages. */
export const api: Record<string, Row> = {
  ...everywhere('get /api/v1/me', at('/api/v1/me')),
  ...everywhere('patch /api/v1/me', at('/api/v1/me', { body: () => ({ timeZone: 'Europe/Stockholm' }) })),
  ...everywhere('get /search', at('/search?q=Alder')),
  ...everywhere('get /api/v1/search', at('/api/v1/search?q=Alder')),
  ...everywhere('get /api/v1/openapi.json', at('/api/v1/openapi.json')),
  'staff get /api/v1/accounts': at('/api/v1/accounts'),
  'staff post /api/v1/accounts': at('/api/v1/accounts', { body: () => ({ name: 'Ada Api', email: 'ada.api@staff.test', roles: ['agent'] }) }),
  'staff get /api/v1/accounts/:id': of('staff account', (id) => `/api/v1/accounts/${id}`),
  'staff put /api/v1/accounts/:id/roles': of('staff account', (id) => `/api/v1/accounts/${id}/roles`, { body: () => ({ roles: ['agent'] }) }),
  'staff post /api/v1/accounts/:id/disable': of('staff account', (id) => `/api/v1/accounts/${id}/disable`),
  'staff post /api/v1/accounts/:id/enable': of('staff account', (id) => `/api/v1/accounts/${id}/enable`),
  'staff post /api/v1/accounts/:id/invite': of('staff account', (id) => `/api/v1/accounts/${id}/invite`),
  'staff get /api/v1/audit': at('/api/v1/audit'),
  'staff get /api/v1/audit/:id': of('audit entry', (id) => `/api/v1/audit/${id}`),
  'staff get /api/v1/settings': at('/api/v1/settings'),
  'staff get /api/v1/settings/:key': of('setting', (key) => `/api/v1/settings/${key}`),
  'staff put /api/v1/settings/:key': of('setting', (key) => `/api/v1/settings/${key}`, { body: () => ({ value: '+46 40 10 20 30' }) }),
  'staff delete /api/v1/settings/:key': of('setting', (key) => `/api/v1/settings/${key}`),
  'staff get /api/v1/modules': at('/api/v1/modules'),
  'staff get /api/v1/modules/:id': of('module', (id) => `/api/v1/modules/${id}`),
  'staff put /api/v1/modules/:id': of('module', (id) => `/api/v1/modules/${id}`, { body: () => ({ enabled: true }) }),
  'staff get /api/v1/license': at('/api/v1/license'),
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
  'staff get /settings/webhooks': at('/settings/webhooks'),
  'staff get /settings/webhooks/new': at('/settings/webhooks/new'),
  'staff post /settings/webhooks/new': at('/settings/webhooks/new', { body: form }),
  'staff get /settings/webhooks/:id': of('webhook', webhook),
  'staff get /settings/webhooks/:id/edit': of('webhook', (id) => `${webhook(id)}/edit`),
  'staff post /settings/webhooks/:id/edit': of('webhook', (id) => `${webhook(id)}/edit`, { body: form }),
  'staff get /settings/webhooks/:id/secret': of('webhook', (id) => `${webhook(id)}/secret`),
  'staff post /settings/webhooks/:id/secret': of('webhook', (id) => `${webhook(id)}/secret`),
  'staff post /settings/webhooks/:id/test': of('webhook', (id) => `${webhook(id)}/test`),
  'staff post /settings/webhooks/:id/delete': of('webhook', (id) => `${webhook(id)}/delete`, { skip: 'the others look at it' }),
  'staff post /settings/webhooks/:id/restore': of('deleted webhook', (id) => `${webhook(id)}/restore`, { undo: deleteAgain }),
  'staff get /settings/webhooks/:id/deliveries/:delivery': of('delivery', webhook),
  'staff post /settings/webhooks/:id/deliveries/:delivery/replay': of('delivery', (id) => `${webhook(id)}/replay`),
  'staff get /api/v1/webhook-events': at('/api/v1/webhook-events'),
  'staff get /api/v1/webhooks': at(webhooks),
  'staff post /api/v1/webhooks': at(webhooks, { body: json }),
  'staff get /api/v1/webhooks/:id': of('webhook', (id) => `${webhooks}/${id}`),
  'staff put /api/v1/webhooks/:id': of('webhook', (id) => `${webhooks}/${id}`, { body: json }),
  'staff delete /api/v1/webhooks/:id': of('webhook', (id) => `${webhooks}/${id}`, { skip: 'the others look at it' }),
  'staff post /api/v1/webhooks/:id/restore': of('deleted webhook', (id) => `${webhooks}/${id}/restore`, { undo: deleteAgain }),
  'staff post /api/v1/webhooks/:id/secret': of('webhook', (id) => `${webhooks}/${id}/secret`),
  'staff post /api/v1/webhooks/:id/test': of('webhook', (id) => `${webhooks}/${id}/test`),
  'staff get /api/v1/webhooks/:id/deliveries': of('webhook', (id) => `${webhooks}/${id}/deliveries`),
  'staff get /api/v1/webhooks/:id/deliveries/:delivery': of('delivery', (id) => `${webhooks}/${id}`),
  'staff post /api/v1/webhooks/:id/deliveries/:delivery/replay': of('delivery', (id) => `${webhooks}/${id}/replay`),
  'staff post /settings/api-tokens/:id/revoke': of('token', (id) => `/settings/api-tokens/${id}/revoke`),
};
