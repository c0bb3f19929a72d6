import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  FILES,
  InvalidInputError,
  NotFoundError,
  REALTIME,
  SETTINGS,
  accountActor,
  inject,
  injectable,
  readRows,
  systemActor,
  type Access,
  type Account,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type FileInfo,
  type Files,
  type Realtime,
  type Settings,
} from '../../../core/api.js';
import { CustomerService, decodeCursor, encodeCursor } from '../../customers/api.js';
import { Sight, requestResource } from '../sight.js';
import { Requests } from '../tables.js';
import type { Page, RequestRow } from '../types.js';
import { MailIntake } from './mail-intake.js';
import { assertForAll } from './mailbox-service.js';
import { References } from './references.js';
import { BlockedSenders, Mails, type BlockedSenderRow, type MailRow, type MailState, type RefusedFile } from './tables.js';

const day = 86_400_000;
/** What the list is divided into. */
export const mailViews = { waiting: ['waiting'], taken: ['request', 'reply'], stopped: ['stopped', 'discarded'] } as const satisfies Record<
  string,
  readonly MailState[]
>;
export type MailViewName = keyof typeof mailViews;

/** A mail as staff see it before they decide. */
export interface MailDetail extends Omit<MailRow, 'identity' | 'refused'> {
  mailbox: string | null;
  account: Account | null;
  files: FileInfo[];
  refused: RefusedFile[];
  request: Pick<RequestRow, 'id' | 'number' | 'subject'> | null;
  /** Customers of the sender's account. */
  customers: { id: number; name: string }[];
  /** Number of the request that it speaks of, if there is one in reach. */
  suggested: number | null;
}

