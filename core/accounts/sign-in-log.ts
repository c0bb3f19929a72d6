import { Op, type WhereOptions } from 'sequelize';
import type { Access, Actor } from '../access/types.js';
import { insert } from '../database/insert.js';
import type { Database } from '../database/types.js';
import type { Notifications } from '../notifications/types.js';
import type { Clock, Urls } from '../tokens.js';
import { browserName } from './browser-name.js';
import { SignIns, type SignInMethod, type SignInRow } from './factors/models.js';
import type { Account } from './types.js';

export interface SignInEntry {
  accountId: number | null;
  site: string;
  ip: string | null;
  agent: string | null;
  method: SignInMethod;
}
export interface SignInFilter {
  accountId?: number | undefined;
  kind?: 'staff' | 'customer' | undefined;
  method?: SignInMethod | undefined;
  result?: SignInRow['result'] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}
export interface SignInLogDeps {
  db: Database;
  clock: Clock;
  access: Access;
  notifications: Notifications;
  urls: Urls;
}
const keptDays = 180;
const batch = 500;

/** Who signed in when, and who could not. Kept 180 days. */
export class SignInLog {
  constructor(private readonly deps: SignInLogDeps) {}

  /** In the transaction of the new session; a browser that this person never used is told to them. */
  async succeeded(account: Account, entry: SignInEntry, browserHash: string | null): Promise<void> {
    const isNew = await this.#isNewBrowser(account.id, browserHash);
    await this.#write(entry, { account_id: account.id, browser_hash: browserHash, result: 'ok', reason: null });
    if (isNew) await this.#tell(account, entry);
  }

  /** The same one row whether the name is known or not. */
  async failed(entry: SignInEntry, reason: string): Promise<void> {
    await this.#write(entry, { account_id: entry.accountId, browser_hash: null, result: 'failed', reason });
  }

  /** The newest of one person. */
  own(accountId: number, limit: number): Promise<SignInRow[]> {
    return this.#rows({ accountId }, null, limit);
  }

  /** @throws ForbiddenError without `core.signins.read` */
  async page(actor: Actor, filter: SignInFilter, before: number | null, limit: number): Promise<{ entries: SignInRow[]; next: number | null }> {
    await this.deps.access.assert(actor, 'core.signins.read');
    const rows = await this.#rows(filter, before, limit + 1);
    const entries = rows.slice(0, limit);
    return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  }

  /** Everything that matches, newest first, a batch at a time. @throws ForbiddenError */
  async *all(actor: Actor, filter: SignInFilter): AsyncGenerator<SignInRow[]> {
    for (let before: number | null = null; ;) {
      const { entries, next } = await this.page(actor, filter, before, batch);
      if (entries.length > 0) yield entries;
      if (next === null) return;
      before = next;
    }
  }

  /** The job that forgets old ones. */
  async purge(): Promise<void> {
    const oldest = new Date(this.deps.clock.now().getTime() - keptDays * 86_400_000);
    await this.deps.db.run('DELETE FROM core_sign_ins WHERE at < ?', [oldest]);
  }

  async #write(entry: SignInEntry, more: Pick<SignInRow, 'account_id' | 'browser_hash' | 'result' | 'reason'>): Promise<void> {
    const { site, method } = entry;
    const row = { ...more, at: this.deps.clock.now(), site, method, ip: entry.ip?.slice(0, 45) ?? null, agent: entry.agent?.slice(0, 300) ?? null };
    await insert(this.deps.db, SignIns.table, row);
  }

  async #isNewBrowser(accountId: number, browserHash: string | null): Promise<boolean> {
    const [row] = await this.deps.db.query<{ total: number; known: number | null }>(
      "SELECT COUNT(*) AS total, SUM(CASE WHEN browser_hash = ? THEN 1 ELSE 0 END) AS known FROM core_sign_ins WHERE account_id = ? AND result = 'ok'",
      [browserHash ?? '', accountId],
    );
    return Number(row?.total ?? 0) > 0 && Number(row?.known ?? 0) === 0;
  }

  async #tell(account: Account, { site, agent, ip }: SignInEntry): Promise<void> {
    const { db, clock, notifications, urls } = this.deps;
    const [row] = await db.query<{ wanted: number }>('SELECT mail_on_sign_in AS wanted FROM core_accounts WHERE id = ?', [account.id]);
    if (!row?.wanted) return;
    await notifications.send({
      template: 'core.new-browser',
      to: { accountId: account.id },
      channels: ['email'],
      data: { name: account.name, browser: browserName(agent) ?? '?', ip: ip ?? '?', at: clock.now() },
      link: urls.to(site, '/profile/security'),
    });
  }

  async #rows(filter: SignInFilter, before: number | null, limit: number): Promise<SignInRow[]> {
    const conditions: WhereOptions<SignInRow>[] = [
      filter.accountId === undefined ? {} : { account_id: filter.accountId },
      filter.kind === undefined ? {} : { site: filter.kind === 'staff' ? 'staff' : { [Op.ne]: 'staff' } },
      filter.method === undefined ? {} : { method: filter.method },
      filter.result === undefined ? {} : { result: filter.result },
      filter.from === undefined ? {} : { at: { [Op.gte]: filter.from } },
      filter.to === undefined ? {} : { at: { [Op.lt]: filter.to } },
      before === null ? {} : { id: { [Op.lt]: before } },
    ];
    const rows = await this.deps.db.of(SignIns).findAll({ where: { [Op.and]: conditions }, order: [['id', 'DESC']], limit });
    return rows.map((row) => row.get({ plain: true }));
  }
}
