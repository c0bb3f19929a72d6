import type { AccountKind, GrantSource, ObjectKind } from '../access/types.js';
import type { FactorPolicy } from '../accounts/types.js';
import type { Events } from '../events/types.js';
import type { Files } from '../files/types.js';
import type { PageContext, PageModule, Resolve, SiteDefinition } from '../http/types.js';
import type { JobHandler, Schedule } from '../jobs/types.js';
import type { NotificationChannel } from '../notifications/types.js';
import type { ApiModule } from '../rest/types.js';
import type { Realtime } from '../realtime/types.js';
import type { SearchProvider } from '../search/types.js';
import type { ProviderOwner } from '../sso/types.js';
import type { ViewName } from '../views/types.js';
import type { Manifest, PermissionId } from './manifest.js';
import type { Scope } from './scope.js';

/** One line of a site's menu. An entry whose permission the person does not hold is absent. */
export interface MenuEntry {
  /** Translation key in the plugin's locales. */
  label: string;
  href: string;
  icon: string;
  /** Shown to those who hold it anywhere; absent = to all signed in. */
  permission?: PermissionId;
  /** Heading on the staff site (`work`, `register`, `modules`, `settings`); lower order comes first. */
  section?: string;
  order?: number;
  /** A live number beside the label, such as open fault reports; 0 is not shown. */
  count?: (c: PageContext) => Promise<number>;
  /** Topic whose hints mean that the number may have changed, such as `desk.reports:all`. */
  live?: string;
  /** Keys that lead there, such as `g i` for the two in turn. */
  key?: string;
  /** Entries of the person's own that follow this one, such as saved views; their texts are ready to show. */
  more?: (c: PageContext) => Promise<MenuLine[]>;
}
/** An entry of a person's own in the menu. */
export interface MenuLine {
  text: string;
  href: string;
  icon: string;
  count: number;
}
/** Something that the palette found. */
export interface FoundItem {
  label: string;
  href: string;
  /** Translated heading, such as "Customers". */
  group: string;
  /** What tells it from others of that name. */
  hint?: string;
}
/** Finds things by what a person typed, within their reach; without words what they had open last. At most a handful. */
export type Finder = (c: PageContext, q: string) => Promise<FoundItem[]>;

/** The plugin's own log: data first, then a sentence. Never log secrets or what people wrote. */
export interface Log {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
  error(data: object, message: string): void;
}

type Class = new (...args: never[]) => object;

/** What a plugin is given to contribute with. Every contribution is undone by its Scope when the plugin stops. */
export interface PluginContext {
  readonly id: string;
  readonly manifest: Manifest;
  readonly scope: Scope;
  readonly log: Log;
  services: {
    /** Classes with `@injectable()` and `@inject(TOKEN)` on each parameter; one instance each while the plugin is active. */
    add(...classes: Class[]): void;
    resolve: Resolve;
  };
  pages(site: string, module: PageModule): void;
  api(module: ApiModule): void;
  sites: { open(definition: SiteDefinition): void };
  menu: { add(site: string, entry: MenuEntry): void };
  /** What the palette (Ctrl K) of a site finds beside pages and actions. */
  finder: { add(site: string, finder: Finder): void };
  /** Fills a place that another plugin's view offers with `{{outlet "customers.customer.panel"}}`. `data` gets the page and the outlet's own arguments; null = show nothing. */
  outlets: { fill(outlet: string, view: ViewName, data?: (c: PageContext, args: Record<string, unknown>) => Promise<object | null>, order?: number): void };
  events: Pick<Events, 'on'>;
  jobs: { every(name: string, schedule: Schedule, handler: JobHandler): void; handle(name: string, handler: JobHandler): void };
  notifications: { channel(channel: NotificationChannel): void };
  access: {
    source(source: GrantSource): void;
    /** Says how things of a kind are found and named when somebody asks who sees them and why; `kind` such as `desk.order`. */
    object(kind: string, definition: ObjectKind): void;
    /** Says which accounts of customers can be asked about. One plugin does it: the one that owns their accesses. */
    accounts(definition: AccountKind): void;
  };
  /** How people sign in. */
  signIn: {
    /** Rules on whether an account needs a second factor, and whether it may sign in at all. Asked when a session is looked up anew, every few seconds at most. */
    policy(policy: FactorPolicy): void;
    /** Things of a kind, such as `customers.customer`, may have sign-in services of their own: who may change them, and who belongs to them. */
    owner(kind: string, owner: ProviderOwner): void;
  };
  files: Pick<Files, 'guard'>;
  realtime: Pick<Realtime, 'topic' | 'presence'>;
  search: {
    /** Adds a kind of things to the one search: the page, the palette, the portal and the REST interface. */
    add(provider: SearchProvider): void;
  };
  /** What dependants get from `ctx.peer(id)`. */
  exports(api: object): void;
  /** Exports of a required or optional plugin; undefined while it is not active. */
  peer<T extends object>(id: string): T | undefined;
}

/** A plugin: its manifest, what it contributes, and what it does once all contributions stand. */
export interface Plugin {
  manifest: Manifest;
  register(ctx: PluginContext): void | Promise<void>;
  start?(ctx: PluginContext): void | Promise<void>;
}
/** Declares a plugin; default export of `plugins/<id>/index.ts`. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
