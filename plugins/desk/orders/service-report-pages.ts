import { guard, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { OrderService } from './order-service.js';
import { orderTabs } from './order-tabs.js';
import { sendFile } from './printing.js';
import { ReportService } from './report-service.js';

/** The service report: a page to print, and the same as a PDF. */
export const serviceReportPages: PageModule = (page, resolve) => {
  page.get('/orders/:id/report', guard('desk.order.read'), async (c) => {
    const order = await resolve(OrderService).get(c.actor, c.id());
    const report = await resolve(ReportService).build(c.actor, order.id);
    c.view('desk/service-report', { report, tabs: await orderTabs(c, resolve, order, 'report') }, { title: report.title });
  });
  page.get('/orders/:id/report.pdf', guard('desk.order.read', 'download'), (c) => sendReport(c, resolve));
};

/** Sends the report of the order of the path as a file. @throws NotFoundError where there is none for this reader */
export async function sendReport(c: PageContext, resolve: Resolve): Promise<void> {
  const reports = resolve(ReportService);
  const report = await reports.build(c.actor, c.id());
  sendFile(c, 'application/pdf', `${report.order.number}.pdf`, await reports.pdf(report));
}
