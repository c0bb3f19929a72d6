import { randomBytes } from 'node:crypto';
import type { Catalog } from '../access/rights.js';
import type { Access, Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import { insert } from '../database/insert.js';
import type { Database } from '../database/types.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.js';
import type { Clock } from '../tokens.js';
import { assertMayGive, changeOf, reachOf, type RightsChange } from './role-effect.js';
import { fingerprint, fromStored, roleName, toStored, type RoleState } from './role-state.js';
import { administrator, roleHolds, type Role, type Roles } from './roles.js';

/** What can be changed of a role; absent fields stay. */
export interface RoleInput {
  name?: string;
  /** Counts on all customers, or only on those that the account administers. */
  allCustomers?: boolean;
  /** Minutes, 1 to 1440; null = as the site. */
  idleMinutes?: number | null;
  mfaRequired?: boolean;
  /** All permissions that it shall hold, of those that active modules declare. */
  permissions?: readonly string[];
  /** Of the role that the change was made from: refused when it was changed meanwhile. */
  fingerprint?: string;
}
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
export interface RoleServiceDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  roles: Roles;
  sessions: { refresh(): Promise<void> };
}
type Draft = { before: RoleState; after: RoleState };
const kinds = ['gained', 'lost', 'widened', 'narrowed'] as const;

/** Roles of staff: what each may do. Every change is shown as its effect first, written with one audit row per role, and can be taken back. */
export class RoleService {
  constructor(private readonly deps: RoleServiceDeps) {}

  /** All roles, built-in ones first. @throws ForbiddenError */
  async list(actor: Actor): Promise<Role[]> {
    await this.deps.access.assert(actor, 'core.accounts.manage');
    return this.deps.roles.list();
  }

  /** @throws NotFoundError */
  async get(actor: Actor, id: string): Promise<Role> {
    const role = (await this.list(actor)).find((one) => one.id === id);
    if (role === undefined) throw new NotFoundError();
    return role;
  }

  /** What active modules declare for staff: the rows of the matrix. */
  catalog(): Catalog {
    return new Map(this.deps.access.permissions().flatMap((decl) => (decl.audience === 'customer' ? [] : [[decl.id, decl]])));
  }

  /** The effect of changing several roles at once; nothing is written. @throws InvalidInputError, ForbiddenError */
  async plan(actor: Actor, inputs: ReadonlyMap<string, RoleInput>): Promise<RolesPlan> {
    return this.#effect(await this.#checked(actor, await this.#drafted(actor, inputs)));
  }

  /** @throws InvalidInputError, ForbiddenError when the actor does not hold what is given */
  change(actor: Actor, inputs: ReadonlyMap<string, RoleInput>): Promise<RolesChange> {
    return this.#write(actor, () => this.#drafted(actor, inputs), 'changed');
  }

  /** A new role, which holds what another one holds. @throws InvalidInputError */
  async create(actor: Actor, input: { name: string; copyOf: string }): Promise<Role> {
    const all = await this.list(actor);
    const named = roleName(input.name, all);
    if ('problem' in named) throw new InvalidInputError({ name: { key: named.problem, vars: { max: 60 } } });
    const model = all.find((role) => role.id === input.copyOf);
    if (input.copyOf !== '' && model === undefined) throw new InvalidInputError({ copyOf: { key: 'core:accounts.error.role' } });
    const catalog = this.catalog();
    const role: Role = {
      id: `role-${randomBytes(5).toString('hex')}`,
      name: named.name,
      builtIn: false,
      allCustomers: model?.allCustomers ?? true,
      idleMinutes: model?.idleMinutes ?? null,
      mfaRequired: model?.mfaRequired ?? false,
      changes: new Map([...catalog.keys()].filter((id) => model !== undefined && roleHolds(model, id, catalog)).map((id) => [id, true])),
    };
    await this.#write(actor, async () => ({ before: { roles: [], people: [] }, after: { roles: [toStored(role)], people: [] } }), 'created');
    return role;
  }

