import { ACCESS, AppError, type Actor, type PluginContext } from '../../core/api.js';
import type { CustomersExports } from '../customers/api.js';
import { OrderService } from './order-service.js';
import { RequestService } from './request-service.js';

/** Rights of the desk that can be ticked on a customer's access. */
export function offerOptions(ctx: PluginContext): void {
  const options = ctx.peer<CustomersExports>('customers')?.options;
  if (!options) return;
  ctx.scope.add(
    options.add(
      { permission: 'desk.request.create', default: true },
      { permission: 'desk.request.read', default: true },
      { permission: 'desk.order.read', default: true },
      { permission: 'desk.work.read', default: true },
      { permission: 'desk.order.create-direct', default: false },
      { permission: 'desk.purchase-price.read', default: false },
    ),
  );
}

/** Who may read photos and watch things live: those who may see the thing itself. */
export function guardReading(ctx: PluginContext): void {
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
