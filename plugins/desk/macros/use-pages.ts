import { guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { idInput, optional } from '../../customers/api.js';
import { ActService } from '../bulk/act-service.js';
import { describe } from '../bulk/describe.js';
import { DraftService } from '../requests/drafts.js';
import { RequestChanges } from '../requests/request-changes.js';
import { following, holdSeconds } from '../workspace/acts.js';
import { answer } from '../workspace/answer.js';
import { draftInput } from '../workspace/inputs.js';
import { SavedDeskViews } from '../workspace/saved-views.js';
import { openView } from '../workspace/view.js';
import { Filler } from './filler.js';
import { TemplateService, actOf } from './template-service.js';

const write = guard('desk.request.manage', 'write');
const insertInput = draftInput.extend({ template: optional(idInput) });

/** Texts and macros at an open request: put into what is written, and applied. */
export const usePages: PageModule = (page, resolve) => {
  const templates = resolve(TemplateService);
  const viewOf = (c: PageContext) => openView(c, resolve(SavedDeskViews));

  page.get('/desk/:view/:id/insert', guard('desk.request.manage'), async (c) => {
    const [view, items] = [await viewOf(c), await offered(c, resolve)];
    if (c.req.accepts(['html', 'json']) === 'json') return void c.res.set('Cache-Control', 'no-store').json({ items });
    const kind = c.query(z.object({ kind: draftInput.shape.kind.catch('public') })).kind;
    const draft = (await resolve(DraftService).get(c.actor, c.id()))[kind];
    c.view(
      'desk/insert',
      {
        ...{ kind, draft, back: view.href(c.id()), insert: view.href(c.id(), 'insert'), macro: view.href(c.id(), 'macro') },
        texts: items.filter((one) => one.kind === 'text'),
        macros: items.filter((one) => one.kind === 'macro'),
      },
      { title: c.t('templates.title') },
    );
  });

  // What was typed is kept first: then a text is chosen, and stands below it.
  page.post('/desk/:view/:id/insert', write, async (c) => {
    const view = await viewOf(c);
    const { kind, text, template } = c.body(insertInput);
    const request = await resolve(RequestChanges).managed(c.actor, c.id());
    const chosen = template === null ? null : await templates.get(c.actor, template);
    const filled = chosen && (await resolve(Filler).for(c.actor, request))(chosen.content.texts).text;
    const drafts = resolve(DraftService);
    await drafts.save(c.actor, request.id, kind, [text.trimEnd(), filled].filter(Boolean).join('\n\n'));
    await drafts.save(c.actor, request.id, kind === 'public' ? 'internal' : 'public', '');
    c.redirect(chosen ? view.href(request.id) : `/desk/${view.key}/${request.id}/insert?kind=${kind}`);
  });

  page.post('/desk/:view/:id/macro', write, async (c) => {
    const view = await viewOf(c);
    await answer(c, async () => {
      const { name, content } = await templates.macro(c.actor, c.body(z.object({ macro: idInput })).macro);
      const here = view.href(c.id());
      const to = content.next ? await following(c, resolve, view) : here;
      const act = actOf(c.actor.account?.id ?? 0, content);
      const id = await resolve(ActService).one(c.actor, c.id(), act, { name, back: here });
      const held = act.say && !act.say.internal ? { seconds: holdSeconds } : {};
      const toast = id === null ? { key: 'toast.nothingChanged' } : { key: 'toast.macro', vars: { name }, undo: `/desk/acts/${id}/undo`, ...held };
      return { to, leave: content.next, toast };
    });
  });
};

/** What there is to put in, as it would stand there, and what each macro would do. */
async function offered(c: PageContext, resolve: Resolve) {
  const request = await resolve(RequestChanges).managed(c.actor, c.id());
  const [all, fill] = [await resolve(TemplateService).list(c.actor), await resolve(Filler).for(c.actor, request)];
  const me = c.actor.account?.id ?? 0;
  const does = await describe(
    c,
    resolve,
    all.map((one) => (one.kind === 'macro' ? actOf(me, one.content) : {})),
  );
  return all.map(({ id, kind, name, content }, at) => {
    const { text, missing } = fill(content.texts);
    return { id, kind, name, text, does: does[at]?.join(' · ') ?? '', missing: missing.map((one) => c.t(`variable.${one}`)) };
  });
}
