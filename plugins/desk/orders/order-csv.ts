import { stringify } from 'csv-stringify/sync';
import type { PageContext } from '../../../core/api.js';
import type { OrderService } from './order-service.js';
import type { OrderFilter, OrderListRow } from '../types.js';

const columns = [
  'number',
  'title',
  'status',
  'customer_name',
  'installation_name',
  'installation_city',
  'technician_name',
  'planned_start',
  'planned_end',
  'created_at',
  'status_at',
] as const;

/** All orders of a filter as CSV, page by page so that a long list needs little memory. Cells cannot start a formula. */
export async function* csvOf(c: PageContext, orders: OrderService, filter: OrderFilter): AsyncGenerator<string> {
  yield `\ufeff${stringify([columns.map((column) => c.t(`csv.${column}`))])}`;
  let after: string | undefined;
  do {
    const page = await orders.list(c.actor, { ...filter, after, limit: 500 });
    yield stringify(
      page.rows.map((row) => columns.map((column) => cell(c, row, column))),
      { escape_formulas: true },
    );
    after = page.next ?? undefined;
  } while (after);
}

function cell(c: PageContext, row: OrderListRow, column: (typeof columns)[number]): string {
  const value = row[column];
  if (column === 'status') return c.t(`order.status.${row.status}`);
  return value instanceof Date ? value.toISOString() : (value ?? '');
}
