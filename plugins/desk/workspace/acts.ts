import { ConflictError, InvalidInputError, guard, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { DraftService } from '../requests/drafts.js';
import { MessageService } from '../requests/message-service.js';
import { RequestService } from '../requests/request-service.js';
import { RequestTies } from '../requests/request-ties.js';
import { photoRule } from '../types.js';
import { answer } from './answer.js';
import { draftInput, replyInput, changeInput, numberInput, tagInput, typedInput, watchInput } from './inputs.js';
import { showRequest } from './pages.js';
import { SavedDeskViews } from './saved-views.js';
import { openView, type OpenView } from './view.js';

const write = guard('desk.request.manage', 'write');
export const holdSeconds = 10;
const yearMs = 365 * 86_400_000;

/** What agents do to the request that is open. Each answers forms and scripts alike. */
export const workspaceActs: PageModule = (page, resolve) => {
  const requests = resolve(RequestService);
  const ties = resolve(RequestTies);
  const messages = resolve(MessageService);
  const drafts = resolve(DraftService);
  const viewOf = (c: PageContext) => openView(c, resolve(SavedDeskViews));

  page.post('/desk/:view/:id/reply', guard('desk.request.read', 'write'), async (c) => reply(c, resolve, await viewOf(c)), { ...photoRule, fields: ['files'] });

  page.post('/desk/:view/:id/draft', guard('desk.request.read', 'write'), async (c) => {
    const { kind, text } = c.body(draftInput);
    await requests.get(c.actor, c.id());
    await drafts.save(c.actor, c.id(), kind, text);
    await drafts.save(c.actor, c.id(), kind === 'public' ? 'internal' : 'public', '');
    c.res.status(204).end();
  });

  page.post('/desk/:view/:id/back/:message', guard('desk.request.read', 'write'), async (c) => {
    const view = await viewOf(c);
    await answer(c, async () => {
      await messages.takeBack(c.actor, c.id('message'));
      const event = Number(c.req.query['event']);
      if (event > 0) await requests.undo(c.actor, c.id(), event);
      return { to: view.href(c.id()), leave: true, toast: { key: 'toast.takenBack' } };
    });
  });

  page.post('/desk/:view/:id/change', write, async (c) => {
    const view = await viewOf(c);
    await answer(c, async () => {
      const { next, ...patch } = c.body(changeInput);
      const to = next ? await following(c, resolve, view) : view.href(c.id());
      const { undo } = await requests.change(c.actor, c.id(), patch);
      const toast = { key: patch.status === 'closed' ? 'toast.closed' : 'toast.changed', ...(undo ? { undo: view.href(c.id(), 'undo', undo) } : {}) };
      return { to, leave: next === true, toast };
    });
  });

  page.post('/desk/:view/:id/undo/:event', write, async (c) => {
    const view = await viewOf(c);
    await answer(c, async () => {
      await requests.undo(c.actor, c.id(), c.id('event'));
      return { to: view.href(c.id()), leave: true, toast: { key: 'toast.undone' } };
    });
  });

  page.post('/desk/:view/:id/tags', write, async (c) => {
    const view = await viewOf(c);
    await answer(c, async () => {
      const { add, remove } = c.body(tagInput);
      const { tags } = await requests.get(c.actor, c.id());
      await ties.setTags(c.actor, c.id(), [...tags.filter((tag) => tag !== remove), ...(add ? add.split(',') : [])]);
      return { to: view.href(c.id()) };
    });
  });

  page.post('/desk/:view/:id/watch', write, async (c) => {
    const view = await viewOf(c);
    const me = c.actor.account?.id ?? 0;
    await answer(c, async () => {
      const { watch } = c.body(watchInput);
      await (watch ? ties.watch(c.actor, c.id(), me) : ties.unwatch(c.actor, c.id(), me));
      return { to: view.href(c.id()), leave: true, toast: { key: watch ? 'toast.watching' : 'toast.unwatched' } };
    });
  });

  page.post('/desk/:view/:id/link', write, (c) => withOther(c, 'link', (other) => ties.link(c.actor, c.id(), other)));
  page.post('/desk/:view/:id/unlink', write, (c) => withOther(c, 'unlink', (other) => ties.unlink(c.actor, c.id(), other)));
  page.post('/desk/:view/:id/merge', write, (c) => withOther(c, 'merge', (other) => ties.merge(c.actor, c.id(), other)));
  page.post('/desk/:view/:id/unmerge', write, async (c) => {
    const view = await viewOf(c);
    await ties.unmerge(c.actor, c.id());
    c.redirect(view.href(c.id()), { key: 'toast.unmerged' });
  });

  /** Does something with another request, which people name by its number. */
  async function withOther(c: PageContext, what: 'link' | 'unlink' | 'merge', run: (id: number) => Promise<unknown>): Promise<void> {
    const view = await viewOf(c);
    const { number } = c.body(numberInput);
    const request = await requests.get(c.actor, c.id());
    const [other] = (await requests.list(c.actor, { number, limit: 1 })).rows;
    if (!other || other.id === request.id) throw new InvalidInputError({ number: { key: 'desk:error.otherRequest' } });
    await run(other.id);
    const undo = what === 'merge' ? view.href(request.id, 'unmerge') : undefined;
    c.redirect(view.href(what === 'merge' ? other.id : request.id), { key: `toast.${what}`, vars: { number }, ...(undo ? { undo } : {}) });
  }
};

/** Sends what was written: a reply is held for some seconds, so that it can be taken back before anything leaves. */
async function reply(c: PageContext, resolve: Resolve, view: OpenView): Promise<void> {
  const requests = resolve(RequestService);
  try {
    await answer(c, async () => {
      const { text, kind, then, seen } = c.body(replyInput);
      const internal = kind === 'internal';
      const request = await requests.get(c.actor, c.id());
      const to = then === 'stay' ? view.href(request.id) : await following(c, resolve, view);
      const sent = await resolve(MessageService).post(c.actor, 'request', request.id, { text, internal, uploads: c.uploads, lastSeen: seen, hold: true });
      const status = then === 'wait' ? ('waiting' as const) : then === 'close' ? ('closed' as const) : null;
      const event = status && status !== request.status ? (await requests.change(c.actor, request.id, { status })).undo : null;
      c.res.cookie('desk-then', then, { httpOnly: true, sameSite: 'lax', path: '/desk', maxAge: yearMs, secure: c.req.secure });
      if (!sent.held_until) return { to, leave: true, toast: { key: internal ? 'toast.note' : 'toast.message' } };
      const undo = `/desk/${view.key}/${request.id}/back/${sent.id}${event ? `?event=${event}` : ''}`;
      return { to, leave: true, toast: { key: 'toast.sending', vars: { number: request.number }, undo, seconds: holdSeconds } };
    });
  } catch (error) {
    // Without scripts the page comes back with what was typed, and with what is newer.
    const asked = error instanceof ConflictError && error.code === 'newer_messages';
    if (!asked && !(error instanceof InvalidInputError)) throw error;
    const { seen, ...typed } = typedInput.parse(c.req.body ?? {});
    const message = error instanceof InvalidInputError ? Object.values(error.fields)[0] : error.detail;
    const shown = message ? c.t(message.key, message.vars) : null;
    await showRequest(c, resolve, await requests.get(c.actor, c.id()), { ...typed, seen: asked ? seen : null, error: shown });
  }
}

/** The request that follows in the same view, found before this one leaves it; without one the view itself. */
export async function following(c: PageContext, resolve: Resolve, view: OpenView): Promise<string> {
  const { rows } = await resolve(RequestService).list(c.actor, { ...view.filter, limit: 200 });
  const at = rows.findIndex((row) => row.id === c.id());
  const next = rows[at + 1] ?? rows[at - 1];
  return next ? view.href(next.id) : view.href();
}
