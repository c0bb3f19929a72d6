import type { PageModule, PluginContext } from '../../../core/api.js';
import { CustomerArchives } from './archive-service.js';
import { erasurePages } from './erasure-pages.js';
import { CustomerErasure } from './erasure-service.js';
import { CustomerImportKind } from './import/customer-kind.js';
import { CustomerImports, ImportJobs } from './import/customer-imports.js';
import { fileImportPages } from './import/import-pages.js';
import { exchangeApi } from './rest.js';

/** What comes in and goes out at once: import, archive and erasure of customers. */
export function addExchange(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(CustomerErasure, CustomerArchives, CustomerImportKind, CustomerImports, ImportJobs);
  ctx.pages('staff', erasurePages);
  ctx.pages('staff', importPages);
  ctx.api(exchangeApi);
  ctx.jobs.handle('erase', ({ customerId }, signal) => resolve(CustomerErasure).run(Number(customerId), signal));
  ctx.jobs.handle('archive', ({ archiveId }, signal) => resolve(CustomerArchives).make(Number(archiveId), signal));
  for (const step of ['check', 'run', 'undo'] as const)
    ctx.jobs.handle(`import-${step}`, ({ importId }, signal) => resolve(ImportJobs)[step](Number(importId), signal));
  ctx.jobs.every('tidy-exchange', { minutes: 60 }, async () => {
    await resolve(CustomerArchives).expire();
    await resolve(CustomerImports).tidy();
  });
}

const importPages: PageModule = (page, resolve) =>
  fileImportPages(page, {
    path: '/customers/import',
    imports: resolve(CustomerImports),
    texts: 'customers:import',
    back: { href: '/customers?all=1', text: 'customers:list.title' },
    href: (id) => `/customers/${id}`,
    invites: true,
  });
