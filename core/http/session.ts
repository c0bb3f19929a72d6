import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import type { SignInMethod } from '../accounts/factors/models.js';
import { isSecret, newSecret, secretHash } from '../accounts/secrets.js';
import type { SignInLog } from '../accounts/sign-in-log.js';
import type { Sessions } from '../accounts/types.js';
import type { Database } from '../database/types.js';
import { AppError } from '../errors.js';
import { cookie, stateOf } from './state.js';
import type { PageContext } from './types.js';

/** How somebody got in. */
export interface Entry {
  method: SignInMethod;
  /** More than a password was shown. */
  factorDone?: boolean;
}
/** Sets and clears the cookie that holds the session's token. */
export interface SessionCookies {
  signIn(c: PageContext, accountId: number, entry: Entry): Promise<void>;
  signOut(c: PageContext): Promise<void>;
}
/** What a browser keeps for a site besides the session: a sign-in under way (here, or at a service of somebody else), that it is remembered, which browser it is. */
type Kept = 'pending' | 'device' | 'browser' | 'sso';

/** `__Host-` binds the cookie to this host over TLS; without TLS browsers refuse that prefix. */
const cookieName = (site: string, secure: boolean, kept?: Kept) => `${secure ? '__Host-' : ''}portico-${site}${kept === undefined ? '' : `-${kept}`}`;
const options = (secure: boolean) => ({ httpOnly: true, sameSite: 'lax', path: '/', secure }) as const;
const yearMs = 365 * 86_400_000;

export function sessionToken(req: Request, site: string): string | null {
  return cookie(req.headers.cookie, cookieName(site, req.secure));
}

/** The token in a socket's handshake, which has passed no proxy handling: both names are looked for. */
export function sessionTokenOf(req: IncomingMessage, site: string): string | null {
  return cookie(req.headers.cookie, cookieName(site, true)) ?? cookie(req.headers.cookie, cookieName(site, false));
}

/** A cookie of one site that scripts cannot read. */
export function keptCookie(c: PageContext, kept: Kept): string | null {
  return cookie(c.req.headers.cookie, cookieName(c.site, c.req.secure, kept));
}
/** Null takes it away. */
export function keepCookie(c: PageContext, kept: Kept, value: string | null, maxAge?: number): void {
  const name = cookieName(c.site, c.req.secure, kept);
  if (value === null) c.res.clearCookie(name, options(c.req.secure));
  else c.res.cookie(name, value, { ...options(c.req.secure), maxAge });
}

export function sessionCookies({ db, sessions, log }: { db: Database; sessions: Sessions; log: SignInLog }): SessionCookies {
  return {
    async signIn(c, accountId, { method, factorDone = false }) {
      const before = stateOf(c.req).session;
      if (before) await sessions.end(before.id);
      const from = { site: c.site, ip: c.req.ip ?? null, agent: c.req.get('user-agent')?.slice(0, 250) ?? null };
      const kept = keptCookie(c, 'browser');
      const browser = isSecret(kept) ? kept : newSecret();
      const token = await db.transaction(async () => {
        const made = await sessions.create({ accountId, ...from, factorDone });
        await log.succeeded(made.session.account, { accountId, ...from, method }, secretHash(browser));
        return made.token;
      });
      c.res.cookie(cookieName(c.site, c.req.secure), token, options(c.req.secure));
      keepCookie(c, 'browser', browser, yearMs);
    },
    async signOut(c) {
      const { session } = stateOf(c.req);
      if (session) await sessions.end(session.id);
      c.res.clearCookie(cookieName(c.site, c.req.secure), options(c.req.secure));
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
