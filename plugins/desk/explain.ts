import type { PluginContext } from '../../core/api.js';
import { OrderService } from './orders/order-service.js';
import { RequestService } from './requests/request-service.js';

/** How requests and orders are found and named when somebody asks who sees them and why. */
export function explainDesk(ctx: PluginContext): void {
  const [orders, requests] = [ctx.services.resolve(OrderService), ctx.services.resolve(RequestService)];
  ctx.access.object('desk.order', {
    label: 'desk:object.order',
    read: 'desk.order.read',
    search: async (actor, q) =>
      (await orders.list(actor, { q, limit: 8 })).rows.map(({ id, number, title, customer_name }) => ({ id, name: `${number} ${title}`, hint: customer_name })),
    async resource(actor, id) {
      const order = await orders.get(actor, id);
      const { customer_id: customer, installation_id: installation, project_id: project } = order;
      return { name: `${order.number} ${order.title}`, href: `/orders/${id}`, resource: { customer, installation, project } };
    },
  });
  ctx.access.object('desk.request', {
    label: 'desk:object.request',
    read: 'desk.request.read',
    search: async (actor, q) =>
      (/^\d{1,9}$/.test(q.trim()) ? (await requests.list(actor, { number: Number(q), limit: 8 })).rows : []).map(({ id, number, subject, customer_name }) => ({
        id,
        name: `${number} ${subject}`,
        hint: customer_name,
      })),
    async resource(actor, id) {
      const request = await requests.get(actor, id);
      const { customer_id: customer, installation_id: installation } = request;
      return { name: `${request.number} ${request.subject}`, href: `/desk/open/${id}`, resource: { customer, installation } };
    },
  });
}
