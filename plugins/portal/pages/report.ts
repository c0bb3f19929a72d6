import { guard, signedIn, InvalidInputError, SETTINGS, type PageModule } from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { OrderService, photoRule, reportInput, RequestService } from '../../desk/api.js';
import { stepsOf, placeOf, ofRequest } from '../matters.js';
import { reportChoices } from './report-form.js';

/** Reports a fault, and follows a report that has no order yet. */
export const reportPages: PageModule = (page, resolve) => {
  const [requests, orders, directory, settings] = [resolve(RequestService), resolve(OrderService), resolve(AccessDirectory), resolve(SETTINGS)];

  page.form('/report', guard('desk.request.create', 'write'), {
    schema: reportInput,
    uploads: photoRule,
    initial: (c) => ({ urgency: '2', installation_id: typeof c.req.query.installation === 'string' ? c.req.query.installation : '' }),
    async show(c, form) {
      const choices = await reportChoices(c, directory, String(form.values.installation_id ?? ''));
      c.view('portal/report', { form, answerHours: settings.get('portal.answerHours'), ...choices }, { title: c.t('report.title') });
    },
    async submit(c, input) {
      const places = await directory.installations(c.actor, 'desk.request.create', { limit: 1 });
      if (places.length > 0 && input.installation_id === null) throw new InvalidInputError({ installation_id: { key: 'portal:error.choosePlace' } });
      const request = await requests.report(c.actor, input, c.uploads);
      if (request.order_id === null) return c.redirect(`/reports/${request.id}`, { key: 'toast.reported', vars: { number: request.number } });
      const order = await orders.get(c.actor, request.order_id);
      c.redirect(`/orders/${order.id}`, { key: 'toast.ordered', vars: { number: order.number } });
    },
  });

  // Those who may read reports see it, and so does who reported it: the service knows both.
  page.get('/reports/:id', signedIn(), async (c) => {
    const request = await requests.get(c.actor, c.id());
    if (request.order) return c.redirect(`/orders/${request.order.id}`);
    c.view(
      'portal/report-status',
      {
        request,
        place: placeOf(request),
        badge: ofRequest(c, request).badge,
        steps: stepsOf(c, request),
        next: c.t(request.status === 'rejected' ? 'next.rejected' : 'next.received', { hours: settings.get('portal.answerHours') }),
      },
      { title: request.subject },
    );
  });
};
