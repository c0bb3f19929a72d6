import { ACCOUNTS, type PageContext, type Resolve } from '../../../core/api.js';
import { CustomerService, DeviceService } from '../../customers/api.js';
import { orderRow } from '../orders/order-pages.js';
import { OrderService } from '../orders/order-service.js';
import { RequestDetails } from '../requests/request-details.js';
import { looks } from '../requests/report-pages.js';
import { RequestService } from '../requests/request-service.js';
import { maySet } from '../requests/steps.js';
import { requestStatuses, requestTypes, type RequestView } from '../types.js';

/** The right pane: what answers most questions without leaving the thread. What the reader may not see is absent. */
export async function sidePane(c: PageContext, resolve: Resolve, request: RequestView): Promise<object> {
  const customerId = request.customer_id;
  const [customer, reporter, device, requests, orders] = await Promise.all([
    c.may('customers.customer.read')
      ? resolve(CustomerService)
          .get(c.actor, customerId)
          .catch(() => null)
      : null,
    request.reporter_account_id === null ? null : resolve(ACCOUNTS).get(request.reporter_account_id),
    request.device_id !== null && c.may('customers.device.read')
      ? resolve(DeviceService)
          .get(c.actor, request.device_id)
          .catch(() => null)
      : null,
    resolve(RequestService).list(c.actor, { customerId, limit: 6, sort: 'newest' }),
    c.may('desk.order.read') ? resolve(OrderService).list(c.actor, { customerId, limit: 5 }) : null,
  ]);
  const language = reporter?.language || customer?.language || null;
  return {
    customer,
    reporter,
    phone: reporter?.mobile ?? customer?.mobile ?? customer?.phone ?? null,
    language: language && (new Intl.DisplayNames([c.language], { type: 'language' }).of(language) ?? null),
    device,
    others: requests.rows
      .filter((row) => row.id !== request.id)
      .slice(0, 5)
      .map(looks),
    orders: orders?.rows.map(orderRow) ?? null,
  };
}

/** What the fields of a request offer to those who may change it. */
export async function factChoices(c: PageContext, resolve: Resolve, request: RequestView): Promise<object> {
  const solvers = await resolve(RequestDetails).solvers(request);
  const label = (values: readonly (string | number)[], key: string) => values.map((value) => ({ value, label: c.t(`${key}.${value}`) }));
  const scale = [1, 2, 3, 4];
  return {
    statuses: label(
      // Rejecting needs a reason, which has a page of its own.
      requestStatuses.filter((one) => one === request.status || (one !== 'rejected' && maySet(request, one))),
      'request.status',
    ),
    types: label(requestTypes, 'type'),
    priorities: label(scale, 'priority'),
    importances: label(scale, 'importance'),
    solvers: solvers.map((one) => ({ value: one.id, label: one.kind === 'staff' ? one.name : c.t('solver.customer', { name: one.name }) })),
    staff: solvers.filter((one) => one.kind === 'staff').map(({ name }) => name),
  };
}
