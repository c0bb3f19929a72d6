import { definePlugin } from '../../core/api.js';
import { guardReading } from './rights.js';
import { manifest } from './manifest.js';
import { MessageService } from './requests/message-service.js';
import { Notices } from './notices.js';
import { addOrders } from './orders/index.js';
import { reportPages } from './requests/report-pages.js';
import { fillPanels } from './panels.js';
import { RequestDetails } from './requests/request-details.js';
import { RequestWriter } from './requests/request-writer.js';
import { RequestService } from './requests/request-service.js';
import { deskApi } from './rest.js';
import { Sight } from './sight.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(Sight, Notices, RequestWriter, MessageService, RequestService, RequestDetails);
    addOrders(ctx);
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
    fillPanels(ctx);
    guardReading(ctx);
  },
});
