import type { PluginContext } from '../../../core/api.js';
import { CustomerArchives } from './archive-service.js';
import { erasurePages } from './erasure-pages.js';
import { CustomerErasure } from './erasure-service.js';
import { ImportJobs } from './import/import-jobs.js';
import { importPages } from './import/import-pages.js';
import { CustomerImports } from './import/import-service.js';
import { exchangeApi } from './rest.js';

/** What comes in and goes out at once: import, archive and erasure of customers. */
export function addExchange(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(CustomerErasure, CustomerArchives, CustomerImports, ImportJobs);
  for (const pages of [erasurePages, importPages]) ctx.pages('staff', pages);
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
