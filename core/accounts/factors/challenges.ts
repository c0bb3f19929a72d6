import { timingSafeEqual } from 'node:crypto';
import { isUniqueViolation, toDate, type Database } from '../../database/types.js';
import type { Clock } from '../../tokens.js';
import type { ChallengeRow } from './models.js';

type Purpose = ChallengeRow['purpose'];
const maxTries = 5;
const minuteMs = 60_000;

/** What a session or a sign-in under way has been asked for: one thing per purpose, for some minutes. A newer one replaces the older. */
export class ChallengeStore {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  async put(owner: string, purpose: Purpose, value: string, minutes = 10): Promise<void> {
    const now = this.clock.now();
    const ends = new Date(now.getTime() + minutes * minuteMs);
    const update = () =>
      this.db.run('UPDATE core_challenges SET value = ?, tries = 0, created_at = ?, expires_at = ? WHERE owner = ? AND purpose = ?', [
        value,
        now,
        ends,
        owner,
        purpose,
      ]);
    if ((await update()).changes > 0) return;
    try {
      const values = [owner, purpose, value, now, ends];
      await this.db.run('INSERT INTO core_challenges (owner, purpose, value, tries, created_at, expires_at) VALUES (?, ?, ?, 0, ?, ?)', values);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      await update();
    }
  }

  /** What is asked for now, or null. */
  async get(owner: string, purpose: Purpose): Promise<{ value: string; createdAt: Date } | null> {
    const [row] = await this.db.query<{ value: string; created_at: string | Date }>(
      'SELECT value, created_at FROM core_challenges WHERE owner = ? AND purpose = ? AND expires_at > ?',
      [owner, purpose, this.clock.now()],
    );
    return row === undefined ? null : { value: row.value, createdAt: toDate(row.created_at) };
  }

  /** Takes it away: of two that come with the same answer, one gets it. */
  async take(owner: string, purpose: Purpose): Promise<string | null> {
    const found = await this.get(owner, purpose);
    if (found === null) return null;
    const { changes } = await this.db.run('DELETE FROM core_challenges WHERE owner = ? AND purpose = ? AND value = ?', [owner, purpose, found.value]);
    return changes === 1 ? found.value : null;
  }

  /** Is this the hash of what is asked for? At most five tries, each counted before it is looked at; the right one uses it up. */
  async guess(owner: string, purpose: Purpose, hash: string): Promise<boolean> {
    const { changes } = await this.db.run('UPDATE core_challenges SET tries = tries + 1 WHERE owner = ? AND purpose = ? AND tries < ? AND expires_at > ?', [
      owner,
      purpose,
      maxTries,
      this.clock.now(),
    ]);
    if (changes === 0) return false;
    const wanted = Buffer.from((await this.get(owner, purpose))?.value ?? '');
    const given = Buffer.from(hash);
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return false;
    return (await this.take(owner, purpose)) !== null;
  }

  /** The job that clears what nobody answered. */
  async purge(): Promise<void> {
    const now = this.clock.now();
    for (const table of ['core_challenges', 'core_pending_sign_ins', 'core_remembered_devices'])
      await this.db.run(`DELETE FROM ${table} WHERE expires_at < ?`, [now]);
  }
}
