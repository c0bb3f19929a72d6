import type { Database, FactorPolicy } from '../../../core/api.js';

/** A customer can require a second factor of everybody who has a live access to it. */
export function factorPolicy(db: Database): FactorPolicy {
  return async (account) => {
    if (account.kind !== 'customer') return { mfaRequired: false };
    const rows = await db.query(
      `SELECT 1 AS found FROM customers_accesses a JOIN customers_customers c ON c.id = a.customer_id
       WHERE a.account_id = ? AND a.status = 'active' AND a.removed_at IS NULL AND c.status = 'active' AND c.mfa_required = 1 LIMIT 1`,
      [account.id],
    );
    return { mfaRequired: rows.length > 0 };
  };
}
