import { z, type PluginContext } from '../../../core/api.js';
import { AnswerLinks } from './answer-links.js';
import { QuotationAnswers } from './quotation-answers.js';
import { quotationApi } from './quotation-api.js';
import { QuotationGate } from './quotation-gate.js';
import { QuotationOrders } from './quotation-orders.js';
import { quotationPages, quotationRow } from './quotation-pages.js';
import { QuotationPapers } from './quotation-papers.js';
import { QuotationRowService } from './quotation-rows.js';
import { QuotationSending } from './quotation-sending.js';
import { QuotationService } from './quotation-service.js';

/** Quotations: from the draft to the order. */
export function addQuotations(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(QuotationGate, QuotationPapers, QuotationService, QuotationRowService, AnswerLinks, QuotationSending, QuotationAnswers, QuotationOrders);
  ctx.pages('staff', quotationPages);
  ctx.api(quotationApi);
  ctx.menu.add('staff', { section: 'work', label: 'menu.quotations', href: '/quotations', icon: 'file-text', permission: 'desk.quotation.read', order: 50 });
  ctx.outlets.fill('desk.order.panel', 'desk/quotations-panel', async (c, { orderId }) => {
    if (!c.may('desk.quotation.read')) return null;
    const id = z.number().parse(orderId);
    const { rows } = await resolve(QuotationService).list(c.actor, { orderId: id, limit: 10 });
    return { rows: rows.map(quotationRow(c, resolve)), add: `/quotations/new?order=${id}` };
  });
}
