import type { PageContext, Resolve } from '../../../core/api.js';
import type { OrderView } from '../types.js';
import { CheckService } from './check-service.js';

/** The parts of an order: the office's page, what happens on site, and the report that comes of it. */
export async function orderTabs(c: PageContext, resolve: Resolve, order: OrderView, active: 'order' | 'visit' | 'report') {
  const base = `/orders/${order.id}`;
  const work = 'performed_work' in order;
  const left = work ? (await resolve(CheckService).list(c.actor, order.id)).filter((check) => check.done_at === null).length : 0;
  return [
    { label: c.t('order.tab.order'), href: base, active: active === 'order' },
    ...(work ? [{ label: c.t('order.tab.visit'), href: `${base}/visit`, active: active === 'visit', ...(left > 0 ? { count: left } : {}) }] : []),
    { label: c.t('order.tab.report'), href: `${base}/report`, active: active === 'report' },
  ];
}
