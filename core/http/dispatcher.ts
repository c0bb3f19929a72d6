import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Actor } from '../access/types.js';
import {
  AppError,
  FactorRequiredError,
  ForbiddenError,
  InvalidInputError,
  LicenseRequiredError,
  NotFoundError,
  StepUpRequiredError,
  UnauthenticatedError,
} from '../errors.js';
import { sendAnswer } from '../rest/collect.js';
import { idempotencyKey, type ApiAnswer, type Idempotency } from '../rest/idempotency.js';
import { answerError, asAppError } from './errors.js';
import { Page, type PageParts } from './page-context.js';
import type { Route } from './routes.js';
import type { RequestState } from './state.js';
import { assertCsrf } from './session.js';
import type { Traffic } from './traffic.js';
import { readUploads } from './uploads.js';

export interface DispatcherParts extends PageParts {
  traffic: Traffic;
  uploadFolder: string;
  idempotency: Idempotency;
  /** May the plugin write, by its license? Built-in plugins always may. */
  writable(plugin: string): boolean;
  /** Has the person shown within the last minutes who they are? */
  confirmed(state: RequestState): boolean;
  /** Somebody who is signed in tried to change what they may not. */
  onDenied(actor: Actor, route: string): Promise<void>;
  /** `context` finds the log line again: the reference that the error page shows, and the route. */
  onFault(plugin: string, error: unknown, context: { reference: string; route: string }): void;
}

/** Large enough that a text which is too long comes back in its form, with a sentence, and is not lost. */
const urlencoded = express.urlencoded({ extended: false, limit: '2mb', parameterLimit: 1000 });
const json = express.json({ limit: '1mb', strict: true });
const reading = new Set(['read', 'download', 'export']);
const neverGated = new Set(['read', 'delete', 'download', 'export']);

const run = (middleware: RequestHandler, req: Request, res: Response) =>
  new Promise<void>((resolve, reject) => {
    void middleware(req, res, (error: unknown) => (error ? reject(error as Error) : resolve()));
  });

/** Makes the one way that every route is served: guard, body, CSRF, handler, answer. */
export function dispatcher(parts: DispatcherParts): (route: Route) => RequestHandler {
  return (route) => (req, res) => {
    const page = new Page(req, res, parts, route.plugin);
    parts.traffic.begin(route, res);
    return serve(route, page, parts).catch(async (error: unknown) => {
      const known = asAppError(error);
      const where = { reference: page.state.id, route: `${route.method} ${route.path}` };
      if (
        known?.status === 403 &&
        !(known instanceof StepUpRequiredError || known instanceof FactorRequiredError) &&
        page.actor.account &&
        route.method !== 'get'
      )
        await parts.onDenied(page.actor, `${route.method.toUpperCase()} ${route.path}`).catch((failure: unknown) => parts.onFault('core', failure, where));
      if (!known) parts.onFault(route.plugin, error, where);
      await answerError(page, error, parts);
    });
  };
}

async function serve(route: Route, page: Page, parts: DispatcherParts): Promise<void> {
  const { guard } = route;
  const { actor, held, preview, session } = page.state;
  // Open pages are about links and signing in: some of them write, and none is the person's own.
  if (preview && (guard.open || route.method !== 'get' || route.kind === 'api')) throw new NotFoundError();
  // What the core shows to anybody, such as the sign-out and the logo, stays open; all else waits for the second factor.
  if (session?.restricted && !guard.enrolment && !(guard.open && route.plugin === 'core')) throw new FactorRequiredError();
  if (!guard.open) {
    if (!actor.account) throw new UnauthenticatedError();
    if (guard.permission && !held.has(guard.permission)) throw new ForbiddenError();
    if (actor.token?.readOnly && !reading.has(guard.access)) throw new ForbiddenError({ key: 'core:error.readOnlyToken' });
    if (guard.stepUp && !parts.confirmed(page.state)) throw new StepUpRequiredError();
  }
  if (route.method !== 'get') {
    await readBody(route, page, parts);
    assertCsrf(page.req);
    if (!neverGated.has(guard.access) && !parts.writable(route.plugin)) throw new LicenseRequiredError(route.plugin);
  }
  if (route.perform && route.method !== 'get') await performOnce(route, page, parts, route.perform);
  else await route.handler(page);
  if (page.pending) await page.pending;
}

async function performOnce(route: Route, page: Page, parts: DispatcherParts, perform: (page: Page) => Promise<ApiAnswer>): Promise<void> {
  const { req, actor } = page;
  const header = req.get('idempotency-key');
  const work = () => perform(page);
  if (header === undefined || !actor.account) return sendAnswer(page.res, await work());
  const request = {
    accountId: actor.account.id,
    key: idempotencyKey(header),
    content: `${req.method} ${req.originalUrl} ${JSON.stringify(req.body ?? null)}`,
    transaction: route.operation?.transaction ?? true,
  };
  sendAnswer(page.res, await parts.idempotency.once(request, work));
}

async function readBody(route: Route, page: Page, parts: DispatcherParts): Promise<void> {
  const { req, res } = page;
  if (route.kind === 'api') {
    if (route.operation?.body && !req.is('application/json')) throw new AppError('unsupported_media_type', 415, { key: 'core:error.mediaType' });
    await run(json, req, res);
  } else if (route.uploads && req.is('multipart/form-data')) {
    page.uploads = await readUploads(req, res, route.uploads, parts.uploadFolder).catch((error: unknown) => {
      if (error instanceof InvalidInputError) return error;
      throw error;
    });
  } else {
    await run(urlencoded, req, res);
  }
}
