import { JOBS, type PluginContext } from '../../../core/api.js';
import { DeskIndex } from './desk-index.js';
import { IndexKeeper, followJob, rebuildJob, type Named } from './index-keeper.js';
import { OrderSearch } from './order-search.js';
import { RequestSearch } from './request-search.js';

const own = (job: string): string => job.slice('desk.'.length);

/** Registered before any page, because whatever writes requests and orders writes the index. */
export const searchServices = [DeskIndex, IndexKeeper, RequestSearch, OrderSearch] as const;

/** Full-text search over requests and orders. */
export function addSearch(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.search.add(resolve(RequestSearch));
  ctx.search.add(resolve(OrderSearch));
  ctx.jobs.handle(own(rebuildJob), (_payload, signal) => resolve(IndexKeeper).rebuild(signal));
  ctx.jobs.handle(own(followJob), (payload, signal) => resolve(IndexKeeper).follow(payload as Named, signal));
  ctx.jobs.every('search-check', { cron: '20 3 * * *' }, (_payload, signal) => resolve(IndexKeeper).check(signal));
  ctx.jobs.handle('search-tidy', (_payload, signal) => resolve(IndexKeeper).tidy(signal));
  // Deleted rows leave their words in the index: nothing of an erased customer stays there.
  ctx.events.on('core.customer.erased', () => resolve(JOBS).enqueue('desk.search-tidy', {}, { key: 'erased' }));
  const follow = (named: Named) => resolve(JOBS).enqueue(followJob, named, { key: JSON.stringify(named) });
  ctx.events.on('customers.customer.updated', ({ customerId }) => follow({ customer_id: customerId }));
  ctx.events.on('customers.installation.updated', ({ installationId }) => follow({ installation_id: installationId }));
}