  /** What deleting a role would do; `only` are those who would be left without any role. @throws NotFoundError, ForbiddenError for a built-in one */
  async planRemoval(actor: Actor, id: string, replacement: string): Promise<RolesPlan & { holders: { id: number; name: string; only: boolean }[] }> {
    const draft = await this.#removal(actor, id, replacement);
    const holders = draft.before.people.map((person) => ({ id: person.id, name: person.name, only: person.roles.length === 1 }));
    return { ...(await this.#effect(draft)), holders };
  }

  /** `replacement` is given to those who hold no other role; '' when there are none. @throws InvalidInputError when somebody would be left without a role */
  remove(actor: Actor, id: string, replacement: string): Promise<RolesChange> {
    return this.#write(
      actor,
      async () => {
        const draft = await this.#removal(actor, id, replacement);
        if (draft.after.people.some((person) => person.roles.length === 0)) throw new InvalidInputError({ replacement: { key: 'core:roles.error.onlyRole' } });
        return draft;
      },
      'deleted',
    );
  }

  /** The effect of giving an account exactly these roles. */
  async planAssignment(actor: Actor, account: { id: number; name: string }, roleIds: readonly string[]): Promise<RolesPlan> {
    return this.#effect(await this.#checked(actor, await this.#assignment(account, roleIds)));
  }

  /** Gives an account exactly these roles; whoever calls decides whether the actor may manage it. */
  assign(actor: Actor, account: { id: number; name: string }, roleIds: readonly string[]): Promise<RolesChange> {
    return this.#write(actor, () => this.#assignment(account, roleIds), 'changed');
  }

  /** Takes a change back. @throws ConflictError when something came after it */
  async revert(actor: Actor, undo: number): Promise<RolesChange> {
    await this.deps.access.assert(actor, 'core.accounts.manage');
    const [row] = await this.deps.db.query<{ before: string; after: string }>('SELECT `before`, `after` FROM core_role_history WHERE id = ?', [undo]);
    if (row === undefined) throw new NotFoundError();
    const draft = { before: JSON.parse(row.after) as RoleState, after: JSON.parse(row.before) as RoleState };
    return this.#write(
      actor,
      async () => {
        const all = await this.deps.roles.list();
        const held = await this.deps.roles.of(draft.before.people.map((person) => person.id));
        const same = (role: RoleState['roles'][number]) => {
          const now = all.find((one) => one.id === role.id);
          return now !== undefined && fingerprint(now) === fingerprint(fromStored(role));
        };
        const gone = draft.after.roles.filter((role) => !draft.before.roles.some((one) => one.id === role.id));
        const untouched =
          draft.before.roles.every(same) &&
          gone.every((role) => !all.some((one) => one.id === role.id)) &&
          draft.before.people.every((person) => [...(held.get(person.id) ?? [])].sort().join() === [...person.roles].sort().join());
        if (!untouched) throw new ConflictError({ key: 'core:roles.error.undo' }, 'changed_meanwhile');
        return draft;
      },
      'reverted',
    );
  }

