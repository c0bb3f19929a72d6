import { definePlugin } from '../../core/api.js';
import { addClocks } from './clocks/index.js';
import { Evaluation } from './orders/evaluation.js';
import { guardReading } from './rights.js';
import { manifest } from './manifest.js';
import { addMenu } from './menu.js';
import { MessageService } from './requests/message-service.js';
import { Notices } from './notices.js';
import { OrderRowService } from './orders/order-rows.js';
import { OrderService } from './orders/order-service.js';
import { OrderWriter } from './orders/order-writer.js';
import { orderListPages } from './orders/order-list-pages.js';
import { orderPages } from './orders/order-pages.js';
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
    ctx.services.add(Sight, Notices, RequestWriter, OrderWriter, MessageService, OrderService, OrderRowService, RequestService, RequestDetails, Evaluation);
    addClocks(ctx);
    for (const pages of [orderListPages, orderPages, reportPages]) ctx.pages('staff', pages);
    ctx.api(deskApi);
    addMenu(ctx);
    fillPanels(ctx);
    guardReading(ctx);
  },
});
