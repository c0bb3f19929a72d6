import { DATABASE, type Finder, type Resolve } from '../../../core/api.js';
import { CustomerService } from '../../customers/api.js';
import { OrderService } from '../orders/order-service.js';
import { RequestService } from '../requests/request-service.js';

const few = 5;

/** What the palette finds: requests, orders and customers; without words the requests that the person had open last. */
export function deskFinder(resolve: Resolve): Finder {
  const recent = async (accountId: number) =>
    resolve(DATABASE).query<{ id: number }>(
      'SELECT r.id FROM desk_reads d JOIN desk_requests r ON r.id = d.request_id WHERE d.account_id = ? ORDER BY r.updated_at DESC, r.id DESC LIMIT 5',
      [accountId],
    );
  return async (c, q) => {
    const may = { requests: c.may('desk.request.read'), orders: c.may('desk.order.read'), customers: c.may('customers.customer.read') };
    const request = (group: string) => (row: { id: number; number: number; subject: string; customer_name: string }) => ({
      label: `#${row.number} ${row.subject}`,
      href: `/desk/open/${row.id}`,
      group: c.t(group),
      hint: row.customer_name,
    });
    const requests = resolve(RequestService);
    if (q === '') {
      const known = may.requests ? await recent(c.actor.account?.id ?? 0) : [];
      const seen = await Promise.all(known.map(({ id }) => requests.list(c.actor, { ids: [id], limit: 1 })));
      return seen.flatMap(({ rows }) => rows).map(request('find.recent'));
    }
    const number = /^#?(\d{1,9})$/.exec(q)?.[1];
    const [found, orders, customers] = await Promise.all([
      may.requests ? requests.list(c.actor, { ...(number ? { number: Number(number) } : { q }), limit: few, sort: 'updated' }) : null,
      may.orders ? resolve(OrderService).list(c.actor, { q, limit: few }) : null,
      may.customers ? resolve(CustomerService).list(c.actor, { q, limit: few, counted: false }) : null,
    ]);
    return [
      ...(found?.rows.map(request('find.requests')) ?? []),
      ...(orders?.rows.map((row) => ({ label: `${row.number} ${row.title}`, href: `/orders/${row.id}`, group: c.t('orders.title'), hint: row.customer_name })) ?? []),
      ...(customers?.rows.map((row) => ({ label: row.name, href: `/customers/${row.id}`, group: c.t('customers:menu.customers'), hint: String(row.number) })) ?? []),
    ];
  };
}
