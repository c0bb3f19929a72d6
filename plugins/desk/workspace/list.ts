import { type PageContext, type Resolve } from '../../../core/api.js';
import type { DueLook } from '../clocks/due-look.js';
import { withDue } from '../clocks/sla.js';
import { requestLooks } from '../labels.js';
import { RequestService } from '../requests/request-service.js';
import type { RequestListRow } from '../types.js';
import { technicians } from '../requests/report-pages.js';
import { origins, requestStatuses, requestTypes } from '../types.js';
import { builtIn, toQuery } from './filter.js';
import { macroStatuses } from '../macros/inputs.js';
import { TemplateService } from '../macros/template-service.js';
import { SavedDeskViews } from './saved-views.js';
import { keyOf, type OpenView } from './view.js';

/** The left pane: the requests of a view, and what can be done with the view itself. */
export async function listPane(c: PageContext, resolve: Resolve, view: OpenView, current: number | null): Promise<object> {
  const requests = resolve(RequestService);
  const [{ rows, next }, count, views] = await Promise.all([
    requests.list(c.actor, view.filter),
    requests.count(c.actor, view.filter),
    resolve(SavedDeskViews).list(c.actor),
  ]);
  const own = views.find((one) => one.own && keyOf(one) === view.key);
  return {
    view: { ...view, own: own !== undefined },
    own,
    here: view.href(...(current === null ? [] : [current])),
    rows: withDue(c, resolve, rows).map((row) => item(c, view, row, current)),
    count,
    ids: rows.map((row) => row.id).join(' '),
    next: next && view.page(next),
    first: view.filter.after ? view.page('') : null,
    form: { values: view.query, errors: {}, summary: [] },
    clear: `/desk/${view.key}`,
    saveQuery: toQuery(view.query),
    views: [
      ...Object.keys(builtIn).map((key) => ({
        name: c.t(`view.${key}`),
        href: `/desk/${key}`,
        icon: builtIn[key as keyof typeof builtIn].icon,
        current: key === view.key,
      })),
      ...views.map((one) => ({ name: one.name, href: `/desk/${keyOf(one)}`, icon: one.own ? 'list-filter' : 'users', current: keyOf(one) === view.key })),
    ],
    empty: rows.length > 0 ? null : await empty(c, resolve, view),
    choices: await filterChoices(c, resolve),
    bulk: c.may('desk.request.manage') && rows.length > 0 ? { action: view.href('bulk'), ...(await bulkChoices(c, resolve)) } : null,
  };
}

const scale = ['1', '2', '3', '4'];

/** A row of the list. */
function item(c: PageContext, view: OpenView, row: RequestListRow & { due: DueLook | null }, current: number | null) {
  return {
    id: row.id,
    href: view.href(row.id),
    current: row.id === current,
    unread: row.unread,
    who: row.reporter_name ?? row.customer_name,
    customer: row.reporter_name ? row.customer_name : null,
    subject: row.subject,
    at: row.updated_at,
    due: row.due,
    // What most requests of a list are says nothing.
    status: row.status === 'accepted' ? null : { ...requestLooks[row.status], text: c.t(`request.status.${row.status}`) },
    pressing: row.priority === 1 ? c.t('priority.1') : null,
    solver: view.query.solver === '' ? row.solver_name : null,
    // So many fit beside the rest.
    tags: row.tags.slice(0, row.status === 'accepted' ? 2 : 1),
  };
}

/** Why nothing is shown: nothing fits the filter, there has never been anything, or all is done. */
async function empty(c: PageContext, resolve: Resolve, view: OpenView): Promise<object> {
  if (view.narrowed)
    return { icon: 'search-x', title: c.t('empty.filter'), text: c.t('empty.filterText'), action: c.t('empty.clear'), href: `/desk/${view.key}` };
  if ((await resolve(RequestService).count(c.actor, {}, 1)) === 0) {
    const may = c.may('desk.request.create');
    return { icon: 'inbox', title: c.t('empty.first'), text: c.t('empty.firstText'), ...(may ? { action: c.t('new.title'), href: '/requests/new' } : {}) };
  }
  const waiting = view.key === 'unassigned' ? 0 : await resolve(RequestService).count(c.actor, { open: true, solverId: 'none' });
  const key = view.saved ? 'saved' : view.key;
  return {
    icon: view.icon,
    title: c.t(`empty.${key}`),
    text: waiting > 0 ? c.t('empty.waiting', { count: waiting }) : c.t('empty.live'),
    ...(waiting > 0 ? { action: c.t('empty.openUnassigned'), href: '/desk/unassigned' } : {}),
  };
}

async function filterChoices(c: PageContext, resolve: Resolve) {
  const label = (values: readonly string[], key: string) => values.map((value) => ({ value, label: c.t(`${key}.${value}`) }));
  return {
    statuses: [{ value: 'open', label: c.t('view.open') }, ...label(requestStatuses, 'request.status')],
    types: label(requestTypes, 'type'),
    priorities: label(scale, 'priority'),
    importances: label(scale, 'importance'),
    origins: label(origins, 'origin'),
    dues: label(['soon', 'overdue'], 'due'),
    sorts: label(['updated', 'newest'], 'sort'),
    solvers: [{ value: 'me', label: c.t('solver.me') }, { value: 'none', label: c.t('solver.nobody') }, ...(await technicians(resolve))],
  };
}

/** What the bar below the list does to the requests that were ticked. */
async function bulkChoices(c: PageContext, resolve: Resolve) {
  const macros = await resolve(TemplateService).macros(c.actor);
  return {
    macros: macros.map(({ id, name }) => ({ value: id, label: name })),
    statuses: macroStatuses.map((value) => ({ value, label: c.t(`request.status.${value}`) })),
  };
}
