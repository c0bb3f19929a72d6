import { z, type PageContext, type PluginContext } from '../../core/api.js';
import { explainDesk } from './explain.js';
import type { CustomersExports } from '../customers/api.js';
import { OrderService } from './orders/order-service.js';
import { orderRow } from './orders/order-pages.js';
import { looks } from './requests/report-pages.js';
import { offerProcessing } from './processed.js';
import { RequestService } from './requests/request-service.js';
import { dayOf } from '../customers/api.js';

/** What the desk shows and offers in other pages: the start page, a customer and its authorisations, an installation. */
export function fillPanels(ctx: PluginContext): void {
  explainDesk(ctx);
  const { resolve } = ctx.services;
  offerProcessing(ctx);
  ctx.outlets.fill('core.home', 'desk/home', async (c) => (c.may('desk.order.read') ? home(c, resolve(OrderService), resolve(RequestService)) : null), 10);
  ctx.outlets.fill('customers.customer.panel', 'desk/orders-panel', async (c, { customerId }) => {
    if (!c.may('desk.order.read')) return null;
    const id = z.number().parse(customerId);
    const { rows } = await resolve(OrderService).list(c.actor, { customerId: id, limit: 5 });
    return { rows: rows.map(orderRow), all: `/orders?status=&customer=${id}`, add: `/orders/new?customer=${id}` };
  });
  const tabs = ctx.peer<CustomersExports>('customers')?.tabs;
  if (tabs) ctx.scope.add(tabs.add({ id: 'orders', label: 'desk:menu.orders', order: 60, permission: 'desk.order.read' }));
  ctx.outlets.fill('customers.customer.tab', 'desk/orders-panel', async (c, { customerId, tab }) => {
    if (tab !== 'orders' || !c.may('desk.order.read')) return null;
    const id = z.number().parse(customerId);
    const { rows } = await resolve(OrderService).list(c.actor, { customerId: id, limit: 25 });
    return { rows: rows.map(orderRow), all: `/orders?status=&customer=${id}`, add: `/orders/new?customer=${id}` };
  });
  ctx.outlets.fill('customers.device.panel', 'desk/device-history', async (c, { deviceId }) => {
    const id = z.number().parse(deviceId);
    const orders = c.may('desk.order.read') ? (await resolve(OrderService).list(c.actor, { deviceId: id, limit: 10 })).rows : [];
    const reports = c.may('desk.request.read') ? (await resolve(RequestService).list(c.actor, { deviceId: id, limit: 10 })).rows : [];
    return { orders: orders.map(orderRow), reports: reports.filter((row) => row.order_id === null).map(looks) };
  });
  ctx.outlets.fill('customers.installation.panel', 'desk/orders-panel', async (c, { customerId, installationId }) => {
    if (!c.may('desk.order.read')) return null;
    const { rows } = await resolve(OrderService).list(c.actor, { installationId: z.number().parse(installationId), limit: 5 });
    return { rows: rows.map(orderRow), add: `/orders/new?customer=${z.number().parse(customerId)}` };
  });
}

async function home(c: PageContext, orders: OrderService, requests: RequestService): Promise<object | null> {
  const account = c.actor.account;
  if (!account) return null;
  const { from, to } = dayOf(new Date(), account.timeZone || 'UTC');
  const mine = await orders.list(c.actor, { technicianId: account.id, from, to, sort: 'planned', limit: 20 });
  const reports = await requests.list(c.actor, { type: 'fault', unhandled: true, limit: 5 });
  return {
    today: mine.rows.map(orderRow),
    reports: reports.rows.map(looks),
    waiting: await requests.countUnhandled(c.actor),
    open: await orders.countOpen(c.actor),
  };
}
