import { ACCESS, AppError, type Actor, type PluginContext } from '../../core/api.js';
import { OrderGate } from './orders/order-gate.js';
import { OrderService } from './orders/order-service.js';
import { Sight, isInside } from './sight.js';

/** Who may read photos and watch things live: those who may see the thing itself. */
export function guardReading(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  const access = resolve(ACCESS);
  const seesRequest = (actor: Actor, id: number) => sees(() => resolve(Sight).request(actor, id));
  const seesOrder = (actor: Actor, id: number) => sees(() => resolve(OrderService).get(actor, id));
  const photos = async (actor: Actor, id: number) =>
    (await seesRequest(actor, id)) || (await sees(async () => (await resolve(OrderService).getByRequest(actor, id)).request !== null));
  ctx.files.guard('desk.request', photos);
  // Photos and signatures of orders show what was done (KO-06).
  ctx.files.guard('desk.order', (actor, id) => sees(() => resolve(OrderGate).worked(actor, id)));
  ctx.realtime.topic('desk.request', (actor, id) => seesRequest(actor, Number(id)));
  ctx.realtime.topic('desk.order', (actor, id) => seesOrder(actor, Number(id)));
  // Who works on a request is a matter of the staff.
  ctx.realtime.presence('desk.request', async (actor, id) => isInside(actor) && seesRequest(actor, Number(id)));
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

/** Does it answer, and not with no? What is out of reach counts as no. */
export async function sees(get: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await get()) !== false;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
