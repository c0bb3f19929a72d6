import type { Finder, Resolve } from '../../../core/api.js';
import { CustomerService } from '../../customers/api.js';
import { OrderService } from '../orders/order-service.js';
import { RequestService } from '../requests/request-service.js';

const few = 5;

/** What the palette finds: requests, orders and customers; without words the requests that the person had open last. */
export function deskFinder(resolve: Resolve): Finder {
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
      if (!may.requests || !c.actor.account) return [];
      return (await requests.list(c.actor, { openedBy: c.actor.account.id, sort: 'updated', limit: few })).rows.map(request('desk:find.recent'));
    }
    const number = /^#?(\d{1,9})$/.exec(q)?.[1];
    const [found, orders, customers] = await Promise.all([
      may.requests ? requests.list(c.actor, { ...(number ? { number: Number(number) } : { q }), limit: few, sort: 'updated' }) : null,
      may.orders ? resolve(OrderService).list(c.actor, { q, limit: few }) : null,
      may.customers ? resolve(CustomerService).list(c.actor, { q, limit: few, counted: false }) : null,
    ]);
    return [
      ...(found?.rows.map(request('desk:find.requests')) ?? []),
      ...(orders?.rows.map((row) => ({
        label: `${row.number} ${row.title}`,
        href: `/orders/${row.id}`,
        group: c.t('desk:orders.title'),
        hint: row.customer_name,
      })) ?? []),
      ...(customers?.rows.map((row) => ({ label: row.name, href: `/customers/${row.id}`, group: c.t('customers:menu.customers'), hint: String(row.number) })) ??
        []),
    ];
  };
}
