import type { Catalog } from '../access/rights.js';
import type { Access, Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import { insert } from '../database/insert.js';
import type { Database } from '../database/types.js';
import { ForbiddenError } from '../errors.js';
import type { Clock } from '../tokens.js';
import { assertMayGive, changeOf, reachOf, type RightsChange } from './role-effect.js';
import { fromStored, type RoleDraft, type RoleState } from './role-state.js';
import { administrator, type Role, type Roles } from './roles.js';

/** What a change of roles would do, or has done. */
export interface RolesPlan {
  roles: { before: Role | null; after: Role | null; change: RightsChange }[];
  /** Per permission and kind of change the active accounts whom it concerns. */
  people: { permission: string; change: keyof RightsChange; accounts: { id: number; name: string }[] }[];
}
/** A change as it was written; `undo` is for `revert`. */
export interface RolesChange extends RolesPlan {
  undo: number;
}
export interface RoleDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  roles: Roles;
  sessions: { refresh(): Promise<void> };
}
const kinds = ['gained', 'lost', 'widened', 'narrowed'] as const;

/** Drafts of changes to roles: who may make them, what they do to whom, and how they are written. */
export class RoleWriter {
  constructor(private readonly deps: RoleDeps) {}

  /** What active modules declare for staff: the rows of the matrix. */
  catalog(): Catalog {
    return new Map(this.deps.access.permissions().flatMap((decl) => (decl.audience === 'customer' ? [] : [[decl.id, decl]])));
  }

