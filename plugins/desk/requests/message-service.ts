import {
  ACCESS,
  CLOCK,
  ConflictError,
  DATABASE,
  FILES,
  JOBS,
  NotFoundError,
  REALTIME,
  inject,
  injectable,
  readRows,
  type Access,
  type Actor,
  type Clock,
  type Database,
  type Files,
  type Jobs,
  type PermissionId,
  type Realtime,
  type Upload,
} from '../../../core/api.js';
import { DeskIndex } from '../search/desk-index.js';
import { Sight, isInside, orderResource, requestResource } from '../sight.js';
import { Messages, Orders, type MessageRow } from '../tables.js';
import type { MessageView, OrderRow, RequestRow } from '../types.js';
import { Announcer } from './announcer.js';
import { originOf } from './origin.js';
import { RequestWriter } from './request-writer.js';
import { answered } from './steps.js';
import { Drafts } from './tables.js';
import { Thread } from './thread.js';

/** So long a reply of staff can be taken back before anything leaves the house, in milliseconds. */
export const holdMs = 10_000;

type Matter = Pick<OrderRow | RequestRow, 'id' | 'customer_id' | 'installation_id' | 'project_id' | 'device_id' | 'status'> & {
  request_id?: number | null;
  order_id?: number | null;
};
/** What is written. */
export interface NewMessage {
  text: string;
  internal: boolean;
  /** Files that go with it. */
  uploads?: readonly Upload[] | undefined;
  /** The newest message that the writer has seen: is there a newer one, nothing is written. */
  lastSeen?: number | undefined;
  /** False: it leaves at once. Replies of staff on requests are held otherwise. */
  hold?: boolean | undefined;
  /** It was not typed here: what the writer has typed stays a draft. */
  keepDraft?: boolean | undefined;
}

