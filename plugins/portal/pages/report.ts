import { guard, signedIn, InvalidInputError, SETTINGS, type PageModule, z } from '../../../core/api.js';
import { AccessDirectory } from '../../customers/api.js';
import { MessageService, OrderService, photoRule, reportInput, RequestDetails, RequestService } from '../../desk/api.js';
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
        toSolve: request.solver_id === c.actor.account?.id && c.may('desk.request.solve') && ['new', 'accepted', 'waiting'].includes(request.status),
        next: c.t(request.status === 'rejected' ? 'next.rejected' : 'next.received', { hours: settings.get('portal.answerHours') }),
      },
      { title: request.subject },
    );
  });

  page.post('/reports/:id/messages', signedIn('write'), async (c) => {
    const { text } = c.body(z.object({ text: z.string().trim().min(1).max(10_000) }));
    await resolve(MessageService).post(c.actor, 'request', c.id(), { text, internal: false });
    c.redirect(`/reports/${c.id()}#conversation`, { key: 'toast.sent' });
  });

  // CM-04: what this account was chosen to solve for its company.
  page.get('/solve', guard('desk.request.solve'), async (c) => {
    const { after } = c.query(z.object({ after: z.string().max(200).optional() }));
    const { rows, next } = await requests.list(c.actor, { solverId: c.actor.account?.id ?? 0, unhandled: true, after });
    c.view('portal/solve', { matters: rows.map((row) => ofRequest(c, row)), next: next && `/solve?after=${next}` }, { title: c.t('menu.solve') });
  });
  page.post('/reports/:id/solve', guard('desk.request.solve', 'write'), async (c) => {
    await resolve(RequestDetails).solve(c.actor, c.id());
    c.redirect('/solve', { key: 'toast.solved' });
  });
};
