import { at, of, type Row } from './types.js';

const request =
  (part = '') =>
  (id: string | number) =>
    `/desk/open/${id}${part && `/${part}`}`;

/** The agents' window. */
export const workspace: Record<string, Row> = {
  'staff get /find.json': at('/find.json?q=a'),
  'staff get /reports': at('/reports', { answers: [303] }),
  'staff get /reports/:id': of('report', (id) => `/reports/${id}`, { answers: [303] }),
  'staff get /desk': at('/desk', { answers: [303] }),
  'staff get /desk/:view': at('/desk/mine'),
  'staff get /desk/:view/:id': of('report', request()),
  'staff post /desk/:view/:id/reply': of('report', request('reply'), { body: () => ({ text: 'Hello', kind: 'public' }) }),
  'staff post /desk/:view/:id/draft': of('report', request('draft'), { body: () => ({ text: 'Hel', kind: 'public' }), answers: [204] }),
  'staff post /desk/:view/:id/back/:message': of('report', request('back/999999'), { answers: [404] }),
  'staff post /desk/:view/:id/change': of('report', request('change'), { body: () => ({ importance: 2 }) }),
  'staff post /desk/:view/:id/undo/:event': of('report', request('undo/999999'), { answers: [409] }),
  'staff post /desk/:view/:id/tags': of('report', request('tags'), { body: () => ({ add: 'seal' }) }),
  'staff post /desk/:view/:id/watch': of('report', request('watch'), { body: () => ({ watch: 'true' }) }),
  'staff post /desk/:view/:id/link': of('report', request('link'), { body: () => ({ number: 1 }), answers: [422] }),
  'staff post /desk/:view/:id/unlink': of('report', request('unlink'), { body: () => ({ number: 1 }), answers: [422] }),
  'staff post /desk/:view/:id/merge': of('report', request('merge'), { body: () => ({ number: 1 }), answers: [422] }),
  'staff post /desk/:view/:id/unmerge': of('report', request('unmerge'), { answers: [409] }),
  'staff get /desk/:view/:id/order': of('report', request('order')),
  'staff post /desk/:view/:id/order': of('report', request('order')),
  'staff get /desk/:view/:id/reject': of('report', request('reject')),
  'staff post /desk/:view/:id/reject': of('report', request('reject')),
  'staff post /desk/:view/:id/origin': of('report', request('origin')),
  'staff get /desk/:view/:id/insert': of('report', request('insert'), { needs: 'desk.request.manage' }),
  'staff post /desk/:view/:id/insert': of('report', request('insert'), { body: () => ({ text: 'Hel', kind: 'public' }) }),
  'staff post /desk/:view/:id/macro': of('report', request('macro'), { body: ({ things }) => ({ macro: things['desk macro']?.own }) }),
  'staff post /desk/:view/bulk': at('/desk/open/bulk', { answers: [303] }),
  'staff get /desk/acts/:id': of('desk act of another', (id) => `/desk/acts/${id}`),
  'staff post /desk/acts/:id/undo': of('desk act of another', (id) => `/desk/acts/${id}/undo`),
  'staff get /desk/templates': at('/desk/templates'),
  'staff get /desk/templates/new': at('/desk/templates/new'),
  'staff post /desk/templates/new': at('/desk/templates/new'),
  'staff get /desk/templates/:id': of('desk template of another', (id) => `/desk/templates/${id}`),
  'staff post /desk/templates/:id': of('desk template of another', (id) => `/desk/templates/${id}`, { body: () => ({ name: 'Mine', text_en: 'x' }) }),
  'staff post /desk/templates/:id/delete': of('desk template of another', (id) => `/desk/templates/${id}/delete`),
  'staff get /desk/macros/new': at('/desk/macros/new'),
  'staff post /desk/macros/new': at('/desk/macros/new'),
  'staff get /desk/macros/:id': of('desk macro', (id) => `/desk/macros/${id}`),
  'staff post /desk/macros/:id': of('desk macro', (id) => `/desk/macros/${id}`),
  'staff get /presence': of('report', (id) => `/presence?of=desk.request:${id}`),
  'staff post /desk/views': at('/desk/views', { body: () => ({ name: 'Ours', query: 'status=open' }) }),
  'staff post /desk/views/:id': of('desk view of another', (id) => `/desk/views/${id}`, { body: () => ({ name: 'Mine' }) }),
  'staff post /desk/views/:id/delete': of('desk view of another', (id) => `/desk/views/${id}/delete`),
};
