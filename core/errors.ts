/** Variables of a translated sentence. */
export type Vars = Record<string, string | number | Date | null | undefined>;

/** A sentence to be translated when it is shown: `<namespace>:<key>` and its variables. */
export interface Message {
  key: string;
  vars?: Vars;
}

/**
 * An expected failure: it has a stable `code`, an HTTP status and a sentence for the person.
 * Everything that is not an AppError is a fault (500, counted against the plugin that threw it).
 */
export class AppError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: Message,
    readonly headers: Record<string, string> = {},
  ) {
    super(`${code}: ${detail.key}`);
    this.name = new.target.name;
  }
}

/** 404: missing, or outside the actor's scope; both answers are byte-identical. */
export class NotFoundError extends AppError {
  constructor() {
    super('not_found', 404, { key: 'core:error.notFound' });
  }
}

/** 403: the actor may see the thing but not do this to it. */
export class ForbiddenError extends AppError {
  constructor(detail: Message = { key: 'core:error.forbidden' }, code = 'forbidden') {
    super(code, 403, detail);
  }
}

/** 401: nobody is signed in (pages redirect to log-in instead). */
export class UnauthenticatedError extends AppError {
  constructor() {
    super('unauthenticated', 401, { key: 'core:error.unauthenticated' });
  }
}

/** 403 `step_up_required`: show once more who you are (pages redirect to where that is done). */
export class StepUpRequiredError extends AppError {
  constructor() {
    super('step_up_required', 403, { key: 'core:error.stepUp' });
  }
}

/** 403 `factor_required`: the rules want a second factor that the account does not have yet (pages redirect to where it is set up). */
export class FactorRequiredError extends AppError {
  constructor(detail: Message = { key: 'core:error.factorRequired' }) {
    super('factor_required', 403, detail);
  }
}

/** 403 `license_required`: the license does not allow this write; reading and export always work. */
export class LicenseRequiredError extends AppError {
  constructor(
    readonly feature: string,
    detail: Message = { key: 'core:error.licenseRequired' },
  ) {
    super('license_required', 403, detail);
  }
}

/** 422: input that says per field what is wrong and what to do. `fields['']` holds sentences about the whole form. */
export class InvalidInputError extends AppError {
  constructor(
    readonly fields: Record<string, Message>,
    readonly source: 'body' | 'query' = 'body',
  ) {
    super('invalid_input', 422, { key: 'core:error.invalidInput' });
  }
}

/** 409: the thing changed meanwhile, or the state does not allow it. */
export class ConflictError extends AppError {
  constructor(detail: Message, code = 'conflict') {
    super(code, 409, detail);
  }
}

/** 429 with Retry-After in seconds. */
export class ThrottledError extends AppError {
  constructor(readonly retryAfter: number) {
    const long = retryAfter > 90;
    const detail = { key: long ? 'core:error.throttledMinutes' : 'core:error.throttled', vars: { count: long ? Math.ceil(retryAfter / 60) : retryAfter } };
    super('throttled', 429, detail, { 'Retry-After': String(retryAfter) });
  }
}

/** 503 with Retry-After: the database or another needed thing does not answer now. */
export class UnavailableError extends AppError {
  constructor(detail: Message = { key: 'core:error.unavailable' }, retryAfter = 5) {
    super('unavailable', 503, detail, { 'Retry-After': String(retryAfter) });
  }
}
