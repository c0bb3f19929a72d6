import type { Catalog } from '../access/rights.js';
import type { AccountInfo, Grant } from '../access/types.js';
import type { RoleGrants } from '../access/access-service.js';
import type { Database } from '../database/types.js';
import { ConflictError } from '../errors.js';
import type { PermissionId } from '../plugin/manifest.js';

export const administrator = 'administrator';
export interface Role {
  id: string;
  /** Null for built-in roles: their names are translated, see `roleText`. */
  name: string | null;
  /** Without it the role counts only on the customers that the account administers. */
  allCustomers: boolean;
  builtIn: boolean;
  /** Its own time-out; null = that of the site. The shortest of a person's roles and of the site counts. */
  idleMinutes: number | null;
  /** Whoever holds it signs in with a second factor. */
  mfaRequired: boolean;
  /** What an administrator changed against the manifests. */
  changes: ReadonlyMap<string, boolean>;
}

/** What a role is called: translated for built-in ones, as it was typed for the others. */
export function roleText({ id, name }: Pick<Role, 'id' | 'name'>): { key: string; vars?: { name: string } } {
  return name === null ? { key: `core:role.${id}` } : { key: 'core:role.own', vars: { name } };
}

/** Does a role hold a permission? The administrator holds all; the others what manifests give them, unless changed. */
export function roleHolds(role: Role, permission: string, catalog: Catalog): boolean {
  const decl = catalog.get(permission);
  if (decl?.audience === 'customer') return false;
  if (role.id === administrator) return true;
  return role.changes.get(permission) ?? decl?.roles?.some((id) => id === role.id) ?? false;
}

/** Roles of staff: who has which, and what they give. */
export class Roles {
  constructor(private readonly db: Database) {}

  async list(): Promise<Role[]> {
    type Row = { id: string; name: string | null; all_customers: number; built_in: number; idle_minutes: number | null; mfa_required: number };
    const roles = await this.db.query<Row>(
      'SELECT id, name, all_customers, built_in, idle_minutes, mfa_required FROM core_roles ORDER BY built_in DESC, name, id',
    );
    const changes = await this.db.query<{ role_id: string; permission: string; allowed: number }>(
      'SELECT role_id, permission, allowed FROM core_role_permissions',
    );
    return roles.map((role) => ({
      id: role.id,
      name: role.name,
      allCustomers: Boolean(role.all_customers),
      builtIn: Boolean(role.built_in),
      idleMinutes: role.idle_minutes,
      mfaRequired: Boolean(role.mfa_required),
      changes: new Map(changes.filter((change) => change.role_id === role.id).map((change) => [change.permission, Boolean(change.allowed)])),
    }));
  }

  /** Role ids of several accounts. */
  async of(accountIds: readonly number[]): Promise<Map<number, string[]>> {
    const result = new Map<number, string[]>(accountIds.map((id) => [id, []]));
    if (accountIds.length === 0) return result;
    const marks = accountIds.map(() => '?').join(',');
    const rows = await this.db.query<{ account_id: number; role_id: string }>(
      `SELECT account_id, role_id FROM core_account_roles WHERE account_id IN (${marks}) ORDER BY role_id`,
      accountIds,
    );
    for (const row of rows) result.get(row.account_id)?.push(row.role_id);
    return result;
  }

  /** Accounts of staff that hold any of these roles, and whether they can work now. */
  async holders(roleIds: readonly string[]): Promise<{ id: number; name: string; active: boolean }[]> {
    if (roleIds.length === 0) return [];
    const rows = await this.db.query<{ id: number; name: string; status: string }>(
      `SELECT DISTINCT a.id, a.name, a.status FROM core_account_roles r JOIN core_accounts a ON a.id = r.account_id
       WHERE r.role_id IN (${roleIds.map(() => '?').join(',')}) ORDER BY a.name, a.id`,
      roleIds,
    );
    return rows.map(({ id, name, status }) => ({ id, name, active: status !== 'disabled' }));
  }

  /** How many accounts hold each role. */
  async counts(): Promise<Map<string, number>> {
    const rows = await this.db.query<{ role_id: string; n: number }>('SELECT role_id, COUNT(*) AS n FROM core_account_roles GROUP BY role_id');
    return new Map(rows.map((row) => [row.role_id, Number(row.n)]));
  }

  /** Replaces an account's roles; whoever calls decides whether that is allowed and tells Access. */
  async assign(accountId: number, roleIds: readonly string[]): Promise<void> {
    await this.db.transaction(async () => {
      await this.lock();
      await this.db.run('DELETE FROM core_account_roles WHERE account_id = ?', [accountId]);
      for (const id of new Set(roleIds)) await this.db.run('INSERT INTO core_account_roles (account_id, role_id) VALUES (?, ?)', [accountId, id]);
    });
  }

  /** Lets changes of administrators happen one after the other; call it before the change. */
  async lock(): Promise<void> {
    await this.db.run('UPDATE core_roles SET built_in = 1 WHERE id = ?', [administrator]);
  }

  /** @throws ConflictError when nobody could administer any more; call it after the change, in its transaction */
  async assertAdministratorRemains(): Promise<void> {
    const [row] = await this.db.query<{ n: number }>(
      "SELECT COUNT(*) AS n FROM core_account_roles r JOIN core_accounts a ON a.id = r.account_id WHERE r.role_id = ? AND a.kind = 'staff' AND a.status = 'active'",
      [administrator],
    );
    if (Number(row?.n ?? 0) === 0) throw new ConflictError({ key: 'core:accounts.error.lastAdministrator' }, 'last_administrator');
  }

  async grants(account: AccountInfo, catalog: Catalog): Promise<RoleGrants> {
    const mine = new Set((await this.of([account.id])).get(account.id));
    const everywhere: Grant[] = [];
    const limited: Grant[] = [];
    for (const role of mine.size === 0 ? [] : await this.list()) {
      if (!mine.has(role.id)) continue;
      const why = { ...roleText(role), href: `/settings/roles/${role.id}` };
      if (role.id === administrator) everywhere.push({ permission: '*', why });
      else
        for (const id of catalog.keys())
          if (roleHolds(role, id, catalog)) (role.allCustomers ? everywhere : limited).push({ permission: id as PermissionId, why });
    }
    return { everywhere, limited };
  }
}
