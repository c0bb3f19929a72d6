import type { PluginContext } from '../../../core/api.js';
import { ArticleImportKind, ArticleImportRuns, ArticleImports } from './article-import.js';
import { ArticleService } from './article-service.js';
import { catalogPages } from './catalog-pages.js';
import { CheckService } from './check-service.js';
import { Evaluation } from './evaluation.js';
import { invoiceApi } from './invoice-api.js';
import { invoicePages } from './invoice-pages.js';
import { InvoiceService } from './invoice-service.js';
import { catalogApi, orderApi } from './order-api.js';
import { OrderChange } from './order-change.js';
import { OrderGate } from './order-gate.js';
import { orderListPages } from './order-list-pages.js';
import { orderPages } from './order-pages.js';
import { OrderRowService } from './order-rows.js';
import { OrderService } from './order-service.js';
import { OrderWriter } from './order-writer.js';
import { PictureService } from './picture-service.js';
import { Printing } from './printing.js';
import { ReportService } from './report-service.js';
import { serviceReportPages } from './service-report-pages.js';
import { TimeService } from './time-service.js';
import { visitPages } from './visit-pages.js';

/** Registered before any page, because requests and orders need each other. */
export const orderServices = [
  OrderWriter,
  OrderGate,
  OrderChange,
  OrderService,
  OrderRowService,
  Evaluation,
  ArticleService,
  ArticleImportKind,
  ArticleImports,
  ArticleImportRuns,
  TimeService,
  CheckService,
  PictureService,
  Printing,
  ReportService,
  InvoiceService,
] as const;

/** Orders: planning, rows, what happens on site, the report, and the way to the invoice. */
export function addOrders(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  for (const pages of [orderListPages, visitPages, serviceReportPages, orderPages, catalogPages, invoicePages]) ctx.pages('staff', pages);
  for (const api of [orderApi, catalogApi, invoiceApi]) ctx.api(api);
  for (const step of ['check', 'run', 'undo'] as const)
    ctx.jobs.handle(`import-${step}`, ({ importId }, signal) => resolve(ArticleImportRuns)[step](Number(importId), signal));
  const work = { section: 'work' } as const;
  ctx.menu.add('staff', { ...work, label: 'menu.orders', href: '/orders', icon: 'clipboard-list', permission: 'desk.order.read', order: 20, key: 'g c' });
  ctx.menu.add('staff', { ...work, label: 'menu.invoicing', href: '/invoicing', icon: 'receipt', permission: 'desk.invoice.manage', order: 60 });
  ctx.menu.add('staff', { label: 'menu.catalog', href: '/catalog', icon: 'package', permission: 'desk.order.manage', section: 'register', order: 60 });
}
