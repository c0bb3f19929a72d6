import type { World } from '../world.js';
import { editor, rowApi } from './register.js';
import { at, everywhere, of, token, type Row } from './types.js';

type Id = string | number;
const page = (id: Id) => `/quotations/${id}`;
const api = (id: Id) => `/api/v1/desk/quotations/${id}`;
const sheet = (id: Id) => `/work-sheets/${id}`;
const sheetApi = (id: Id) => `/api/v1/desk/work-sheets/${id}`;
const text = () => ({ title: 'New pump', text: 'As agreed', valid_until: '2099-12-30' });
const json = () => ({ title: 'New pump', text: 'As agreed', validUntil: '2099-12-30' });
const answer = () => ({ decision: 'accepted', version: 1, name: 'Anna' });
const moved = { answers: [200, 201, 303, 409] };
/** Nobody of the customer that is asked for is sent anything. */
const nobody = { answers: [303, 409, 422] };
// No token of the matrix is genuine.
const link = { answers: [404] };
const { ['portal get /api/v1/desk/quotations/:id/rows']: _portal, ...rows } = rowApi(
  '/desk/quotations/:id',
  'draft quotation',
  'row of quotation',
  (id) => `/desk/quotations/${id}`,
  'desk_quotation_rows',
);

/** Quotations and work sheets. */
export const quotations: Record<string, Row> = {
  ...everywhere('get /quotations', at('/quotations')),
  'staff get /quotations/new': at('/quotations/new'),
  'staff post /quotations/new': of('customer', () => '/quotations/new', { body: (_world, id) => ({ customer_id: id, ...text() }) }),
  ...everywhere('get /quotations/:id', of('quotation', page)),
  ...editor('/quotations/:id', 'draft quotation', 'row of quotation', page, 'desk_quotation_rows'),
  'staff get /quotations/:id/edit': of('draft quotation', (id) => `${page(id)}/edit`),
  'staff post /quotations/:id/edit': of('draft quotation', (id) => `${page(id)}/edit`, { body: text }),
  'staff get /quotations/:id/send': of('draft quotation', (id) => `${page(id)}/send`),
  'staff post /quotations/:id/send': of('draft quotation', (id) => `${page(id)}/send`, { body: () => ({ account_ids: '999999' }), ...nobody }),
  'staff post /quotations/:id/revise': of('quotation', (id) => `${page(id)}/revise`, { ...moved, undo: sentAgain }),
  'staff post /quotations/:id/withdraw': of('quotation', (id) => `${page(id)}/withdraw`, { ...moved, undo: sentAgain }),
  'staff post /quotations/:id/order': of('quotation', (id) => `${page(id)}/order`, moved),
  'staff get /quotations/:id/paper': of('quotation', (id) => `${page(id)}/paper`),
  ...everywhere(
    'get /quotations/:id/quotation.pdf',
    of('quotation', (id) => `${page(id)}/quotation.pdf`),
  ),
  'portal post /quotations/:id': of('quotation', page, { body: answer, ...moved, undo: sentAgain }),
  'portal get /quotation/:token': at(`/quotation/${token}`, link),
  'portal post /quotation/:token': at(`/quotation/${token}`, { ...link, body: answer }),
  'portal get /quotation/:token/quotation.pdf': at(`/quotation/${token}/quotation.pdf`, link),
  ...everywhere('get /api/v1/desk/quotations', at('/api/v1/desk/quotations')),
  ...everywhere('get /api/v1/desk/quotations/:id', of('quotation', api)),
  ...everywhere(
    'get /api/v1/desk/quotations/:id/pdf',
    of('quotation', (id) => `${api(id)}/pdf`),
  ),
  'staff post /api/v1/desk/quotations': of('customer', () => '/api/v1/desk/quotations', { body: (_world, id) => ({ customerId: id, ...json() }) }),
  'staff put /api/v1/desk/quotations/:id': of('draft quotation', api, { body: json }),
  ...rows,
  'staff post /api/v1/desk/quotations/:id/send': of('draft quotation', (id) => `${api(id)}/send`, { body: () => ({ accountIds: [999_999] }), ...nobody }),
  'staff post /api/v1/desk/quotations/:id/revise': of('quotation', (id) => `${api(id)}/revise`, { ...moved, undo: sentAgain }),
  'staff post /api/v1/desk/quotations/:id/withdraw': of('quotation', (id) => `${api(id)}/withdraw`, { ...moved, undo: sentAgain }),
  'staff post /api/v1/desk/quotations/:id/order': of('quotation', (id) => `${api(id)}/order`, moved),
  'portal post /api/v1/desk/quotations/:id/answer': of('quotation', (id) => `${api(id)}/answer`, { body: answer, ...moved, undo: sentAgain }),
  'staff get /work-sheets': at('/work-sheets'),
  'staff get /work-sheets/:customer/:month': of('work sheet', sheet),
  'staff get /work-sheets/:customer/:month/sheet.pdf': of('work sheet', (id) => `${sheet(id)}/sheet.pdf`),
  'staff get /work-sheets/:customer/:month/sheet.csv': of('work sheet', (id) => `${sheet(id)}/sheet.csv`),
  'staff post /work-sheets/:customer/:month/send': of('work sheet', (id) => `${sheet(id)}/send`, moved),
  'staff post /work-sheets/:customer/:month/take-back': of('work sheet', (id) => `${sheet(id)}/take-back`, moved),
  // None was sent that this account sees, or one was.
  'portal get /work-sheets/sheet.pdf': at('/work-sheets/sheet.pdf', { answers: [200, 404] }),
  'staff get /api/v1/desk/work-sheets': at('/api/v1/desk/work-sheets?month=2026-11'),
  'staff get /api/v1/desk/work-sheets/:customer/:month': of('work sheet', sheetApi),
  'staff get /api/v1/desk/work-sheets/:customer/:month/csv': of('work sheet', (id) => `${sheetApi(id)}/csv`),
  'staff get /api/v1/desk/work-sheets/:customer/:month/pdf': of('work sheet', (id) => `${sheetApi(id)}/pdf`),
  'staff post /api/v1/desk/work-sheets/:customer/:month/send': of('work sheet', (id) => `${sheetApi(id)}/send`, moved),
  'staff post /api/v1/desk/work-sheets/:customer/:month/take-back': of('work sheet', (id) => `${sheetApi(id)}/take-back`, moved),
};

/** What was sent waits for an answer again. */
async function sentAgain({ t }: World): Promise<void> {
  await t.app.db.run("UPDATE desk_quotations SET status = 'sent', version = 1 WHERE sent_version = 1");
  await t.app.db.run('UPDATE desk_quotation_versions SET decision = NULL');
}
