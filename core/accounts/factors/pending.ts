import type { Database } from '../../database/types.js';
import type { Clock } from '../../tokens.js';
import { isSecret, newSecret, secretHash } from '../secrets.js';
import { PendingSignIns, type PendingRow, type SignInMethod } from './models.js';

const minutes = 10;

/** Sign-ins between two steps: never a session, ten minutes, one use, bound to one account and site. */
export class PendingStore {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** `accountId` null: a passkey will say who it is. Returns the row and the secret for the browser's cookie. */
  async begin(input: { accountId: number | null; site: string; method: SignInMethod | null; next: string }): Promise<{ token: string; pending: PendingRow }> {
    const token = newSecret();
    const now = this.clock.now();
    const row = await this.db.of(PendingSignIns).create({
      token_hash: secretHash(token),
      account_id: input.accountId,
      site: input.site,
      method: input.method,
      next: input.next.slice(0, 500),
      created_at: now,
      expires_at: new Date(now.getTime() + minutes * 60_000),
    });
    return { token, pending: row.get({ plain: true }) };
  }

  async find(token: string | null, site: string): Promise<PendingRow | null> {
    if (!isSecret(token)) return null;
    const row = await this.db.of(PendingSignIns).findOne({ where: { token_hash: secretHash(token), site, used_at: null } });
    return row === null || row.expires_at <= this.clock.now() ? null : row.get({ plain: true });
  }

  /** Uses it up. False when another request was faster. */
  async use(id: number): Promise<boolean> {
    const { changes } = await this.db.run('UPDATE core_pending_sign_ins SET used_at = ? WHERE id = ? AND used_at IS NULL', [this.clock.now(), id]);
    return changes === 1;
  }
}

/** What is asked for in it. */
export const ownerOf = (pending: Pick<PendingRow, 'id'>): string => `pending:${pending.id}`;
