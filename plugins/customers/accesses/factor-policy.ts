import type { Database, FactorPolicy } from '../../../core/api.js';

/** A customer can require a second factor of everybody who has a live access to it. Whose customers are all being deleted does not sign in. */
export function factorPolicy(db: Database): FactorPolicy {
  return async (account) => {
    if (account.kind !== 'customer') return { mfaRequired: false };
    const rows = await db.query<{ status: string; customer: string; mfa_required: number | boolean }>(
      `SELECT a.status, c.status AS customer, c.mfa_required FROM customers_accesses a JOIN customers_customers c ON c.id = a.customer_id
       WHERE a.account_id = ? AND a.removed_at IS NULL`,
      [account.id],
    );
    return {
      mfaRequired: rows.some((row) => row.status === 'active' && row.customer === 'active' && Boolean(row.mfa_required)),
      barred: rows.length > 0 && rows.every((row) => row.customer === 'deleting'),
    };
  };
}
