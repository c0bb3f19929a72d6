import { toDate, type Database } from '../../database/types.js';
import type { Clock } from '../../tokens.js';
import type { Account, FactorPolicy } from '../types.js';

export interface PolicyDeps {
  db: Database;
  clock: Clock;
  /** Days from when the rule first met the account; 0 = at once. */
  graceDays(): number;
  onFault(plugin: string, error: unknown): void;
}
type Answer = Awaited<ReturnType<FactorPolicy>>;
const day = 86_400_000;

/** Who needs a second factor, until when it may be missing, and who may not sign in for now. */
export class FactorPolicies {
  readonly #policies = new Set<{ plugin: string; policy: FactorPolicy }>();

  constructor(private readonly deps: PolicyDeps) {}

  /** Adds a plugin's rule; returns the undo. */
  add(plugin: string, policy: FactorPolicy): () => void {
    const entry = { plugin, policy };
    this.#policies.add(entry);
    return () => this.#policies.delete(entry);
  }

  /** How many rules plugins have added; nothing may be left of a plugin that stopped. */
  get size(): number {
    return this.#policies.size;
  }

  async required(account: Account): Promise<boolean> {
    if (account.kind === 'staff') {
      const rows = await this.deps.db.query(
        'SELECT 1 AS found FROM core_account_roles a JOIN core_roles r ON r.id = a.role_id WHERE a.account_id = ? AND r.mfa_required = 1 LIMIT 1',
        [account.id],
      );
      if (rows.length > 0) return true;
    }
    return (await this.#answers(account)).some((answer) => answer.mfaRequired);
  }

  /** May the account not sign in for now, and does nothing of it count? */
  async barred(account: Account): Promise<boolean> {
    return (await this.#answers(account)).some((answer) => answer.barred === true);
  }

  /** Until when an account without a factor may go on without one; null = it needs none. Notes when the rule first met it. */
  async enrolBy(account: Account): Promise<Date | null> {
    const { db, clock, graceDays } = this.deps;
    const [row] = await db.query<{ mfa_since: string | Date | null }>('SELECT mfa_since FROM core_accounts WHERE id = ?', [account.id]);
    const known = toDate(row?.mfa_since);
    if (!(await this.required(account))) {
      if (known !== null) await db.run('UPDATE core_accounts SET mfa_since = NULL WHERE id = ?', [account.id]);
      return null;
    }
    const since = known ?? clock.now();
    if (known === null) await db.run('UPDATE core_accounts SET mfa_since = ? WHERE id = ? AND mfa_since IS NULL', [since, account.id]);
    return new Date(since.getTime() + graceDays() * day);
  }

  /** Is the time over in which the account might go on without a second factor? A sign-in service that asks for one counts as one. */
  async overdue(account: Account): Promise<boolean> {
    const { db, clock } = this.deps;
    const has = await db.query(
      `SELECT 1 AS found FROM core_factors WHERE account_id = ?
       UNION ALL SELECT 1 FROM core_identities i JOIN core_identity_providers p ON p.id = i.provider_id WHERE i.account_id = ? AND p.active = 1 AND p.second_factor = 1`,
      [account.id, account.id],
    );
    if (has.length > 0) return false;
    const by = await this.enrolBy(account);
    return by !== null && by <= clock.now();
  }

  #answers(account: Account): Promise<Answer[]> {
    return Promise.all(
      [...this.#policies].map(async ({ plugin, policy }) => {
        try {
          return await policy(account);
        } catch (error) {
          this.deps.onFault(plugin, error);
          return { mfaRequired: true };
        }
      }),
    );
  }
}
