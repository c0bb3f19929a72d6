import type { Versions } from '../../access/access-service.js';
import type { ActorToken } from '../../access/types.js';
import type { Database } from '../../database/types.js';
import type { Clock } from '../../tokens.js';
import { readAccount } from '../read.js';
import { FactorRequiredError } from '../../errors.js';
import type { FactorPolicies } from '../factors/policy.js';
import { secretHash } from '../secrets.js';
import type { Account } from '../types.js';
import { isLive, tokenPrefix, tokenVersion, type ApiTokens } from './api-tokens.js';
import { ApiTokenModel, type ApiTokenRow } from './model.js';

interface Known {
  row: ApiTokenRow;
  account: Account | null;
  token: ActorToken;
  /** The owner needs a second factor and has let the time for it pass. */
  overdue: boolean;
  checkedAt: number;
  usedAt: number;
}
const maxCached = 5_000;
/** How long an answer of the database counts; changes of this and other nodes arrive sooner by version. */
const validMs = 5_000;
const minute = 60_000;
const shape = new RegExp(`^${tokenPrefix}[A-Za-z0-9_-]{43}$`);

/** Finds whose token a request carries. Kept in memory for a moment, as a program asks often. */
export class TokenReader {
  readonly #known = new Map<string, Known>();
  #epoch = 0;

  constructor(
    private readonly deps: {
      db: Database;
      clock: Clock;
      versions: Versions;
      tokens: Pick<ApiTokens, 'mayHave'>;
      policies: Pick<FactorPolicies, 'overdue' | 'barred'>;
    },
  ) {
    for (const name of [tokenVersion, 'core.access', 'core.sessions']) deps.versions.watch(name, () => this.#expire());
  }

  /** Null: unknown, revoked, expired, its owner disabled, barred or of the other kind. Notes the use at most once a minute. @throws FactorRequiredError when the owner has let the time for a second factor pass */
  async find(secret: string, kind: Account['kind'], ip: string | null): Promise<{ account: Account; token: ActorToken } | null> {
    if (!shape.test(secret)) return null;
    const now = this.deps.clock.now();
    const known = await this.#load(secretHash(secret), now.getTime());
    if (known === null || known.account?.status !== 'active' || known.account.kind !== kind) return null;
    if (!isLive(known.row, now) || !this.deps.tokens.mayHave(kind)) return null;
    if (known.overdue) throw new FactorRequiredError({ key: 'core:error.tokenFactorRequired' });
    await this.#note(known, now, ip);
    return { account: known.account, token: known.token };
  }

  #expire(): void {
    this.#epoch += 1;
    for (const known of this.#known.values()) known.checkedAt = -Infinity;
  }

  async #load(hash: string, now: number): Promise<Known | null> {
    const cached = this.#known.get(hash);
    if (cached !== undefined && Math.abs(now - cached.checkedAt) < validMs) return cached;
    const { db } = this.deps;
    const epoch = this.#epoch;
    const row = (await db.of(ApiTokenModel).findOne({ where: { token_hash: hash } }))?.get({ plain: true });
    if (!row) return null;
    const found = await readAccount(db, row.account_id);
    const account = found !== null && (await this.deps.policies.barred(found)) ? null : found;
    const overdue = account !== null && (await this.deps.policies.overdue(account));
    const permissions = row.permissions === null ? null : new Set(JSON.parse(row.permissions) as string[]);
    const token = { id: row.id, name: row.name, permissions, readOnly: Boolean(row.read_only) };
    // A change that came while the database answered must not be hidden for five seconds.
    const checkedAt = epoch === this.#epoch ? now : -Infinity;
    const known = { row, account, token, overdue, checkedAt, usedAt: Math.max(cached?.usedAt ?? 0, row.last_used_at?.getTime() ?? 0) };
    this.#known.set(hash, known);
    if (this.#known.size > maxCached) this.#known.delete(this.#known.keys().next().value ?? '');
    return known;
  }

  async #note(known: Known, now: Date, ip: string | null): Promise<void> {
    if (now.getTime() - known.usedAt < minute) return;
    known.usedAt = now.getTime();
    await this.deps.db.run('UPDATE core_api_tokens SET last_used_at = ?, last_used_ip = ? WHERE id = ?', [now, ip?.slice(0, 60) ?? null, known.row.id]);
  }
}
