import { guard, signedIn, InvalidInputError, SETTINGS, type PageContext, type PageModule, type Resolve, z } from '../../../core/api.js';
import { AccessDirectory, DeviceService, idOf } from '../../customers/api.js';
import { MessageService, OrderService, photoRule, reportInput, RequestDetails, RequestService, type RequestStatus, type RequestView } from '../../desk/api.js';
import { answerFiles, answerInput } from '../answer.js';
import { stepsOf, placeOf, ofRequest } from '../matters.js';
import { reportChoices } from './report-form.js';

const one = z.string().max(43).catch('').default('');
const given = z.object({ installation: one, installation_id: one, device: one, label: one });

/** Reports a fault, and follows a report that has no order yet. */
export const reportPages: PageModule = (page, resolve) => {
  const [requests, orders, directory, settings] = [resolve(RequestService), resolve(OrderService), resolve(AccessDirectory), resolve(SETTINGS)];

  page.form('/report', guard('desk.request.create', 'write'), {
    schema: reportInput,
    uploads: photoRule,
    initial: (c) => preset(c, resolve),
    async show(c, form) {
      const scanned = await scannedDevice(c, resolve, form.values['label']);
      const data = { form, scanned, answerHours: settings.get('portal.answerHours'), ...(await reportChoices(c, resolve, form.values)) };
      c.view('portal/report', data, { title: c.t('report.title') });
    },
    async submit(c, input) {
      const places = await directory.installations(c.actor, 'desk.request.create', { limit: 1 });
      if (places.length > 0 && input.installation_id === null && !input.device_id && !input.label)
        throw new InvalidInputError({ installation_id: { key: 'portal:error.choosePlace' } });
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
        place: [request.device_name, placeOf(request)].filter(Boolean).join(' · '),
        badge: ofRequest(c, request).badge,
        steps: stepsOf(c, request),
        toSolve: request.solver_id === c.actor.account?.id && c.may('desk.request.solve') && waits.includes(request.status),
        ...judges(c, request),
        next: c.t(`next.${nextStep[request.status]}`, { hours: settings.get('portal.answerHours') }),
      },
      { title: request.subject },
    );
  });

  page.post(
    '/reports/:id/messages',
    signedIn('write'),
    async (c) => {
      await resolve(MessageService).post(c.actor, 'request', c.id(), { ...c.body(answerInput), internal: false, uploads: c.uploads });
      c.redirect(`/reports/${c.id()}#conversation`, { key: 'toast.sent' });
    },
    answerFiles,
  );

  // Who reported it says that it works again, or that it does not.
  page.post('/reports/:id/works', guard('desk.request.create', 'write'), async (c) => {
    await resolve(RequestDetails).solve(c.actor, c.id());
    c.redirect(`/reports/${c.id()}`, { key: 'toast.works', undo: `/reports/${c.id()}/fails` });
  });
  page.post('/reports/:id/fails', guard('desk.request.create', 'write'), async (c) => {
    await resolve(RequestDetails).unsolve(c.actor, c.id());
    c.redirect(`/reports/${c.id()}`, { key: 'toast.fails' });
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

const waits: readonly string[] = ['new', 'accepted', 'waiting'];
/** Which sentence says what comes next. */
const nextStep: Readonly<Record<RequestStatus, string>> = {
  new: 'received',
  accepted: 'accepted',
  waiting: 'waiting',
  planned: 'accepted',
  solved: 'solved',
  closed: 'solved',
  rejected: 'rejected',
};

/** Who reported it may say whether it works again. */
function judges(c: PageContext, request: RequestView): { mayClose: boolean; mayReopen: boolean } {
  const own = request.reporter_account_id === c.actor.account?.id && request.target === null && c.may('desk.request.create');
  return { mayClose: own && waits.includes(request.status), mayReopen: own && request.status === 'solved' };
}

/** A device that the address names brings its installation. What is out of reach is as if it had not been named. */
async function preset(c: PageContext, resolve: Resolve): Promise<Record<string, unknown>> {
  const { installation, installation_id, device, label } = c.query(given);
  const id = idOf(device);
  const [found] = id ? await resolve(DeviceService).choices(c.actor, 'desk.request.create', { id, limit: 1 }) : [];
  return {
    urgency: '2',
    label,
    device_id: found ? String(found.id) : '',
    installation_id: found ? String(found.installation_id) : installation_id || installation,
  };
}

/** The device of a scanned label, for those who may report on it. */
async function scannedDevice(c: PageContext, resolve: Resolve, label: unknown): Promise<{ name: string; label: string } | null> {
  const device = typeof label === 'string' && label !== '' ? await resolve(DeviceService).byToken(label) : null;
  if (!device) return null;
  const allowed = await resolve(RequestService).mayReport(c.actor, device);
  return allowed ? { name: device.name, label: String(label) } : null;
}
