import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Actor } from '../access/types.js';
import type { Message, Vars } from '../errors.js';
import type { Upload } from '../files/types.js';
import type { AccessClass, PermissionId, SettingKey } from '../plugin/manifest.js';
import type { Formatter, ViewName } from '../views/types.js';

/** Who may call a route. Made by `guard()`, `signedIn()` or `open()`; a route without one does not start. */
export interface Guard {
  readonly permission: PermissionId | null;
  readonly open: boolean;
  readonly access: AccessClass;
  /** The person must have shown within the last minutes who they are. */
  readonly stepUp?: boolean;
  /** Open to those who have to set up a second factor before anything else. */
  readonly enrolment?: boolean;
}
/** The actor must hold the permission somewhere; what it reaches is decided by the service. Writing methods must name their access class. */
export function guard(permission: PermissionId, access: AccessClass = 'read'): Guard {
  return { permission, open: false, access };
}
/** Any signed-in account of the site. */
export function signedIn(access: AccessClass = 'read'): Guard {
  return { permission: null, open: false, access };
}
/** Anybody, also anonymous. */
export function open(access: AccessClass = 'read'): Guard {
  return { permission: null, open: true, access };
}

/** For dangerous acts: whoever signed in more than ten minutes ago shows once more who they are, then goes on. Name it on the page that shows the form, too. */
export function stepUp(inner: Guard): Guard {
  return { ...inner, stepUp: true };
}

/** For the pages on which a second factor is set up, and what belongs to them. */
export function enrolment(inner: Guard): Guard {
  return { ...inner, enrolment: true };
}

/** What a form shows: what was typed, and a translated sentence per wrong field. */
export interface FormState {
  values: Record<string, unknown>;
  errors: Record<string, string>;
  /** The sentences again, for the summary with links; empty = nothing wrong. */
  summary: { field: string; text: string }[];
}

/** A toast after a redirect. `undo` posts to that path, for `seconds` that are counted down when there are such. */
export interface Flash {
  key: string;
  vars?: Vars;
  tone?: 'ok' | 'bad' | 'info';
  undo?: string;
  seconds?: number;
}

/** Everything a page handler needs for one request. */
export interface PageContext {
  readonly req: Request;
  readonly res: Response;
  readonly actor: Actor;
  readonly site: string;
  readonly language: string;
  readonly params: Readonly<Record<string, string>>;
  readonly uploads: readonly Upload[];
  /** True for a partial update (htmx): render the fragment only. */
  readonly fragment: boolean;
  readonly fmt: Formatter;
  t(key: string, vars?: Vars): string;
  /** A positive integer of the path. @throws NotFoundError */
  id(name?: string): number;
  /** Parses the query string. @throws InvalidInputError */
  query<S extends z.ZodType>(schema: S): z.output<S>;
  /** Parses the body. @throws InvalidInputError */
  body<S extends z.ZodType>(schema: S): z.output<S>;
  /** Does the actor hold the permission anywhere? For views; never the only check. */
  may(permission: PermissionId): boolean;
  /** Renders a view in the site's layout (fragments without). `title` is a translated text. */
  view(name: ViewName, data?: object, options?: { title?: string; status?: number; layout?: string }): void;
  redirect(path: string, flash?: Flash): void;
  flash(flash: Flash): void;
}
/** Answers one request by `c.view` or `c.redirect`; what it throws becomes the error page. */
export type PageHandler = (c: PageContext) => void | Promise<void>;

/** A form page: GET shows it, POST parses, submits, and shows it again with what was typed when something is wrong, or when a button named `_again` was pressed. */
export interface FormPage<S extends z.ZodType> {
  schema: S;
  show(c: PageContext, form: FormState): void | Promise<void>;
  /** Values to start with. */
  initial?(c: PageContext): Promise<Record<string, unknown>> | Record<string, unknown>;
  submit(c: PageContext, input: z.output<S>): Promise<void>;
  /** Accepts files in these fields. */
  uploads?: UploadRule;
}
/** Which files a form takes: names of the fields, how many in all, and bytes of each. More is refused with 413. */
export interface UploadRule {
  fields: readonly string[];
  maxFiles: number;
  maxBytes: number;
}

/** Routes of one plugin on one site. Paths are absolute on the site and must not be taken by another plugin. */
export interface PageRouter {
  get(path: string, guard: Guard, handler: PageHandler): void;
  post(path: string, guard: Guard, handler: PageHandler, uploads?: UploadRule): void;
  form<S extends z.ZodType>(path: string, guard: Guard, page: FormPage<S>): void;
}

/** Gives the services that the plugin added, and the core's by their tokens. */
export type Resolve = <T>(token: Token<T>) => T;
/** A class that was added with `ctx.services.add`, or a token of the core. */
export type Token<T> = symbol | string | (new (...args: never[]) => T) | { readonly __type?: T };
/** Registers pages: `export const orderPages: PageModule = (page, resolve) => { ... }`. Runs when the plugin starts. */
export type PageModule = (page: PageRouter, resolve: Resolve) => void;

/** A listener with its own port, cookie, account kind and layout. */
export interface SiteDefinition {
  name: string;
  kind: 'staff' | 'customer';
  layout: string;
  /** Minutes of inactivity after which the person is signed out. */
  idleMinutes(): number;
  /** Port wanted now; 0 = any free one. */
  port(): number;
  /** Setting that holds the port: a change is bound first, then the old listener drains. */
  portSetting?: SettingKey;
  home: string;
}
export type { Message };
