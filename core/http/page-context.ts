import type { Request, Response } from 'express';
import type { z } from 'zod';
import { InvalidInputError, NotFoundError, type Vars } from '../errors.js';
import type { Upload } from '../files/types.js';
import type { PermissionId } from '../plugin/manifest.js';
import type { Formatter, Translator, ViewName } from '../views/types.js';
import { parse } from './input.js';
import type { Renderer } from './renderer.js';
import { stateOf, type RequestState } from './state.js';
import type { Flash, PageContext } from './types.js';

/** What all requests of a site share. */
export interface PageParts {
  translator: Translator;
  formatter(language: string, timeZone: string): Formatter;
  renderer: Renderer;
  timeZone(): string;
}

/** One request as page handlers see it. */
export class Page implements PageContext {
  readonly state: RequestState;
  #uploads: readonly Upload[] | InvalidInputError = [];
  /** Rendering that is still under way; the dispatcher waits for it. */
  pending: Promise<void> | null = null;
  #fmt: Formatter | null = null;

  constructor(
    readonly req: Request,
    readonly res: Response,
    private readonly parts: PageParts,
    /** Namespace of the plugin whose page this is: where texts without a namespace are looked up. */
    readonly plugin: string,
  ) {
    this.state = stateOf(req);
  }

  /** @throws InvalidInputError when a file was refused while it came in: a form shows it beside what was typed */
  get uploads(): readonly Upload[] {
    if (this.#uploads instanceof InvalidInputError) throw this.#uploads;
    return this.#uploads;
  }
  set uploads(received: readonly Upload[] | InvalidInputError) {
    this.#uploads = received;
  }
  get actor() {
    return this.state.actor;
  }
  get site() {
    return this.state.site;
  }
  get language() {
    return this.state.language;
  }
  get params() {
    return this.req.params as Record<string, string>;
  }
  get fragment() {
    return this.req.get('hx-request') === 'true' && this.req.get('hx-boosted') !== 'true';
  }
  get fmt(): Formatter {
    return (this.#fmt ??= this.parts.formatter(this.language, this.actor.account?.timeZone || this.parts.timeZone()));
  }

  t(key: string, vars?: Vars): string {
    return this.parts.translator.t(this.language, key.includes(':') ? key : `${this.plugin}:${key}`, vars);
  }
  id(name = 'id'): number {
    const value = this.params[name] ?? '';
    if (!/^[1-9]\d{0,14}$/.test(value)) throw new NotFoundError();
    return Number(value);
  }
  query<S extends z.ZodType>(schema: S): z.output<S> {
    return parse(schema, this.req.query, 'query');
  }
  body<S extends z.ZodType>(schema: S): z.output<S> {
    return parse(schema, this.req.body);
  }
  may(permission: PermissionId): boolean {
    return this.state.held.has(permission);
  }
  view(name: ViewName, data: object = {}, options: { title?: string; status?: number; layout?: string } = {}): void {
    if (options.status) this.res.status(options.status);
    this.pending = this.parts.renderer.send(this, name, data, options);
  }
  redirect(path: string, flash?: Flash): void {
    if (flash) this.flash(flash);
    // A whole page must follow: what htmx would fetch by itself is the bare fragment.
    if (this.fragment) this.res.set('HX-Redirect', path).status(204).end();
    else this.res.redirect(303, path);
  }
  flash(flash: Flash): void {
    const key = flash.key.includes(':') ? flash.key : `${this.plugin}:${flash.key}`;
    const text = this.t(key, flash.vars).slice(0, 400);
    const value = Buffer.from(JSON.stringify({ text, tone: flash.tone ?? 'ok', undo: flash.undo ?? null, seconds: flash.seconds ?? null })).toString(
      'base64url',
    );
    this.res.cookie(`portico-flash-${this.site}`, value, { httpOnly: true, sameSite: 'lax', path: '/', maxAge: 60_000, secure: this.req.secure });
  }
}
