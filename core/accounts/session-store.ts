import type { Versions } from '../access/access-service.js';
import { accountActor } from '../access/actors.js';
import type { Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import type { Database } from '../database/types.js';
import { ForbiddenError, NotFoundError } from '../errors.js';
import type { Events } from '../events/types.js';
import type { Clock } from '../tokens.js';
import type { FactorPolicies } from './factors/policy.js';
import { AccountModel, SessionModel, type SessionRow } from './models.js';
import { readAccount } from './read.js';
import { isSecret, newSecret, secretHash } from './secrets.js';
import type { Account, OwnSession, SessionInfo, Sessions } from './types.js';

interface Cached {
  row: SessionRow;
  account: Account | null;
  /** The shortest time-out of the account's roles in minutes. */
  idleMinutes: number;
  enrolBy: Date | null;
  checkedAt: number;
  /** Exact here; the database knows it to the minute. */
  lastSeen: number;
  savedSeen: number;
}
export interface SessionDeps {
  db: Database;
  clock: Clock;
  events: Events;
  audit: Audit;
  versions: Versions;
  /** A session ends this many hours after log-in, whatever happens. */
  absoluteHours: () => number;
  policies: Pick<FactorPolicies, 'enrolBy' | 'barred'>;
}
const version = 'core.sessions';
const maxCached = 10_000;
/** How long an answer of the database counts on this node; other nodes' changes arrive sooner by version. */
const validMs = 5_000;
const minute = 60_000;
const confirmedMinutes = 10;

export class SessionStore implements Sessions {
  readonly #cache = new Map<string, Cached>();
  readonly #listeners = new Set<(sessionId: number) => void>();
  #epoch = 0;

  constructor(private readonly deps: SessionDeps) {
    for (const name of [version, 'core.access']) deps.versions.watch(name, () => this.#expire());
  }

  async find(token: string, site: string, idleMinutes: number, active = true): Promise<SessionInfo | null> {
    if (!isSecret(token)) return null;
    const hash = secretHash(token);
    const now = this.deps.clock.now().getTime();
    const cached = await this.#load(hash, now);
    if (cached === null || cached.row.site !== site || cached.row.ended_at !== null) return null;
    const { row, account } = cached;
    const idle = Math.min(idleMinutes, cached.idleMinutes);
    const tooOld = now >= row.created_at.getTime() + this.deps.absoluteHours() * 60 * minute;
    if (tooOld || now >= cached.lastSeen + idle * minute || account?.status !== 'active') {
      await this.end(row.id);
      return null;
    }
    if (active) await this.#touch(cached, now, idle);
    return this.#info({ ...cached, account, idleMinutes: idle });
  }

  async create(input: Parameters<Sessions['create']>[0]): Promise<{ token: string; session: SessionInfo }> {
    const { db, clock, events, audit } = this.deps;
    const token = newSecret();
    const now = clock.now();
    return db.transaction(async () => {
      await db.of(AccountModel).update({ last_sign_in_at: now }, { where: { id: input.accountId } });
      const account = await readAccount(db, input.accountId);
      if (account?.status !== 'active') throw new ForbiddenError();
      if (await this.deps.policies.barred(account)) throw new ForbiddenError({ key: 'core:error.barred' });
      const row = await db.of(SessionModel).create({
        token_hash: secretHash(token),
        csrf: newSecret(),
        account_id: input.accountId,
        site: input.site,
        created_at: now,
        last_seen_at: now,
        ip: input.ip?.slice(0, 45) ?? null,
        agent: input.agent?.slice(0, 300) ?? null,
        ended_at: null,
        confirmed_at: now,
        factor_done: input.factorDone ?? false,
      });
      await audit.record(accountActor(account, { sessionId: row.id, ip: input.ip }), {
        action: 'core.account.signed-in',
        object: { kind: 'core.account', id: account.id, name: account.name },
      });
      events.emit('core.account.signed-in', { accountId: account.id, sessionId: row.id });
      return { token, session: this.#info({ row, account, idleMinutes: 0, enrolBy: await this.#enrolBy(row, account), lastSeen: now.getTime() }) };
    });
  }

  async confirm(sessionId: number): Promise<void> {
    const { db, clock } = this.deps;
    await db.transaction(async () => {
      await db.of(SessionModel).update({ confirmed_at: clock.now() }, { where: { id: sessionId, ended_at: null } });
      await this.refresh();
    });
  }

  async factorShown(sessionId: number): Promise<void> {
    await this.deps.db.transaction(async () => {
      await this.deps.db.of(SessionModel).update({ factor_done: true }, { where: { id: sessionId } });
      await this.refresh();
    });
  }

  /** Whether that was recent enough for a dangerous act. */
  confirmed(session: SessionInfo): boolean {
    return this.deps.clock.now().getTime() - session.confirmedAt.getTime() < confirmedMinutes * minute;
  }

  end(sessionId: number): Promise<void> {
    return this.#end([sessionId]);
  }

  /** Ends one of the actor's own sessions. @throws NotFoundError for anybody else's */
  async endOwn(actor: Actor, sessionId: number): Promise<void> {
    const account = actor.onBehalfOf === null ? actor.account : null;
    const own = account !== null && (await this.list(account.id)).some((session) => session.id === sessionId);
    if (!own) throw new NotFoundError();
    await this.end(sessionId);
  }

  async endAll(accountId: number, except?: number): Promise<void> {
    const rows = await this.deps.db.of(SessionModel).findAll({ where: { account_id: accountId, ended_at: null }, attributes: ['id'] });
    await this.#end(rows.map((row) => row.id).filter((id) => id !== except));
  }

  async list(accountId: number): Promise<OwnSession[]> {
    const rows = await this.deps.db.of(SessionModel).findAll({
      where: { account_id: accountId, ended_at: null },
      order: [
        ['last_seen_at', 'DESC'],
        ['id', 'DESC'],
      ],
    });
    const oldest = this.deps.clock.now().getTime() - this.deps.absoluteHours() * 60 * minute;
    return rows.filter((row) => row.created_at.getTime() > oldest).map((row) => toInfo(row, row.last_seen_at.getTime()));
  }

  onEnd(listener: (sessionId: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The account's data changed: sessions show it on the next request, on every node. Joins the open transaction. */
  async refresh(): Promise<void> {
    await this.deps.db.transaction(async () => {
      this.deps.db.afterCommit(() => this.#expire());
      await this.deps.versions.bump(version);
    });
  }

  async #end(ids: readonly number[]): Promise<void> {
    if (ids.length === 0) return;
    const { db, clock } = this.deps;
    await db.transaction(async () => {
      await db.of(SessionModel).update({ ended_at: clock.now() }, { where: { id: [...ids], ended_at: null } });
      await this.refresh();
      db.afterCommit(() => {
        for (const id of ids) for (const listener of this.#listeners) listener(id);
      });
    });
  }

  /** Kept entries are asked anew, so that `lastSeen` survives. */
  #expire(): void {
    this.#epoch += 1;
    for (const entry of this.#cache.values()) entry.checkedAt = -Infinity;
  }

  async #load(hash: string, now: number): Promise<Cached | null> {
    const known = this.#cache.get(hash);
    if (known !== undefined && now - known.checkedAt < validMs) return known;
    const { db } = this.deps;
    const epoch = this.#epoch;
    const row = await db.of(SessionModel).findOne({ where: { token_hash: hash } });
    if (row === null) return null;
    const found = await readAccount(db, row.account_id);
    const account = found !== null && (await this.deps.policies.barred(found)) ? null : found;
    const enrolBy = account === null || row.ended_at !== null ? null : await this.#enrolBy(row, account);
    const idleMinutes = account?.kind === 'staff' ? await shortestOfRoles(db, account.id) : Infinity;
    const saved = row.last_seen_at.getTime();
    // A change that came while the database answered must not be hidden for five seconds.
    const checkedAt = epoch === this.#epoch ? now : -Infinity;
    const entry: Cached = { row, account, idleMinutes, enrolBy, checkedAt, lastSeen: Math.max(saved, known?.lastSeen ?? 0), savedSeen: saved };
    this.#cache.delete(hash);
    if (row.ended_at === null) this.#cache.set(hash, entry);
    if (this.#cache.size > maxCached) this.#cache.delete(this.#cache.keys().next().value ?? '');
    return entry;
  }

  #enrolBy(row: SessionRow, account: Account): Promise<Date | null> {
    return row.factor_done ? Promise.resolve(null) : this.deps.policies.enrolBy(account);
  }

  #info({ row, account, idleMinutes, enrolBy, lastSeen }: Pick<Cached, 'row' | 'idleMinutes' | 'enrolBy' | 'lastSeen'> & { account: Account }): SessionInfo {
    return {
      ...toInfo(row, lastSeen),
      account,
      idleMinutes,
      csrf: row.csrf,
      confirmedAt: row.confirmed_at ?? row.created_at,
      factorDone: Boolean(row.factor_done),
      enrolBy,
      restricted: enrolBy !== null && enrolBy <= this.deps.clock.now(),
    };
  }

  async #touch(entry: Cached, now: number, idleMinutes: number): Promise<void> {
    entry.lastSeen = now;
    // With a very short time-out, other nodes must hear of activity sooner than once a minute.
    if (now - entry.savedSeen < Math.min(minute, (idleMinutes * minute) / 4)) return;
    entry.savedSeen = now;
    await this.deps.db.of(SessionModel).update({ last_seen_at: new Date(now) }, { where: { id: entry.row.id, ended_at: null } });
  }
}

async function shortestOfRoles(db: Database, accountId: number): Promise<number> {
  const [row] = await db.query<{ minutes: number | null }>(
    'SELECT MIN(r.idle_minutes) AS minutes FROM core_account_roles a JOIN core_roles r ON r.id = a.role_id WHERE a.account_id = ?',
    [accountId],
  );
  return row?.minutes ?? Infinity;
}

function toInfo(row: SessionRow, lastSeen: number): OwnSession {
  return { id: row.id, site: row.site, createdAt: row.created_at, lastSeenAt: new Date(lastSeen), ip: row.ip, agent: row.agent };
}
