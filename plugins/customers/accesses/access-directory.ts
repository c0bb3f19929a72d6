import { ACCESS, DATABASE, inject, injectable, type Access, type Actor, type Database, type PermissionId } from '../../../core/api.js';
import { findInstallations } from '../register/installation-service.js';
import type { AccessSummary, CustomerRef, Installation, InstallationFilter } from '../types.js';

/** An access that sees the requests of one creator only. */
export interface CreatorFilter {
  customerId: number;
  kind: 'computer' | 'login';
  name: string;
  key: string;
}
/** How computers and login names are compared: `FIRM\\Anna` is `firm\\anna`. */
export const keyOfCreator = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

/** Who reaches which customer and which installation: what other plugins ask. */
@injectable()
export class AccessDirectory {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
  ) {}

  /** Live accesses of an account at active customers. */
  async accessesOf(accountId: number): Promise<AccessSummary[]> {
    // CROSS JOIN keeps the few in front of all customers in the order of their names.
    const rows = await this.db.query<Omit<AccessSummary, 'allInstallations'> & { allInstallations: number | boolean }>(
      `SELECT a.id AS accessId, a.customer_id AS customerId, c.name AS customerName, c.number AS customerNumber, a.covers_all_installations AS allInstallations
       FROM customers_accesses a CROSS JOIN customers_customers c ON c.id = a.customer_id
       WHERE a.account_id = ? AND a.status = 'active' AND a.removed_at IS NULL AND c.status = 'active' ORDER BY c.name_key, c.id`,
      [accountId],
    );
    return rows.map((row) => ({ ...row, allInstallations: Boolean(row.allInstallations) }));
  }

  /** Customers on which the actor holds a permission, by name. */
  async customersInReach(actor: Actor, permission: PermissionId = 'customers.installation.read', limit = 500): Promise<CustomerRef[]> {
    const scope = await this.access.scope(actor, permission);
    const ids = scope.ids('customer');
    if (ids !== 'all' && ids.length === 0) return [];
    const reach = ids === 'all' ? '1=1' : `id IN (${ids.map(() => '?').join(', ')})`;
    return this.db.query<CustomerRef>(
      `SELECT id, number, name FROM customers_customers WHERE status = 'active' AND ${reach} ORDER BY name_key, id LIMIT ${Math.min(limit, 2000)}`,
      ids === 'all' ? [] : ids,
    );
  }

  /** Active installations on which the actor holds a permission, such as `desk.request.create`. */
  async installations(actor: Actor, permission: PermissionId = 'customers.installation.read', filter: InstallationFilter = {}): Promise<Installation[]> {
    const scope = await this.access.scope(actor, permission);
    const reach = { ...scope.sql({ customer: 'customer_id', installation: 'id' }, 'i'), few: scope.kind === 'some' };
    return findInstallations(this.db, reach, { active: true, ...filter });
  }

  /** Accounts with a live access to a customer. */
  async accountsOf(customerId: number): Promise<number[]> {
    const rows = await this.db.query<{ account_id: number }>(
      "SELECT account_id FROM customers_accesses WHERE customer_id = ? AND status = 'active' AND removed_at IS NULL",
      [customerId],
    );
    return rows.map((row) => row.account_id);
  }

  /** Accounts whose live access to a customer has this option ticked. */
  async accountsWith(customerId: number, permission: PermissionId): Promise<number[]> {
    const rows = await this.db.query<{ account_id: number }>(
      `SELECT a.account_id FROM customers_accesses a JOIN customers_access_options o ON o.access_id = a.id
       WHERE a.customer_id = ? AND o.permission = ? AND a.status = 'active' AND a.removed_at IS NULL`,
      [customerId, permission],
    );
    return rows.map((row) => row.account_id);
  }

  /** At which customers an account sees the requests of one creator only (CM-03). */
  async creatorFilters(accountId: number): Promise<CreatorFilter[]> {
    const rows = await this.db.query<{ customerId: number; kind: 'computer' | 'login'; name: string }>(
      `SELECT customer_id AS customerId, creator_kind AS kind, creator AS name FROM customers_accesses
       WHERE account_id = ? AND creator_kind IS NOT NULL AND status = 'active' AND removed_at IS NULL`,
      [accountId],
    );
    return rows.map((row) => ({ ...row, key: keyOfCreator(row.name) }));
  }

  /** Staff who look after a customer: its administrators and its account manager. */
  async staffOf(customerId: number): Promise<number[]> {
    const rows = await this.db.query<{ id: number }>(
      'SELECT account_id AS id FROM customers_administrators WHERE customer_id = ? UNION SELECT account_manager_id FROM customers_customers WHERE id = ? AND account_manager_id IS NOT NULL',
      [customerId, customerId],
    );
    return rows.map((row) => row.id);
  }
}
