import { at, everywhere, of, token, type Row } from './types.js';

// Nobody has begun a sign-in: these lead back to its start.
const nothingBegun = { answers: [303] };
const deadLink = { answers: [404] };

/** The second step, second factors, and the own mail address and user name. */
export const signIn: Record<string, Row> = {
  ...everywhere('get /sign-in/second', at('/sign-in/second', nothingBegun)),
  ...everywhere('post /sign-in/second', at('/sign-in/second', nothingBegun)),
  ...everywhere('post /sign-in/second/send', at('/sign-in/second/send', nothingBegun)),
  ...everywhere('post /sign-in/passkey/start', at('/sign-in/passkey/start', nothingBegun)),
  ...everywhere('get /sign-in/passkey', at('/sign-in/passkey', nothingBegun)),
  ...everywhere('post /sign-in/passkey', at('/sign-in/passkey', nothingBegun)),
  ...everywhere('get /profile/security', at('/profile/security')),
  ...everywhere('get /profile/security/totp', at('/profile/security/totp')),
  ...everywhere('post /profile/security/totp', at('/profile/security/totp', { answers: [422] })),
  ...everywhere('get /profile/security/totp/key.svg', at('/profile/security/totp/key.svg')),
  ...everywhere('get /profile/security/passkey', at('/profile/security/passkey')),
  ...everywhere('post /profile/security/passkey', at('/profile/security/passkey', { answers: [422] })),
  ...everywhere('get /profile/security/email', at('/profile/security/email')),
  ...everywhere('post /profile/security/email', at('/profile/security/email', { answers: [422] })),
  ...everywhere('post /profile/security/email/send', at('/profile/security/email/send')),
  ...everywhere(
    'post /profile/security/factors/:id/remove',
    of('factor of another', (id) => `/profile/security/factors/${id}/remove`),
  ),
  ...everywhere(
    'get /profile/security/factors/:id/name',
    of('factor of another', (id) => `/profile/security/factors/${id}/name`),
  ),
  ...everywhere(
    'post /profile/security/factors/:id/name',
    of('factor of another', (id) => `/profile/security/factors/${id}/name`, { body: () => ({ name: 'Work laptop' }) }),
  ),
  ...everywhere('get /profile/security/codes', at('/profile/security/codes')),
  ...everywhere('post /profile/security/codes', at('/profile/security/codes', { answers: [409] })),
  ...everywhere(
    'post /profile/security/devices/:id/forget',
    of('remembered browser of another', (id) => `/profile/security/devices/${id}/forget`),
  ),
  ...everywhere('post /profile/security/notice', at('/profile/security/notice')),
  ...everywhere('get /profile/email', at('/profile/email')),
  ...everywhere('post /profile/email', at('/profile/email', { answers: [422] })),
  ...everywhere('get /profile/user-name', at('/profile/user-name')),
  ...everywhere('post /profile/user-name', at('/profile/user-name', { answers: [422] })),
  ...everywhere('get /profile/email/confirm/:token', at(`/profile/email/confirm/${token}`, deadLink)),
  ...everywhere('post /profile/email/confirm/:token', at(`/profile/email/confirm/${token}`, deadLink)),
  ...everywhere('get /profile/email/undo/:token', at(`/profile/email/undo/${token}`, deadLink)),
  ...everywhere('post /profile/email/undo/:token', at(`/profile/email/undo/${token}`, deadLink)),
  ...everywhere('get /.well-known/security.txt', at('/.well-known/security.txt', { answers: [200, 404] })),
  ...everywhere('get /.well-known/change-password', at('/.well-known/change-password', { answers: [303] })),
};
