import type { Database } from '../../database/types.js';
import type { Clock } from '../../tokens.js';
import { isSecret, newSecret, secretHash } from '../secrets.js';
import { RememberedDevices, type DeviceRow } from './models.js';

const day = 86_400_000;

/** Browsers that a person said to trust: they are not asked for the second factor for some days. */
export class Devices {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    /** 0 = nothing is remembered, not even what was before. */
    readonly days: () => number,
  ) {}

  /** Returns the secret for the browser's cookie. */
  async remember(accountId: number, site: string, agent: string | null): Promise<string> {
    const token = newSecret();
    const now = this.clock.now();
    await this.db.of(RememberedDevices).create({
      account_id: accountId,
      site,
      token_hash: secretHash(token),
      agent: agent?.slice(0, 300) ?? null,
      created_at: now,
      last_used_at: now,
      expires_at: new Date(now.getTime() + this.days() * day),
    });
    return token;
  }

  /** Is it remembered for this account on this site? */
  async knows(token: string | null, accountId: number, site: string): Promise<boolean> {
    if (!isSecret(token) || this.days() === 0) return false;
    const now = this.clock.now();
    // A shorter time counts for those too who were remembered before it was set.
    const oldest = new Date(now.getTime() - this.days() * day);
    const { changes } = await this.db.run(
      'UPDATE core_remembered_devices SET last_used_at = ? WHERE token_hash = ? AND account_id = ? AND site = ? AND expires_at > ? AND created_at > ?',
      [now, secretHash(token), accountId, site, now, oldest],
    );
    return changes === 1;
  }

  async list(accountId: number): Promise<DeviceRow[]> {
    const rows = await this.db.of(RememberedDevices).findAll({ where: { account_id: accountId }, order: [['last_used_at', 'DESC']], limit: 100 });
    const now = this.clock.now();
    return rows.filter((row) => row.expires_at > now).map((row) => row.get({ plain: true }));
  }

  /** False when it is not one of this account's. */
  async forget(accountId: number, id: number): Promise<boolean> {
    const { changes } = await this.db.run('DELETE FROM core_remembered_devices WHERE id = ? AND account_id = ?', [id, accountId]);
    return changes === 1;
  }
}

/** After a password change, a reset of factors, or when an account is disabled. */
export async function forgetDevices(db: Database, accountId: number): Promise<void> {
  await db.run('DELETE FROM core_remembered_devices WHERE account_id = ?', [accountId]);
}
