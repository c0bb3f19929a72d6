import { guard, z, type PageModule } from '../../../core/api.js';
import { filterQuery, toQuery } from './filter.js';
import { viewInput } from './inputs.js';
import { SavedDeskViews } from './saved-views.js';

/** Own views are like a person's settings: whoever may look may keep them. */
const keep = guard('desk.request.read', 'write');

/** Saved views: kept, renamed, shared and deleted. */
export const viewPages: PageModule = (page, resolve) => {
  const views = resolve(SavedDeskViews);

  page.post('/desk/views', keep, async (c) => {
    const { query, ...input } = c.body(viewInput.extend({ query: z.string().max(1000) }));
    const filter = filterQuery.parse(Object.fromEntries(new URLSearchParams(query)));
    const id = await views.save(c.actor, { ...input, query: toQuery(filter) });
    c.redirect(`/desk/v${id}`, { key: 'customers:toast.viewSaved', vars: { name: input.name } });
  });
  page.post('/desk/views/:id', keep, async (c) => {
    const input = c.body(viewInput);
    await views.update(c.actor, c.id(), input);
    c.redirect(`/desk/v${c.id()}`, { key: 'customers:toast.viewSaved', vars: { name: input.name } });
  });
  page.post('/desk/views/:id/delete', guard('desk.request.read', 'delete'), async (c) => {
    const { name } = await views.remove(c.actor, c.id());
    c.redirect('/desk/mine', { key: 'customers:toast.viewRemoved', vars: { name } });
  });
};
