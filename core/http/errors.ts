import {
  AppError,
  FactorRequiredError,
  InvalidInputError,
  LicenseRequiredError,
  StepUpRequiredError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.js';
import type { Page } from './page-context.js';
import type { PageParts } from './page-context.js';
import { isApi } from '../rest/gate.js';
import { camel } from '../rest/input.js';

const databaseGone = /^(SequelizeConnection|SequelizeHostNotFound|ECONNREFUSED|PROTOCOL_CONNECTION_LOST|SQLITE_BUSY|SequelizeTimeout)/;

/** Every thrown thing as an expected failure; null = a fault. */
export function asAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (!(error instanceof Error)) return null;
  const { status, type, code } = error as Error & { status?: number; type?: string; code?: string };
  if (databaseGone.test(error.name) || databaseGone.test(code ?? '')) return new UnavailableError();
  if (type === 'entity.too.large') return new AppError('too_large', 413, { key: 'core:error.tooLarge' });
  if (status !== undefined && status >= 400 && status < 500) return new AppError('bad_request', 400, { key: 'core:error.badRequest' });
  return null;
}

/** Answers a failed request: a page, a fragment, or problem+json (RFC 9457) below /api. */
export async function answerError(page: Page, error: unknown, parts: PageParts): Promise<void> {
  const { req, res } = page;
  if (res.headersSent) {
    res.end();
    return;
  }
  const known = asAppError(error);
  const status = known?.status ?? 500;
  const detail = known?.detail ?? { key: 'core:error.fault' };
  if (known) res.set(known.headers);
  const text = page.t(detail.key, detail.vars);
  res.status(status);
  if (isApi(req.path)) {
    if (status === 401 && !res.get('WWW-Authenticate')) res.set('WWW-Authenticate', 'Bearer');
    const problem: Record<string, unknown> = { type: 'about:blank', title: text, status, code: known?.code ?? 'fault' };
    if (known instanceof InvalidInputError) problem.errors = pointers(page, known);
    if (known instanceof LicenseRequiredError) problem.feature = known.feature;
    if (!known) problem.reference = page.state.id;
    res.set('Cache-Control', 'no-store').type('application/problem+json').send(JSON.stringify(problem));
    return;
  }
  const detour = detourOf(known);
  if (detour) {
    // What was posted cannot be sent again from there: the page with the form is.
    const back = req.method === 'GET' ? req.originalUrl : detour === '/confirm' ? refererPath(req.get('referer')) : null;
    const next = back ? `?next=${encodeURIComponent(back)}` : '';
    if (page.fragment)
      res
        .status(200)
        .set('HX-Redirect', detour + next)
        .end();
    else res.redirect(302, detour + next);
    return;
  }
  const title = page.t(`core:error.title.${status === 404 || status === 403 ? status : status >= 500 ? 500 : 400}`);
  const data = {
    title,
    text,
    errors: known instanceof InvalidInputError ? Object.values(sentences(page, known)) : [],
    // Only faults carry a reference: the answer to a missing and to a hidden thing must be the same to the byte.
    reference: known ? null : page.state.id,
  };
  await parts.renderer.send(page, 'core/error', data, { title });
}

function sentences(page: Page, error: InvalidInputError): Record<string, string> {
  return Object.fromEntries(Object.entries(error.fields).map(([field, message]) => [field, page.t(message.key, message.vars)]));
}

/** Where in the body (a JSON pointer) or the query something is wrong, by the names of JSON. */
function pointers(page: Page, error: InvalidInputError): { detail: string; pointer?: string; parameter?: string }[] {
  return Object.entries(sentences(page, error)).map(([field, detail]) => {
    const name = camel(field);
    return error.source === 'query' ? { parameter: name, detail } : { pointer: `#${name === '' ? '' : `/${name.replaceAll('.', '/')}`}`, detail };
  });
}

/** Where the person does first what is missing, to come back after it. */
function detourOf(error: AppError | null): string | null {
  if (error instanceof UnauthenticatedError) return '/sign-in';
  if (error instanceof FactorRequiredError) return '/profile/security';
  return error instanceof StepUpRequiredError ? '/confirm' : null;
}

function refererPath(referer: string | undefined): string | null {
  try {
    const { pathname, search } = new URL(referer ?? '');
    return pathname + search;
  } catch {
    return null;
  }
}
