import { guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { flag, idInput, many, optional } from '../../customers/api.js';
import { changeFields } from '../macros/inputs.js';
import { TemplateService, actOf } from '../macros/template-service.js';
import { RequestService } from '../requests/request-service.js';
import { SavedDeskViews } from '../workspace/saved-views.js';
import { openView, type OpenView } from '../workspace/view.js';
import type { Act } from './act.js';
import { ActService, atOnce, mostRequests, type ActView } from './act-service.js';
import { describe } from './describe.js';

const write = guard('desk.request.manage', 'write');
const bulkInput = z.object({
  ids: many(idInput),
  ...changeFields,
  macro: optional(idInput),
  /** All requests of the view, not only those that were ticked. */
  whole: flag,
  do: z.enum(['change', 'merge']).catch('change').default('change'),
  /** It was asked about. */
  sure: flag,
});
type BulkInput = z.output<typeof bulkInput>;
const looks = {
  open: { tone: 'muted', icon: 'clock' },
  changed: { tone: 'ok', icon: 'check' },
  same: { tone: 'muted', icon: 'minus' },
  refused: { tone: 'bad', icon: 'x' },
  undone: { tone: 'info', icon: 'undo-2' },
  kept: { tone: 'warn', icon: 'triangle-alert' },
} as const;

/** Many requests at once: chosen in a list, changed, seen what became of each, taken back. */
export const bulkPages: PageModule = (page, resolve) => {
  const acts = resolve(ActService);

  page.post('/desk/:view/bulk', write, async (c) => {
    const view = await openView(c, resolve(SavedDeskViews));
    const input = c.body(bulkInput);
    const ids = input.whole ? await idsOf(c, resolve, view) : input.ids;
    const { act, name } = await wanted(c, resolve, input, ids);
    const missing = ids.length === 0 ? 'error.noneChosen' : Object.keys(act).length === 0 ? 'error.nothingToDo' : null;
    if (missing) return c.redirect(view.href(), { key: missing, tone: 'bad' });
    const risky = ids.length > atOnce || act.into !== undefined;
    if (risky && !input.sure) return confirm(c, resolve, { view, ids, act, name, input });
    shown(c, await acts.start(c.actor, ids, act, { name, back: view.href() }));
  });

  page.get('/desk/acts/:id', guard('desk.request.manage'), async (c) => {
    const act = await acts.get(c.actor, c.id());
    const [does] = await describe(c, resolve, [JSON.parse(act.act) as Act]);
    const items = await acts.items(c.actor, act.id);
    const title = c.t('bulk.title', { count: act.total });
    c.view(
      'desk/act',
      {
        act,
        title,
        does,
        busy: act.state === 'running' || act.state === 'undoing',
        progress: act.state === 'undoing' ? act.total - act.counts.changed : act.total - act.counts.open,
        sums: (Object.keys(looks) as (keyof typeof looks)[])
          .filter((state) => act.counts[state] > 0)
          .map((state) => ({ state, count: act.counts[state], look: looks[state] })),
        items: items.map((item) => ({ ...item, look: looks[item.state], why: item.reason && c.t(item.reason.key, item.reason.vars) })),
      },
      { title },
    );
  });

  page.post('/desk/acts/:id/undo', write, async (c) => shown(c, await acts.undo(c.actor, c.id())));
};

/** Back to where the person was when all went as wanted; else to what became of each. */
function shown(c: PageContext, act: ActView): void {
  const { changed, refused, undone, kept } = act.counts;
  if (act.state === 'undone' && kept === 0) return c.redirect(act.back, { key: 'toast.actUndone', vars: { count: undone } });
  if (act.state !== 'done' || refused > 0) return c.redirect(`/desk/acts/${act.id}`);
  if (changed === 0) return c.redirect(act.back, { key: 'toast.nothingChanged' });
  c.redirect(act.back, { key: 'toast.acted', vars: { count: changed }, undo: `/desk/acts/${act.id}/undo` });
}

async function wanted(c: PageContext, resolve: Resolve, input: BulkInput, ids: readonly number[]): Promise<{ act: Act; name: string | null }> {
  if (input.do === 'merge') return { act: ids.length < 2 ? {} : { into: ids[0] as number }, name: null };
  const me = c.actor.account?.id ?? 0;
  const macro = input.macro === null ? null : await resolve(TemplateService).macro(c.actor, input.macro);
  const fields = actOf(me, { ...input, texts: {}, internal: false, watcher: null, next: false });
  return { act: { ...(macro ? actOf(me, macro.content) : {}), ...fields }, name: macro?.name ?? null };
}

/** All of a view, as far as an act reaches. */
async function idsOf(c: PageContext, resolve: Resolve, view: OpenView): Promise<number[]> {
  const ids: number[] = [];
  for (let after: string | null | undefined; after !== null && ids.length < mostRequests;) {
    const page = await resolve(RequestService).list(c.actor, { ...view.filter, after, limit: 200 });
    ids.push(...page.rows.map(({ id }) => id));
    after = page.next;
  }
  return ids.slice(0, mostRequests);
}

/** The one question that is asked: before many are changed, and before requests become one. */
async function confirm(
  c: PageContext,
  resolve: Resolve,
  { view, ids, act, name, input }: { view: OpenView; ids: readonly number[]; act: Act; name: string | null; input: BulkInput },
): Promise<void> {
  const [does] = await describe(c, resolve, [act]);
  const target = act.into === undefined ? null : await resolve(RequestService).get(c.actor, act.into);
  const title = c.t('bulk.title', { count: ids.length });
  const fields = { ...input, sure: 'true', whole: '', ids: null, add_tags: input.add_tags.join(','), remove_tags: input.remove_tags.join(',') };
  c.view(
    'desk/bulk-confirm',
    {
      title,
      name,
      does,
      ids,
      target,
      action: view.href('bulk'),
      back: view.href(),
      fields: Object.entries(fields).flatMap(([field, value]) => (value ? [{ name: field, value: String(value) }] : [])),
    },
    { title },
  );
}
