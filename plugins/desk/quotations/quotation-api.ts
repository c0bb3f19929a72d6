import { guard, listOf, listQuery, time, z, type ApiModule } from '../../../core/api.js';
import { rowOperations } from '../../customers/api.js';
import { isInside } from '../sight.js';
import { answerInput, newQuotationInput, quotationInput, sendBody } from './inputs.js';
import { QuotationAnswers } from './quotation-answers.js';
import { QuotationOrders } from './quotation-orders.js';
import { QuotationPapers } from './quotation-papers.js';
import { QuotationRowService } from './quotation-rows.js';
import { QuotationSending } from './quotation-sending.js';
import { QuotationService, type QuotationListRow } from './quotation-service.js';
import { quotationStatuses } from './tables.js';

const id = z.number().int();
const money = z.number().int();
const status = z.enum(quotationStatuses);
const quotation = z.object({
  id,
  number: z.string(),
  title: z.string(),
  status,
  customerId: id,
  customer: z.string(),
  validUntil: time,
  createdAt: time,
  value: money.describe('Without VAT, in minor units.'),
});
const state = z.object({ id, status });
const offer = state.extend({
  number: z.string(),
  version: id.describe('Answers name it: another version is not answered by accident.'),
  customer: z.string(),
  place: z.string().nullable(),
  title: z.string(),
  text: z.string().nullable(),
  currency: z.string(),
  sentAt: z.string().nullable(),
  validUntil: z.string(),
  rows: z.array(
    z.object({
      article: z.string().nullable(),
      text: z.string(),
      quantity: id,
      unit: z.string().nullable(),
      salesPrice: money.nullable(),
      discount: id,
      vat: id.nullable(),
      salesAmount: money.nullable(),
    }),
  ),
  salesTotal: money,
  vat: z.array(z.object({ rate: id, net: money, vat: money })),
  vatTotal: money,
  total: money.describe('With VAT.'),
  hash: z.string().nullable().describe('SHA-256 of what was sent.'),
  decision: z.enum(['accepted', 'refused']).nullable(),
  decidedBy: z.string().nullable(),
  decidedAt: time.nullable(),
  reason: z.string().nullable(),
});

/** Quotations over REST: the same services and rights as the pages. */
export const quotationApi: ApiModule = (api, resolve) => {
  const [quotations, papers] = [resolve(QuotationService), resolve(QuotationPapers)];
  const read = guard('desk.quotation.read');
  const write = guard('desk.quotation.manage', 'write');
  type Actor = Parameters<QuotationPapers['view']>[0];
  const stateOf = async (actor: Actor, one: number) => ({ id: one, status: (await quotations.get(actor, one)).status });

  api.on(
    'get',
    '/desk/quotations',
    read,
    {
      summary: 'Quotations in reach, newest first',
      description: 'Customers find those that were sent to them, as they were sent.',
      query: listQuery.extend({ status: status.optional(), q: z.string().max(200).optional(), customerId: z.coerce.number().int().positive().optional() }),
      response: listOf(quotation),
    },
    async ({ actor, query: { status: wanted, ...query } }) => {
      // What is a draft to the one is withdrawn to the other: customers filter nothing.
      const { rows, next } = await quotations.list(actor, { ...query, status: isInside(actor) ? wanted : undefined });
      return { items: rows.map(toQuotation), next };
    },
  );
  api.on('get', '/desk/quotations/:id', read, { summary: 'One quotation, with what is offered', response: offer }, async (c) => {
    const { id: one, status: now, offer: said, version } = await papers.view(c.actor, c.id());
    return {
      ...{ id: one, status: now, number: said.number, version: said.version, customer: said.customer, place: said.place, title: said.title, text: said.text },
      ...{ currency: said.currency, sentAt: said.sentAt, validUntil: said.validUntil },
      rows: said.rows.map(({ sales_price, sales_amount, ...row }) => ({
        ...row,
        discount: row.discount ?? 0,
        vat: row.vat ?? null,
        salesPrice: sales_price,
        salesAmount: sales_amount,
      })),
      ...{ salesTotal: said.sales_total, vat: said.vat, vatTotal: said.vat_total, total: said.total },
      ...{ hash: version?.hash ?? null, decision: version?.decision ?? null, decidedBy: version?.decided_name ?? null },
      ...{ decidedAt: version?.decided_at ?? null, reason: version?.reason ?? null },
    };
  });
  api.on(
    'post',
    '/desk/quotations',
    write,
    { summary: 'Begin a quotation', body: newQuotationInput, response: state.extend({ number: z.string() }), status: 201 },
    async (c) => {
      const made = await quotations.create(c.actor, c.body);
      return { id: made.id, number: made.number, status: 'draft' as const };
    },
  );
  api.on('put', '/desk/quotations/:id', write, { summary: 'Change a draft', body: quotationInput, response: state, errors: [409] }, async (c) => {
    await quotations.update(c.actor, c.id(), c.body);
    return stateOf(c.actor, c.id());
  });
  rowOperations(api, { path: '/desk/quotations/:id', read: guard('desk.quotation.manage'), write, rows: resolve(QuotationRowService), of: 'a quotation' });
  api.on(
    'post',
    '/desk/quotations/:id/send',
    write,
    {
      summary: 'Send a draft to accounts of the customer',
      description: 'They get a link by which they answer without signing in. Accounts with the option for copies get one.',
      body: sendBody,
      response: state,
      errors: [409],
    },
    async (c) => {
      await resolve(QuotationSending).send(c.actor, c.id(), c.body.account_ids);
      return stateOf(c.actor, c.id());
    },
  );
  for (const [word, summary] of [
    ['revise', 'Make a new draft of what was sent'],
    ['withdraw', 'Take back what was sent'],
  ] as const)
    api.on('post', `/desk/quotations/:id/${word}`, write, { summary, response: state, errors: [409] }, async (c) => {
      await quotations[word](c.actor, c.id());
      return stateOf(c.actor, c.id());
    });
  api.on(
    'post',
    '/desk/quotations/:id/order',
    write,
    { summary: 'Put what was accepted on an order', response: z.object({ id, orderId: id }), status: 201, errors: [409] },
    async (c) => ({ id: c.id(), orderId: await resolve(QuotationOrders).order(c.actor, c.id()) }),
  );
  api.on(
    'post',
    '/desk/quotations/:id/answer',
    guard('desk.quotation.read', 'write'),
    { summary: 'Accept or refuse a quotation', description: 'Refusing needs a reason.', body: answerInput, response: state, errors: [409], sites: ['portal'] },
    async (c) => {
      await resolve(QuotationAnswers).inPortal(c.actor, c.id(), c.body);
      return { id: c.id(), status: c.body.decision };
    },
  );
  api.on(
    'get',
    '/desk/quotations/:id/pdf',
    { ...read, access: 'download' },
    { summary: "Quotation as PDF, in the customer's language", response: z.any(), content: 'application/pdf' },
    async (c) => papers.pdf((await papers.view(c.actor, c.id())).printed),
  );
};

const toQuotation = (row: QuotationListRow): z.input<typeof quotation> => ({
  ...{ id: row.id, number: row.number, title: row.title, status: row.status, customerId: row.customer_id, customer: row.customer_name },
  ...{ validUntil: row.valid_until, createdAt: row.created_at, value: row.value },
});
