import { definePlugin } from '../../core/api.js';
import { Evaluation } from './orders/evaluation.js';
import { guardReading } from './rights.js';
import { manifest } from './manifest.js';
import { Notices } from './notices.js';
import { OrderRowService } from './orders/order-rows.js';
import { OrderService } from './orders/order-service.js';
import { OrderWriter } from './orders/order-writer.js';
import { orderListPages } from './orders/order-list-pages.js';
import { orderPages } from './orders/order-pages.js';
import { addBulk } from './bulk/index.js';
import { addMacros } from './macros/index.js';
import { fillPanels } from './panels.js';
import { addRequests } from './requests/index.js';
import { deskApi } from './rest.js';
import { Sight } from './sight.js';
import { addWorkspace } from './workspace/index.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(Sight, Notices, OrderWriter, OrderService, OrderRowService, Evaluation);
    for (const pages of [orderListPages, orderPages]) ctx.pages('staff', pages);
    addRequests(ctx);
    // Before the workspace: its `/desk/:view` takes every word that is left.
    addMacros(ctx);
    addBulk(ctx);
    addWorkspace(ctx);
    ctx.api(deskApi);
    ctx.menu.add('staff', {
      label: 'menu.orders',
      href: '/orders',
      icon: 'clipboard-list',
      permission: 'desk.order.read',
      section: 'work',
      order: 20,
      key: 'g c',
    });
    fillPanels(ctx);
    guardReading(ctx);
  },
});
