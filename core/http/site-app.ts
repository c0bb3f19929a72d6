import { randomUUID } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { accountActor, anonymousActor } from '../access/actors.js';
import type { Access } from '../access/types.js';
import type { Sessions } from '../accounts/types.js';
import { NotFoundError } from '../errors.js';
import { isApi, type ApiGate } from '../rest/gate.js';
import { answerError } from './errors.js';
import { Page, type PageParts } from './page-context.js';
import { assertSameOrigin, sessionToken } from './session.js';
import { cookie, hasState, setState, type RequestState } from './state.js';
import type { SiteDefinition } from './types.js';

export interface SiteAppParts extends PageParts {
  sessions: Sessions;
  access: Access;
  assets: RequestHandler;
  trustedProxies: readonly string[];
  languages(): readonly string[];
  defaultLanguage(): string;
  slots(site: string): readonly RequestHandler[];
  api: ApiGate;
  onFault(plugin: string, error: unknown): void;
}

const none: ReadonlySet<string> = new Set();
export const languageCookie = 'portico-language';

const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  crossOriginEmbedderPolicy: false,
  referrerPolicy: { policy: 'same-origin' },
  // Sites are often reached by plain HTTP inside a company; the site that has TLS sets it itself.
  strictTransportSecurity: false,
});

/** The Express application of one site: headers, assets, session, then one slot per plugin. */
export function siteApp(site: SiteDefinition, parts: SiteAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.set('trust proxy', parts.trustedProxies.length > 0 ? parts.trustedProxies : false);
  app.use(headers);
  app.use('/assets', parts.assets);
  app.use((req, res, next) => void prepare(site, parts, req, res).then(() => next(), next));
  for (const slot of parts.slots(site.name)) app.use(slot);
  app.use((req, _res, next) => next(isApi(req.path) ? parts.api.missing(site.name, req) : new NotFoundError()));
  app.use((error: unknown, req: Request, res: Response, _next: NextFunction) => {
    if (!hasState(req)) {
      res.status(404).type('text/plain').send('Not found');
      return;
    }
    const page = new Page(req, res, parts, 'core');
    answerError(page, error, parts).catch((failure: unknown) => {
      parts.onFault('core', failure);
      if (!res.headersSent) res.status(500).type('text/plain').send('The page could not be shown.');
    });
  });
  return app;
}

async function prepare(site: SiteDefinition, parts: SiteAppParts, req: Request, res: Response): Promise<void> {
  const ip = req.ip ?? null;
  const state: RequestState = {
    id: randomUUID(),
    site: site.name,
    session: null,
    actor: anonymousActor('page', ip),
    language: chooseLanguage(req, parts),
    held: none,
  };
  setState(req, state);
  if (req.secure) res.set('Strict-Transport-Security', 'max-age=31536000');
  const api = isApi(req.path);
  if (api && (await parts.api.enter(site, req, res, state))) return;
  assertSameOrigin(req);
  const token = sessionToken(req, site.name);
  if (!token) return;
  // A page that refetches itself (`x-live`) would keep everybody signed in for ever.
  const session = await parts.sessions.find(token, site.name, site.idleMinutes(), req.headers['x-live'] === undefined);
  if (!session) return;
  state.session = session;
  state.actor = accountActor(session.account, { sessionId: session.id, channel: api ? 'api' : 'page', ip });
  if (api) await parts.api.signedIn(res, session.account.id);
  if (parts.languages().includes(session.account.language)) state.language = session.account.language;
  if (!session.restricted) state.held = await parts.access.held(state.actor);
}

function chooseLanguage(req: Request, parts: SiteAppParts): string {
  const offered = parts.languages();
  const chosen = cookie(req.headers.cookie, languageCookie);
  if (chosen && offered.includes(chosen)) return chosen;
  const accepted = req.headers['accept-language'] ? req.acceptsLanguages([...offered]) : false;
  return accepted || parts.defaultLanguage();
}
