import type { AccountSettings } from '../accounts/accounts.js';
import type { Account } from '../accounts/types.js';
import { InvalidInputError, ThrottledError, type AppError } from '../errors.js';
import { failedForm } from '../http/forms.js';
import { localPath } from '../http/local-path.js';
import type { Entrance } from './entrance.js';
import type { SessionCookies } from '../http/session.js';
import type { FormState, PageContext } from '../http/types.js';
import { languageName } from '../views/language-name.js';

/** What the pages for signing in need to know of the site they stand on. */
export interface SiteAccounts {
  kind: Account['kind'];
  home: string;
  session: SessionCookies;
  entrance: Entrance;
  settings: AccountSettings;
}
export interface Option {
  value: string;
  label: string;
}

/** Languages, each in its own words. */
export function languageOptions(languages: readonly string[]): Option[] {
  return languages.map((value) => ({ value, label: languageName(value) }));
}
export function timeZoneOptions(...chosen: unknown[]): Option[] {
  const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', ...chosen.filter((zone) => typeof zone === 'string' && zone !== '')] as string[]);
  return [...zones].sort().map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}

/** Where a person goes once in: the page that was wanted, never another site. */
export function goal(next: unknown, home: string): string {
  const path = localPath(next);
  return path === '/' || path.startsWith('/sign-in') ? home : path;
}

/** Shows a form again with what was typed when somebody has to wait, instead of a bare error page. */
export async function unlessThrottled(c: PageContext, again: (form: FormState) => void | Promise<void>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ThrottledError)) throw error;
    c.res.status(error.status).set(error.headers);
    await again(refusedForm(c, error));
  }
}

/** The form with one sentence about all of it. */
export function refusedForm(c: PageContext, error: Pick<AppError, 'detail'>): FormState {
  return failedForm(c, new InvalidInputError({ '': error.detail }));
}

/** A page about a link that leads nowhere any more: what happened, and what to do now. */
export function showDeadLink(c: PageContext, purpose: 'register' | 'reset', status: 'expired' | 'used' | 'unknown'): void {
  const title = c.t(`core:link.${purpose}.${status}.title`);
  c.view(
    'core/dead-link',
    { title, text: c.t(`core:link.${purpose}.${status}.text`), used: status === 'used', purpose },
    { title, status: status === 'unknown' ? 404 : 410, layout: 'plain' },
  );
}
