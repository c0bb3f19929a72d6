import { SETTINGS, guard, signedIn, type PageContext, type PageModule, z } from '../../../core/api.js';
import { AccessDirectory, rowsView } from '../../customers/api.js';
import { CheckService, MessageService, OrderRowService, OrderService, PictureService, ReportService, RequestService, sendReport } from '../../desk/api.js';
import { answerFiles, answerInput } from '../answer.js';
import { customerChoice } from '../customer-choice.js';
import { ofOrder, ofRequest, orderBadge, placeOf, stepsOf } from '../matters.js';
import { liveTopics } from './home.js';

const filters = ['open', 'done', 'all'] as const;
const listQuery = z.object({
  show: z.enum(filters).catch('open'),
  q: z.string().trim().max(200).catch(''),
  after: z.string().max(100).optional().catch(undefined),
});

/** A customer's orders and reports. */
export const orderPages: PageModule = (page, resolve) => {
  /** What was done, for those who may see it (KO-06). */
  const workOf = async (c: PageContext, id: number) => {
    const [pictures, checks] = [await resolve(PictureService).list(c.actor, id), await resolve(CheckService).list(c.actor, id)];
    const photos = (['before', 'after'] as const)
      .map((kind) => ({ title: c.t(`desk:photos.${kind}`), files: pictures[kind] }))
      .filter(({ files }) => files.length > 0);
    return { photos, checks, signature: await resolve(PictureService).signature(c.actor, id) };
  };
  const [orders, requests, messages, directory] = [resolve(OrderService), resolve(RequestService), resolve(MessageService), resolve(AccessDirectory)];

  // What an account may not see is simply not in the list: some see orders only, some their own reports only.
  page.get('/orders', signedIn(), async (c) => {
    const { show, q, after } = c.query(listQuery);
    const choice = await customerChoice(c, directory);
    const { customerId } = choice;
    const list = await orders.list(c.actor, { q, after, customerId, status: show === 'open' ? 'open' : show === 'done' ? 'done' : undefined });
    const first = show !== 'done' && !q && !after;
    const waiting = first
      ? (await requests.list(c.actor, show === 'all' ? { customerId, limit: 100 } : { unhandled: true, customerId, limit: 100 })).rows.filter(
          (r) => r.order_id === null,
        )
      : [];
    const to = (changes: Record<string, string>) => `/orders?${new URLSearchParams({ show, ...(q ? { q } : {}), ...changes })}`;
    c.view(
      'portal/orders',
      {
        matters: [...waiting.map((row) => ofRequest(c, row)), ...list.rows.map((row) => ofOrder(c, row))],
        filters: filters.map((id) => ({ label: c.t(`filter.${id}`), href: to({ show: id }), active: id === show })),
        q,
        choice,
        next: list.next && to({ after: list.next }),
        live: liveTopics(await directory.customersInReach(c.actor)),
        path: to({}),
      },
      { title: c.t('menu.orders') },
    );
  });

  page.get('/orders/:id', guard('desk.order.read'), async (c) => {
    const order = await orders.get(c.actor, c.id());
    const rows = resolve(OrderRowService);
    const sheet = rows.shows(c.actor) ? await rows.sheet(c.actor, order.id) : null;
    c.view(
      'portal/order',
      {
        order,
        place: placeOf(order),
        badge: orderBadge(c, order),
        steps: stepsOf(c, order),
        history: order.events.filter((event) => event.kind !== 'work' && (event.kind !== 'signed' || 'performed_work' in order)),
        rows:
          sheet &&
          sheet.rows.length > 0 &&
          rowsView(c, sheet, { currency: resolve(SETTINGS).get('core.currency'), vat: sheet.rows.some((row) => row.vat !== null) }),
        technicians: [order.technician_name, ...order.helpers.map((helper) => helper.name)].filter(Boolean).join(', '),
        reported: ['done', 'invoiced'].includes(order.status) && resolve(ReportService).offers(c.actor, order),
        work: 'performed_work' in order ? await workOf(c, order.id) : null,
      },
      { title: order.title },
    );
  });

  page.get('/orders/:id/report.pdf', guard('desk.order.read', 'download'), (c) => sendReport(c, resolve));

  page.post(
    '/orders/:id/messages',
    guard('desk.order.read', 'write'),
    async (c) => {
      await messages.post(c.actor, 'order', c.id(), { ...c.body(answerInput), internal: false, uploads: c.uploads });
      c.redirect(`/orders/${c.id()}#conversation`, { key: 'toast.sent' });
    },
    answerFiles,
  );
};
