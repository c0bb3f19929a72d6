import express, { type RequestHandler, type Router } from 'express';
import type { Method, Operation } from '../rest/types.js';
import type { ApiAnswer } from '../rest/idempotency.js';
import type { Guard, PageContext, PageHandler, PageModule, PageRouter, Resolve, UploadRule } from './types.js';
import { formHandlers } from './forms.js';

/** One route as the access matrix and the API documentation see it. */
export interface Route {
  plugin: string;
  site: string;
  kind: 'page' | 'api';
  method: Method;
  path: string;
  guard: Guard;
  uploads?: UploadRule;
  handler: PageHandler;
  operation?: Operation;
  /** Of an operation: the answer, not sent yet. */
  perform?(c: PageContext): Promise<ApiAnswer>;
}

/** @throws Error that names the route which lacks a guard, a handler or an access class */
export function checkGuard(plugin: string, method: Method, path: string, guard: Guard | undefined, handler: unknown): void {
  const where = `${method.toUpperCase()} ${path} of plugin ${plugin}`;
  if (!path.startsWith('/')) throw new Error(`${where}: the path must start with /`);
  if (typeof guard !== 'object' || guard === null || typeof guard.open !== 'boolean') throw new Error(`${where} has no guard`);
  if (typeof handler !== 'function') throw new Error(`${where} has no handler`);
  if (method !== 'get' && guard.access === 'read') throw new Error(`${where} writes but its guard names no access class`);
}

/** Runs a page module and collects its routes. @throws Error naming the route that lacks a guard or an access class */
export function collectPages(plugin: string, site: string, module: PageModule, resolve: Resolve): Route[] {
  const routes: Route[] = [];
  const add = (method: Method, path: string, guard: Guard, handler: PageHandler, uploads?: UploadRule): void => {
    checkGuard(plugin, method, path, guard, handler);
    routes.push({ plugin, site, kind: 'page', method, path, guard, handler, uploads });
  };
  const page: PageRouter = {
    get: (path, guard, handler) => add('get', path, guard, handler),
    post: (path, guard, handler, uploads) => add('post', path, guard, handler, uploads),
    form(path, guard, form) {
      const { show, submit } = formHandlers(form);
      add('get', path, { ...guard, access: 'read' }, show);
      add('post', path, guard, submit, form.uploads);
    },
  };
  module(page, resolve);
  return routes;
}

const firstSegment = (path: string): string => path.split('/', 2)[1] ?? '';

/**
 * A plugin's place on a site: mounted once, empty while the plugin is off. Routes are looked up by the first segment of the
 * path, so that a request is never matched against hundreds of patterns.
 */
export class Slot {
  #segments = new Map<string, Router>();
  routes: readonly Route[] = [];

  fill(routes: readonly Route[], handle: (route: Route) => RequestHandler): void {
    const segments = new Map<string, Router>();
    for (const route of routes) {
      const segment = firstSegment(route.path);
      if (segment.startsWith(':')) throw new Error(`${route.path} of plugin ${route.plugin}: the first part of a path must be a word`);
      let router = segments.get(segment);
      if (!router) segments.set(segment, (router = express.Router({ caseSensitive: true, strict: true })));
      router[route.method](route.path, handle(route));
    }
    this.#segments = segments;
    this.routes = routes;
  }

  readonly handler: RequestHandler = (req, res, next) => {
    const router = this.#segments.get(firstSegment(req.path));
    if (router) router(req, res, next);
    else next();
  };
}
