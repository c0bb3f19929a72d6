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
const day = 86_400_000;

/** Who needs a second factor, and until when it may be missing. */
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
    const answers = await Promise.all([...this.#policies].map((entry) => this.#ask(entry, account)));
    return answers.includes(true);
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

  async #ask({ plugin, policy }: { plugin: string; policy: FactorPolicy }, account: Account): Promise<boolean> {
    try {
      return (await policy(account)).mfaRequired;
    } catch (error) {
      this.deps.onFault(plugin, error);
      return true;
    }
  }
}