/** The conversation about a request or an order. Internal notes never leave the house. */
@injectable()
export class MessageService {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(FILES) private readonly files: Files,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(Sight) private readonly sight: Sight,
    @inject(RequestWriter) private readonly requests: RequestWriter,
    @inject(Thread) private readonly thread: Thread,
    @inject(Announcer) private readonly announcer: Announcer,
    @inject(DeskIndex) private readonly texts: DeskIndex,
  ) {}

  /**
   * For a thing that the actor was found to see. A request and its order are one conversation for whoever sees both.
   * `merged`: requests whose messages stand in it, too.
   */
  async list(actor: Actor, owner: MessageRow['owner'], matter: Matter, merged: readonly number[] = []): Promise<MessageView[]> {
    const own = await this.thread.read(owner, [matter.id, ...merged], await this.#manages(actor, owner, matter));
    const other = await this.#otherSide(actor, owner, matter);
    if (!other) return own;
    const theirs = await this.thread.read(other.owner, [other.matter.id], await this.#manages(actor, other.owner, other.matter));
    return theirs.length === 0 ? own : [...own, ...theirs].sort((a, b) => a.id - b.id);
  }

  /**
   * Writes a message. A public reply of staff on a request is held for ten seconds, in which it can be taken back; then it is shown and told.
   * What is written on an order by somebody who sees its request goes to the request, where the agents read.
   * @throws NotFoundError outside the actor's reach; ForbiddenError for internal notes by others than staff; ConflictError `newer_messages`
   */
  async post(actor: Actor, owner: MessageRow['owner'], id: number, input: NewMessage): Promise<{ id: number; held_until: Date | null }> {
    const matter = await this.#seen(actor, owner, id);
    const request = owner === 'order' ? await this.#otherSide(actor, owner, matter) : null;
    if (request) return this.post(actor, 'request', request.matter.id, { ...input, hold: input.hold ?? false });
    const manages = await this.#manages(actor, owner, matter);
    if (input.internal) await this.access.assert(actor, managing[owner], resource(owner, matter));
    return this.db.transaction(async () => {
      const now = this.clock.now();
      // First of all: it makes two who write at once wait for each other.
      const request = owner === 'request' ? await this.requests.stir(id) : null;
      if (input.lastSeen !== undefined) await this.#assertNewest(actor, owner, id, input.lastSeen, manages);
      const held = (input.hold ?? actor.kind === 'staff') && owner === 'request' && !input.internal ? new Date(now.getTime() + holdMs) : null;
      const message = (
        await this.db.of(Messages).create({
          owner,
          owner_id: id,
          visibility: input.internal ? 'internal' : 'public',
          author_id: actor.account?.id ?? null,
          origin: originOf(actor),
          text: input.text,
          at: now,
          held_until: held,
        })
      ).get({ plain: true });
      for (const upload of input.uploads ?? []) await this.files.keep(actor, upload, { kind: 'desk.message', id: message.id });
      await this.texts.update(owner, [id]);
      if (request) await this.#written(actor, request, message, input.keepDraft ?? false);
      else this.realtime.touch(`desk.${owner}`, id);
      return { id: message.id, held_until: held };
    });
  }

  /**
   * Takes an own message back that has not left the house; its text is the draft again, and returned. Its files are gone.
   * `typed: false`: nobody typed it, so that no draft is made of it, and a note goes however old it is.
   * @throws ConflictError `message_sent` when it has left
   */
  async takeBack(actor: Actor, messageId: number, { typed = true } = {}): Promise<string> {
    const [message] = await readRows(this.db, Messages, 'WHERE id = ?', [messageId]);
    if (message?.owner !== 'request' || message.author_id === null || message.author_id !== actor.account?.id) throw new NotFoundError();
    const request = await this.sight.request(actor, message.owner_id);
    const text = await this.db.transaction(async () => {
      const { changes } = await this.db.run(
        `DELETE FROM desk_messages WHERE id = ? AND (held_until IS NOT NULL${typed ? '' : " OR visibility = 'internal'"})`,
        [messageId],
      );
      if (changes === 0) throw new ConflictError({ key: 'desk:error.messageSent' }, 'message_sent');
      await this.db.run('DELETE FROM desk_mentions WHERE message_id = ?', [messageId]);
      await this.texts.update('request', [request.id]);
      this.requests.touch(request);
      if (!typed) return message.text;
      const key = { account_id: message.author_id ?? 0, request_id: request.id, kind: 'public' as const };
      const draft = await this.db.of(Drafts).findOne({ where: key });
      const again = [message.text, draft?.text].filter(Boolean).join('\n\n');
      await this.db.of(Drafts).upsert({ ...key, text: again, updated_at: this.clock.now() });
      return again;
    });
    // Not before: the bytes would not come back with the rows.
    await this.files.remove({ kind: 'desk.message', id: messageId });
    return text;
  }

  /** Lets a held message out when its time has come: shown and told exactly once, however often this runs. */
  async release(messageId: number): Promise<void> {
    await this.db.transaction(async () => {
      const { changes } = await this.db.run('UPDATE desk_messages SET held_until = NULL WHERE id = ? AND held_until <= ?', [messageId, this.clock.now()]);
      if (changes === 0) return;
      const [message] = await readRows(this.db, Messages, 'WHERE id = ?', [messageId]);
      if (!message) return;
      await this.texts.update(message.owner, [message.owner_id]);
      await this.announcer.tell(await this.requests.stir(message.owner_id), message);
    });
  }

  /** All held messages whose time has come: for those whose job was lost. */
  async releaseDue(): Promise<void> {
    const due = await this.db.query<{ id: number }>('SELECT id FROM desk_messages WHERE held_until <= ? ORDER BY held_until LIMIT 500', [this.clock.now()]);
    for (const { id } of due) await this.release(id);
  }

  /** May the actor read this message, and so its files? */
  async sees(actor: Actor, messageId: number): Promise<boolean> {
    const [message] = await readRows(this.db, Messages, 'WHERE id = ?', [messageId]);
    if (!message) return false;
    const matter = await this.#seen(actor, message.owner, message.owner_id);
    return (message.visibility === 'public' && message.held_until === null) || this.#manages(actor, message.owner, matter);
  }

  async #written(actor: Actor, request: RequestRow, message: MessageRow, keepDraft: boolean): Promise<void> {
    await this.announcer.note(actor, request, message);
    const draft = { account_id: message.author_id ?? 0, request_id: request.id, kind: message.visibility };
    if (!keepDraft) await this.db.of(Drafts).destroy({ where: draft });
    const lead = await this.requests.lead(request);
    const status = isInside(actor) || lead.order_id !== null ? undefined : answered[lead.status];
    if (status) await this.requests.change(actor, lead, { status }, 'desk.request.answered');
    if (message.held_until === null) await this.announcer.tell(request, message);
    else await this.jobs.enqueue('desk.release', { messageId: message.id }, { runAt: message.held_until, key: String(message.id) });
  }

  async #assertNewest(actor: Actor, owner: MessageRow['owner'], id: number, lastSeen: number, inside: boolean): Promise<void> {
    const newer = await this.db.query(
      `SELECT id FROM desk_messages WHERE owner = ? AND owner_id = ? AND id > ? AND (author_id IS NULL OR author_id <> ?)${inside ? '' : " AND visibility = 'public' AND held_until IS NULL"} LIMIT 1`,
      [owner, id, lastSeen, actor.account?.id ?? 0],
    );
    if (newer.length > 0) throw new ConflictError({ key: 'desk:error.newerMessages' }, 'newer_messages');
  }

  async #seen(actor: Actor, owner: MessageRow['owner'], id: number): Promise<Matter> {
    if (owner === 'request') return this.sight.request(actor, id);
    const [order] = await readRows(this.db, Orders, 'WHERE id = ?', [id]);
    if (!order || !(await this.sight.seesOrder(actor, order))) throw new NotFoundError();
    return order;
  }

  /** The order of a request, or the request of an order, while the actor sees it. */
  async #otherSide(actor: Actor, owner: MessageRow['owner'], matter: Matter): Promise<{ owner: MessageRow['owner']; matter: Matter } | null> {
    const id = owner === 'order' ? matter.request_id : matter.order_id;
    if (!id) return null;
    const other = owner === 'order' ? ('request' as const) : ('order' as const);
    try {
      return { owner: other, matter: await this.#seen(actor, other, id) };
    } catch (error) {
      if (error instanceof NotFoundError) return null;
      throw error;
    }
  }

  #manages(actor: Actor, owner: MessageRow['owner'], matter: Matter): Promise<boolean> {
    return this.access.can(actor, managing[owner], resource(owner, matter));
  }
}

const resource = (owner: MessageRow['owner'], matter: Matter) => (owner === 'order' ? orderResource(matter) : requestResource(matter));
const managing: Readonly<Record<MessageRow['owner'], PermissionId>> = { order: 'desk.order.manage', request: 'desk.request.manage' };
