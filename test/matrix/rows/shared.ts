import { signIn } from './sign-in.js';
import { at, everywhere, of, token, type Row } from './types.js';

const refusedLink = { answers: [200, 404, 410, 422] };

/** What both sites have. */
export const shared: Record<string, Row> = {
  ...everywhere('get /sign-in', at('/sign-in', { answers: [200, 303] })),
  ...everywhere('post /sign-in', at('/sign-in', { answers: [303, 401, 422, 429] })),
  ...everywhere('post /sign-out', at('/sign-out')),
  ...everywhere('get /session/ping', at('/session/ping', { answers: [204] })),
  ...everywhere('get /confirm', at('/confirm')),
  ...everywhere('post /confirm', at('/confirm', { answers: [303, 422, 429] })),
  ...everywhere('post /confirm/send', at('/confirm/send', { answers: [303, 429] })),
  ...signIn,
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
