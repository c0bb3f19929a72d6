import type { Database } from '../../database/types.js';
import type { Clock } from '../../tokens.js';
import { groupCode, newCode, normalizeCode } from '../codes.js';
import { secretHash } from '../secrets.js';
import { RecoveryCodes } from './models.js';

const count = 10;
const length = 12;

/** Codes on paper for the day on which the telephone is gone. Shown once, stored hashed, good once each. */
export class RecoveryCodeSet {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** A new set; the older codes are dead. */
  async renew(accountId: number): Promise<string[]> {
    const codes = Array.from({ length: count }, () => newCode(length));
    const created_at = this.clock.now();
    await this.db.transaction(async () => {
      await this.remove(accountId);
      await this.db.of(RecoveryCodes).bulkCreate(codes.map((code) => ({ account_id: accountId, code_hash: hashOf(accountId, code), created_at })));
    });
    return codes.map(groupCode);
  }

  /** How many are left, and when the set was made; null when there is none. */
  async state(accountId: number): Promise<{ left: number; createdAt: Date } | null> {
    const rows = await this.db.of(RecoveryCodes).findAll({ where: { account_id: accountId } });
    return rows[0] === undefined ? null : { left: rows.filter((row) => row.used_at === null).length, createdAt: rows[0].created_at };
  }

  async use(accountId: number, code: unknown): Promise<boolean> {
    const normal = normalizeCode(code);
    if (normal === '') return false;
    const { changes } = await this.db.run('UPDATE core_recovery_codes SET used_at = ? WHERE account_id = ? AND code_hash = ? AND used_at IS NULL', [
      this.clock.now(),
      accountId,
      hashOf(accountId, normal),
    ]);
    return changes === 1;
  }

  async remove(accountId: number): Promise<void> {
    await this.db.run('DELETE FROM core_recovery_codes WHERE account_id = ?', [accountId]);
  }
}

const hashOf = (accountId: number, code: string): string => secretHash(`${accountId}:${code}`);
