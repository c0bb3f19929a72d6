import { Op } from 'sequelize';
import { readRows, within } from '../database/read-rows.js';
import type { Database } from '../database/types.js';
import type { Clock } from '../tokens.js';
import { InvitationModel, type InvitationRow } from './models.js';
import { readAccount } from './read.js';
import { isSecret, newSecret, secretHash } from './secrets.js';
import type { Account, InvitationState } from './types.js';

export type Purpose = InvitationRow['purpose'];
/** A link as it was found: only `valid` ones name the account. */
export type Link =
  | { status: 'valid'; id: number; account: Account; invitedBy: string | null; expiresAt: Date; asksCode: boolean }
  | { status: 'expired' | 'used' | 'unknown' };

const none: InvitationState = { status: 'none', sentAt: null, openedAt: null, expiresAt: null };

/** Links that let a person in without a password: registration and reset. Single use, stored hashed. */
export class Invitations {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** Makes a link's secret and kills the older ones of the same purpose. */
  async issue(input: { accountId: number; purpose: Purpose; site: string; minutes: number; invitedBy: string | null }): Promise<string> {
    const now = this.clock.now();
    const secret = newSecret();
    await this.db.transaction(async () => {
      await this.revoke(input.accountId, input.purpose);
      await this.db.of(InvitationModel).create({
        account_id: input.accountId,
        token_hash: secretHash(secret),
        purpose: input.purpose,
        site: input.site,
        invited_by: input.invitedBy,
        sent_at: now,
        expires_at: new Date(now.getTime() + input.minutes * 60_000),
      });
    });
    return secret;
  }

  async revoke(accountId: number, purpose?: Purpose): Promise<void> {
    const where = { account_id: accountId, used_at: null, revoked_at: null, ...(purpose === undefined ? {} : { purpose }) };
    await this.db.of(InvitationModel).update({ revoked_at: this.clock.now() }, { where });
  }

  async find(token: unknown, purpose: Purpose, site: string): Promise<Link> {
    if (!isSecret(token)) return { status: 'unknown' };
    const row = await this.db.of(InvitationModel).findOne({ where: { token_hash: secretHash(token), purpose, site } });
    if (row === null) return { status: 'unknown' };
    if (row.used_at !== null) return { status: 'used' };
    if (row.revoked_at !== null || row.expires_at <= this.clock.now()) return { status: 'expired' };
    const account = await readAccount(this.db, row.account_id);
    if (account === null || account.status === 'disabled') return { status: 'unknown' };
    return { status: 'valid', id: row.id, account, invitedBy: row.invited_by, expiresAt: row.expires_at, asksCode: row.code_hash !== null };
  }

  /** Notes that the link was opened; mail scanners do that too, so it is only told, never counted as an answer. */
  async opened(id: number): Promise<void> {
    await this.db.of(InvitationModel).update({ opened_at: this.clock.now() }, { where: { id, opened_at: null } });
  }

  /** Uses the link up. False when another request was faster or it ended meanwhile. */
  async consume(id: number): Promise<boolean> {
    const now = this.clock.now();
    const [changed] = await this.db
      .of(InvitationModel)
      .update({ used_at: now }, { where: { id, used_at: null, revoked_at: null, expires_at: { [Op.gt]: now } } });
    return changed === 1;
  }

  /** How the registration of each account stands. */
  async states(accounts: Iterable<Account>): Promise<Map<number, InvitationState>> {
    const list = [...accounts];
    const rows =
      list.length === 0
        ? []
        : await readRows(
            this.db,
            InvitationModel,
            `WHERE account_id ${within(list)} AND purpose = 'register' ORDER BY id`,
            list.map((account) => account.id),
          );
    const latest = new Map(rows.map((row) => [row.account_id, row]));
    const now = this.clock.now();
    return new Map(list.map((account) => [account.id, stateOf(account, latest.get(account.id), now)]));
  }
}

function stateOf(account: Account, row: InvitationRow | undefined, now: Date): InvitationState {
  const accepted = account.status === 'active' || (row?.used_at ?? null) !== null;
  if (row === undefined) return accepted ? { ...none, status: 'accepted' } : none;
  const ended = row.revoked_at !== null || row.expires_at <= now;
  const status = accepted ? 'accepted' : ended ? 'expired' : row.opened_at === null ? 'invited' : 'opened';
  return { status, sentAt: row.sent_at, openedAt: row.opened_at, expiresAt: row.expires_at };
}
