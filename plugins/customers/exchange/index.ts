import type { PluginContext } from '../../../core/api.js';
import { CustomerViews } from '../overview/saved-views.js';
import { CustomerArchives } from './archive-service.js';
import { erasurePages } from './erasure-pages.js';
import { CustomerErasure } from './erasure-service.js';

/** What comes in and goes out at once: import, archive and erasure of customers. */
export function addExchange(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(CustomerErasure, CustomerArchives, CustomerViews);
  ctx.pages('staff', erasurePages);
  ctx.jobs.handle('erase', ({ customerId }, signal) => resolve(CustomerErasure).run(Number(customerId), signal));
  ctx.jobs.handle('archive', ({ archiveId }, signal) => resolve(CustomerArchives).make(Number(archiveId), signal));
  ctx.jobs.every('expire-archives', { minutes: 60 }, () => resolve(CustomerArchives).expire());
}
