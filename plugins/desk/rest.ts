import { guard, listOf, listQuery, time, z, type ApiModule } from '../../core/api.js';
import { rowOperations } from '../customers/api.js';
import { OrderRowService } from './orders/order-rows.js';
import { OrderService } from './orders/order-service.js';
import { orderStatuses } from './types.js';

const order = z.object({
  id: z.number().int(),
  number: z.string(),
  title: z.string(),
  status: z.enum(orderStatuses),
  customerId: z.number().int(),
  customer: z.string(),
  installationId: z.number().int().nullable(),
  installation: z.string().nullable(),
  deviceId: z.number().int().nullable(),
  projectId: z.number().int().nullable(),
  technician: z.string().nullable(),
  plannedStart: time.nullable(),
  plannedEnd: time.nullable(),
  createdAt: time,
});
const orderDetail = order.extend({
  device: z.string().nullable(),
  project: z.string().nullable(),
  performedWork: z.string().nullable().optional(),
  request: z.object({ id: z.number().int(), number: z.number().int(), subject: z.string() }).nullable(),
});

/** The desk's part of the REST interface: the same services and rights as the pages. */
export const deskApi: ApiModule = (api, resolve) => {
  const orders = resolve(OrderService);

  api.on(
    'get',
    '/desk/orders',
    guard('desk.order.read'),
    {
      summary: 'Orders in reach, newest first',
      query: listQuery.extend({
        status: z.enum(['open', ...orderStatuses]).optional(),
        q: z.string().max(200).optional().describe('Words of number, title, customer or place, from their beginning.'),
      }),
      response: listOf(order),
    },
    async ({ actor, query }) => {
      const { rows, next } = await orders.list(actor, query);
      return { items: rows.map(toOrder), next };
    },
  );

  api.on('get', '/desk/orders/:id', guard('desk.order.read'), { summary: 'One order', response: orderDetail }, async ({ actor, id }) => {
    const found = await orders.get(actor, id());
    const { request } = found;
    return {
      ...toOrder(found),
      device: found.device_name,
      project: found.project_name,
      ...('performed_work' in found ? { performedWork: found.performed_work } : {}),
      request: request && { id: request.id, number: request.number, subject: request.subject },
    };
  });

  rowOperations(api, {
    path: '/desk/orders/:id',
    read: guard('desk.order.read'),
    write: guard('desk.order.manage', 'write'),
    rows: resolve(OrderRowService),
    of: 'an order',
  });
};

function toOrder(row: Awaited<ReturnType<OrderService['list']>>['rows'][number]) {
  return {
    id: row.id,
    number: row.number,
    title: row.title,
    status: row.status,
    customerId: row.customer_id,
    customer: row.customer_name,
    installationId: row.installation_id,
    installation: row.installation_name,
    deviceId: row.device_id,
    projectId: row.project_id,
    technician: row.technician_name,
    plannedStart: row.planned_start,
    plannedEnd: row.planned_end,
    createdAt: row.created_at,
  };
}
