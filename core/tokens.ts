import type { InjectionToken } from 'tsyringe';
import type { Access } from './access/types.js';
import type { AccountService } from './accounts/types.js';
import type { Audit } from './audit/types.js';
import type { Database } from './database/types.js';
import type { Events } from './events/types.js';
import type { Files } from './files/types.js';
import type { Jobs } from './jobs/types.js';
import type { Notifications } from './notifications/types.js';
import type { Log } from './plugin/context.js';
import type { Realtime } from './realtime/types.js';
import type { Settings } from './settings/service-types.js';
import type { Translator } from './views/types.js';

const token = <T>(name: string) => Symbol(name) as unknown as InjectionToken<T> & { readonly __type?: T };

/** The core's services, for `@inject(TOKEN)` and `resolve(TOKEN)`. They cannot be overridden by a plugin. */
export const DATABASE = token<Database>('Database');
export const ACCESS = token<Access>('Access');
export const ACCOUNTS = token<AccountService>('Accounts');
export const AUDIT = token<Audit>('Audit');
export const EVENTS = token<Events>('Events');
export const FILES = token<Files>('Files');
export const JOBS = token<Jobs>('Jobs');
export const NOTIFICATIONS = token<Notifications>('Notifications');
export const REALTIME = token<Realtime>('Realtime');
export const SETTINGS = token<Settings>('Settings');
export const TRANSLATOR = token<Translator>('Translator');
export const LOG = token<Log>('Log');
/** The time: `clock.now()`. Tests move it. */
export const CLOCK = token<Clock>('Clock');
/** Absolute links: `urls.to('portal', '/orders/7')`. */
export const URLS = token<Urls>('Urls');
export interface Clock {
  now(): Date;
}
export interface Urls {
  /** Absolute address of a page of a site, built from the configured base URL, never from a request. */
  to(site: string, path: string): string;
}
