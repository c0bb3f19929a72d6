import {
  ConflictError,
  DATABASE,
  InvalidInputError,
  ACCOUNTS,
  inject,
  injectable,
  readRows,
  within,
  type AccountService,
  type Actor,
  type Database,
} from '../../../core/api.js';
import { Sight } from '../sight.js';
import { Requests } from '../tables.js';
import type { RequestRow } from '../types.js';
import { RequestChanges } from './request-changes.js';
import { tagKey } from './request-list.js';
import { RequestWriter } from './request-writer.js';
import { Links, Tags, Watchers } from './tables.js';

const mostTags = 20;

/** What hangs on a request beside its own fields: tags, those who watch it, and other requests. Staff only. */
@injectable()
export class RequestTies {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(RequestWriter) private readonly writer: RequestWriter,
    @inject(RequestChanges) private readonly changes: RequestChanges,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** Sets the tags to these; two that differ in case, accents or spaces only are one. */
  async setTags(actor: Actor, id: number, labels: readonly string[]): Promise<void> {
    const request = await this.changes.managed(actor, id);
    const wanted = new Map(labels.map((label) => [tagKey(label), Array.from(label.trim().replace(/\s+/g, ' ')).slice(0, 40).join('')]));
    wanted.delete('');
    if (wanted.size > mostTags) throw new InvalidInputError({ tags: { key: 'desk:error.tags', vars: { max: mostTags } } });
    await this.db.transaction(async () => {
      const had = await this.db.query<{ tag: string; label: string }>('SELECT tag, label FROM desk_request_tags WHERE request_id = ? ORDER BY tag', [id]);
      const [before, after] = [had.map((one) => one.label), [...wanted].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, label]) => label)];
      if (JSON.stringify(before) === JSON.stringify(after)) return;
      await this.db.of(Tags).destroy({ where: { request_id: id } });
      await this.db.of(Tags).bulkCreate([...wanted].map(([tag, label]) => ({ request_id: id, tag, label })));
      await this.writer.event(actor, id, 'tags', { before: { tags: before }, after: { tags: after } });
      this.writer.touch(request);
    });
  }

  /** Tags in use on requests in reach that begin like this, by name: what a field for them offers. */
  async tagsLike(actor: Actor, text: string, limit = 10): Promise<string[]> {
    const scope = await this.sight.requests(actor);
    const begin = tagKey(text);
    const rows = await this.db.query<{ label: string }>(
      `SELECT MIN(t.label) AS label FROM desk_request_tags t JOIN desk_requests r ON r.id = t.request_id
       WHERE t.tag >= ? AND t.tag < ? AND ${scope.sql} GROUP BY t.tag ORDER BY t.tag LIMIT ${limit}`,
      [begin, `${begin}\uffff`, ...scope.params],
    );
    return rows.map((row) => row.label);
  }

  /** Lets an account follow the request: it is told of messages. @throws InvalidInputError for one that does not see the request */
  async watch(actor: Actor, id: number, accountId: number): Promise<void> {
    const request = await this.changes.managed(actor, id);
    const account = await this.accounts.get(accountId);
    if (!account || account.status !== 'active' || !(await this.sight.seenBy(account, request)))
      throw new InvalidInputError({ account_id: { key: 'desk:error.watcher' } });
    await this.db.transaction(async () => {
      await this.db.of(Watchers).upsert({ request_id: id, account_id: accountId });
      this.writer.touch(request);
    });
  }

  async unwatch(actor: Actor, id: number, accountId: number): Promise<void> {
    const request = await this.changes.managed(actor, id);
    await this.db.transaction(async () => {
      await this.db.of(Watchers).destroy({ where: { request_id: id, account_id: accountId } });
      this.writer.touch(request);
    });
  }

  /** Says that two requests belong together. @throws NotFoundError when one is out of reach */
  async link(actor: Actor, id: number, otherId: number): Promise<void> {
    await this.#pair(actor, id, otherId, 'linked', async () => {
      if (id === otherId) throw new InvalidInputError({ other_id: { key: 'desk:error.same' } });
      const known = await this.db.of(Links).count({ where: { request_id: id, other_id: otherId } });
      if (known === 0) await this.db.of(Links).bulkCreate([pair(id, otherId), pair(otherId, id)]);
      return known === 0;
    });
  }

  async unlink(actor: Actor, id: number, otherId: number): Promise<void> {
    await this.#pair(actor, id, otherId, 'unlinked', async () => {
      const gone = await this.db.of(Links).destroy({ where: pair(id, otherId) });
      await this.db.of(Links).destroy({ where: pair(otherId, id) });
      return gone > 0;
    });
  }

  /**
   * Makes a request part of another one of the same customer: it is closed, and its messages stand in the other's conversation.
   * What had been merged into it comes along. @throws ConflictError `request_merge` when the two cannot be merged
   */
  async merge(actor: Actor, id: number, intoId: number): Promise<void> {
    const [request, target] = [await this.changes.managed(actor, id), await this.changes.managed(actor, intoId)];
    if (id === intoId) throw new InvalidInputError({ into_id: { key: 'desk:error.same' } });
    if (request.customer_id !== target.customer_id) throw new InvalidInputError({ into_id: { key: 'desk:error.mergeCustomer' } });
    const apart = request.merged_into === null && target.merged_into === null && request.order_id === null;
    // What is internal must not come to light in a conversation with the customer.
    if (!apart || (request.type === 'internal') !== (target.type === 'internal')) throw new ConflictError({ key: 'desk:error.merge' }, 'request_merge');
    await this.db.transaction(async () => {
      const along = await readRows(this.db, Requests, 'WHERE merged_into = ?', [id]);
      for (const one of [request, ...along]) await this.writer.change(actor, one, { merged_into: intoId, status: 'closed' }, 'desk.request.merged', 'merged');
      await this.writer.event(actor, intoId, 'merged', { from: { id, number: request.number } });
      await this.writer.stir(intoId);
    });
  }

  /** Takes a merge back: the request is on its own again, as it was, with what had come along. @throws ConflictError when it is not merged */
  async unmerge(actor: Actor, id: number): Promise<void> {
    const request = await this.changes.managed(actor, id);
    const target = request.merged_into;
    const alone = (await this.#merges('r.id = ?', id)).findLast(({ before }) => before?.merged_into === null)?.before;
    if (target === null || !alone) throw new ConflictError({ key: 'desk:error.merge' }, 'request_merge');
    const last = new Map((await this.#merges('r.merged_into = ?', target)).map((one) => [one.id, one.before?.merged_into]));
    const along = [...last].filter(([, from]) => from === id).map(([one]) => one);
    await this.db.transaction(async () => {
      await this.writer.change(actor, request, { merged_into: null, ...alone }, 'desk.request.unmerged', 'merged');
      for (const one of along.length === 0 ? [] : await readRows(this.db, Requests, `WHERE id ${within(along)}`, along))
        await this.writer.change(actor, one, { merged_into: id }, 'desk.request.unmerged', 'merged');
      await this.writer.event(actor, target, 'merged', { without: { id, number: request.number } });
      await this.writer.stir(target);
    });
  }

  /** What merges made of requests, oldest first. */
  async #merges(where: string, id: number): Promise<{ id: number; before?: Partial<RequestRow> }[]> {
    const rows = await this.db.query<{ id: number; data: string }>(
      `SELECT r.id, e.data FROM desk_requests r JOIN desk_request_events e ON e.request_id = r.id AND e.kind = 'merged' WHERE ${where} ORDER BY e.id`,
      [id],
    );
    return rows.map(({ id: request, data }) => ({ id: request, ...(JSON.parse(data) as { before?: Partial<RequestRow> }) })).filter((one) => one.before);
  }

  async #pair(actor: Actor, id: number, otherId: number, kind: 'linked' | 'unlinked', work: () => Promise<boolean>): Promise<void> {
    const [one, other] = [await this.changes.managed(actor, id), await this.sight.request(actor, otherId)];
    await this.db.transaction(async () => {
      if (!(await work())) return;
      await this.writer.event(actor, id, kind, { id: otherId, number: other.number });
      await this.writer.event(actor, otherId, kind, { id, number: one.number });
      this.writer.touch(one);
      this.writer.touch(other);
    });
  }
}

const pair = (id: number, otherId: number) => ({ request_id: id, other_id: otherId });
