import {
  ACCESS,
  DATABASE,
  FILES,
  InvalidInputError,
  NOTIFICATIONS,
  NotFoundError,
  SETTINGS,
  TRANSLATOR,
  URLS,
  inject,
  injectable,
  systemActor,
} from '../../../core/api.js';
import type { Access, Account, Actor, Database, Files, Notifications, Settings, Translator, Urls } from '../../../core/api.js';
import { MessageService } from '../requests/message-service.js';
import { RequestService } from '../requests/request-service.js';
import type { RequestRow } from '../types.js';
import { Conversation } from './conversation.js';
import { foldQuotes } from './fold.js';
import { Mailboxes, Mails, type MailRow, type RefusedFile } from './tables.js';

/** What a request and a message can hold. */
const maxText = 10_000;

/** Makes requests and messages of mails. Runs in the open transaction. */
@injectable()
export class MailIntake {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(FILES) private readonly files: Files,
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(URLS) private readonly urls: Urls,
    @inject(RequestService) private readonly requests: RequestService,
    @inject(MessageService) private readonly messages: MessageService,
    @inject(Conversation) private readonly conversation: Conversation,
  ) {}

  /** A request of a customer's account that wrote by itself. @throws AppError when it may not report anywhere */
  async ofSender(actor: Actor, account: Account, mail: MailRow): Promise<RequestRow> {
    const customers = await this.#customersOf(actor);
    const [first] = customers;
    if (!first) throw new NotFoundError();
    const request = await this.#create(actor, mail, { customer_id: first.id });
    if (customers.length > 1) {
      const text = this.#t('inbound.severalCustomers', { names: customers.map(({ name }) => name).join(', '), chosen: first.name });
      await this.messages.post(systemActor('mail'), 'request', request.id, { text, internal: true });
    }
    await this.#confirm(request, account);
    return request;
  }

  /** A request that staff make of a mail for a customer: in the sender's name if that is an account of it. */
  async forCustomer(actor: Actor, mail: MailRow, customerId: number, reporter: Account | null): Promise<RequestRow> {
    const request = await this.#create({ ...actor, channel: 'mail' }, mail, { customer_id: customerId, reporter_id: reporter?.id ?? null });
    if (reporter) await this.#confirm(request, reporter);
    return request;
  }

  /** A message on a request; `signed` names the sender in it where no account does. */
  async asReply(actor: Actor, mail: MailRow, requestId: number, signed = false): Promise<number> {
    const text = signed ? `${this.#t('inbound.from', { sender: senderOf(mail) })}\n\n${this.#text(mail)}` : this.#text(mail);
    const { id } = await this.messages.post({ ...actor, channel: 'mail' }, 'request', requestId, {
      text: text.slice(0, maxText),
      internal: false,
      hold: false,
    });
    await this.files.move({ kind: 'desk.mail', id: mail.id }, { kind: 'desk.message', id });
    await this.db.of(Mails).update({ state: 'reply', reason: null, request_id: requestId, posted_id: id }, { where: { id: mail.id } });
    return id;
  }

  async #create(actor: Actor, mail: MailRow, given: { customer_id: number; reporter_id?: number | null }): Promise<RequestRow> {
    const [box] = await this.db.query<{ request_type: RequestRow['type'] }>(`SELECT request_type FROM ${Mailboxes.table} WHERE id = ?`, [mail.mailbox_id]);
    const file = (installation_id: number | null) =>
      this.requests.create(actor, {
        ...given,
        type: box?.request_type ?? 'fault',
        installation_id,
        subject: mail.subject.slice(0, 160) || null,
        text: this.#text(mail),
        urgency: 2,
        contact: given.reporter_id === null ? senderOf(mail).slice(0, 160) : null,
      });
    const request = await file(null).catch(async (error: unknown) => {
      // Some accounts have to name a place: the first of theirs.
      const places = (await this.access.scope(actor, 'desk.request.create')).ids('installation');
      if (!(error instanceof InvalidInputError) || places === 'all' || places.length === 0) throw error;
      return file(Math.min(...places));
    });
    await this.files.move({ kind: 'desk.mail', id: mail.id }, { kind: 'desk.request', id: request.id });
    await this.db.of(Mails).update({ state: 'request', reason: null, request_id: request.id, customer_id: request.customer_id }, { where: { id: mail.id } });
    return request;
  }

  /** The customers that the account may report for, the one it belongs to longest first. */
  async #customersOf(actor: Actor): Promise<{ id: number; name: string }[]> {
    const ids = (await this.access.scope(actor, 'desk.request.create')).ids('customer');
    if (ids === 'all' || ids.length === 0) return [];
    return this.db.query<{ id: number; name: string }>(
      `SELECT c.id, c.name FROM customers_accesses a JOIN customers_customers c ON c.id = a.customer_id
       WHERE a.account_id = ? AND c.id IN (${ids.map(() => '?').join(', ')}) ORDER BY a.id`,
      [actor.account?.id ?? 0, ...ids],
    );
  }

  /** Tells the sender the number; the answer to it finds the request. */
  async #confirm(request: RequestRow, account: Account): Promise<void> {
    await this.notifications.send({
      template: 'desk.mail-received',
      to: { accountId: account.id },
      channels: ['email'],
      data: { number: request.number, subject: request.subject },
      link: this.urls.to('portal', `/reports/${request.id}`),
      key: `desk.mail-received:${request.id}`,
      customerId: request.customer_id,
      ...(await this.conversation.of(request, account)),
    });
  }

  /** What was said, without what was quoted, and which attachments are missing. */
  #text(mail: MailRow): string {
    const refused = JSON.parse(mail.refused ?? '[]') as RefusedFile[];
    const missing = refused.map(({ name, why }) =>
      this.#t('inbound.refusedFile', { name, why: this.translator.t(this.settings.get('core.language'), why.key, why.vars) }),
    );
    const note = missing.length === 0 ? '' : `\n\n${missing.join('\n')}`;
    const said = foldQuotes(mail.text).text || mail.subject || '–';
    const room = maxText - note.length;
    return (said.length <= room ? said : `${said.slice(0, room - 1)}…`) + note;
  }

  #t(key: string, vars: Record<string, string>): string {
    return this.translator.t(this.settings.get('core.language'), `desk:${key}`, vars);
  }
}

export const senderOf = ({ sender, sender_name }: Pick<MailRow, 'sender' | 'sender_name'>): string =>
  sender_name === '' ? sender || '–' : `${sender_name} <${sender}>`;
