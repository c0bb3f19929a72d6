import type { InjectionToken } from 'tsyringe';
import type { Access } from './access/types.js';
import type { AccountService } from './accounts/types.js';
import type { Audit, AuditTrail } from './audit/types.js';
import type { Database } from './database/types.js';
import type { Erasure } from './erasure/types.js';
import type { Events } from './events/types.js';
import type { Files } from './files/types.js';
import type { Jobs } from './jobs/types.js';
import type { Notifications } from './notifications/types.js';
import type { Log } from './plugin/context.js';
import type { IdentityProviders } from './sso/types.js';
import type { Realtime } from './realtime/types.js';
import type { Outgoing } from './outgoing/types.js';
import type { Search } from './search/types.js';
import type { Secrets, Settings } from './settings/service-types.js';
import type { Translator } from './views/types.js';

const token = <T>(name: string) => Symbol(name) as unknown as InjectionToken<T> & { readonly __type?: T };

/** The core's services, for `@inject(TOKEN)` and `resolve(TOKEN)`. They cannot be overridden by a plugin. */
export const DATABASE = token<Database>('Database');
/** Rights: `can`, `assert`, `scope`, `explain`. */
export const ACCESS = token<Access>('Access');
/** Persons who log in, and their invitations. */
export const ACCOUNTS = token<AccountService>('Accounts');
/** The append-only log of changes: `audit.record(actor, entry)` inside the transaction. */
export const AUDIT = token<Audit>('Audit');
/** What the log holds about a customer, for those who see it. */
export const AUDIT_TRAIL = token<AuditTrail>('AuditTrail');
/** Permanent deletion of customers, and archives of what is known of them. */
export const ERASURE = token<Erasure>('Erasure');
/** Typed events: `events.emit(name, payload)` inside the transaction, delivered after the commit. */
export const EVENTS = token<Events>('Events');
/** Kept uploads: `files.keep`, `files.list`. */
export const FILES = token<Files>('Files');
/** Sign-in services by OpenID Connect, of the installation or of a thing that a plugin owns. */
export const IDENTITY_PROVIDERS = token<IdentityProviders>('IdentityProviders');
/** The queue: `jobs.enqueue(name, payload)` inside the transaction; full names, such as `demo.load`. */
export const JOBS = token<Jobs>('Jobs');
/** Messages to people: `notifications.send(message)` inside the transaction. */
export const NOTIFICATIONS = token<Notifications>('Notifications');
/** Connections to machines whose names people typed: `outgoing.resolve(host, true)`. */
export const OUTGOING = token<Outgoing>('Outgoing');
/** Hints to open pages: `realtime.touch(topic, id)`. */
export const REALTIME = token<Realtime>('Realtime');
/** One search over everything that plugins offer: `search.find(actor, query)`. */
export const SEARCH = token<Search>('Search');
/** Encrypts stored credentials and signs references, under the key of the data folder. */
export const SECRETS = token<Secrets>('Secrets');
/** Values of declared settings: `settings.get('portal.port')`. */
export const SETTINGS = token<Settings>('Settings');
/** Texts in a given language, for what is written without a page: mails, files, jobs. */
export const TRANSLATOR = token<Translator>('Translator');
/** The plugin's own log. */
export const LOG = token<Log>('Log');
/** The time: `clock.now()`. Tests move it. */
export const CLOCK = token<Clock>('Clock');
/** Absolute links: `urls.to('portal', '/orders/7')`. */
export const URLS = token<Urls>('Urls');
/** The time. Ask it instead of `new Date()`, so that tests can move it. */
export interface Clock {
  now(): Date;
}
/** Makes links for mails and other places outside of a page. */
export interface Urls {
  /** Absolute address of a page of a site, built from the configured base URL, never from a request. */
  to(site: string, path: string): string;
}
