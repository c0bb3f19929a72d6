import type { Request, Response } from 'express';
import { tokenActor } from '../access/actors.js';
import type { Access } from '../access/types.js';
import type { TokenReader } from '../accounts/tokens/token-reader.js';
import { AppError, NotFoundError } from '../errors.js';
import type { Route } from '../http/routes.js';
import type { RequestState } from '../http/state.js';
import type { SiteDefinition } from '../http/types.js';
import type { RateLimits } from './rate-limits.js';

export interface GateParts {
  limits: RateLimits;
  tokens: TokenReader;
  access: Access;
  /** What is served now. */
  routes(): readonly Route[];
}

/** Is it answered as the REST interface answers? Its documentation is a page. */
export const isApi = (path: string): boolean => path.startsWith('/api/') && path !== '/api/docs' && !path.startsWith('/api/docs/');

/** What every request below /api passes first: limits, and the token of a program. */
export class ApiGate {
  constructor(private readonly parts: GateParts) {}

  /** True: a token says who acts, and no cookie counts. @throws ThrottledError, AppError 401 */
  async enter(site: SiteDefinition, req: Request, res: Response, state: RequestState): Promise<boolean> {
    const { limits, tokens, access } = this.parts;
    const ip = req.ip ?? null;
    await limits.address(res, ip);
    const secret = req.path.startsWith('/api/v1/') ? /^Bearer +(\S+)$/i.exec(req.get('authorization') ?? '')?.[1] : undefined;
    if (secret === undefined) return false;
    const found = await tokens.find(secret, site.kind, ip);
    if (!found) throw new AppError('invalid_token', 401, { key: 'core:error.invalidToken' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    await limits.caller(res, `token ${found.token.id}`);
    state.actor = tokenActor(found.account, found.token, ip);
    state.language = found.account.language;
    state.held = await access.held(state.actor);
    return true;
  }

  /** A person who is signed in, by a page's script or the documentation. @throws ThrottledError */
  async signedIn(res: Response, accountId: number): Promise<void> {
    await this.parts.limits.caller(res, `account ${accountId}`);
  }

  /** Nothing answered: is there no such path, or does it take other methods? */
  missing(site: string, req: Request): AppError {
    const parts = req.path.split('/');
    const fits = ({ path }: Route): boolean => {
      const pattern = path.split('/');
      return pattern.length === parts.length && pattern.every((part, index) => part === parts[index] || (part.startsWith(':') && parts[index] !== ''));
    };
    const methods = this.parts.routes().flatMap((route) => (route.kind === 'api' && route.site === site && fits(route) ? [route.method.toUpperCase()] : []));
    if (methods.length === 0) return new NotFoundError();
    if (methods.includes('GET')) methods.push('HEAD');
    return new AppError('method_not_allowed', 405, { key: 'core:error.method' }, { Allow: [...new Set(methods)].sort().join(', ') });
  }
}
