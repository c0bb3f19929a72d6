import { InvalidInputError, SETTINGS, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { CustomerService, idOf, rowPages, rowsView, toLocalInput, type RowEdit } from '../../customers/api.js';
import { OrderService } from '../orders/order-service.js';
import { articlePicker, pickedArticle } from '../orders/order-pages.js';
import { Printing } from '../orders/printing.js';
import { quotationLooks } from '../labels.js';
import { choices, chosenPlace } from '../requests/report-pages.js';
import { RequestService } from '../requests/request-service.js';
import { newQuotationInput, quotationInput, sendInput } from './inputs.js';
import { QuotationOrders } from './quotation-orders.js';
import { QuotationPapers } from './quotation-papers.js';
import { QuotationRowService } from './quotation-rows.js';
import { QuotationSending } from './quotation-sending.js';
import { QuotationService, type QuotationListRow } from './quotation-service.js';
import { quotationStatuses } from './tables.js';

const number = z.coerce.number().int().positive().max(2_147_483_647).optional().catch(undefined);
const listQuery = z.object({
  q: z.string().max(200).default(''),
  status: z
    .enum(['', ...quotationStatuses])
    .catch('')
    .default(''),
  customer: number,
  after: z.string().max(400).optional(),
});
const text = z.string().max(12).optional().catch(undefined);
const start = z.object({ customer: text, request: text, order: text, q: z.string().max(200).default('').catch('') });

/** Quotations: the list, writing one, sending it, and what became of it. */
export const quotationPages: PageModule = (page, resolve) => {
  const quotations = resolve(QuotationService);
  const read = guard('desk.quotation.read');
  const write = guard('desk.quotation.manage', 'write');
  const href = (id: number) => `/quotations/${id}`;

  page.get('/quotations', read, async (c) => {
    const { q, status, customer, after } = c.query(listQuery);
    const { rows, next } = await quotations.list(c.actor, { q, status: status || undefined, customerId: customer, after });
    const self = (more: Record<string, string>) =>
      `/quotations?${new URLSearchParams({ q, status, ...(customer ? { customer: String(customer) } : {}), ...more }).toString()}`;
    const statuses = quotationStatuses.map((value) => ({ value, label: c.t(`quotation.status.${value}`) }));
    const data = {
      q,
      status,
      customer,
      statuses,
      rows: rows.map(quotationRow(c, resolve)),
      next: next && self({ after: next }),
      first: after ? self({}) : null,
    };
    c.view('desk/quotations', { ...data, filtered: Boolean(q || status || customer) }, { title: c.t('quotations.title') });
  });

  page.form('/quotations/new', write, {
    schema: newQuotationInput,
    initial: async (c) => ({ ...(await begun(c, resolve)), ...c.query(chosenPlace) }),
    async show(c, form) {
      const customers = resolve(CustomerService);
      const id = idOf(form.values['customer_id']);
      const title = c.t('quotations.new');
      if (id) {
        const customer = await customers.get(c.actor, id);
        return c.view('desk/quotation-new', { form, customer, ...(await choices(c, resolve, id, form.values)), devices: null }, { title });
      }
      const { q } = c.query(start);
      c.view('desk/quotation-new', { q, found: (await customers.list(c.actor, { q, status: 'active', limit: 20 })).rows }, { title });
    },
    async submit(c, input) {
      const made = await quotations.create(c.actor, input);
      c.redirect(`${href(made.id)}/rows/new#rows`, { key: 'desk:toast.quotation.created', vars: { number: made.number } });
    },
  });

  page.get('/quotations/:id', read, (c) => show(c, resolve));
  rowPages(page, resolve, {
    path: '/quotations/:id',
    guard: write,
    rows: resolve(QuotationRowService),
    owner: async (c) => (await quotations.get(c.actor, c.id())).id,
    fill: (c) => pickedArticle(c, resolve),
    href: (c) => href(c.id()),
    show: (c, edit) => show(c, resolve, edit),
  });

  page.form('/quotations/:id/edit', write, {
    schema: quotationInput,
    async initial(c) {
      const { title, text: said, installation_id, project_id, valid_until, customer_id } = await quotations.get(c.actor, c.id());
      const { timeZone } = await resolve(Printing).forCustomer(customer_id);
      return { title, text: said ?? '', installation_id, project_id, valid_until: lastDay(valid_until, timeZone), ...c.query(chosenPlace) };
    },
    async show(c, form) {
      const quotation = await quotations.get(c.actor, c.id());
      const title = `${c.t('quotation.edit')} · ${quotation.number}`;
      c.view('desk/quotation-edit', { quotation, form, ...(await choices(c, resolve, quotation.customer_id, form.values)), devices: null }, { title });
    },
    async submit(c, input) {
      await quotations.update(c.actor, c.id(), input);
      c.redirect(href(c.id()), { key: 'desk:toast.quotation.saved' });
    },
  });

  page.form('/quotations/:id/send', write, {
    schema: sendInput,
    show: (c, form) => show(c, resolve, undefined, form),
    async submit(c, { account_ids }) {
      try {
        await resolve(QuotationSending).send(c.actor, c.id(), account_ids);
      } catch (error) {
        // What is wrong with the quotation itself is told where the button is.
        throw error instanceof InvalidInputError ? new InvalidInputError({ account_ids: Object.values(error.fields)[0]! }) : error;
      }
      c.redirect(href(c.id()), { key: 'desk:toast.quotation.sent' });
    },
  });
  page.post('/quotations/:id/revise', write, async (c) => {
    await quotations.revise(c.actor, c.id());
    c.redirect(href(c.id()), { key: 'desk:toast.quotation.revised' });
  });
  page.post('/quotations/:id/withdraw', write, async (c) => {
    await quotations.withdraw(c.actor, c.id());
    c.redirect(href(c.id()), { key: 'desk:toast.quotation.withdrawn' });
  });
  page.post('/quotations/:id/order', write, async (c) => {
    const order = await resolve(QuotationOrders).order(c.actor, c.id());
    c.redirect(`/orders/${order}`, { key: 'desk:toast.quotation.ordered' });
  });

  page.get('/quotations/:id/paper', read, async (c) => {
    const { printed, offer, id } = await resolve(QuotationPapers).view(c.actor, c.id());
    c.view('desk/quotation-paper', { printed, number: offer.number, pdf: `${href(id)}/quotation.pdf`, back: href(id) }, { title: printed.title });
  });
  page.get('/quotations/:id/quotation.pdf', guard('desk.quotation.read', 'download'), async (c) => {
    const { printed, offer } = await resolve(QuotationPapers).view(c.actor, c.id());
    await resolve(Printing).send(c, printed, offer.number);
  });
};

/** The day on which something ends that ends at this moment. */
const lastDay = (until: Date, timeZone: string): string => toLocalInput(new Date(until.getTime() - 1), timeZone).slice(0, 10);

/** What a new quotation begins with: the order or request that it is about, and a month. */
async function begun(c: PageContext, resolve: Resolve): Promise<Record<string, unknown>> {
  const query = c.query(start);
  const [orderId, requestId] = [idOf(query.order), idOf(query.request)];
  const values = { valid_until: toLocalInput(new Date(Date.now() + 30 * 86_400_000), c.fmt.timeZone).slice(0, 10) };
  if (orderId) {
    const { customer_id, installation_id, project_id, title } = await resolve(OrderService).get(c.actor, orderId);
    return { ...values, customer_id, installation_id, project_id, title, order_id: orderId };
  }
  if (requestId) {
    const { customer_id, installation_id, project_id, subject } = await resolve(RequestService).get(c.actor, requestId);
    return { ...values, customer_id, installation_id, project_id, title: subject, request_id: requestId };
  }
  return { ...values, customer_id: query.customer ?? '' };
}

/** A row of a list with its badge and value. */
export function quotationRow(c: PageContext, resolve: Resolve) {
  const currency = resolve(SETTINGS).get('core.currency');
  return (row: QuotationListRow) => ({
    ...row,
    look: quotationLooks[row.status],
    value: c.fmt.money(row.value, currency),
    // It ends with that day.
    until: c.fmt.date(new Date(row.valid_until.getTime() - 1), 'medium'),
  });
}

async function show(c: PageContext, resolve: Resolve, edit?: RowEdit, form: unknown = null): Promise<void> {
  const quotation = await resolve(QuotationService).get(c.actor, c.id());
  const { id, status } = quotation;
  const currency = resolve(SETTINGS).get('core.currency');
  const manages = c.may('desk.quotation.manage');
  const writable = manages && status === 'draft';
  const rows = rowsView(c, await resolve(QuotationRowService).sheet(c.actor, id), { currency, href: `/quotations/${id}`, vat: true, writable, edit });
  const can = {
    edit: writable,
    send: writable,
    withdraw: manages && (status === 'sent' || status === 'expired'),
    revise: manages && status !== 'draft' && quotation.ordered_at === null,
    order: manages && c.may('desk.order.manage') && status === 'accepted' && quotation.ordered_at === null,
  };
  const people = can.send
    ? (await resolve(QuotationSending).recipients(c.actor, id)).map(({ id: value, name, email, copy }) => ({ value, label: name, hint: email, copy }))
    : [];
  const day = (until: Date) => c.fmt.date(new Date(until.getTime() - 1), 'medium');
  const data = {
    quotation: { ...quotation, look: quotationLooks[status], until: day(quotation.valid_until) },
    versions: quotation.versions.map((one) => ({
      ...one,
      until: day(one.valid_until),
      hash: one.hash.slice(0, 24),
      value: c.fmt.money(one.value, currency),
      to: one.recipients.map(({ name, kind }) => (kind === 'copy' ? `${name} (${c.t('quotation.copy')})` : name)).join(', '),
      look: one.decision ? quotationLooks[one.decision] : null,
    })),
    ...{ rows, can, people, form, copies: people.filter((one) => one.copy).length },
    ...(await articlePicker(c, resolve, edit)),
  };
  c.view('desk/quotation', data, { title: `${quotation.number} ${quotation.title}` });
}
