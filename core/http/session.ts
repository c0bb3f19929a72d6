import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import type { Sessions } from '../accounts/types.js';
import { AppError } from '../errors.js';
import { cookie, stateOf } from './state.js';
import type { PageContext } from './types.js';

/** Sets and clears the cookie that holds the session's token. */
export interface SessionCookies {
  signIn(c: PageContext, accountId: number): Promise<void>;
  signOut(c: PageContext): Promise<void>;
}

/** `__Host-` binds the cookie to this host over TLS; without TLS browsers refuse that prefix. */
const cookieName = (site: string, secure: boolean) => `${secure ? '__Host-' : ''}portico-${site}`;

export function sessionToken(req: Request, site: string): string | null {
  return cookie(req.headers.cookie, cookieName(site, req.secure));
}

/** The token in a socket's handshake, which has passed no proxy handling: both names are looked for. */
export function sessionTokenOf(req: IncomingMessage, site: string): string | null {
  return cookie(req.headers.cookie, cookieName(site, true)) ?? cookie(req.headers.cookie, cookieName(site, false));
}

function write(res: Response, req: Request, site: string, token: string): void {
  res.cookie(cookieName(site, req.secure), token, { httpOnly: true, sameSite: 'lax', path: '/', secure: req.secure });
}

export function sessionCookies(sessions: Sessions): SessionCookies {
  return {
    async signIn(c, accountId) {
      const before = stateOf(c.req).session;
      if (before) await sessions.end(before.id);
      const { token } = await sessions.create({ accountId, site: c.site, ip: c.req.ip ?? null, agent: c.req.get('user-agent')?.slice(0, 250) ?? null });
      write(c.res, c.req, c.site, token);
    },
    async signOut(c) {
      const { session } = stateOf(c.req);
      if (session) await sessions.end(session.id);
      c.res.clearCookie(cookieName(c.site, c.req.secure), { path: '/', httpOnly: true, sameSite: 'lax', secure: c.req.secure });
    },
  };
}

const csrfField = '_csrf';

/** @throws AppError 403 unless the form or header carries the session's token; without a session there is nothing to forge */
export function assertCsrf(req: Request): void {
  const { session } = stateOf(req);
  if (!session) return;
  const sent: unknown = req.get('x-csrf-token') ?? (req.body as Record<string, unknown> | undefined)?.[csrfField];
  const given = Buffer.from(typeof sent === 'string' ? sent : '');
  const wanted = Buffer.from(session.csrf);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    throw new AppError('csrf', 403, { key: 'core:error.csrf' });
  }
}

/** @throws AppError 403 for a changing request that a browser says comes from elsewhere */
export function assertSameOrigin(req: Request): void {
  if (req.method === 'GET' || req.method === 'HEAD') return;
  const fetchSite = req.get('sec-fetch-site');
  const origin = req.get('origin');
  const foreign = (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') || (origin !== undefined && !sameHost(origin, req));
  if (foreign) throw new AppError('csrf', 403, { key: 'core:error.csrf' });
}

/** Does an Origin header name the host that the request was sent to? */
export function sameHost(origin: string, req: Pick<IncomingMessage, 'headers'>): boolean {
  try {
    return new URL(origin).host === req.headers.host;
  } catch {
    return false;
  }
}
