import { toDate, type Database, type Grant, type GrantSource, type PermissionId } from '../../../core/api.js';

interface Membership {
  id: number;
  customer_id: number;
  name: string;
  all_installations: number | boolean;
  all_projects: number | boolean;
  expires_at: Date | string | null;
  status: string;
  customer_status: string;
}
interface Extra {
  access_id: number;
  permission: string;
  device_id: number | null;
  installation_id: number | null;
  expires_at: Date | string | null;
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
    `SELECT a.id, a.customer_id, c.name, a.covers_all_installations AS all_installations, a.covers_all_projects AS all_projects, a.expires_at, a.status, c.status AS customer_status
     FROM customers_accesses a JOIN customers_customers c ON c.id = a.customer_id
     WHERE a.account_id = ? AND a.removed_at IS NULL`,
    [accountId],
  );
  if (memberships.length === 0) return [];
  const options = await db.query<{ access_id: number; permission: string; expires_at: Date | string | null }>(
    'SELECT o.access_id, o.permission, o.expires_at FROM customers_access_options o JOIN customers_accesses a ON a.id = o.access_id WHERE a.account_id = ?',
    [accountId],
  );
  const chosen = await db.query<{ access_id: number; installation_id: number }>(
    'SELECT i.access_id, i.installation_id FROM customers_access_installations i JOIN customers_accesses a ON a.id = i.access_id WHERE a.account_id = ?',
    [accountId],
  );
  const projects = await db.query<{ access_id: number; project_id: number }>(
    'SELECT p.access_id, p.project_id FROM customers_access_projects p JOIN customers_accesses a ON a.id = p.access_id WHERE a.account_id = ?',
    [accountId],
  );
  const extras = await db.query<Extra>(
    'SELECT g.access_id, g.permission, g.device_id, g.installation_id, g.expires_at FROM customers_access_grants g JOIN customers_accesses a ON a.id = g.access_id WHERE a.account_id = ?',
    [accountId],
  );
  return memberships.flatMap((membership) => {
    const { id, customer_id, name } = membership;
    const mine = <T extends { access_id: number }>(rows: readonly T[]): T[] => rows.filter((row) => row.access_id === id);
    const scope = {
      customer: [customer_id],
      installation: membership.all_installations ? ('all' as const) : mine(chosen).map((one) => one.installation_id),
      project: membership.all_projects ? ('all' as const) : mine(projects).map((one) => one.project_id),
    };
    const href = `/customers/${customer_id}/accesses/${id}`;
    const why = { key: 'customers:why.access', vars: { customer: name }, href };
    const ends = toDate(membership.expires_at);
    const off = offOf(membership);
    const ticked: Grant[] = [{ permission: 'customers.installation.read', expires_at: null }, ...mine(options)].map((one) => ({
      permission: one.permission as PermissionId,
      scope,
      expiresAt: earlier(ends, toDate(one.expires_at)),
      why,
      ...off,
    }));
    // One activity on one device or one installation (CM-10).
    const single: Grant[] = mine(extras).map((one) => ({
      permission: one.permission as PermissionId,
      scope: { customer: [customer_id], ...(one.device_id === null ? { installation: [one.installation_id ?? 0] } : { device: [one.device_id] }) },
      expiresAt: earlier(ends, toDate(one.expires_at)),
      why: {
        key: one.device_id === null ? 'customers:why.grantInstallation' : 'customers:why.grantDevice',
        vars: { customer: name },
        href: `${href}/permissions`,
      },
      ...off,
    }));
    return [...ticked, ...single];
  });
}

/** Why an access gives nothing just now. */
function offOf({ status, customer_status }: Membership): Pick<Grant, 'off'> {
  if (customer_status !== 'active') return { off: { key: 'customers:why.off.customer' } };
  return status === 'active' ? {} : { off: { key: 'customers:why.off.access' } };
}

function earlier(a: Date | null, b: Date | null): Date | null {
  return a === null || (b !== null && b < a) ? b : a;
}
