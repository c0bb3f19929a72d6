import {
  ACCESS,
  ACCOUNTS,
  NOTIFICATIONS,
  TRANSLATOR,
  URLS,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Notifications,
  type Translator,
  type Urls,
} from '../../core/api.js';
import { resourceOf } from './reach.js';
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
  ) {}

  /** To the bells of all staff who may handle the report. */
  async reportReceived(request: RequestRow, customer: string): Promise<void> {
    const resource = resourceOf(request);
    for (const account of await this.accounts.listStaff()) {
      if (account.status !== 'active' || account.id === request.reporter_account_id) continue;
      if (!(await this.access.explain(account, 'desk.request.manage', resource)).allowed) continue;
      await this.notifications.send({
        template: 'desk.report-received',
        to: { accountId: account.id },
        channels: ['inbox'],
        data: { number: request.number, subject: request.subject, customer },
        link: this.urls.to('staff', `/reports/${request.id}`),
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
      link: this.urls.to('portal', `/reports/${request.id}`),
      customerId: request.customer_id,
    });
  }

  async orderPlanned(order: OrderRow, request: RequestRow): Promise<void> {
    const reporter = await this.#reporter(request);
    if (!reporter) return;
    const { language, timeZone } = reporter;
    const when = order.planned_start
      ? new Intl.DateTimeFormat(language, { timeZone: timeZone || 'UTC', dateStyle: 'full', timeStyle: 'short' }).format(order.planned_start)
      : this.translator.t(language, 'desk:mail.noTime');
    await this.notifications.send({
      template: 'desk.order-planned',
      to: { accountId: reporter.id },
      channels: ['email', 'inbox'],
      data: { number: order.number, title: order.title, when },
      link: this.urls.to('portal', `/orders/${order.id}`),
      customerId: order.customer_id,
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
    });
  }

  async #reporter(request: RequestRow) {
    const account = request.reporter_account_id === null ? null : await this.accounts.get(request.reporter_account_id);
    return account?.kind === 'customer' && account.status === 'active' ? account : null;
  }
}
