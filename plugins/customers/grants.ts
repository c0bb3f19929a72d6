import type { Database, Grant, GrantSource, PermissionId } from '../../core/api.js';

interface Membership {
  id: number;
  customer_id: number;
  name: string;
  all_installations: number | boolean;
  all_projects: number | boolean;
}

/** Rights that come from accesses (customer accounts) and from being a customer's administrator (staff). */
export function grantSource(db: Database): GrantSource {
  return (account) => (account.kind === 'staff' ? administratorGrants(db, account.id) : accessGrants(db, account.id));
}

async function administratorGrants(db: Database, accountId: number): Promise<Grant[]> {
  const rows = await db.query<{ id: number; name: string }>(
    'SELECT c.id, c.name FROM customers_administrators a JOIN customers_customers c ON c.id = a.customer_id WHERE a.account_id = ?',
    [accountId],
  );
  return rows.map(({ id, name }) => ({
    permission: '*',
    scope: { customer: [id] },
    why: { key: 'customers:why.administrator', vars: { customer: name }, href: `/customers/${id}/accesses` },
  }));
}

async function accessGrants(db: Database, accountId: number): Promise<Grant[]> {
  const memberships = await db.query<Membership>(
    `SELECT a.id, a.customer_id, c.name, a.covers_all_installations AS all_installations, a.covers_all_projects AS all_projects
     FROM customers_accesses a JOIN customers_customers c ON c.id = a.customer_id
     WHERE a.account_id = ? AND a.status = 'active' AND a.removed_at IS NULL AND c.status = 'active'`,
    [accountId],
  );
  if (memberships.length === 0) return [];
  const options = await db.query<{ access_id: number; permission: string }>(
    'SELECT o.access_id, o.permission FROM customers_access_options o JOIN customers_accesses a ON a.id = o.access_id WHERE a.account_id = ?',
    [accountId],
  );
  const chosen = await db.query<{ access_id: number; installation_id: number }>(
    'SELECT i.access_id, i.installation_id FROM customers_access_installations i JOIN customers_accesses a ON a.id = i.access_id WHERE a.account_id = ?',
    [accountId],
  );
  return memberships.flatMap((membership) => {
    const { id, customer_id, name } = membership;
    const scope = {
      customer: [customer_id],
      installation: membership.all_installations ? ('all' as const) : chosen.filter((one) => one.access_id === id).map((one) => one.installation_id),
      project: membership.all_projects ? ('all' as const) : [],
    };
    const why = { key: 'customers:why.access', vars: { customer: name }, href: `/customers/${customer_id}/accesses` };
    const ticked = options.filter((one) => one.access_id === id).map((one) => one.permission as PermissionId);
    return (['customers.installation.read', ...ticked] as PermissionId[]).map((permission) => ({ permission, scope, why }));
  });
}
