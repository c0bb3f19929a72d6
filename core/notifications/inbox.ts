import { Op } from 'sequelize';
import type { Actor } from '../access/types.js';
import type { Database } from '../database/types.js';
import { NotFoundError } from '../errors.js';
import type { Realtime } from '../realtime/types.js';
import type { Clock } from '../tokens.js';
import { InboxMessage, type InboxRow } from './model.js';

const PAGE = 30;

/** What stands behind the bell; everybody sees only their own. */
export class Inbox {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
    private readonly realtime: Pick<Realtime, 'tell'>,
  ) {}

  async unread(accountId: number): Promise<number> {
    const [row] = await this.db.query<{ n: number }>('SELECT COUNT(*) AS n FROM core_inbox WHERE account_id = ? AND read_at IS NULL', [accountId]);
    return Number(row?.n ?? 0);
  }

  async list(actor: Actor, before: number | null): Promise<{ items: InboxRow[]; next: number | null }> {
    const where = { account_id: ownerOf(actor), ...(before === null ? {} : { id: { [Op.lt]: before } }) };
    const rows = await this.db.of(InboxMessage).findAll({ where, order: [['id', 'DESC']], limit: PAGE + 1 });
    const items = rows.slice(0, PAGE).map((row) => row.get({ plain: true }));
    return { items, next: rows.length > PAGE ? (items.at(-1)?.id ?? null) : null };
  }

  async markRead(actor: Actor, id: number): Promise<void> {
    const account_id = ownerOf(actor);
    if ((await this.db.of(InboxMessage).count({ where: { id, account_id } })) === 0) throw new NotFoundError();
    await this.#read({ id, account_id });
  }

  async markAllRead(actor: Actor): Promise<void> {
    await this.#read({ account_id: ownerOf(actor) });
  }

  async #read(where: { account_id: number; id?: number }): Promise<void> {
    await this.db.of(InboxMessage).update({ read_at: this.clock.now() }, { where: { ...where, read_at: null } });
    this.db.afterCommit(() => this.realtime.tell(where.account_id));
  }
}

function ownerOf(actor: Actor): number {
  const account = actor.onBehalfOf ?? actor.account;
  if (account === null) throw new NotFoundError();
  return account.id;
}
