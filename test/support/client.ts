import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json(): unknown;
  location: string | null;
}
type Values = Record<string, string | number | boolean | readonly string[]>;

/** What a form holds as the page shows it: what a browser sends when nothing is changed. */
export function valuesOf(form: string): Record<string, string | string[]> {
  const values: Record<string, string[]> = {};
  const decode = (text: string): string =>
    text
      .replace(/&quot;/g, '"')
      .replace(/&#x27;|&#39;/g, "'")
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&#x3D;/g, '=')
      .replace(/&amp;/g, '&');
  const add = (name: string, value: string): void => void (values[name] ??= []).push(decode(value));
  for (const [input] of form.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string): string | null => new RegExp(`\\s${name}="([^"]*)"`).exec(input)?.[1] ?? null;
    const name = attribute('name');
    const type = attribute('type') ?? 'text';
    if (name === null || ['file', 'submit'].includes(type) || (['checkbox', 'radio'].includes(type) && !/\schecked\b/.test(input))) continue;
    add(name, attribute('value') ?? (type === 'checkbox' ? 'on' : ''));
  }
  for (const [, name = '', options = ''] of form.matchAll(/<select\b[^>]*\sname="([^"]+)"[^>]*>([\s\S]*?)<\/select>/g)) {
    const chosen = /<option value="([^"]*)"[^>]*\sselected/.exec(options) ?? /<option value="([^"]*)"/.exec(options);
    if (chosen) add(name, chosen[1]!);
  }
  for (const [, name = '', text = ''] of form.matchAll(/<textarea\b[^>]*\sname="([^"]+)"[^>]*>\n?([\s\S]*?)<\/textarea>/g)) add(name, text);
  return values;
}

/** A browser without a screen: keeps cookies, sends Origin, finds the CSRF token of the page it read last. */
export class Client {
  readonly cookies = new Map<string, string>();
  /** Of a program instead of a browser: sent with every request. */
  token: string | null = null;
  #csrf = '';

  constructor(readonly base: string) {}

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
  get csrf(): string {
    return this.#csrf;
  }
  useCsrf(token: string): void {
    this.#csrf = token;
  }

  async request(method: string, path: string, options: { body?: RequestInit['body']; headers?: Record<string, string> } = {}): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      redirect: 'manual',
      body: options.body,
      headers: {
        ...(this.token === null ? { cookie: this.cookieHeader } : { authorization: `Bearer ${this.token}` }),
        ...(method === 'GET' || this.token !== null ? {} : { origin: this.base }),
        ...options.headers,
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(at + 1));
    }
    const text = await response.text();
    const token = /name="_csrf" value="([^"]+)"/.exec(text) ?? /<meta name="csrf" content="([^"]+)"/.exec(text);
    if (token) this.#csrf = token[1]!;
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text), location: response.headers.get('location') };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', path, { headers });
  }

  /** Posts a form as a browser does. */
  post(path: string, values: Values = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries({ _csrf: this.#csrf, ...values })) {
      for (const each of Array.isArray(value) ? (value as string[]) : [value]) body.append(name, String(each));
    }
    return this.request('POST', path, { body, headers });
  }

  /** Posts a form with files. */
  upload(path: string, values: Values, files: { field: string; path?: string; name?: string; content?: Uint8Array<ArrayBuffer> | string }[]): Promise<Answer> {
    const body = new FormData();
    for (const [name, value] of Object.entries({ _csrf: this.#csrf, ...values })) {
      for (const each of Array.isArray(value) ? (value as string[]) : [value]) body.append(name, String(each));
    }
    for (const file of files) {
      const content = file.content ?? readFileSync(file.path!);
      body.append(file.field, new Blob([content]), file.name ?? basename(file.path ?? 'file'));
    }
    return this.request('POST', path, { body });
  }

  api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request(method, `/api/v1${path}`, {
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: { 'x-csrf-token': this.#csrf, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
  }
}
