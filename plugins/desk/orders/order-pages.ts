import { SETTINGS, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { CustomerService, idOf, rowPages, rowsView, toLocalInput, type RowEdit, type RowInput } from '../../customers/api.js';
import { matterInput, messageInput, newOrderInput, statusInput, teamInput, workInput } from '../inputs.js';
import { orderLooks, urgencyLooks } from '../labels.js';
import { MessageService } from '../requests/message-service.js';
import { ArticleService } from './article-service.js';
import { OrderRowService, isSettled } from './order-rows.js';
import { orderTabs } from './order-tabs.js';
import { OrderService, transitions } from './order-service.js';
import { trailOf } from './trail.js';
import { openStatuses, type OrderEventKind, type OrderListRow, type OrderStatus, type OrderView } from '../types.js';
import { choices, chosenPlace, technicians } from '../requests/report-pages.js';

/** Orders: one of them, its progress, and new ones. */
export const orderPages: PageModule = (page, resolve) => {
  const orders = resolve(OrderService);
  const read = guard('desk.order.read');
  const write = guard('desk.order.manage', 'write');

  page.form('/orders/new', write, {
    schema: newOrderInput,
    initial: (c) => ({ customer_id: c.query(z.object({ customer: z.string().max(12).default('') })).customer, ...c.query(chosenPlace) }),
    async show(c, form) {
      const customers = resolve(CustomerService);
      const id = idOf(form.values['customer_id']);
      const title = c.t('orders.new');
      if (id) {
        const customer = await customers.get(c.actor, id);
        return c.view('desk/order-new', { form, customer, ...(await choices(c, resolve, id, form.values)) }, { title });
      }
      const { q } = c.query(z.object({ q: z.string().max(200).default('') }));
      c.view('desk/order-new', { q, found: (await customers.list(c.actor, { q, status: 'active', limit: 20 })).rows }, { title });
    },
    async submit(c, input) {
      const order = await orders.create(c.actor, input);
      c.redirect(`/orders/${order.id}`, { key: 'desk:toast.orderCreated', vars: { number: order.number } });
    },
  });

  page.get('/orders/:id', read, async (c) => {
    await showOrder(c, resolve);
  });

  rowPages(page, resolve, {
    path: '/orders/:id',
    guard: write,
    rows: resolve(OrderRowService),
    owner: async (c) => (await orders.get(c.actor, c.id())).id,
    fill: (c) => pickedArticle(c, resolve),
    href: (c) => `/orders/${c.id()}`,
    show: (c, edit) => showOrder(c, resolve, edit),
  });

  page.form('/orders/:id/matter', write, {
    schema: matterInput,
    async initial(c) {
      const { installation_id, device_id, project_id } = await orders.get(c.actor, c.id());
      return { installation_id, device_id, project_id, ...c.query(chosenPlace) };
    },
    async show(c, form) {
      const order = await orders.get(c.actor, c.id());
      const title = c.t('order.matter');
      c.view('desk/matter', { order, form, ...(await choices(c, resolve, order.customer_id, form.values)) }, { title: `${title} · ${order.number}` });
    },
    async submit(c, input) {
      await orders.setMatter(c.actor, c.id(), input);
      c.redirect(`/orders/${c.id()}`, { key: 'desk:toast.matter' });
    },
  });

  page.post('/orders/:id/status', write, async (c) => {
    const { status } = c.body(statusInput);
    const event = await orders.setStatus(c.actor, c.id(), status);
    c.redirect(`/orders/${c.id()}`, { key: `desk:toast.status.${status}`, undo: `/orders/${c.id()}/status/${event}/undo` });
  });
  page.post('/orders/:id/status/:event/undo', write, async (c) => {
    await orders.undoStatus(c.actor, c.id(), c.id('event'));
    c.redirect(`/orders/${c.id()}`, { key: 'desk:toast.undone' });
  });

  page.form('/orders/:id/plan', write, {
    schema: teamInput,
    initial: async (c) => planValues(c, await orders.get(c.actor, c.id())),
    async show(c, form) {
      const order = await orders.get(c.actor, c.id());
      c.view('desk/plan', { order, form, technicians: await technicians(resolve), zone: c.fmt.timeZone }, { title: `${c.t('order.plan')} · ${order.number}` });
    },
    async submit(c, input) {
      await orders.plan(c.actor, c.id(), input);
      c.redirect(`/orders/${c.id()}`, { key: 'desk:toast.planned' });
    },
  });

  page.form('/orders/:id/work', write, {
    schema: workInput,
    initial: async (c) => ({ performed_work: (await orders.get(c.actor, c.id())).performed_work ?? '' }),
    async show(c, form) {
      const order = await orders.get(c.actor, c.id());
      c.view('desk/work', { order, form }, { title: `${c.t('order.work')} · ${order.number}` });
    },
    async submit(c, { performed_work }) {
      await orders.setPerformedWork(c.actor, c.id(), performed_work);
      c.redirect(`/orders/${c.id()}`, { key: 'desk:toast.work' });
    },
  });

  page.post('/orders/:id/messages', guard('desk.order.read', 'write'), async (c) => {
    await resolve(MessageService).post(c.actor, 'order', c.id(), c.body(messageInput));
    c.redirect(`/orders/${c.id()}`, { key: 'desk:toast.message' });
  });
};

const eventIcons: Partial<Record<OrderEventKind, string>> = { work: 'clipboard-check', matter: 'map-pin', signed: 'signature' };
/** The catalog above the form of a new row: what was searched, what was chosen. */
const pickQuery = z.object({
  pick: z.string().max(200).catch('').default(''),
  article: z.coerce.number().int().positive().max(2_147_483_647).optional().catch(undefined),
});

/** The article that was picked for a new row. */
export async function pickedArticle(c: PageContext, resolve: Resolve): Promise<RowInput | null> {
  const { article } = c.query(pickQuery);
  return article === undefined ? null : resolve(ArticleService).asRow(c.actor, article);
}

/** What the partial `desk/article-picker` shows. */
export async function articlePicker(c: PageContext, resolve: Resolve, edit: RowEdit | undefined): Promise<object> {
  const { pick } = c.query(pickQuery);
  const found =
    edit?.row === 'new' && c.may('desk.order.manage') ? await resolve(ArticleService).list(c.actor, { q: pick, active: true, limit: pick ? 8 : 4 }) : null;
  const currency = resolve(SETTINGS).get('core.currency');
  return { pick, articles: found?.rows.map((one) => ({ ...one, price: one.sales_price === null ? '' : c.fmt.money(one.sales_price, currency) })) };
}

/** Where work usually goes next: the one primary button. */
const next: Partial<Record<OrderStatus, OrderStatus>> = { planned: 'on-the-way', 'on-the-way': 'on-site', 'on-site': 'done', done: 'invoiced' };

async function showOrder(c: PageContext, resolve: Resolve, edit?: RowEdit): Promise<void> {
  const order = await resolve(OrderService).get(c.actor, c.id());
  const sheet = await resolve(OrderRowService).sheet(c.actor, order.id);
  const rows = rowsView(c, sheet, {
    currency: resolve(SETTINGS).get('core.currency'),
    href: `/orders/${order.id}`,
    vat: true,
    writable: c.may('desk.order.manage') && !isSettled(order),
    edit,
  });
  const more = { tabs: await orderTabs(c, resolve, order, 'order'), settled: isSettled(order), ...(await articlePicker(c, resolve, edit)) };
  c.view('desk/order', { ...(await shown(c, order)), ...more, rows, technicians: await technicians(resolve) }, { title: `${order.number} ${order.title}` });
}

async function shown(c: PageContext, order: OrderView) {
  const open = (openStatuses as readonly string[]).includes(order.status);
  const zone = c.actor.account?.timeZone || 'UTC';
  return {
    order: {
      ...orderRow(order),
      device_name: order.device_name,
      project_name: order.project_name,
      installation_address: order.installation_address,
      helpers: order.helpers.map((helper) => helper.name).join(', '),
      performed_work: order.performed_work,
    },
    open,
    request: order.request && { ...order.request, urgent: urgencyLooks[order.request.urgency] },
    photos: order.photos,
    messages: order.messages,
    trail: trailOf(order).map(({ label, state }) => ({ label: c.t(label), state })),
    steps: stepsOf(c, order),
    events: order.events.toReversed().map(({ kind, to_status, actor_name, at }) => ({
      name: actor_name,
      at,
      icon: to_status ? orderLooks[to_status].icon : (eventIcons[kind] ?? 'calendar'),
      text: c.t(`order.event.${kind}`, { status: to_status ? c.t(`order.status.${to_status}`) : '' }),
    })),
    form: { values: { ...planValues(c, order), performed_work: order.performed_work ?? '' }, errors: {}, summary: [] },
    zone,
  };
}

/** The buttons that move an order on. */
export function stepsOf(c: PageContext, order: Pick<OrderView, 'status'>) {
  return transitions[order.status].map((status) => ({
    status,
    label: c.t(`order.step.${status}`),
    kind: status === next[order.status] ? 'primary' : 'default',
    icon: orderLooks[status].icon,
  }));
}

function planValues(c: PageContext, order: OrderView): Record<string, unknown> {
  const zone = c.actor.account?.timeZone || 'UTC';
  const helper_ids = order.helpers.map((helper) => helper.id);
  return {
    technician_id: order.technician_id,
    helper_ids,
    planned_start: toLocalInput(order.planned_start, zone),
    planned_end: toLocalInput(order.planned_end, zone),
  };
}

/** A list row with what its badge and its second line show. */
export function orderRow(row: OrderListRow) {
  return { ...row, look: orderLooks[row.status], place: [row.installation_name, row.installation_city].filter(Boolean).join(', ') };
}
