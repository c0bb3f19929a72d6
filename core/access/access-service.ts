import type { Database } from '../database/types.js';
import { ForbiddenError } from '../errors.js';
import type { Events } from '../events/types.js';
import type { Log } from '../plugin/context.js';
import type { Manifest, PermissionDecl, PermissionId } from '../plugin/manifest.js';
import type { Clock } from '../tokens.js';
import { everywhere } from './clause.js';
import { Condition } from './condition.js';
import { Rights, type Catalog } from './rights.js';
import type { Access, AccountInfo, Actor, DeclaredPermission, Explanation, Grant, GrantSource, Resource, ScopeCondition } from './types.js';

/** Tells other nodes that something changed; implemented by `versions(db)`. */
export interface Versions {
  bump(name: string): Promise<void>;
  watch(name: string, listener: () => void): () => void;
}
/** What roles give a staff account: everywhere, and only on the customers it administers. */
export interface RoleGrants {
  everywhere: readonly Grant[];
  limited: readonly Grant[];
}
export interface AccessDeps {
  db: Database;
  events: Events;
  versions: Versions;
  clock: Clock;
  log: Log;
  /** Manifests of the core and of all plugins that could be active. */
  manifests: () => readonly Manifest[];
  isActive(plugin: string): boolean;
  roles: { grants(account: AccountInfo, catalog: Catalog): Promise<RoleGrants> };
}

const version = 'core.access';
const maxCached = 10_000;
/** How soon a source that failed is asked again. */
const retryMs = 5_000;
const everything = new Condition([everywhere]);
const nothing = new Condition([]);

/** Permissions by full id, as the manifests declare them. */
function catalogOf(manifests: readonly Manifest[]): Catalog {
  const catalog = new Map<string, PermissionDecl>();
  for (const manifest of manifests) for (const [id, decl] of Object.entries(manifest.permissions ?? {})) catalog.set(`${manifest.id}.${id}`, decl);
  return catalog;
}

/** A token narrows what its owner may do, and never widens it. */
function allows({ token }: Actor, permission: string): boolean {
  return token?.permissions?.has(permission) ?? true;
}

export class AccessService implements Access {
  readonly #sources = new Set<GrantSource>();
  readonly #cache = new Map<number, { rights: Promise<Rights>; until: number }>();
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
    deps.versions.watch(version, () => this.#cache.clear());
    deps.events.on('core.plugin.changed', () => this.#cache.clear());
  }

  async can(actor: Actor, permission: PermissionId, resource?: Resource): Promise<boolean> {
    if (actor.kind === 'system') return true;
    if (!allows(actor, permission)) return false;
    const rights = await this.#rights(actor);
    return rights !== null && rights.can(permission, resource);
  }

  async assert(actor: Actor, permission: PermissionId, resource?: Resource): Promise<void> {
    if (!(await this.can(actor, permission, resource))) throw new ForbiddenError();
  }

  async scope(actor: Actor, permission: PermissionId): Promise<ScopeCondition> {
    if (actor.kind === 'system') return everything;
    if (!allows(actor, permission)) return nothing;
    return (await this.#rights(actor))?.condition(permission) ?? nothing;
  }

  async explain(account: AccountInfo, permission: PermissionId, resource?: Resource): Promise<Explanation> {
    return (await this.#of(account)).explain(permission, resource);
  }

  async held(actor: Actor): Promise<ReadonlySet<string>> {
    if (actor.kind === 'system') return new Set(this.catalog().keys());
    const held = (await this.#rights(actor))?.held() ?? new Set<string>();
    return actor.token?.permissions ? new Set([...held].filter((id) => allows(actor, id))) : held;
  }

  source(source: GrantSource): () => void {
    this.#sources.add(source);
    this.#cache.clear();
    return () => {
      this.#sources.delete(source);
      this.#cache.clear();
    };
  }

  /** How many sources there are; nothing may be left of a plugin that stopped. */
  get sources(): number {
    return this.#sources.size;
  }

  async changed(accountIds: readonly number[]): Promise<void> {
    const { db, versions, events } = this.#deps;
    await db.transaction(async () => {
      // Before the event: whoever listens to it asks again and must get the new answer.
      db.afterCommit(() => this.#cache.clear());
      await versions.bump(version);
      events.emit('core.rights.changed', { accountIds: [...accountIds] });
    });
  }

  permissions(): DeclaredPermission[] {
    const active = this.#deps.manifests().filter(({ id }) => id === 'core' || this.#deps.isActive(id));
    return active.flatMap(({ id: plugin, permissions = {} }) =>
      Object.entries(permissions).map(([id, decl]) => ({ ...decl, plugin, id: `${plugin}.${id}` as PermissionId })),
    );
  }

  catalog(): Catalog {
    return catalogOf(this.#deps.manifests());
  }

  #rights(actor: Actor): Promise<Rights> | null {
    const account = actor.onBehalfOf ?? actor.account;
    return account === null || actor.kind === 'anonymous' ? null : this.#of(account);
  }

  #of(account: AccountInfo): Promise<Rights> {
    const cached = this.#cache.get(account.id);
    if (cached !== undefined && cached.until > this.#deps.clock.now().getTime()) return cached.rights;
    const loaded = this.#load(account);
    const entry = { rights: loaded.then(({ rights }) => rights), until: Infinity };
    loaded.then(
      ({ until }) => (entry.until = until),
      () => this.#cache.delete(account.id),
    );
    if (this.#cache.size >= maxCached) this.#cache.clear();
    this.#cache.set(account.id, entry);
    return entry.rights;
  }

  async #load(account: AccountInfo): Promise<{ rights: Rights; until: number }> {
    const now = this.#deps.clock.now().getTime();
    const catalog = this.catalog();
    let complete = true;
    const lists = [...this.#sources].map(async (source): Promise<readonly Grant[]> => {
      try {
        return await source(account);
      } catch (error) {
        // One module's fault takes away its own rights only.
        complete = false;
        this.#deps.log.error({ error, account: account.id }, 'A source of grants failed');
        return [];
      }
    });
    const told = (await Promise.all(lists)).flat();
    const grants = account.kind === 'customer' ? told : await this.#ofStaff(account, told, catalog, now);
    const rights = new Rights(account.kind, grants, catalog, now);
    return { rights, until: complete ? rights.until : Math.min(rights.until, now + retryMs) };
  }

  /** For staff, `*` of a module means "administers these customers": it widens limited roles and gives nothing by itself. */
  async #ofStaff(account: AccountInfo, told: readonly Grant[], catalog: Catalog, now: number): Promise<Grant[]> {
    const roles = await this.#deps.roles.grants(account, catalog);
    const grants = [...roles.everywhere, ...told.filter((grant) => grant.permission !== '*')];
    const administered = told.filter((grant) => grant.permission === '*' && !grant.off && (grant.expiresAt?.getTime() ?? Infinity) > now);
    for (const grant of roles.limited) {
      // The core's own permissions are about the installation, not about customers.
      if (grant.permission.startsWith('core.')) grants.push(grant);
      else if (administered.length === 0) grants.push({ ...grant, off: { key: 'core:explain.off.noCustomers' } });
      else for (const { scope, expiresAt } of administered) grants.push({ ...grant, scope, expiresAt });
    }
    return grants;
  }
}
