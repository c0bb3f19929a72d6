import { DATABASE, inject, injectable, toDate, type Actor, type Database } from '../../../core/api.js';
import { words } from '../../customers/api.js';
import { Sight, isInside } from '../sight.js';
import type { RequestRef } from '../types.js';
import { Reads } from './tables.js';

/** A request that may be the same as another one. `score` 0 to 1: how much of their words they share, more on the same device. */
export interface Duplicate extends RequestRef {
  created_at: Date;
  score: number;
}
/** Of the newest open requests of a customer so many are compared. */
const compared = 100;
const alike = 0.34;

/** What somebody has read, and what has been said before. */
@injectable()
export class RequestReading {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(Sight) private readonly sight: Sight,
  ) {}

  /** Notes that the actor has seen all there is now; who was named in it has noticed. */
  async markRead(actor: Actor, id: number): Promise<void> {
    await this.sight.request(actor, id);
    const account = actor.account?.id;
    if (account === undefined) return;
    // Pages note it whenever they are opened: mostly there is nothing to write.
    const [now] = await this.db.query<{ id: number | null; known: number | null; named: number | null }>(
      `SELECT MAX(m.id) AS id, (SELECT message_id FROM desk_reads WHERE account_id = ? AND request_id = ?) AS known,
         (SELECT MAX(message_id) FROM desk_mentions WHERE account_id = ? AND request_id = ? AND seen = 0) AS named FROM desk_messages m WHERE m.owner = 'request' AND m.owner_id IN (SELECT id FROM desk_requests WHERE id = ? OR merged_into = ?)
       ${isInside(actor) ? '' : "AND m.visibility = 'public' AND m.held_until IS NULL"}`,
      [account, id, account, id, id, id],
    );
    if (now?.known !== (now?.id ?? 0)) await this.#keep(account, id, now?.id ?? 0);
    if (now?.named) await this.db.run('UPDATE desk_mentions SET seen = 1 WHERE account_id = ? AND request_id = ? AND seen = 0', [account, id]);
  }

  /** The request is as new as if the actor had never opened it. */
  async markUnread(actor: Actor, id: number): Promise<void> {
    await this.sight.request(actor, id);
    if (actor.account) await this.#keep(actor.account.id, id, -1);
  }

  /** Open requests in reach that may be about the same as this one, the likeliest first. */
  async duplicates(actor: Actor, id: number): Promise<Duplicate[]> {
    const request = await this.sight.request(actor, id);
    return (await this.similar(actor, request)).filter((one) => one.id !== id);
  }

  /** The same for a request that is about to be filed. */
  async similar(actor: Actor, to: { customer_id: number; device_id?: number | null; subject: string }): Promise<Duplicate[]> {
    const scope = await this.sight.requests(actor);
    const rows = await this.db.query<RequestRef & { device_id: number | null; created_at: Date }>(
      `SELECT r.id, r.number, r.subject, r.status, r.device_id, r.created_at FROM desk_requests r
       WHERE r.customer_id = ? AND r.open = 1 AND ${scope.sql} ORDER BY r.due_at, r.id LIMIT ${compared}`,
      [to.customer_id, ...scope.params],
    );
    const sought = words(to.subject);
    return rows
      .map(({ device_id, ...row }) => ({
        ...row,
        created_at: toDate(row.created_at),
        score: Math.min(1, shared(sought, words(row.subject)) + (to.device_id && device_id === to.device_id ? alike : 0)),
      }))
      .filter((row) => row.score >= alike)
      .sort((a, b) => b.score - a.score || b.id - a.id)
      .slice(0, 6);
  }

  async #keep(account: number, id: number, message: number): Promise<void> {
    await this.db.of(Reads).upsert({ account_id: account, request_id: id, message_id: message });
  }
}

/** How many of the words of both stand in both, 0 to 1. */
function shared(a: readonly string[], b: readonly string[]): number {
  const common = a.filter((word) => word.length > 2 && b.includes(word)).length;
  const all = new Set([...a, ...b].filter((word) => word.length > 2)).size;
  return all === 0 ? 0 : common / all;
}
