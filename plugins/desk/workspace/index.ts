import type { PluginContext } from '../../../core/api.js';
import { RequestService } from '../requests/request-service.js';
import type { RequestFilter } from '../types.js';
import { workspaceActs } from './acts.js';
import { builtIn, nothing, toFilter, type BuiltIn } from './filter.js';
import { deskFinder } from './finder.js';
import { handlePages } from './handle-pages.js';
import { workspacePages } from './pages.js';
import { SavedDeskViews } from './saved-views.js';
import { viewPages } from './view-pages.js';
import { keyOf, savedQuery } from './view.js';

/** Views in the menu, with the keys that lead there; the others stand in the list of views. */
const shown: { view: BuiltIn; key?: string; only?: RequestFilter }[] = [
  { view: 'mine', key: 'g i' },
  { view: 'unassigned', key: 'g u' },
  { view: 'due' },
  { view: 'mentions', only: { unseen: true } },
];

/** The agents' window. */
export function addWorkspace(ctx: PluginContext): void {
  const { resolve } = ctx.services;
  ctx.services.add(SavedDeskViews);
  for (const pages of [viewPages, workspacePages, workspaceActs, handlePages]) ctx.pages('staff', pages);
  ctx.finder.add('staff', deskFinder(resolve));
  const entry = { section: 'work', live: 'desk.reports:all' };
  shown.forEach(({ view, key, only }, at) =>
    ctx.menu.add('staff', {
      ...entry,
      label: `view.${view}`,
      href: `/desk/${view}`,
      icon: builtIn[view].icon,
      permission: 'desk.request.read',
      order: 1 + at,
      ...(key ? { key } : {}),
      count: (c) => resolve(RequestService).count(c.actor, { ...toFilter(c.actor, { ...nothing, ...builtIn[view].query }), ...only }),
    }),
  );
  ctx.menu.add('staff', {
    ...entry,
    label: 'menu.reports',
    href: '/desk/reports',
    icon: builtIn.reports.icon,
    permission: 'desk.request.manage',
    order: 10,
    count: (c) => resolve(RequestService).countUnhandled(c.actor),
    more: async (c) => {
      const saved = (await resolve(SavedDeskViews).list(c.actor)).filter((view) => view.own);
      const counted = saved.map(async (view) => ({
        text: view.name,
        href: `/desk/${keyOf(view)}`,
        icon: 'list-filter',
        count: await resolve(RequestService).count(c.actor, toFilter(c.actor, savedQuery(view))),
      }));
      return Promise.all(counted);
    },
  });
}
