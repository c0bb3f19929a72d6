import { ACCESS, AppError, definePlugin, type Actor, type PluginContext } from '../../core/api.js';
import type { CustomersExports } from '../customers/api.js';
import { manifest } from './manifest.js';
import { MessageService } from './message-service.js';
import { Notices } from './notices.js';
import { OrderService } from './order-service.js';
import { OrderWriter } from './order-writer.js';
import { orderListPages } from './pages/order-list-pages.js';
import { orderPages } from './pages/order-pages.js';
import { reportPages } from './pages/report-pages.js';
import { fillPanels } from './panels.js';
import { RequestService } from './request-service.js';
import { deskApi } from './rest.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(Notices, OrderWriter, MessageService, OrderService, RequestService);
    const options = ctx.peer<CustomersExports>('customers')?.options;
    if (options) {
      ctx.scope.add(
        options.add(
          { permission: 'desk.request.create', default: true },
          { permission: 'desk.request.read', default: true },
          { permission: 'desk.order.read', default: true },
          { permission: 'desk.work.read', default: true },
          { permission: 'desk.order.create-direct', default: false },
        ),
      );
    }
    ctx.pages('staff', orderListPages);
    ctx.pages('staff', orderPages);
    ctx.pages('staff', reportPages);
    ctx.api(deskApi);
    ctx.menu.add('staff', {
      label: 'menu.reports',
      href: '/reports',
      icon: 'inbox',
      permission: 'desk.request.manage',
      section: 'work',
      order: 10,
      count: (c) => ctx.services.resolve(RequestService).countUnhandled(c.actor),
      live: 'desk.reports:all',
    });
    ctx.menu.add('staff', { label: 'menu.orders', href: '/orders', icon: 'clipboard-list', permission: 'desk.order.read', section: 'work', order: 20 });
    fillPanels(ctx);
    watch(ctx);
  },
});

/** Who may read photos and watch things live: those who may see the thing itself. */
function watch(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  const access = resolve(ACCESS);
  const seesRequest = (actor: Actor, id: number) => sees(() => resolve(RequestService).get(actor, id));
  const seesOrder = (actor: Actor, id: number) => sees(() => resolve(OrderService).get(actor, id));
  const photos = async (actor: Actor, id: number) => (await seesRequest(actor, id)) || (await sees(() => resolve(OrderService).getByRequest(actor, id)));
  ctx.files.guard('desk.request', photos);
  ctx.realtime.topic('desk.request', (actor, id) => seesRequest(actor, Number(id)));
  ctx.realtime.topic('desk.order', (actor, id) => seesOrder(actor, Number(id)));
  // A hint that something changed at a customer tells nothing by itself; what is fetched then is checked anew.
  const customer = (permission: 'desk.order.read' | 'desk.request.read') => async (actor: Actor, id: string) => {
    const reach = (await access.scope(actor, permission)).ids('customer');
    if (id === 'all') return actor.kind === 'staff' && (reach === 'all' || reach.length > 0);
    return reach === 'all' || reach.includes(Number(id.slice(1)));
  };
  ctx.realtime.topic('desk.orders', customer('desk.order.read'));
  ctx.realtime.topic('desk.requests', customer('desk.request.read'));
  ctx.realtime.topic('desk.reports', (actor) => access.can(actor, 'desk.request.manage'));
}

async function sees(get: () => Promise<unknown>): Promise<boolean> {
  try {
    await get();
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
