import { randomBytes } from 'node:crypto';
import type { Catalog } from '../access/rights.js';
import type { Actor } from '../access/types.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../errors.js';
import { fingerprint, fromStored, roleName, toStored, type RoleDraft, type RoleState } from './role-state.js';
import { RoleWriter, type RoleDeps, type RolesChange, type RolesPlan } from './role-writer.js';
import { administrator, roleHolds, type Role } from './roles.js';

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
/** Roles of staff: what each may do. Every change is shown as its effect first, written with one audit row per role, and can be taken back. */
export class RoleService {
  readonly #writer: RoleWriter;

  constructor(private readonly deps: RoleDeps) {
    this.#writer = new RoleWriter(deps);
  }

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
    return this.#writer.catalog();
  }

  /** The effect of changing several roles at once; nothing is written. @throws InvalidInputError, ForbiddenError */
  async plan(actor: Actor, inputs: ReadonlyMap<string, RoleInput>): Promise<RolesPlan> {
    return this.#writer.effect(await this.#writer.checked(actor, await this.#drafted(actor, inputs)));
  }

  /** @throws InvalidInputError, ForbiddenError when the actor does not hold what is given */
  change(actor: Actor, inputs: ReadonlyMap<string, RoleInput>): Promise<RolesChange> {
    return this.#writer.write(actor, () => this.#drafted(actor, inputs), 'changed');
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
    await this.#writer.write(actor, async () => ({ before: { roles: [], people: [] }, after: { roles: [toStored(role)], people: [] } }), 'created');
    return role;
  }

  /** What deleting a role would do; `only` are those who would be left without any role. @throws NotFoundError, ForbiddenError for a built-in one */
  async planRemoval(actor: Actor, id: string, replacement: string): Promise<RolesPlan & { holders: { id: number; name: string; only: boolean }[] }> {
    const draft = await this.#removal(actor, id, replacement);
    const holders = draft.before.people.map((person) => ({ id: person.id, name: person.name, only: person.roles.length === 1 }));
    return { ...(await this.#writer.effect(draft)), holders };
  }

  /** `replacement` is given to those who hold no other role; '' when there are none. @throws InvalidInputError when somebody would be left without a role */
  remove(actor: Actor, id: string, replacement: string): Promise<RolesChange> {
    return this.#writer.write(
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
    return this.#writer.effect(await this.#writer.checked(actor, await this.#assignment(account, roleIds)));
  }

  /** Gives an account exactly these roles; whoever calls decides whether the actor may manage it. */
  assign(actor: Actor, account: { id: number; name: string }, roleIds: readonly string[]): Promise<RolesChange> {
    return this.#writer.write(actor, () => this.#assignment(account, roleIds), 'changed');
  }

  /** Takes a change back. @throws ConflictError when something came after it */
  async revert(actor: Actor, undo: number): Promise<RolesChange> {
    await this.deps.access.assert(actor, 'core.accounts.manage');
    const [row] = await this.deps.db.query<{ before: string; after: string }>('SELECT `before`, `after` FROM core_role_history WHERE id = ?', [undo]);
    if (row === undefined) throw new NotFoundError();
    const draft = { before: JSON.parse(row.after) as RoleState, after: JSON.parse(row.before) as RoleState };
    return this.#writer.write(
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

  async #drafted(actor: Actor, inputs: ReadonlyMap<string, RoleInput>): Promise<RoleDraft> {
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

  async #removal(actor: Actor, id: string, replacement: string): Promise<RoleDraft> {
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

  async #assignment(account: { id: number; name: string }, roleIds: readonly string[]): Promise<RoleDraft> {
    const before = (await this.deps.roles.of([account.id])).get(account.id) ?? [];
    const person = { id: account.id, name: account.name };
    return {
      before: { roles: [], people: [{ ...person, roles: before }] },
      after: { roles: [], people: [{ ...person, roles: [...new Set(roleIds)].sort() }] },
    };
  }
}

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
