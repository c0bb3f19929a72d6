import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { accountActor } from '../access/actors.js';
import type { Access } from '../access/types.js';
import type { Account } from '../accounts/types.js';
import { readOnly } from '../database/read-only.js';
import { NotFoundError } from '../errors.js';
import { answerError } from './errors.js';
import { Page, type PageParts } from './page-context.js';
import { previewHtml, within } from './preview-html.js';
import { cookie, setState, type RequestState } from './state.js';
import type { PageContext } from './types.js';

export interface PreviewParts extends PageParts {
  access: Access;
  languages(): readonly string[];
  /** Handlers of the site that is previewed, one per plugin. */
  slots(): readonly RequestHandler[];
}
const site = 'portal';

/**
 * Renders the portal's own pages as another account would get them, inside of a request of staff: without a session of theirs,
 * without cookies, and with the database closed for writing. Only what a signed-in person reads is served; see `dispatcher.ts`.
 */
export class Preview {
  constructor(private readonly parts: PreviewParts) {}

  /** Answers the request. `base` is the address of the preview, `path` what follows it: path and query on the portal. */
  async show(c: PageContext, account: Account, base: string, path: string): Promise<void> {
    const { req, res } = c;
    const outer = new Page(req, res, this.parts, 'core');
    const bar = this.parts.renderer.fragment(outer, 'core/preview-bar', { account, language: c.language, stop: `${base}/stop` });
    const inner = this.#request(req, path);
    setState(inner, await this.#state(account, inner, c));
    intercept(res, base, bar);
    await readOnly.run(true, async () => {
      try {
        await this.#serve(inner, res);
      } catch (error) {
        await answerError(new Page(inner, res, this.parts, 'core'), error, this.parts);
      }
    });
  }

  /** The same request on the other site, with nothing of the person who looks but the colors. */
  #request(req: Request, path: string): Request {
    const mode = cookie(req.headers.cookie, 'theme');
    const kept = ['host', 'user-agent', 'if-none-match'].flatMap((name) => (req.headers[name] === undefined ? [] : [[name, req.headers[name]]]));
    const own = {
      url: path,
      originalUrl: path,
      baseUrl: '',
      params: {},
      body: undefined,
      headers: { ...Object.fromEntries(kept), ...(mode && { cookie: `theme=${mode}` }) },
    };
    const descriptors = Object.entries(own).map(([name, value]) => [name, { value, writable: true, configurable: true, enumerable: true }]);
    return Object.create(req, Object.fromEntries(descriptors)) as Request;
  }

  async #state(account: Account, inner: Request, c: PageContext): Promise<RequestState> {
    const actor = accountActor(account, { ip: inner.ip ?? null });
    const now = new Date();
    return {
      id: randomUUID(),
      site,
      // Stored nowhere, and without a token: layouts want to know who is signed in.
      session: {
        id: 0,
        account,
        site,
        csrf: '',
        createdAt: now,
        lastSeenAt: now,
        confirmedAt: now,
        idleMinutes: 0,
        factorDone: true,
        enrolBy: null,
        restricted: false,
        ip: null,
        agent: null,
      },
      actor,
      language: this.parts.languages().includes(account.language) ? account.language : c.language,
      held: await this.parts.access.held(actor),
      preview: true,
    };
  }

  /** @throws NotFoundError when no plugin has the page */
  #serve(inner: Request, res: Response): Promise<void> {
    const handlers = [...this.parts.slots()];
    return new Promise((resolve, reject) => {
      res.once('close', resolve);
      const next = (error?: unknown): void => {
        const handler = handlers.shift();
        if (error !== undefined) reject(error as Error);
        else if (handler === undefined) reject(new NotFoundError());
        else void handler(inner, res, next);
      };
      next();
    });
  }
}

/** What the previewed page answers is changed on its way out: links and forms of pages, redirects, and no cookie at all. */
function intercept(res: Response, base: string, bar: string): void {
  const end = res.end.bind(res) as (...args: unknown[]) => Response;
  res.cookie = () => res;
  res.end = ((chunk: unknown, ...rest: unknown[]) => {
    // A file has been streamed as it is.
    if (res.headersSent) return end(chunk, ...rest);
    res.removeHeader('Set-Cookie');
    const location = res.getHeader('Location');
    if (typeof location === 'string') res.setHeader('Location', within(base, location));
    const page = typeof chunk === 'string' && String(res.getHeader('Content-Type')).startsWith('text/html');
    if (page) res.removeHeader('Content-Length');
    return end(page ? previewHtml(chunk, base, bar) : chunk, ...rest);
  }) as Response['end'];
}
