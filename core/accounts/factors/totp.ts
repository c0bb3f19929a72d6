import { Secret, TOTP } from 'otpauth';
import QRCode from 'qrcode';
import type { Database } from '../../database/types.js';
import type { SecretBox } from '../../settings/secret-box.js';
import type { Clock } from '../../tokens.js';
import type { Account } from '../types.js';
import type { ChallengeStore } from './challenges.js';
import { Factors } from './models.js';

export interface TotpDeps {
  db: Database;
  clock: Clock;
  secrets: SecretBox;
  challenges: ChallengeStore;
  /** Shown by the app above the code. */
  issuer(): string;
}
const period = 30;
const keyBytes = 20;
const enrolMinutes = 30;

/** Codes of an authenticator app (RFC 6238). Keys are stored encrypted; each step counts once. */
export class TotpFactor {
  constructor(private readonly deps: TotpDeps) {}

  /** The key to be added to an app, as text and as a picture; the same one until it is confirmed or half an hour has passed. */
  async offer(owner: string, account: Account): Promise<{ key: string; svg: string }> {
    const { challenges, secrets } = this.deps;
    const known = await challenges.get(owner, 'totp-key');
    const key = known === null ? new Secret({ size: keyBytes }).base32 : secrets.open(owner, known.value);
    if (known === null) await challenges.put(owner, 'totp-key', secrets.seal(owner, key), enrolMinutes);
    const uri = this.#totp(key, account.email).toString();
    return { key, svg: await QRCode.toString(uri, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' }) };
  }

  /** Adds the app if its first code is right. */
  async confirm(owner: string, account: Account, code: unknown, name: string): Promise<boolean> {
    const { db, clock, challenges, secrets } = this.deps;
    const offered = await challenges.get(owner, 'totp-key');
    if (offered === null) return false;
    const key = secrets.open(owner, offered.value);
    const step = this.#step(key, code);
    if (step === null || (await challenges.take(owner, 'totp-key')) === null) return false;
    const secret = secrets.seal(sealedAs(account.id), key);
    await db.of(Factors).create({ account_id: account.id, kind: 'totp', name, secret, counter: step, created_at: clock.now() });
    return true;
  }

  /** Is it a code of one of the account's apps that was not used before? */
  async check(accountId: number, code: unknown): Promise<boolean> {
    const { db, clock, secrets } = this.deps;
    const rows = await db.of(Factors).findAll({ where: { account_id: accountId, kind: 'totp' } });
    for (const row of rows) {
      const step = this.#step(secrets.open(sealedAs(accountId), row.secret ?? ''), code);
      if (step === null) continue;
      const { changes } = await db.run('UPDATE core_factors SET counter = ?, last_used_at = ? WHERE id = ? AND counter < ?', [step, clock.now(), row.id, step]);
      if (changes === 1) return true;
    }
    return false;
  }

  /** The step that the code belongs to: this one, or one to either side for clocks that differ. */
  #step(key: string, code: unknown): number | null {
    const token = typeof code === 'string' ? code.normalize('NFKC').replace(/\s/g, '') : '';
    if (!/^\d{6}$/.test(token)) return null;
    const timestamp = this.deps.clock.now().getTime();
    const delta = this.#totp(key, '').validate({ token, timestamp, window: 1 });
    return delta === null ? null : Math.floor(timestamp / 1000 / period) + delta;
  }

  #totp(key: string, label: string): TOTP {
    return new TOTP({ issuer: this.deps.issuer(), label, secret: Secret.fromBase32(key), period });
  }
}

const sealedAs = (accountId: number): string => `totp:${accountId}`;
