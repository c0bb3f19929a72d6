import type { SettingDecl, SettingValue } from '../settings/types.js';

/** Who a permission is for. */
export type Audience = 'staff' | 'customer' | 'both';
/** What a route does; support access and read-only licenses decide by it. */
export type AccessClass = 'read' | 'write' | 'delete' | 'download' | 'import' | 'template' | 'export';

/** One permission; label `permission.<id>` and help `permission.<id>.help` come from `locales/`. */
export interface PermissionDecl {
  audience: Audience;
  /** What a grant of it can be limited to, such as `installation`. */
  scopes?: readonly string[];
  /** Built-in staff roles that hold it from the start (`administrator` holds all). */
  roles?: readonly 'agent'[];
  /** Customer accounts: granted with every new access unless unticked. */
  default?: boolean;
}

declare const payload: unique symbol;
/** One domain event; label `event.<id>`. */
export interface EventDecl<P = unknown> {
  severity: 'info' | 'warning' | 'alarm' | 'critical';
  /** Each node tells it of itself, outside of any change: webhooks cannot subscribe to it. */
  local?: boolean;
  readonly [payload]?: P;
}
/** Declares an event with the type of its payload. */
export function event<P>(options: { severity?: EventDecl['severity']; local?: boolean } = {}): EventDecl<P> {
  return { severity: options.severity ?? 'info', local: options.local ?? false };
}

/** Rows of one table belong to rows of another declared one: `column` holds their id; `where` names fixed values of further columns. */
export interface BelongsTo {
  column: string;
  of: string;
  where?: Readonly<Record<string, string>>;
}
/**
 * A table that holds data about persons; erasure and export walk these, also for plugins that are off. Rows of the customer or
 * the account are deleted with it; of an account that is erased, other rows only lose the mention.
 */
export interface PersonalDataDecl {
  table: string;
  /** Column that names the customer, the account, or both. */
  customer?: string;
  account?: string;
  /** Column that names the customer among other owners: its text is `prefix` and the id. */
  owner?: { column: string; prefix: string };
  /** Whose rows they are, where it stands in another table. */
  through?: readonly BelongsTo[];
  /** Columns that name an account which only did something to the row: set to null. */
  mentions?: readonly string[];
  /** The rows make accounts members of customers: an account without another one goes with its customer. */
  membership?: boolean;
  /** Kind under which uploaded files belong to rows of this table. */
  files?: string;
  /** Columns with mail addresses, to which messages may have gone. */
  addresses?: readonly string[];
}

/** A message that can be sent; subject and text are `mail.<id>.subject` and `mail.<id>.text` in `locales/`. */
export interface TemplateDecl {
  /** Path of the button in the message, built from the data; omitted if there is none. */
  action?: boolean;
  /** May go by SMS: there is a short text `mail.<id>.sms`. */
  sms?: boolean;
}

/** What a plugin is and contributes: pure data. */
export interface Manifest {
  id: string;
  version: string;
  /** Range of core versions it works with, such as `^1.0.0`. */
  core: string;
  /** License feature it needs; absent for built-in plugins, which are always active. */
  license?: string;
  icon?: string;
  /** Accounts of customers are for this plugin: they can be created once the license has it. */
  customerAccounts?: boolean;
  requires?: readonly string[];
  optional?: readonly string[];
  permissions?: Readonly<Record<string, PermissionDecl>>;
  settings?: Readonly<Record<string, SettingDecl>>;
  events?: Readonly<Record<string, EventDecl>>;
  templates?: Readonly<Record<string, TemplateDecl>>;
  personalData?: readonly PersonalDataDecl[];
}

/** Declares a manifest, keeping every literal so that keys and payloads are checked by the compiler. */
export function defineManifest<const M extends Manifest>(manifest: M): M {
  return manifest;
}

/** Manifests by plugin id. Each plugin adds itself: `declare module '../../core/api.js' { interface Manifests { desk: typeof manifest } }`. */
export interface Manifests {}

type Keys<K extends keyof Manifests, F extends string> = Manifests[K] extends { readonly [P in F]: infer R } ? `${K}.${keyof R & string}` : never;
type All<F extends string> = { [K in keyof Manifests]: Keys<K, F> }[keyof Manifests];
type Entry<Id extends string, F extends string> = Id extends `${infer K extends keyof Manifests & string}.${infer Rest}`
  ? Manifests[K] extends { readonly [P in F]: infer R }
    ? Rest extends keyof R
      ? R[Rest]
      : never
    : never
  : never;

/** Full ids, `<plugin>.<key of the manifest>`. */
export type PermissionId = All<'permissions'>;
/** Full key of a declared setting, such as `portal.port`. */
export type SettingKey = All<'settings'>;
/** Full name of a declared event, such as `desk.order.planned`. */
export type EventName = All<'events'>;
/** Full id of a declared message, such as `desk.order-planned`. */
export type TemplateId = All<'templates'>;
/** Type of a setting's value, by its key. */
export type ValueOf<K extends SettingKey> = SettingValue<Entry<K, 'settings'>>;
/** Type of an event's payload, by its name. */
export type PayloadOf<E extends EventName> = Entry<E, 'events'> extends EventDecl<infer P> ? P : never;
