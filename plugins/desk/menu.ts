import type { PluginContext } from '../../core/api.js';
import { RequestService } from './requests/request-service.js';

/** The desk's lines in the menu of staff. */
export function addMenu(ctx: PluginContext): void {
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
}
