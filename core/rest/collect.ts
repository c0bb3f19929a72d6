import { z } from 'zod';
import type { Catalog } from '../access/rights.js';
import { checkGuard, type Route } from '../http/routes.js';
import type { Guard, Resolve } from '../http/types.js';
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

/** Runs an API module and collects its operations, mounted below `/api/v1` of each site that serves them. */
export function collectApi(plugin: string, catalog: Catalog, module: ApiModule, resolve: Resolve): Route[] {
  const routes: Route[] = [];
  const api: ApiRouter = {
    on(method, path, guard, given, handler) {
      checkGuard(plugin, method, path, guard, handler);
      const body = given.body ? jsonInput(given.body) : null;
      const operation: Operation = { ...given, status: given.status ?? 200, query: given.query ? jsonInput(given.query) : nothing, body };
      const route = {
        plugin,
        kind: 'api' as const,
        method,
        path: `/api/v1${path}`,
        guard,
        operation,
        handler: async (c: Parameters<Route['handler']>[0]) => {
          const { actor, language, params, req, res } = c;
          const query = c.query(operation.query) as never;
          const input = (method === 'get' ? undefined : c.body(body ?? nothing)) as never;
          const answer = await handler({ req, actor, language, params, query, body: input, id: (name) => c.id(name), t: (key, vars) => c.t(key, vars) });
          res.status(operation.status).set('Cache-Control', 'no-store');
          if (operation.status === 204) res.end();
          else if (operation.content) res.type(operation.content).send(answer);
          else res.json(answer);
        },
      };
      for (const site of operation.sites ?? sitesOf(guard, catalog)) routes.push({ ...route, site });
    },
  };
  module(api, resolve);
  return routes;
}