/** Mails that came in: what waits for a decision of staff, and what became of the others. */
@injectable()
export class InboundMails {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(FILES) private readonly files: Files,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(Sight) private readonly sight: Sight,
    @inject(MailIntake) private readonly intake: MailIntake,
    @inject(References) private readonly references: References,
  ) {}

  /** Newest first. */
  async list(actor: Actor, filter: { view: MailViewName; after?: string | undefined; limit?: number }): Promise<Page<MailRow>> {
    await this.#assert(actor);
    const limit = Math.min(filter.limit ?? 25, 200);
    const states = mailViews[filter.view];
    const [before] = decodeCursor(filter.after, 1) ?? [];
    // One branch per state reads its index from the end.
    const branch = `SELECT * FROM (SELECT id FROM desk_mails WHERE state = ?${before === undefined ? '' : ' AND id < ?'} ORDER BY id DESC LIMIT ${limit + 1}) b`;
    const params = states.flatMap((state) => [state, ...(before === undefined ? [] : [Number(before) || 0])]);
    const found = await this.db.query<{ id: number }>(`${states.map(() => branch).join(' UNION ALL ')} ORDER BY id DESC LIMIT ${limit + 1}`, params);
    const ids = found.slice(0, limit).map(({ id }) => id);
    const rows = ids.length === 0 ? [] : await readRows(this.db, Mails, `WHERE id IN (${ids.map(() => '?').join(', ')}) ORDER BY id DESC`, ids);
    return { rows, next: found.length > limit ? encodeCursor(ids.at(-1)!) : null };
  }

  /** How many wait, up to a hundred; 0 for who may not see them. */
  async count(actor: Actor): Promise<number> {
    if ((await this.access.scope(actor, 'desk.mail.manage')).kind !== 'all') return 0;
    const [row] = await this.db.query<{ n: number }>("SELECT COUNT(*) AS n FROM (SELECT id FROM desk_mails WHERE state = 'waiting' LIMIT 100) w");
    return Number(row?.n ?? 0);
  }

  async get(actor: Actor, id: number): Promise<MailDetail> {
    const { identity: _, refused, ...mail } = await this.#row(actor, id);
    const [box] = await this.db.query<{ name: string }>('SELECT name FROM desk_mailboxes WHERE id = ?', [mail.mailbox_id]);
    const account = mail.account_id === null ? null : await this.accounts.get(mail.account_id);
    return {
      ...mail,
      mailbox: box?.name ?? null,
      account,
      files: await this.files.list({ kind: 'desk.mail', id }),
      refused: JSON.parse(refused ?? '[]') as RefusedFile[],
      request: mail.request_id === null ? null : await this.#seen(actor, 'id', mail.request_id),
      customers: account?.kind === 'customer' ? await this.#customersOf(account.id) : [],
      suggested: await this.#suggested(actor, mail),
    };
  }

  /** Makes a request of it, in the sender's name if that is an account of the customer. @throws NotFoundError, ForbiddenError, ConflictError */
  async accept(actor: Actor, id: number, customerId: number): Promise<RequestRow> {
    const mail = await this.#open(actor, id);
    await this.customers.get(actor, customerId);
    const own = mail.account_id !== null && (await this.#customersOf(mail.account_id)).some((one) => one.id === customerId);
    const reporter = own ? await this.accounts.get(mail.account_id!) : null;
    return this.db.transaction(async () => {
      await this.#decide(actor, mail, 'request', 'accepted');
      return this.intake.forCustomer(actor, mail, customerId, reporter);
    });
  }

  /** Makes a message of it on the request with this number, by the sender if that person sees it. @throws InvalidInputError, ForbiddenError, ConflictError */
  async answer(actor: Actor, id: number, number: number): Promise<RequestRow> {
    const mail = await this.#open(actor, id);
    const request = await this.#seen(actor, 'number', number);
    if (!request) throw new InvalidInputError({ number: { key: 'desk:inbound.error.number' } });
    await this.access.assert(actor, 'desk.request.manage', requestResource(request));
    const account = mail.account_id === null ? null : await this.accounts.get(mail.account_id);
    const sender = account?.status === 'active' ? accountActor(account, { channel: 'mail' }) : null;
    const writes = sender !== null && (await this.sight.seesRequest(sender, request));
    await this.db.transaction(async () => {
      await this.#decide(actor, mail, 'reply', 'accepted');
      await this.intake.asReply(writes ? sender : systemActor('mail'), mail, request.id, !writes);
      await this.db.of(Mails).update({ customer_id: request.customer_id }, { where: { id } });
    });
    return request;
  }

  async discard(actor: Actor, id: number): Promise<void> {
    const mail = await this.#open(actor, id);
    await this.db.transaction(() => this.#decide(actor, mail, 'discarded', 'discarded'));
  }

  /** Stops all mails of the sender from now on, and discards those that wait. */
  async block(actor: Actor, id: number): Promise<void> {
    const mail = await this.#open(actor, id);
    if (mail.sender === '') throw new ConflictError({ key: 'desk:inbound.error.noSender' }, 'no_sender');
    const now = this.clock.now();
    const by = actor.account?.id ?? null;
    await this.db.transaction(async () => {
      const known = await this.db.query('SELECT id FROM desk_blocked_senders WHERE address = ?', [mail.sender]);
      if (known.length === 0) await this.db.of(BlockedSenders).create({ address: mail.sender, account_id: mail.account_id, created_by: by, created_at: now });
      await this.#decide(actor, mail, 'discarded', 'blocked', now);
      await this.db.of(Mails).update({ state: 'discarded', decided_by: by, decided_at: now }, { where: { sender: mail.sender, state: 'waiting' } });
    });
  }

  /** Lets a mail that was discarded or stopped wait again, with all that went the same moment; its sender is not blocked any more. */
  async restore(actor: Actor, id: number): Promise<void> {
    const mail = await this.#row(actor, id);
    if (mail.state !== 'discarded' && mail.state !== 'stopped') throw new ConflictError({ key: 'desk:inbound.error.decided' }, 'mail_decided');
    await this.db.transaction(async () => {
      await this.db.of(BlockedSenders).destroy({ where: { address: mail.sender } });
      if (mail.decided_at)
        await this.db
          .of(Mails)
          .update(
            { state: 'waiting', decided_by: null, decided_at: null },
            { where: { sender: mail.sender, state: 'discarded', decided_at: mail.decided_at } },
          );
      await this.db.of(Mails).update({ state: 'waiting', decided_by: null, decided_at: null }, { where: { id } });
      await this.#record(actor, mail, 'restored');
      this.realtime.touch('desk.mails', 'all');
    });
  }

  async blocked(actor: Actor): Promise<BlockedSenderRow[]> {
    await this.#assert(actor);
    return readRows(this.db, BlockedSenders, 'ORDER BY address LIMIT 1000', []);
  }

  async unblock(actor: Actor, id: number): Promise<void> {
    await this.#assert(actor);
    if ((await this.db.of(BlockedSenders).destroy({ where: { id } })) === 0) throw new NotFoundError();
  }

  /** May the actor read attachments of mails that are not a request yet? */
  async mayRead(actor: Actor): Promise<boolean> {
    return (await this.access.scope(actor, 'desk.mail.manage')).kind === 'all';
  }

  /** Deletes what nobody took within the days that the settings say. What became a request or a message belongs to that. */
  async purge(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.settings.get('desk.mailKeptDays') * day);
    for (const state of ['waiting', 'stopped', 'discarded']) {
      const rows = await this.db.query<{ id: number }>('SELECT id FROM desk_mails WHERE state = ? AND received_at < ? LIMIT 1000', [state, before]);
      for (const { id } of rows) {
        await this.files.remove({ kind: 'desk.mail', id });
        await this.db.run('DELETE FROM desk_mails WHERE id = ? AND state = ?', [id, state]);
      }
    }
  }

  #assert(actor: Actor): Promise<void> {
    return assertForAll(this.access, actor, 'desk.mail.manage');
  }

  async #row(actor: Actor, id: number): Promise<MailRow> {
    await this.#assert(actor);
    const [row] = await readRows(this.db, Mails, 'WHERE id = ?', [id]);
    if (!row) throw new NotFoundError();
    return row;
  }

  /** One that nothing was made of yet. */
  async #open(actor: Actor, id: number): Promise<MailRow> {
    const mail = await this.#row(actor, id);
    if (mail.request_id !== null) throw new ConflictError({ key: 'desk:inbound.error.decided' }, 'mail_decided');
    return mail;
  }

  /** Of two people who decide at once, one wins. */
  async #decide(actor: Actor, mail: MailRow, state: MailState, action: string, now = this.clock.now()): Promise<void> {
    const [count] = await this.db
      .of(Mails)
      .update({ state, decided_by: actor.account?.id ?? null, decided_at: now }, { where: { id: mail.id, state: mail.state } });
    if (count === 0) throw new ConflictError({ key: 'desk:inbound.error.decided' }, 'mail_decided');
    await this.#record(actor, mail, action);
    this.realtime.touch('desk.mails', 'all');
  }

  #record(actor: Actor, mail: MailRow, action: string): Promise<void> {
    return this.audit.record(actor, { action: `desk.mail.${action}`, object: { kind: 'desk.mail', id: mail.id, name: String(mail.id) } });
  }

  #customersOf(accountId: number): Promise<{ id: number; name: string }[]> {
    return this.db.query<{ id: number; name: string }>(
      'SELECT c.id, c.name FROM customers_accesses a JOIN customers_customers c ON c.id = a.customer_id WHERE a.account_id = ? ORDER BY a.id',
      [accountId],
    );
  }

  async #seen(actor: Actor, column: 'id' | 'number', value: number): Promise<RequestRow | null> {
    const [row] = await readRows(this.db, Requests, `WHERE ${column} = ?`, [value]);
    return row && (await this.sight.seesRequest(actor, row)) ? row : null;
  }

  /** What the subject names: a reference, or a number as people write it. */
  async #suggested(actor: Actor, { subject, request_id }: Pick<MailRow, 'subject' | 'request_id'>): Promise<number | null> {
    if (request_id !== null) return null;
    const [reference] = this.references.find([subject]);
    const number = /#(\d{1,9})\b/.exec(subject)?.[1];
    const found = reference ? await this.#seen(actor, 'id', reference.requestId) : number ? await this.#seen(actor, 'number', Number(number)) : null;
    return found?.number ?? null;
  }
}
