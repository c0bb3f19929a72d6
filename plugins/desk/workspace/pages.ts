import { ACCOUNTS, guard, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { slaOf, withDue } from '../clocks/sla.js';
import { requestLooks } from '../labels.js';
import { DraftService } from '../requests/drafts.js';
import { RequestReading } from '../requests/request-reading.js';
import { RequestService } from '../requests/request-service.js';
import { maySet, undecided } from '../requests/steps.js';
import { photoRule, type RequestView } from '../types.js';
import { afterwards, type Afterwards } from './inputs.js';
import { listPane } from './list.js';
import { SavedDeskViews } from './saved-views.js';
import { TemplateService } from '../macros/template-service.js';
import { factChoices, sidePane } from './side.js';
import { peopleOf, threadOf } from './thread.js';
import { keyOf, openView, type OpenView } from './view.js';

const read = guard('desk.request.read');

/** The agents' window: list, thread and what is known beside it. */
export const workspacePages: PageModule = (page, resolve) => {
  page.get('/desk', read, async (c) => {
    const usual = (await resolve(SavedDeskViews).list(c.actor)).find((view) => view.is_default);
    c.redirect(`/desk/${usual ? keyOf(usual) : 'mine'}`);
  });

  page.get('/desk/:view', read, async (c) => {
    const view = await openView(c, resolve(SavedDeskViews));
    c.view('desk/workspace', { list: await listPane(c, resolve, view, null), open: null }, { title: view.name });
  });

  page.get('/desk/:view/:id', read, async (c) => {
    const request = await resolve(RequestService).get(c.actor, c.id());
    await resolve(RequestReading).markRead(c.actor, request.id);
    await showRequest(c, resolve, request);
  });
};

/** What the composer shows again after a message was not sent. */
export interface Composed {
  kind: 'public' | 'internal';
  text: string;
  /** Somebody wrote meanwhile: the newest message that the writer knew of. */
  seen: number | null;
  error: string | null;
}

/** The request in its view. */
export async function showRequest(c: PageContext, resolve: Resolve, request: RequestView, composed: Composed | null = null): Promise<void> {
  const view = await openView(c, resolve(SavedDeskViews));
  const title = `#${request.number} ${request.subject}`;
  const [list, open] = await Promise.all([listPane(c, resolve, view, request.id), requestPane(c, resolve, view, request, composed)]);
  c.view(
    'desk/workspace',
    { list, open: { ...open, ...beside(list, request.id), title } },
    { title, ...(composed ? { status: composed.seen === null ? 422 : 409 } : {}) },
  );
}

async function requestPane(c: PageContext, resolve: Resolve, view: OpenView, request: RequestView, composed: Composed | null): Promise<object> {
  const manage = c.may('desk.request.manage');
  const [names, draft, side, choices, macros, duplicates, sla] = await Promise.all([
    resolve(ACCOUNTS).getMany(peopleOf(request)),
    resolve(DraftService).get(c.actor, request.id),
    sidePane(c, resolve, request),
    manage ? factChoices(c, resolve, request) : null,
    manage ? resolve(TemplateService).macros(c.actor) : [],
    manage && request.open ? resolve(RequestReading).duplicates(c.actor, request.id) : [],
    slaOf(c, resolve, request),
  ]);
  const me = c.actor.account?.id ?? 0;
  const kept = draft.internal && !draft.public ? { kind: 'internal', text: draft.internal } : { kind: 'public', text: draft.public ?? '' };
  const own = (part: string) => view.href(request.id, part);
  return {
    request,
    self: view.href(request.id),
    back: view.href(),
    actions: Object.fromEntries(
      ['reply', 'draft', 'change', 'tags', 'watch', 'link', 'merge', 'unmerge', 'order', 'reject', 'origin', 'insert', 'macro'].map((part) => [
        part,
        own(part),
      ]),
    ),
    base: `/desk/${view.key}/${request.id}`,
    look: requestLooks[request.status],
    // While the customer is to answer, the clock stands visibly.
    due: withDue(c, resolve, [request])[0]?.due ?? sla?.lines.find((line) => !line.ended),
    sla,
    place: [request.installation_name, request.installation_city].filter(Boolean).join(', '),
    thread: threadOf(c, request, names, composed?.seen ?? null),
    composer: {
      ...(composed ?? kept),
      newer: composed !== null && composed.seen !== null,
      error: composed?.error ?? null,
      seen: request.messages.at(-1)?.id ?? 0,
      to: (request.reporter_name ?? request.customer_name).split(' ')[0],
      ...sendChoices(c),
    },
    side,
    choices,
    // The first ones have a key; all of them are found by a slash in the composer.
    macros: macros.slice(0, 9).map(({ id, name }, at) => ({ id, name, key: `m ${at + 1}` })),
    manage,
    facts: { values: request, errors: {}, summary: [] },
    me,
    mine: request.solver_id === me,
    closable: manage && maySet(request, 'closed'),
    maxBytes: photoRule.maxBytes,
    watching: request.watchers.some((one) => one.id === me),
    waiting: manage && request.order_id === null && undecided.includes(request.status),
    duplicates,
  };
}

/** The split button: what was chosen last stands first. */
function sendChoices(c: PageContext) {
  const last = /(?:^|; )desk-then=(\w+)/.exec(c.req.headers.cookie ?? '')?.[1] as Afterwards;
  const main = afterwards.includes(last) ? last : 'stay';
  return { main, others: afterwards.filter((one) => one !== main) };
}

/** The neighbors of a request in its list. */
function beside(list: object, id: number): { previous: string | null; following: string | null } {
  const { rows } = list as { rows: { id: number; href: string }[] };
  const at = rows.findIndex((row) => row.id === id);
  return { previous: rows[at - 1]?.href ?? null, following: at < 0 ? null : (rows[at + 1]?.href ?? null) };
}
