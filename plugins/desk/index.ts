import { definePlugin } from '../../core/api.js';
import { addClocks, clockServices } from './clocks/index.js';
import { guardReading } from './rights.js';
import { manifest } from './manifest.js';
import { Notices } from './notices.js';
import { addBulk } from './bulk/index.js';
import { addMacros } from './macros/index.js';
import { addMail } from './mail/index.js';
import { addOrders, orderServices } from './orders/index.js';
import { addQuotations } from './quotations/index.js';
import { addWorkSheets } from './worksheets/index.js';
import { addSearch, searchServices } from './search/index.js';
import { fillPanels } from './panels.js';
import { addRequests, requestServices } from './requests/index.js';
import { deskApi } from './rest.js';
import { Sight } from './sight.js';
import { addWorkspace } from './workspace/index.js';

export default definePlugin({
  manifest,
  register(ctx) {
    ctx.services.add(Sight, Notices, ...searchServices, ...requestServices, ...orderServices, ...clockServices);
    addOrders(ctx);
    addRequests(ctx);
    // Before the workspace: its `/desk/:view` takes every word that is left.
    addMacros(ctx);
    addBulk(ctx);
    addWorkspace(ctx);
    addMail(ctx);
    addQuotations(ctx);
    addWorkSheets(ctx);
    addSearch(ctx);
    addClocks(ctx);
    ctx.api(deskApi);
    fillPanels(ctx);
    guardReading(ctx);
  },
});
