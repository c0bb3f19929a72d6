import { ACCESS, DATABASE, type Actor, type Database, type PluginContext } from '../../core/api.js';
import { personClause } from './accesses/access-list.js';
import { CustomerService } from './register/customer-service.js';
import { DeviceService } from './register/device-service.js';
import { InstallationService } from './register/installation-service.js';
import { ProjectService } from './register/project-service.js';

const shown = 8;

/** How things of the register and customers' accounts are found and named when somebody asks who sees them and why. */
export function explainRegister(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  const [customers, installations, devices, projects] = [
    resolve(CustomerService),
    resolve(InstallationService),
    resolve(DeviceService),
    resolve(ProjectService),
  ];
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
  ctx.access.object('customers.device', {
    label: 'customers:object.device',
    read: 'customers.device.read',
    scope: 'device',
    search: async (actor, q) =>
      (await devices.list(actor, { q, limit: shown })).rows.map(({ id, name, kind, serial }) => ({
        id,
        name,
        hint: [kind, serial].filter(Boolean).join(' · '),
      })),
    async resource(actor, id) {
      const { customer_id, installation_id, name } = await devices.get(actor, id);
      return { name, href: `/customers/${customer_id}/devices/${id}`, resource: { customer: customer_id, installation: installation_id, device: id } };
    },
  });
  ctx.access.object('customers.project', {
    label: 'customers:object.project',
    read: 'customers.project.read',
    scope: 'project',
    search: async (actor, q) => (await projects.list(actor, { q, limit: shown })).rows.map(({ id, name, number }) => ({ id, name, hint: number })),
    async resource(actor, id) {
      const { customer_id, name } = await projects.get(actor, id);
      return { name, href: `/customers/${customer_id}/projects/${id}`, resource: { customer: customer_id, project: id } };
    },
  });
  explainAccounts(ctx, resolve(DATABASE));
}

/** Customers' accounts, for those who see their customers. */
function explainAccounts(ctx: PluginContext, db: Database): void {
  const access = ctx.services.resolve(ACCESS);
  const sees = async (actor: Actor) => (await access.scope(actor, 'customers.customer.read')).sql({ customer: 'customer_id' }, 'a');
  ctx.access.accounts({
    async search(actor, text) {
      const scope = await sees(actor);
      const person = await personClause(db, text);
      return db.query<{ id: number; name: string; hint: string }>(
        `SELECT p.id, p.name, MIN(c.name) AS hint FROM core_accounts p JOIN customers_accesses a ON a.account_id = p.id JOIN customers_customers c ON c.id = a.customer_id
         WHERE a.removed_at IS NULL AND ${scope.sql}${person.sql} GROUP BY p.id, p.name ORDER BY p.name, p.id LIMIT 10`,
        [...scope.params, ...person.params],
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
