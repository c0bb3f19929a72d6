import { z } from 'zod';
import type { Catalog } from '../access/rights.js';
import { checkGuard, type Route } from '../http/routes.js';
import type { Response } from 'express';
import type { Guard, PageContext, Resolve } from '../http/types.js';
import type { ApiAnswer } from './idempotency.js';
import { jsonInput } from './input.js';
import type { ApiModule, ApiRouter, ApiSite, Operation } from './types.js';

const nothing = z.strictObject({});
const both: readonly ApiSite[] = ['staff', 'portal'];
const audiences = { staff: ['staff'], customer: ['portal'], both } as const;

/** Sites whose accounts can hold the permission at all: elsewhere the operation would only refuse. */
function sitesOf({ permission }: Guard, catalog: Catalog): readonly ApiSite[] {
  const audience = permission === null ? undefined : catalog.get(permission)?.audience;
  return audience === undefined ? both : audiences[audience];
}

/** Sends what an operation answered; nothing of it is for caches. */
export function sendAnswer(res: Response, { status, type, body }: ApiAnswer): void {
  res.status(status).set('Cache-Control', 'no-store');
  if (status === 204) res.end();
  else res.type(type).send(body);
}

/** Runs an API module and collects its operations, mounted below `/api/v1` of each site that serves them. */
export function collectApi(plugin: string, catalog: Catalog, module: ApiModule, resolve: Resolve): Route[] {
  const routes: Route[] = [];
  const api: ApiRouter = {
    on(method, path, guard, given, handler) {
      checkGuard(plugin, method, path, guard, handler);
      const takes = given.body ? jsonInput(given.body) : null;
      const operation: Operation = { ...given, status: given.status ?? 200, query: given.query ? jsonInput(given.query) : nothing, body: takes };
      const route = {
        plugin,
        kind: 'api' as const,
        method,
        path: `/api/v1${path}`,
        guard,
        operation,
        async perform(c: PageContext): Promise<ApiAnswer> {
          const { actor, language, params, req } = c;
          const query = c.query(operation.query) as never;
          const input = (method === 'get' ? undefined : c.body(takes ?? nothing)) as never;
          const answer = await handler({ req, actor, language, params, query, body: input, id: (name) => c.id(name), t: (key, vars) => c.t(key, vars) });
          const body = operation.status === 204 ? '' : answer instanceof Buffer ? answer : operation.content ? String(answer) : JSON.stringify(answer);
          return { status: operation.status, type: operation.content ?? 'application/json', body };
        },
        async handler(c: PageContext) {
          sendAnswer(c.res, await route.perform(c));
        },
      };
      for (const site of operation.sites ?? sitesOf(guard, catalog)) routes.push({ ...route, site });
    },
  };
  module(api, resolve);
  return routes;
}
