import { htmx } from '../../../../core/views/browser/htmx.js';

/** The elements at or below a root that match. */
export function within<E extends HTMLElement>(root: ParentNode, selector: string): E[] {
  const found = [...root.querySelectorAll<E>(selector)];
  return root instanceof Element && root.matches(selector) ? [root as unknown as E, ...found] : found;
}

/** What the server answers to a script: where to go, or what to say. */
export interface Answer {
  ok: boolean;
  status: number;
  to?: string;
  text?: string;
  undo?: string | null;
  error?: string;
  code?: string;
}

/** Posts a form as a script does. @throws TypeError when the server cannot be reached */
export async function post(url: string, body: FormData): Promise<Answer> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? '';
  const response = await fetch(url, { method: 'POST', body: plain(body), headers: { accept: 'application/json', 'x-csrf-token': token } });
  if (response.redirected || response.status === 401) location.reload();
  const json = response.headers.get('content-type')?.includes('json') ? ((await response.json()) as Omit<Answer, 'ok' | 'status'>) : {};
  return { ok: response.ok, status: response.status, ...json };
}

/** Without files it is sent as most forms are: only those that take files understand the other kind. */
export function plain(body: FormData): FormData | URLSearchParams {
  const values = [...body].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return values.length === [...body].length ? new URLSearchParams(values) : body;
}

/** A toast as the server shows it after a page was loaded; with a way back if there is one. */
export function toast(text: string, options: { undo?: string | null; bad?: boolean } = {}): void {
  const made = document.querySelector<HTMLTemplateElement>('template[data-toast]')?.content.cloneNode(true) as DocumentFragment | undefined;
  const element = made?.querySelector<HTMLElement>('portico-toast');
  if (!element) return;
  const form = element.querySelector('form');
  if (options.undo && form) form.action = options.undo;
  else form?.remove();
  if (options.bad) element.setAttribute('role', 'alert');
  const line = element.querySelector('.toast-text');
  if (line) line.textContent = text;
  document.querySelectorAll('portico-toast').forEach((old) => old.remove());
  document.body.append(element);
}

/** Fetches a part of the page again. */
export function refresh(selector: string): void {
  const element = document.querySelector(selector);
  if (element) htmx()?.trigger(element, 'live');
}
