import { ACCESS, DATABASE, type Actor, type Database, type FoundObject, type ObjectKind, type PluginContext } from '../../core/api.js';
import { CustomerService } from './register/customer-service.js';
import { InstallationService } from './register/installation-service.js';
import type { DeviceRow, ProjectRow } from './types.js';

const shown = 8;
const like = (text: string): string => `%${text.trim().slice(0, 100).replace(/[!%_]/g, '!$&')}%`;

/** How things of the register and customers' accounts are found and named when somebody asks who sees them and why. */
export function explainRegister(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  const [db, access, customers, installations] = [resolve(DATABASE), resolve(ACCESS), resolve(CustomerService), resolve(InstallationService)];
  ctx.access.object('customers.customer', {
    label: 'customers:object.customer',
    read: 'customers.customer.read',
    scope: 'customer',
    search: async (actor, q) =>
      (await customers.list(actor, { q, limit: shown })).rows.map(({ id, number, name, city }) => ({ id, name: `${number} ${name}`, hint: city })),
    async resource(actor, id) {
      const { number, name } = await customers.get(actor, id);
      return { name: `${number} ${name}`, href: `/customers/${id}`, resource: { customer: id } };
    },
  });
  ctx.access.object('customers.installation', {
    label: 'customers:object.installation',
    read: 'customers.installation.read',
    scope: 'installation',
    search: async (actor, q) => (await installations.list(actor, { q, limit: shown })).map(({ id, name, city }) => ({ id, name, hint: city })),
    async resource(actor, id) {
      const { customer_id, name } = await installations.get(actor, id);
      return { name, href: `/customers/${customer_id}/installations/${id}`, resource: { customer: customer_id, installation: id } };
    },
  });

  /** Devices and projects: rows with a customer, found by name. */
  const rows = <Row extends { id: number; customer_id: number; name: string }>(
    table: string,
    columns: Record<string, string>,
    hint: (row: Row) => string,
    found: (row: Row) => Omit<FoundObject, 'name'>,
  ) => ({
    async search(actor: Actor, text: string) {
      const scope = (await access.scope(actor, 'customers.installation.read')).sql(columns, 't');
      const list = await db.query<Row>(
        `SELECT t.* FROM ${table} t WHERE LOWER(t.name) LIKE ? ESCAPE '!' AND ${scope.sql} ORDER BY t.name, t.id LIMIT ${shown}`,
        [like(text).toLowerCase(), ...scope.params],
      );
      return list.map((row) => ({ id: row.id, name: row.name, hint: hint(row) }));
    },
    async resource(actor: Actor, id: number): Promise<FoundObject | null> {
      const [row] = await db.query<Row>(`SELECT * FROM ${table} WHERE id = ?`, [id]);
      if (row === undefined) return null;
      const rest = found(row);
      return (await access.can(actor, 'customers.installation.read', rest.resource)) ? { name: row.name, ...rest } : null;
    },
  });
  ctx.access.object('customers.device', {
    label: 'customers:object.device',
    read: 'customers.installation.read',
    scope: 'device',
    ...rows<DeviceRow>(
      'customers_devices',
      { customer: 'customer_id', installation: 'installation_id', device: 'id' },
      (row) => [row.kind, row.serial].filter(Boolean).join(' · '),
      (row) => ({
        href: `/customers/${row.customer_id}/installations/${row.installation_id}`,
        resource: { customer: row.customer_id, installation: row.installation_id, device: row.id },
      }),
    ),
  } satisfies ObjectKind);
  ctx.access.object('customers.project', {
    label: 'customers:object.project',
    read: 'customers.installation.read',
    scope: 'project',
    ...rows<ProjectRow>(
      'customers_projects',
      { customer: 'customer_id', project: 'id' },
      (row) => row.number,
      (row) => ({ href: `/customers/${row.customer_id}`, resource: { customer: row.customer_id, project: row.id } }),
    ),
  } satisfies ObjectKind);
  explainAccounts(ctx, db);
}

/** Customers' accounts, for those who see their customers. */
function explainAccounts(ctx: PluginContext, db: Database): void {
  const access = ctx.services.resolve(ACCESS);
  const sees = async (actor: Actor) => (await access.scope(actor, 'customers.customer.read')).sql({ customer: 'customer_id' }, 'a');
  ctx.access.accounts({
    async search(actor, text) {
      const scope = await sees(actor);
      return db.query<{ id: number; name: string; hint: string }>(
        `SELECT p.id, p.name, MIN(c.name) AS hint FROM core_accounts p JOIN customers_accesses a ON a.account_id = p.id JOIN customers_customers c ON c.id = a.customer_id
         WHERE a.removed_at IS NULL AND (LOWER(p.name) LIKE ? ESCAPE '!' OR p.email_key LIKE ? ESCAPE '!') AND ${scope.sql} GROUP BY p.id, p.name ORDER BY p.name, p.id LIMIT 10`,
        [like(text).toLowerCase(), like(text).toLowerCase(), ...scope.params],
      );
    },
    async find(actor, accountId) {
      const rows = await db.query<{ id: number; customer_id: number }>(
        'SELECT id, customer_id FROM customers_accesses WHERE account_id = ? AND removed_at IS NULL ORDER BY id',
        [accountId],
      );
      const seen = await Promise.all(rows.map((row) => access.can(actor, 'customers.customer.read', { customer: row.customer_id })));
      const first = rows.find((_, at) => seen[at]);
      return first === undefined ? null : { href: `/customers/${first.customer_id}/accesses/${first.id}`, whole: seen.every(Boolean) };
    },
    async candidates({ customer }, after, limit) {
      if (!customer) return [];
      const rows = await db.query<{ id: number }>(
        `SELECT DISTINCT account_id AS id FROM customers_accesses WHERE customer_id = ? AND account_id > ? AND removed_at IS NULL ORDER BY account_id LIMIT ${Number(limit)}`,
        [customer, after],
      );
      return rows.map((row) => row.id);
    },
  });
}
