import {
  ACCESS,
  ACCOUNTS,
  NOTIFICATIONS,
  TRANSLATOR,
  URLS,
  inject,
  injectable,
  type Access,
  type Account,
  type AccountService,
  type Actor,
  type Notifications,
  type Translator,
  type Urls,
} from '../../core/api.js';
import { Conversation } from './mail/conversation.js';
import { requestResource } from './sight.js';
import type { MessageRow } from './tables.js';
import { longTime } from './times.js';
import type { OrderRow, RequestRow } from './types.js';

/** Tells people what happened to their reports and orders. Call it inside the transaction of the change. */
@injectable()
export class Notices {
  constructor(
    @inject(NOTIFICATIONS) private readonly notifications: Notifications,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(ACCESS) private readonly access: Access,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(URLS) private readonly urls: Urls,
    @inject(Conversation) private readonly conversation: Conversation,
  ) {}

  /** To the bells of all staff who may handle the report, but the one who filed it. */
  async reportReceived(request: RequestRow, customer: string, by?: number): Promise<void> {
    for (const account of await this.#handlers(request)) {
      if (account.id === request.reporter_account_id || account.id === by) continue;
      await this.notifications.send({
        template: 'desk.report-received',
        to: { accountId: account.id },
        channels: ['inbox'],
        data: { number: request.number, subject: request.subject, customer },
        link: this.#link('staff', request),
        key: `desk.report-received:${request.id}:${account.id}`,
        customerId: request.customer_id,
      });
    }
  }

  async reportRejected(request: RequestRow, reason: string): Promise<void> {
    const reporter = await this.#reporter(request);
    if (!reporter) return;
    await this.notifications.send({
      template: 'desk.report-rejected',
      to: { accountId: reporter.id },
      channels: ['email', 'inbox'],
      data: { number: request.number, subject: request.subject, reason },
      link: this.#link('portal', request),
      customerId: request.customer_id,
      ...(await this.conversation.of(request, reporter)),
    });
  }

  async orderPlanned(order: OrderRow, request: RequestRow): Promise<void> {
    const reporter = await this.#reporter(request);
    if (!reporter) return;
    const { language, timeZone } = reporter;
    const when = order.planned_start ? longTime(order.planned_start, language, timeZone) : this.translator.t(language, 'desk:mail.noTime');
    await this.notifications.send({
      template: 'desk.order-planned',
      to: { accountId: reporter.id },
      channels: ['email', 'inbox'],
      data: { number: order.number, title: order.title, when },
      link: this.urls.to('portal', `/orders/${order.id}`),
      customerId: order.customer_id,
      ...(await this.conversation.of(request, reporter)),
    });
  }

  async orderStatus(order: OrderRow, request: RequestRow): Promise<void> {
    const reporter = await this.#reporter(request);
    if (!reporter) return;
    await this.notifications.send({
      template: 'desk.order-status',
      to: { accountId: reporter.id },
      channels: ['email', 'inbox'],
      data: { number: order.number, title: order.title, status: this.translator.t(reporter.language, `desk:order.status.${order.status}`) },
      link: this.urls.to('portal', `/orders/${order.id}`),
      customerId: order.customer_id,
      ...(await this.conversation.of(request, reporter)),
    });
  }

  /** To the one who is to solve it, on the site where that person works. */
  async solverChosen(request: RequestRow, solver: Account): Promise<void> {
    await this.notifications.send({
      template: 'desk.solver-chosen',
      to: { accountId: solver.id },
      channels: ['email', 'inbox'],
      data: { number: request.number, subject: request.subject },
      link: this.#link(solver.kind === 'staff' ? 'staff' : 'portal', request),
      customerId: request.customer_id,
      ...(await this.conversation.of(request, solver)),
    });
  }

  /** To the reporter, and to the bells of all staff who may handle the report. */
  async requestSolved(request: RequestRow, solver: Actor): Promise<void> {
    const data = { number: request.number, subject: request.subject, solver: solver.account?.name ?? '' };
    const reporter = await this.#reporter(request);
    const send = async (account: Account, site: 'staff' | 'portal', channels: ('email' | 'inbox')[]) =>
      this.notifications.send({
        template: 'desk.request-solved',
        to: { accountId: account.id },
        channels,
        data,
        link: this.#link(site, request),
        customerId: request.customer_id,
        ...(channels.includes('email') ? await this.conversation.of(request, account) : {}),
      });
    if (reporter && reporter.id !== solver.account?.id) await send(reporter, 'portal', ['email', 'inbox']);
    for (const account of await this.#handlers(request)) if (account.id !== solver.account?.id) await send(account, 'staff', ['inbox']);
  }

  /** A message on a request, to one whom it concerns: customers by mail and bell, staff by bell. */
  async message(
    template: 'mentioned' | 'request-message',
    request: RequestRow,
    message: Pick<MessageRow, 'id' | 'text'>,
    author: string,
    account: Account,
  ): Promise<void> {
    const staff = account.kind === 'staff';
    await this.notifications.send({
      template: `desk.${template}`,
      to: { accountId: account.id },
      channels: staff ? ['inbox'] : ['email', 'inbox'],
      data: { number: request.number, subject: request.subject, author, text: message.text },
      link: this.#link(staff ? 'staff' : 'portal', request),
      key: `desk.message:${message.id}:${account.id}`,
      customerId: request.customer_id,
      ...(staff ? {} : await this.conversation.of(request, account)),
    });
  }

  #link(site: 'staff' | 'portal', { id }: RequestRow): string {
    return this.urls.to(site, site === 'staff' ? `/desk/open/${id}` : `/reports/${id}`);
  }

  async #handlers(request: RequestRow): Promise<Account[]> {
    const handlers: Account[] = [];
    for (const account of await this.accounts.listStaff())
      if (account.status === 'active' && (await this.access.explain(account, 'desk.request.manage', requestResource(request))).allowed) handlers.push(account);
    return handlers;
  }

  async #reporter(request: RequestRow) {
    const account = request.reporter_account_id === null ? null : await this.accounts.get(request.reporter_account_id);
    return account?.kind === 'customer' && account.status === 'active' ? account : null;
  }
}
