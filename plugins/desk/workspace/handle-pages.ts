import { guard, type PageModule } from '../../../core/api.js';
import { orderInput, originInput, rejectInput } from '../inputs.js';
import { RequestDetails } from '../requests/request-details.js';
import { chosenPlace, choices } from '../requests/report-pages.js';
import { RequestService } from '../requests/request-service.js';
import { SavedDeskViews } from './saved-views.js';
import { openView } from './view.js';

const write = guard('desk.request.manage', 'write');

/** What becomes of a fault report: an order, or a reason why not (KO-20). */
export const handlePages: PageModule = (page, resolve) => {
  const requests = resolve(RequestService);

  page.form('/desk/:view/:id/order', guard('desk.order.manage', 'write'), {
    schema: orderInput,
    async initial(c) {
      const { subject, installation_id, device_id, project_id } = await requests.get(c.actor, c.id());
      return { title: subject, installation_id, device_id, project_id, ...c.query(chosenPlace) };
    },
    async show(c, form) {
      const [view, request] = [await openView(c, resolve(SavedDeskViews)), await requests.get(c.actor, c.id())];
      const title = c.t('report.createOrder');
      const data = { request, form, title, back: view.href(request.id), self: view.href(request.id, 'order') };
      c.view('desk/request-order', { ...data, ...(await choices(c, resolve, request.customer_id, form.values)) }, { title: `${title} · #${request.number}` });
    },
    async submit(c, input) {
      const order = await requests.createOrder(c.actor, c.id(), input);
      c.redirect(`/orders/${order.id}`, { key: 'toast.orderCreated', vars: { number: order.number } });
    },
  });

  page.form('/desk/:view/:id/reject', write, {
    schema: rejectInput,
    async show(c, form) {
      const [view, request] = [await openView(c, resolve(SavedDeskViews)), await requests.get(c.actor, c.id())];
      const title = c.t('reject.title', { number: request.number });
      c.view('desk/reject', { request, form, title, back: view.href(request.id), self: view.href(request.id, 'reject') }, { title });
    },
    async submit(c, { reason }) {
      const view = await openView(c, resolve(SavedDeskViews));
      const { undo } = await requests.change(c.actor, c.id(), { status: 'rejected', reject_reason: reason });
      c.redirect(view.href(), { key: 'toast.rejected', ...(undo ? { undo: view.href(c.id(), 'undo', undo) } : {}) });
    },
  });

  page.post('/desk/:view/:id/origin', write, async (c) => {
    const view = await openView(c, resolve(SavedDeskViews));
    await resolve(RequestDetails).setOrigin(c.actor, c.id(), c.body(originInput));
    c.redirect(view.href(c.id()), { key: 'toast.origin' });
  });
};