  async #drafted(actor: Actor, inputs: ReadonlyMap<string, RoleInput>): Promise<Draft> {
    const all = await this.list(actor);
    const catalog = this.catalog();
    const problems: Record<string, { key: string; vars?: Record<string, number> }> = {};
    const pairs = [...inputs].map(([id, input]) => {
      const role = all.find((one) => one.id === id);
      if (role === undefined) throw new NotFoundError();
      if (input.fingerprint !== undefined && input.fingerprint !== fingerprint(role)) problems[''] = { key: 'core:roles.error.changed' };
      return [role, draftOf(role, input, all, catalog, problems)] as const;
    });
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const changed = pairs.filter(([before, after]) => fingerprint(before) !== fingerprint(after));
    return {
      before: { roles: changed.map(([before]) => toStored(before)), people: [] },
      after: { roles: changed.map(([, after]) => toStored(after)), people: [] },
    };
  }

  async #removal(actor: Actor, id: string, replacement: string): Promise<Draft> {
    const role = await this.get(actor, id);
    if (role.builtIn) throw new ForbiddenError({ key: 'core:roles.error.builtIn' });
    if (replacement !== '' && (replacement === id || !(await this.deps.roles.list()).some((one) => one.id === replacement)))
      throw new InvalidInputError({ replacement: { key: 'core:accounts.error.role' } });
    const holders = await this.deps.roles.holders([id]);
    const held = await this.deps.roles.of(holders.map((holder) => holder.id));
    const people = holders.map(({ id: account, name }) => ({ id: account, name, roles: held.get(account) ?? [] }));
    const left = (roles: string[]) => (roles.length > 1 ? roles.filter((one) => one !== id) : replacement === '' ? [] : [replacement]);
    return {
      before: { roles: [toStored(role)], people },
      after: { roles: [], people: people.map((person) => ({ ...person, roles: left(person.roles) })) },
    };
  }

  async #assignment(account: { id: number; name: string }, roleIds: readonly string[]): Promise<Draft> {
    const before = (await this.deps.roles.of([account.id])).get(account.id) ?? [];
    const person = { id: account.id, name: account.name };
    return {
      before: { roles: [], people: [{ ...person, roles: before }] },
      after: { roles: [], people: [{ ...person, roles: [...new Set(roleIds)].sort() }] },
    };
  }

  /** The roles as they stand now and after, by id. */
  async #worlds(draft: Draft): Promise<[before: Map<string, Role>, after: Map<string, Role>]> {
    const all = new Map((await this.deps.roles.list()).map((role) => [role.id, role]));
    const after = new Map(all);
    for (const role of draft.before.roles) after.delete(role.id);
    for (const role of draft.after.roles) after.set(role.id, fromStored(role));
    return [all, after];
  }

  async #checked(actor: Actor, draft: Draft): Promise<Draft> {
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

  async #effect(draft: Draft): Promise<RolesPlan> {
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

  #write(actor: Actor, draft: () => Promise<Draft>, action: 'created' | 'changed' | 'deleted' | 'reverted'): Promise<RolesChange> {
    const { db, roles, access, sessions, clock } = this.deps;
    return db.transaction(async () => {
      await roles.lock();
      const { before, after } = await this.#checked(actor, await draft());
      const effect = await this.#effect({ before, after });
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

/** The role with the input's values; what is wrong goes into `problems`. Rights of modules that are off stay as they are. */
function draftOf(
  role: Role,
  input: RoleInput,
  all: readonly Role[],
  catalog: Catalog,
  problems: Record<string, { key: string; vars?: Record<string, number> }>,
): Role {
  const after = { ...role, changes: new Map(role.changes) };
  if (input.name !== undefined && !role.builtIn) {
    const named = roleName(
      input.name,
      all.filter((one) => one.id !== role.id),
    );
    if ('problem' in named) problems['name'] = { key: named.problem, vars: { max: 60 } };
    else after.name = named.name;
  }
  const { idleMinutes = role.idleMinutes } = input;
  if (idleMinutes !== null && !(Number.isInteger(idleMinutes) && idleMinutes >= 1 && idleMinutes <= 1440))
    problems['idle_minutes'] = { key: 'core:roles.error.minutes', vars: { min: 1, max: 1440 } };
  after.idleMinutes = idleMinutes;
  after.mfaRequired = input.mfaRequired ?? role.mfaRequired;
  // The administrator holds everything everywhere.
  if (role.id === administrator) return after;
  after.allCustomers = input.allCustomers ?? role.allCustomers;
  if (input.permissions === undefined) return after;
  const wanted = new Set(input.permissions);
  const bare = { ...role, changes: new Map<string, boolean>() };
  for (const id of catalog.keys()) {
    if (wanted.has(id) === roleHolds(bare, id, catalog)) after.changes.delete(id);
    else after.changes.set(id, wanted.has(id));
  }
  return after;
}
