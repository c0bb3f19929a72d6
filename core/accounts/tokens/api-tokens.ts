import { randomBytes } from 'node:crypto';
import type { Versions } from '../../access/access-service.js';
import type { Access, Actor } from '../../access/types.js';
import type { Audit } from '../../audit/types.js';
import type { Database } from '../../database/types.js';
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '../../errors.js';
import type { PermissionId } from '../../plugin/manifest.js';
import type { Clock } from '../../tokens.js';
import { administrator, type Roles } from '../roles.js';
import { secretHash } from '../secrets.js';
import { ApiTokenModel, type ApiTokenRow } from './model.js';

export interface ApiTokenDeps {
  db: Database;
  clock: Clock;
  access: Access;
  audit: Audit;
  roles: Roles;
  versions: Versions;
  /** Which accounts may have tokens. */
  allowed(): 'everyone' | 'staff' | 'nobody';
}
export interface NewApiToken {
  name: string;
  /** Days until it ends; null = never, for administrators only. */
  days: number | null;
  /** What it is narrowed to; null = all that the owner may do. */
  permissions: readonly string[] | null;
  readOnly: boolean;
}
export const tokenVersion = 'core.api-tokens';
/** So that scanners for secrets find one that was published by mistake. */
export const tokenPrefix = 'ptk_';
const maxDays = 365;
const maxPerAccount = 50;
const dayMs = 86_400_000;

/** Tokens for programs that act for a person by the REST interface. Only a hash is stored; `TokenReader` finds whose one is. */
export class ApiTokens {
  constructor(private readonly deps: ApiTokenDeps) {}

  mayHave(kind: Actor['kind']): boolean {
    const allowed = this.deps.allowed();
    return allowed === 'everyone' ? kind === 'staff' || kind === 'customer' : allowed === kind;
  }

  /** May the token of this actor be made to never end? */
  async mayBeEndless(actor: Actor): Promise<boolean> {
    return actor.account !== null && ((await this.deps.roles.of([actor.account.id])).get(actor.account.id) ?? []).includes(administrator);
  }

  /** Makes a token of the actor; the secret is shown once. @throws InvalidInputError, ConflictError when there are too many */
  async create(actor: Actor, input: NewApiToken): Promise<{ id: number; secret: string }> {
    const { db, clock, audit } = this.deps;
    const owner = this.#owner(actor);
    await this.#check(actor, input);
    const secret = tokenPrefix + randomBytes(32).toString('base64url');
    const now = clock.now();
    const expires_at = input.days === null ? null : new Date(now.getTime() + input.days * dayMs);
    return db.transaction(async () => {
      if ((await this.list(owner.id)).filter((row) => isLive(row, now)).length >= maxPerAccount)
        throw new ConflictError({ key: 'core:apiTokens.error.tooMany', vars: { max: maxPerAccount } }, 'too_many_tokens');
      const row = await db.of(ApiTokenModel).create({
        account_id: owner.id,
        name: input.name,
        token_hash: secretHash(secret),
        ending: secret.slice(-4),
        permissions: input.permissions === null ? null : JSON.stringify(input.permissions),
        read_only: input.readOnly,
        created_at: now,
        expires_at,
      });
      await audit.record(actor, {
        action: 'core.api-token.created',
        object: objectOf(row),
        after: { expires: expires_at?.toISOString() ?? null, permissions: input.permissions?.join(', ') ?? '*', readOnly: input.readOnly },
      });
      return { id: row.id, secret };
    });
  }

  /** All of an account, newest first, also those that have ended. */
  async list(accountId: number): Promise<ApiTokenRow[]> {
    const rows = await this.deps.db.of(ApiTokenModel).findAll({ where: { account_id: accountId }, order: [['id', 'DESC']] });
    return rows.map((row) => row.get({ plain: true }));
  }

  /** Those of all accounts that have not been revoked, newest first. */
  async page(
    actor: Actor,
    before: number | null,
    limit: number,
  ): Promise<{ rows: (ApiTokenRow & { owner: string; owner_email: string })[]; next: number | null }> {
    await this.deps.access.assert(actor, 'core.accounts.manage');
    const rows = await this.deps.db.query<ApiTokenRow & { owner: string; owner_email: string }>(
      `SELECT t.*, a.name AS owner, a.email AS owner_email FROM core_api_tokens t JOIN core_accounts a ON a.id = t.account_id
       WHERE t.revoked_at IS NULL${before === null ? '' : ' AND t.id < ?'} ORDER BY t.id DESC LIMIT ${limit + 1}`,
      before === null ? [] : [before],
    );
    return { rows: rows.slice(0, limit), next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
  }

  /** Ends one of the actor's own. @throws NotFoundError for anybody else's */
  async revokeOwn(actor: Actor, id: number): Promise<void> {
    await this.#revoke(actor, { id, account_id: this.#owner(actor).id });
  }

  /** Ends anybody's. @throws NotFoundError, ForbiddenError */
  async revoke(actor: Actor, id: number): Promise<void> {
    await this.deps.access.assert(actor, 'core.accounts.manage');
    await this.#revoke(actor, { id });
  }

  /** The account was disabled: its tokens stay dead, also when it is enabled again. Joins the open transaction. */
  async revokeAll(accountId: number): Promise<void> {
    const { db, clock, versions } = this.deps;
    await db.transaction(async () => {
      await db.of(ApiTokenModel).update({ revoked_at: clock.now() }, { where: { account_id: accountId, revoked_at: null } });
      await versions.bump(tokenVersion);
    });
  }

  async #revoke(actor: Actor, where: { id: number; account_id?: number }): Promise<void> {
    const { db, clock, audit, versions } = this.deps;
    const row = await db.of(ApiTokenModel).findOne({ where });
    if (row === null) throw new NotFoundError();
    await db.transaction(async () => {
      const [changed] = await db.of(ApiTokenModel).update({ revoked_at: clock.now() }, { where: { id: row.id, revoked_at: null } });
      if (changed === 0) return;
      await audit.record(actor, { action: 'core.api-token.revoked', object: objectOf(row) });
      await versions.bump(tokenVersion);
    });
  }

  /** Tokens belong to the person: no other token, and nobody in the person's place, makes or ends them. */
  #owner(actor: Actor) {
    if (actor.account === null || actor.onBehalfOf !== null || actor.token) throw new ForbiddenError();
    return actor.account;
  }

  async #check(actor: Actor, { days, permissions }: NewApiToken): Promise<void> {
    if (!this.mayHave(actor.kind)) throw new ForbiddenError({ key: 'core:apiTokens.error.off' });
    const endless = await this.mayBeEndless(actor);
    if (days === null ? !endless : !Number.isInteger(days) || days < 1 || days > maxDays)
      throw new InvalidInputError({ days: { key: 'core:apiTokens.error.days', vars: { max: maxDays } } });
    if (permissions === null) return;
    const held = await this.deps.access.held(actor);
    if (permissions.length === 0) throw new InvalidInputError({ permissions: { key: 'core:apiTokens.error.none' } });
    if (permissions.some((id) => !held.has(id as PermissionId))) throw new InvalidInputError({ permissions: { key: 'core:apiTokens.error.foreign' } });
  }
}

export function isLive(row: Pick<ApiTokenRow, 'expires_at' | 'revoked_at'>, now: Date): boolean {
  return row.revoked_at === null && (row.expires_at === null || row.expires_at > now);
}
const objectOf = ({ id, name, ending }: ApiTokenRow) => ({ kind: 'core.api-token', id, name: `${name} (…${ending})` });
