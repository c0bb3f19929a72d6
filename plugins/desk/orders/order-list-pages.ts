import { guard, z, type PageModule } from '../../../core/api.js';
import { OrderService } from './order-service.js';
import { orderStatuses, type OrderFilter } from '../types.js';
import { csvOf } from './order-csv.js';
import { orderRow } from './order-pages.js';
import { technicians } from '../requests/report-pages.js';

const number = z.coerce.number().int().positive().max(2_147_483_647).optional().catch(undefined);
const listQuery = z.object({
  q: z.string().max(200).default(''),
  status: z
    .enum(['', 'open', ...orderStatuses])
    .catch('')
    .default('open'),
  technician: number,
  customer: number,
  sort: z.enum(['newest', 'planned']).catch('newest').default('newest'),
  after: z.string().max(400).optional(),
});

/** The list of orders and its export. */
export const orderListPages: PageModule = (page, resolve) => {
  const orders = resolve(OrderService);

  page.get('/orders', guard('desk.order.read'), async (c) => {
    const query = c.query(listQuery);
    const { rows, next } = await orders.list(c.actor, filterOf(query));
    const self = (changes: Record<string, string | undefined>, path = '/orders') => `${path}?${params({ ...query, after: undefined, ...changes })}`;
    c.view(
      'desk/orders',
      {
        query,
        rows: rows.map(orderRow),
        self: self({ after: query.after }),
        next: next && self({ after: next }),
        first: query.after ? self({}) : null,
        csv: self({}, '/orders/export.csv'),
        statuses: ['open', ...orderStatuses].map((value) => ({ value, label: c.t(value === 'open' ? 'orders.open' : `order.status.${value}`) })),
        technicians: await technicians(resolve),
        sorts: (['newest', 'planned'] as const).map((value) => ({ value, label: c.t(`orders.sort.${value}`) })),
        filtered: query.q !== '' || query.status !== 'open' || query.technician !== undefined || query.customer !== undefined,
      },
      { title: c.t('orders.title') },
    );
  });

  page.get('/orders/export.csv', guard('desk.order.read', 'export'), async (c) => {
    const filter = filterOf(c.query(listQuery));
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="orders.csv"', 'Cache-Control': 'no-store' });
    for await (const chunk of csvOf(c, orders, { ...filter, after: undefined })) {
      if (c.res.destroyed) return;
      c.res.write(chunk);
    }
    c.res.end();
  });
};

function filterOf({ q, status, technician, customer, sort, after }: z.output<typeof listQuery>): OrderFilter {
  return { q, status: status === '' ? undefined : status, technicianId: technician, customerId: customer, sort, after };
}

function params(values: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) search.set(key, String(value));
  return search.toString();
}
