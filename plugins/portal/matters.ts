import { inject, injectable, type PageContext } from '../../core/api.js';
import { OrderService, RequestService, trailOf, type OrderListRow, type RequestListRow, type RequestStatus } from '../desk/api.js';

/** What a customer follows: a report that waits, or an order. The customer need not know which of the two it is. */
export interface Matter {
  href: string;
  number: string;
  title: string;
  place: string;
  steps: { label: string; state: string }[];
  badge: { tone: string; icon: string; text: string };
}

/** Reports and orders as customers read them. */
@injectable()
export class Matters {
  constructor(
    @inject(OrderService) private readonly orders: OrderService,
    @inject(RequestService) private readonly requests: RequestService,
  ) {}

  /** Reports without an order, then open orders, newest first; `count` counts them all. */
  async open(c: PageContext, limit: number, customerId?: number): Promise<{ rows: Matter[]; count: number }> {
    const [waiting, orders, open] = await Promise.all([
      this.#waiting(c, customerId),
      this.#openOrders(c, limit, customerId),
      c.may('desk.order.read') ? this.orders.countOpen(c.actor, customerId) : 0,
    ]);
    return { rows: [...waiting, ...orders].slice(0, limit), count: waiting.length + open };
  }

  async #waiting(c: PageContext, customerId: number | undefined): Promise<Matter[]> {
    if (!c.may('desk.request.read') && !c.may('desk.request.create')) return [];
    const { rows } = await this.requests.list(c.actor, { unhandled: true, customerId, limit: 100 });
    return rows.map((row) => ofRequest(c, row));
  }

  async #openOrders(c: PageContext, limit: number, customerId: number | undefined): Promise<Matter[]> {
    if (!c.may('desk.order.read')) return [];
    const { rows } = await this.orders.list(c.actor, { status: 'open', customerId, limit });
    return rows.map((row) => ofOrder(c, row));
  }
}

const received = { tone: 'info', icon: 'inbox', text: 'received' };
const solved = { tone: 'ok', icon: 'circle-check', text: 'solved' };
const atWork = { tone: 'info', icon: 'wrench', text: 'accepted' };
const requestBadges: Readonly<Record<RequestStatus, Matter['badge']>> = {
  new: received,
  accepted: atWork,
  waiting: { tone: 'warn', icon: 'message-circle-question-mark', text: 'waiting' },
  planned: atWork,
  solved,
  closed: solved,
  rejected: { tone: 'bad', icon: 'circle-x', text: 'rejected' },
};

export function ofRequest(
  c: PageContext,
  row: Pick<RequestListRow, 'id' | 'number' | 'subject' | 'status' | 'created_at' | 'installation_name' | 'installation_city'>,
): Matter {
  const { text, ...look } = requestBadges[row.status];
  const badge = { ...look, text: c.t(`badge.${text}`, { when: c.fmt.date(row.created_at, 'short') }) };
  return { href: `/reports/${row.id}`, number: `#${row.number}`, title: row.subject, place: placeOf(row), steps: stepsOf(c, row), badge };
}

export function ofOrder(
  c: PageContext,
  row: Pick<OrderListRow, 'id' | 'number' | 'title' | 'status' | 'planned_start' | 'status_at' | 'installation_name' | 'installation_city'>,
): Matter {
  return { href: `/orders/${row.id}`, number: row.number, title: row.title, place: placeOf(row), steps: stepsOf(c, row), badge: orderBadge(c, row) };
}

export function orderBadge(c: PageContext, row: Pick<OrderListRow, 'status' | 'planned_start' | 'status_at'>): Matter['badge'] {
  const start = row.planned_start;
  switch (row.status) {
    case 'planned':
      return start
        ? { tone: 'info', icon: 'calendar-check', text: c.t('badge.planned', { when: `${c.fmt.date(start, 'weekday')} ${c.fmt.time(start)}` }) }
        : { tone: 'info', icon: 'calendar-clock', text: c.t('badge.toPlan') };
    case 'on-the-way':
      return { tone: 'brand', icon: 'truck', text: c.t('badge.onTheWay') };
    case 'on-site':
      return { tone: 'brand', icon: 'wrench', text: c.t('badge.onSite') };
    case 'done':
    case 'invoiced':
      return { tone: 'ok', icon: 'check', text: c.t('badge.done', { when: c.fmt.date(row.status_at, 'short') }) };
    default:
      return { tone: 'muted', icon: 'circle-x', text: c.t(`desk:order.status.${row.status}`) };
  }
}

export function stepsOf(c: PageContext, row: Parameters<typeof trailOf>[0]): Matter['steps'] {
  return trailOf(row).map((step) => ({ label: c.t(step.label), state: step.state }));
}

export const placeOf = (row: { installation_name: string | null; installation_city: string | null }): string =>
  [row.installation_name, row.installation_city].filter(Boolean).join(', ');
