import { AUDIT, CLOCK, ConflictError, DATABASE, EVENTS, NotFoundError, REALTIME, inject, injectable, readRows } from '../../../core/api.js';
import type { Actor, Audit, Clock, Database, Events, Realtime } from '../../../core/api.js';
import { diff, saveWords, words } from '../../customers/api.js';
import { DeskIndex } from '../search/desk-index.js';
import { Clocks } from '../clocks/clocks.js';
import { namesOfPlace } from '../place.js';
import { Requests } from '../tables.js';
import { never, openRequestStatuses, type RequestRow, type RequestStatus } from '../types.js';
import { RequestEvents, type RequestEventKind } from './tables.js';

type Set = 'id' | 'number' | 'status' | 'open' | 'reject_reason' | 'order_id' | 'merged_into' | 'version' | 'due_at' | 'created_at' | 'updated_at';
/** What a new request is made of; the writer sets the rest. */
export type NewRequest = Omit<RequestRow, Set> & Partial<Pick<RequestRow, 'status'>>;

/** Columns under whose words a request is found. */
const indexed = ['subject', 'text', 'contact', 'reject_reason', 'installation_id', 'device_id'] as const;

const isOpen = (status: RequestStatus): number => Number((openRequestStatuses as readonly string[]).includes(status));

/** Writes requests: the one way by which they are made and changed. Decides nothing about rights: services do that before. */
@injectable()
export class RequestWriter {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(EVENTS) private readonly events: Events,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(DeskIndex) private readonly texts: DeskIndex,
    @inject(Clocks) private readonly clocks: Clocks,
  ) {}

  /** Runs in the open transaction. `noted`: what the audit log keeps of it beside the subject and the place. */
  async create(actor: Actor, values: NewRequest, noted: Record<string, unknown> = {}): Promise<RequestRow> {
    const now = this.clock.now();
    const status = values.status ?? 'new';
    const made = await this.db.of(Requests).create({
      ...values,
      number: await this.db.nextNumber('request', 4001),
      status,
      open: isOpen(status),
      reject_reason: null,
      order_id: null,
      merged_into: null,
      version: 1,
      due_at: never,
      created_at: now,
      updated_at: now,
    });
    const row = made.get({ plain: true });
    row.due_at = await this.clocks.follow(null, row);
    await this.index(row);
    await this.event(actor, row.id, 'created');
    await this.audit.record(actor, {
      action: 'desk.request.reported',
      object: objectOf(row),
      customerId: row.customer_id,
      after: { subject: row.subject, installation_id: row.installation_id, device_id: row.device_id, urgency: row.urgency, ...noted },
    });
    this.touch(row);
    return row;
  }

  /**
   * Changes a request as it was read: of two people who change the same version only one wins. Runs in the open transaction.
   * Returns the new row with the line of the timeline that tells it, or the old one without when nothing differs. @throws ConflictError when it changed meanwhile
   */
  async change(
    actor: Actor,
    before: RequestRow,
    wanted: Partial<RequestRow>,
    action = 'desk.request.changed',
    kind: RequestEventKind = 'changed',
  ): Promise<{ row: RequestRow; event: number | null }> {
    const changed = diff<Partial<RequestRow>>(before, wanted);
    if (!changed) return { row: before, event: null };
    const values: Partial<RequestRow> = {
      ...wanted,
      ...(wanted.status ? { open: isOpen(wanted.status) } : {}),
      version: before.version + 1,
      updated_at: this.clock.now(),
    };
    const [count] = await this.db.of(Requests).update(values, { where: { id: before.id, version: before.version } });
    if (count === 0) throw new ConflictError({ key: 'desk:error.handled' }, 'request_handled');
    const after = { ...before, ...values };
    after.due_at = await this.clocks.follow(before, after);
    if (indexed.some((column) => column in changed.after)) await this.index(after);
    const event = await this.event(actor, before.id, kind, changed);
    await this.audit.record(actor, { action, object: objectOf(before), customerId: before.customer_id, ...changed });
    this.events.emit('desk.request.changed', { requestId: before.id, customerId: before.customer_id, changed: Object.keys(changed.after) });
    this.touch(after);
    return { row: after, event };
  }

  /** Something was said on it: it moves up where lists show what is new. Returns it, locked for this transaction. */
  async stir(id: number): Promise<RequestRow> {
    await this.db.run('UPDATE desk_requests SET updated_at = ? WHERE id = ?', [this.clock.now(), id]);
    const [row] = await readRows(this.db, Requests, 'WHERE id = ?', [id]);
    if (!row) throw new NotFoundError();
    if (row.merged_into !== null) await this.stir(row.merged_into);
    this.touch(row);
    return row;
  }

  /** The one that goes on with the conversation: a merged request's target. */
  async lead(request: RequestRow): Promise<RequestRow> {
    const [target] = request.merged_into === null ? [] : await readRows(this.db, Requests, 'WHERE id = ?', [request.merged_into]);
    return target ?? request;
  }

  /** One line of the timeline. Returns its id. */
  async event(actor: Actor, requestId: number, kind: RequestEventKind, data: object = {}): Promise<number> {
    const row = await this.db
      .of(RequestEvents)
      .create({ request_id: requestId, kind, actor_id: actor.account?.id ?? null, at: this.clock.now(), data: JSON.stringify(data) });
    return row.id;
  }

  /** Lets open pages fetch the request and the lists it stands in anew, after commit. */
  touch(request: Pick<RequestRow, 'id' | 'customer_id' | 'type' | 'order_id'>): void {
    this.realtime.touch('desk.request', request.id);
    // Its conversation stands on the page of its order, too.
    if (request.order_id !== null) this.realtime.touch('desk.order', request.order_id);
    // Customers watch this one: of an internal request they must not even learn that it moves.
    if (request.type !== 'internal') this.realtime.touch('desk.requests', `c${request.customer_id}`);
    this.realtime.touch('desk.reports', 'all');
  }

  /** The words under which the request is found. */
  async index(row: Pick<RequestRow, 'id' | 'number' | 'subject' | 'customer_id' | 'installation_id' | 'device_id'>): Promise<void> {
    await saveWords(this.db, 'desk_words', 'request', row.id, words(row.number, row.subject, ...(await namesOfPlace(this.db, row))));
    await this.texts.update('request', [row.id]);
  }
}

const objectOf = (request: Pick<RequestRow, 'id' | 'number'>) => ({ kind: 'desk.request', id: request.id, name: String(request.number) });
