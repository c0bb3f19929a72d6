import type { Message } from '../errors.js';
import type { PermissionDecl, PermissionId } from '../plugin/manifest.js';

/** A person who logs in, as the rest of the product sees it. */
export interface AccountInfo {
  id: number;
  kind: 'staff' | 'customer';
  name: string;
  email: string;
  language: string;
  timeZone: string;
}

/** How an act came in; written to the audit log. */
export type Channel = 'page' | 'api' | 'socket' | 'mail' | 'job' | 'cli';

/** The API token that an actor came with: it may do at most what its owner may. */
export interface ActorToken {
  readonly id: number;
  readonly name: string;
  /** What it was narrowed to; null = all that the owner may do. */
  readonly permissions: ReadonlySet<string> | null;
  /** Operations that change something are refused. */
  readonly readOnly: boolean;
}

/**
 * Who acts now. First argument of every service method.
 * `system` acts for jobs, migrations and the command line and may do everything.
 */
export interface Actor {
  readonly kind: 'staff' | 'customer' | 'system' | 'anonymous';
  readonly account: AccountInfo | null;
  /** The account acted for in support access; rights are then decided by it. */
  readonly onBehalfOf: AccountInfo | null;
  readonly sessionId: number | null;
  readonly channel: Channel;
  readonly ip: string | null;
  /** Absent unless the person's program acts. */
  readonly token?: ActorToken;
}

/** Ids of the objects a resource belongs to, by kind: `{ customer: 7, installation: 12 }`. Null = belongs to none of that kind. */
export type Resource = Readonly<Record<string, number | null | undefined>>;

/**
 * One rule that gives rights, as told by a grant source (roles in the core, accesses in `customers`).
 * `scope` undefined = everywhere; otherwise every kind in it must match: a list of ids, or 'all'.
 * The kind `customer` decides alone (AND); the others are alternatives among each other (OR), see `Scope`.
 */
export interface Grant {
  permission: PermissionId | '*';
  scope?: Readonly<Record<string, readonly number[] | 'all'>>;
  expiresAt?: Date | null;
  /** Where the right comes from, for "why can X see this": a translated sentence and the page that shows it. */
  why: { key: string; vars?: Record<string, string | number>; href?: string };
  /** Why it gives nothing just now, such as a disabled access: for explanations. */
  off?: Message;
}

/** Tells the grants of one account. Registered with `ctx.access.source`. */
export type GrantSource = (account: AccountInfo) => Promise<readonly Grant[]>;

/**
 * The objects on which an actor holds a permission, as a condition for lists, counts, search and exports.
 * `columns` maps kinds to column names, the first after `customer` being the primary one: `{ customer: 'customer_id', installation: 'installation_id', project: 'project_id' }`.
 * A clause matches when the customer matches AND (the primary kind is 'all', or any named kind has the row's id in its list).
 */
export interface ScopeCondition {
  readonly kind: 'all' | 'none' | 'some';
  /** Sequelize `where` fragment to combine with Op.and; `{}` for all. */
  where(columns: Readonly<Record<string, string>>): object;
  /** The same as SQL with `?` placeholders for hand-written queries, in parentheses; `1=1` for all, `1=0` for none. */
  sql(columns: Readonly<Record<string, string>>, alias?: string): { sql: string; params: unknown[] };
  /** Distinct ids of one kind (such as the customers in reach), or 'all'. */
  ids(kind: string): readonly number[] | 'all';
}

/** One rule of an explanation. */
export interface ExplainedRule {
  permission: string;
  matched: boolean;
  why: Grant['why'];
  /** Where it reaches; undefined = everywhere. */
  scope: Grant['scope'];
  /** Kind of the id of the resource that it reached; null = it did not, or no id was needed. */
  by: string | null;
  /** Kind of the first id that it does not reach. */
  misses: string | null;
  /** Why it gives nothing now. */
  off: Message | null;
}
/** Where rights of an account come from: a role, an access. */
export interface ExplainedSource {
  why: Grant['why'];
  scope: Grant['scope'];
  off: Message | null;
  /** Does it give the permission that was asked about, wherever it reaches? */
  gives: boolean;
}
/** Answer to "why can X see this?" */
export interface Explanation {
  allowed: boolean;
  /** The rules that allowed it, or the nearest ones that did not match. */
  rules: ExplainedRule[];
  sources: ExplainedSource[];
}

/** A permission as its manifest declares it. */
export interface DeclaredPermission extends PermissionDecl {
  /** Full id, such as `desk.order.read`; its label is `<plugin>:permission.<rest of the id>`, its help the same with `.help`. */
  id: PermissionId;
  plugin: string;
}

/** Decides rights. All answers for one account come from one cached list of grants, dropped when rights change. */
export interface Access {
  /** Does the actor hold the permission on this resource (or, without one, anywhere at all)? */
  can(actor: Actor, permission: PermissionId, resource?: Resource): Promise<boolean>;
  /** @throws ForbiddenError */
  assert(actor: Actor, permission: PermissionId, resource?: Resource): Promise<void>;
  scope(actor: Actor, permission: PermissionId): Promise<ScopeCondition>;
  explain(account: AccountInfo, permission: PermissionId, resource?: Resource): Promise<Explanation>;
  /** All permission ids that the actor holds anywhere: for menus and views. */
  held(actor: Actor): Promise<ReadonlySet<string>>;
  /** What the core and all active plugins declare, in their order: what role matrices and access options are made from. */
  permissions(): readonly DeclaredPermission[];
  /** Registers a source of grants; returns the undo. */
  source(source: GrantSource): () => void;
  /** Call inside the transaction that changed rights: drops caches after commit on every node and closes live sockets. */
  changed(accountIds: readonly number[]): Promise<void>;
}

/** A thing as an explanation names it. */
export interface FoundObject {
  name: string;
  /** Its page on the staff site. */
  href: string;
  /** What its rights are decided by. */
  resource: Resource;
}
/** A kind of things about which can be asked who sees them and why. */
export interface ObjectKind {
  /** Translation key of what one is called, such as `desk:object.order`. */
  label: string;
  /** Whoever holds it on the thing may read it. */
  read: PermissionId;
  /** Kind of scope that its ids are, such as `installation`: so that ids in rules get names. */
  scope?: string;
  /** A few things in reach of the actor, by name or number. */
  search(actor: Actor, text: string): Promise<{ id: number; name: string; hint?: string | null }[]>;
  /** The thing, if the actor sees it; null or a NotFoundError if not. Asked for the explained account, too: then its answer is the service's own. */
  resource(actor: Actor, id: number): Promise<FoundObject | null>;
}
/** Customers' accounts, told by the plugin that owns their accesses. */
export interface AccountKind {
  search(actor: Actor, text: string): Promise<{ id: number; name: string; hint?: string | null }[]>;
  /** Null when the actor sees none of its customers; `whole` when the actor sees all of them. */
  find(actor: Actor, accountId: number): Promise<{ href: string; whole: boolean } | null>;
  /** Ids of accounts that could reach the thing, ascending after `after`. */
  candidates(resource: Resource, after: number, limit: number): Promise<number[]>;
}