  /** The roles as they stand now and after, by id. */
  async #worlds(draft: RoleDraft): Promise<[before: Map<string, Role>, after: Map<string, Role>]> {
    const all = new Map((await this.deps.roles.list()).map((role) => [role.id, role]));
    const after = new Map(all);
    for (const role of draft.before.roles) after.delete(role.id);
    for (const role of draft.after.roles) after.set(role.id, fromStored(role));
    return [all, after];
  }

  /** @throws ForbiddenError for what the actor may not give or touch */
  async checked(actor: Actor, draft: RoleDraft): Promise<RoleDraft> {
    if (actor.kind === 'system') return draft;
    const [all, after] = await this.#worlds(draft);
    const catalog = this.catalog();
    const own = pick(all, (await this.deps.roles.of([actor.account?.id ?? 0])).get(actor.account?.id ?? 0));
    // Nobody touches an account that may do more than the own one.
    const touched = [...draft.before.people, ...draft.after.people].some((person) => person.roles.includes(administrator));
    if (touched && !own.some((role) => role.id === administrator)) throw new ForbiddenError({ key: 'core:accounts.error.onlyAdministrators' });
    const steps = [
      ...draft.after.roles.map(({ id }) => [pick(all, [id]), pick(after, [id])] as const),
      ...draft.after.people.map((person, at) => [pick(all, draft.before.people[at]?.roles), pick(after, person.roles)] as const),
    ];
    for (const [was, is] of steps) {
      assertMayGive(own, was, is, catalog);
      // A token may hold less than its owner: it gives no more than itself.
      const { gained, widened } = changeOf(reachOf(was, catalog), reachOf(is, catalog));
      const held = actor.token?.permissions;
      if (held && ![...gained, ...widened].every((id) => held.has(id))) throw new ForbiddenError({ key: 'core:roles.error.beyond' });
    }
    return draft;
  }

  async effect(draft: RoleDraft): Promise<RolesPlan> {
    const { roles } = this.deps;
    const [all, after] = await this.#worlds(draft);
    const catalog = this.catalog();
    const touched = [...new Set([...draft.before.roles, ...draft.after.roles].map((role) => role.id))];
    const active = (await roles.holders(touched)).filter((holder) => holder.active);
    const held = await roles.of(active.map((holder) => holder.id));
    const people = new Map(active.map((holder) => [holder.id, { ...holder, before: held.get(holder.id) ?? [], after: held.get(holder.id) ?? [] }]));
    for (const [at, person] of draft.after.people.entries())
      people.set(person.id, { ...person, active: true, before: draft.before.people[at]?.roles ?? [], after: person.roles });
    const found = new Map<string, RolesPlan['people'][number]>();
    for (const { id, name, before, after: next } of people.values()) {
      const change = changeOf(reachOf(pick(all, before), catalog), reachOf(pick(after, next), catalog));
      for (const kind of kinds)
        for (const permission of change[kind]) {
          const key = `${permission} ${kind}`;
          if (!found.has(key)) found.set(key, { permission, change: kind, accounts: [] });
          found.get(key)?.accounts.push({ id, name });
        }
    }
    const order = [...catalog.keys()];
    return {
      roles: touched.map((id) => {
        const [before, next] = [all.get(id) ?? null, after.get(id) ?? null];
        return { before, after: next, change: changeOf(reachOf(before ? [before] : [], catalog), reachOf(next ? [next] : [], catalog)) };
      }),
      people: [...found.values()].sort((a, b) => order.indexOf(a.permission) - order.indexOf(b.permission)),
    };
  }

  /** Writes a draft, made inside the transaction, in one row of the log per role. @throws ForbiddenError, ConflictError */
  write(actor: Actor, draft: () => Promise<RoleDraft>, action: 'created' | 'changed' | 'deleted' | 'reverted'): Promise<RolesChange> {
    const { db, roles, access, sessions, clock } = this.deps;
    return db.transaction(async () => {
      await roles.lock();
      const { before, after } = await this.checked(actor, await draft());
      const effect = await this.effect({ before, after });
      const concerned = (await roles.holders([...before.roles, ...after.roles].map((role) => role.id))).map((holder) => holder.id);
      for (const role of after.roles) await this.#store(role);
      for (const person of after.people) await roles.assign(person.id, person.roles);
      for (const { id } of before.roles) if (!after.roles.some((role) => role.id === id)) await db.run('DELETE FROM core_roles WHERE id = ?', [id]);
      if (before.people.some((person) => person.roles.includes(administrator))) await roles.assertAdministratorRemains();
      await this.#record(actor, action, before, after, effect);
      const undo = await insert(db, 'core_role_history', {
        at: clock.now(),
        account_id: actor.account?.id ?? null,
        before: JSON.stringify(before),
        after: JSON.stringify(after),
      });
      await access.changed([...new Set([...concerned, ...after.people.map((person) => person.id)])]);
      // Time-outs stand beside the kept sessions.
      await sessions.refresh();
      return { ...effect, undo };
    });
  }

  async #store({ id, name, allCustomers, builtIn, idleMinutes, mfaRequired, changes }: RoleState['roles'][number]): Promise<void> {
    const { db } = this.deps;
    const values = [name, allCustomers ? 1 : 0, idleMinutes, mfaRequired ? 1 : 0];
    const { changes: updated } = await db.run('UPDATE core_roles SET name = ?, all_customers = ?, idle_minutes = ?, mfa_required = ? WHERE id = ?', [
      ...values,
      id,
    ]);
    const known = updated > 0 || (await db.query('SELECT id FROM core_roles WHERE id = ?', [id])).length > 0;
    if (!known)
      await insert(db, 'core_roles', { id, name, all_customers: values[1], built_in: builtIn ? 1 : 0, idle_minutes: idleMinutes, mfa_required: values[3] });
    await db.run('DELETE FROM core_role_permissions WHERE role_id = ?', [id]);
    for (const [permission, allowed] of changes) await insert(db, 'core_role_permissions', { role_id: id, permission, allowed: allowed ? 1 : 0 });
  }

  /** One row per role, or, when only an account was touched, one about that. */
  async #record(actor: Actor, action: string, before: RoleState, after: RoleState, effect: RolesPlan): Promise<void> {
    const { audit } = this.deps;
    for (const { before: was, after: is, change } of effect.roles) {
      const [old, next] = [was && facts(was), is && facts(is)];
      const differs = Object.keys({ ...old, ...next }).filter((key) => old?.[key] !== next?.[key]);
      const part = (all: Record<string, unknown> | null) => (all === null ? {} : Object.fromEntries(differs.map((key) => [key, all[key]])));
      const people = after.people.map((person) => person.name).join(', ');
      await audit.record(actor, {
        action: `core.role.${action}`,
        object: { kind: 'core.role', id: (is ?? was)?.id ?? '', name: (is ?? was)?.name ?? (is ?? was)?.id },
        before: {
          ...part(old),
          ...(change.lost.length > 0 && { permissions: change.lost.join(', ') }),
          ...(people !== '' && action === 'deleted' && { people }),
        },
        after: { ...part(next), ...(change.gained.length > 0 && { permissions: change.gained.join(', ') }) },
      });
    }
    if (effect.roles.length > 0) return;
    const all = await this.deps.roles.list();
    const names = (ids: readonly string[] = []) => ids.map((id) => all.find((role) => role.id === id)?.name ?? id).join(', ');
    for (const [at, person] of after.people.entries())
      await audit.record(actor, {
        action: 'core.account.roles-changed',
        object: { kind: 'core.account', id: person.id, name: person.name },
        before: { roles: names(before.people[at]?.roles) },
        after: { roles: names(person.roles) },
      });
  }
}

const pick = (roles: ReadonlyMap<string, Role>, ids: readonly string[] | undefined): Role[] => (ids ?? []).flatMap((id) => roles.get(id) ?? []);

const facts = ({ name, allCustomers, idleMinutes, mfaRequired }: Role): Record<string, unknown> => ({ name, allCustomers, idleMinutes, mfaRequired });
