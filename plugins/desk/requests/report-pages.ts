import { ACCOUNTS, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { DeviceService, InstallationService, ProjectService, idOf } from '../../customers/api.js';
import { slaOf } from '../clocks/sla.js';
import { messageInput, orderInput, originInput, rejectInput, solverInput } from '../inputs.js';
import { requestLooks, urgencyLooks } from '../labels.js';
import { MessageService } from './message-service.js';
import { RequestDetails } from './request-details.js';
import { RequestService } from './request-service.js';
import type { RequestListRow } from '../types.js';

const views = ['waiting', 'all', 'rejected'] as const;
const listQuery = z.object({ view: z.enum(views).catch('waiting'), after: z.string().max(200).optional() });

/** The staff list "Fault reports": make an order of each, or reject it. */
export const reportPages: PageModule = (page, resolve) => {
  const requests = resolve(RequestService);
  const details = resolve(RequestDetails);
  const read = guard('desk.request.read');
  const write = guard('desk.request.manage', 'write');

  page.get('/reports', read, async (c) => {
    const { view, after } = c.query(listQuery);
    const filter = view === 'waiting' ? { unhandled: true } : view === 'rejected' ? { status: 'rejected' as const } : {};
    const { rows, next } = await requests.list(c.actor, { ...filter, after });
    const waiting = await requests.countUnhandled(c.actor);
    const self = (cursor?: string) => `/reports?${new URLSearchParams({ view, ...(cursor ? { after: cursor } : {}) }).toString()}`;
    c.view(
      'desk/reports',
      {
        view,
        rows: rows.map(looks),
        self: self(after),
        next: next && self(next),
        first: after ? self() : null,
        tabs: views.map((one) => ({
          label: c.t(`reports.view.${one}`),
          href: `/reports?view=${one}`,
          active: one === view,
          ...(one === 'waiting' ? { count: waiting } : {}),
        })),
      },
      { title: c.t('reports.title') },
    );
  });

  page.form('/reports/:id', guard('desk.request.read', 'write'), {
    schema: orderInput,
    async initial(c) {
      const request = await requests.get(c.actor, c.id());
      const matter = { installation_id: request.installation_id, device_id: request.device_id, project_id: request.project_id };
      return { title: request.subject, ...matter, ...c.query(chosenPlace) };
    },
    async show(c, form) {
      const request = await requests.get(c.actor, c.id());
      const waiting = !request.order_id && ['new', 'accepted', 'waiting'].includes(request.status);
      const title = c.t('report.title', { number: request.number });
      const solvers = waiting && c.may('desk.request.manage') ? await details.solvers(request) : [];
      c.view(
        'desk/report',
        {
          request: looks(request),
          form,
          waiting,
          title,
          sla: await slaOf(c, resolve, request),
          detailForm: { values: { computer: request.computer ?? '', login: request.login ?? '', solver_id: request.solver_id ?? '' }, errors: {}, summary: [] },
          solvers: solvers.map((one) => ({ value: one.id, label: one.kind === 'staff' ? one.name : c.t('solver.customer', { name: one.name }) })),
          ...(waiting ? await choices(c, resolve, request.customer_id, form.values) : {}),
        },
        { title },
      );
    },
    async submit(c, input) {
      const order = await requests.createOrder(c.actor, c.id(), input);
      c.redirect(`/orders/${order.id}`, { key: 'desk:toast.orderCreated', vars: { number: order.number } });
    },
  });

  page.form('/reports/:id/reject', write, {
    schema: rejectInput,
    async show(c, form) {
      const request = await requests.get(c.actor, c.id());
      const title = c.t('reject.title', { number: request.number });
      c.view('desk/reject', { request, form, title }, { title });
    },
    async submit(c, { reason }) {
      await requests.reject(c.actor, c.id(), reason);
      c.redirect('/reports', { key: 'desk:toast.rejected', undo: `/reports/${c.id()}/reopen` });
    },
  });

  page.post('/reports/:id/reopen', write, async (c) => {
    await requests.reopen(c.actor, c.id());
    c.redirect(`/reports/${c.id()}`, { key: 'desk:toast.reopened' });
  });

  page.post('/reports/:id/solver', write, async (c) => {
    await details.setSolver(c.actor, c.id(), c.body(solverInput).solver_id);
    c.redirect(`/reports/${c.id()}`, { key: 'desk:toast.solver' });
  });

  page.post('/reports/:id/origin', write, async (c) => {
    await details.setOrigin(c.actor, c.id(), c.body(originInput));
    c.redirect(`/reports/${c.id()}`, { key: 'desk:toast.origin' });
  });

  page.post('/reports/:id/solve', write, async (c) => {
    await details.solve(c.actor, c.id());
    c.redirect(`/reports/${c.id()}`, { key: 'desk:toast.solved', undo: `/reports/${c.id()}/reopen` });
  });

  page.post('/reports/:id/messages', guard('desk.request.read', 'write'), async (c) => {
    await resolve(MessageService).post(c.actor, 'request', c.id(), c.body(messageInput));
    c.redirect(`/reports/${c.id()}`, { key: 'desk:toast.message' });
  });
};

/** The installation that was just chosen: its devices are offered then. */
export const chosenPlace = z
  .object({ installation_id: z.string().max(12).optional().catch(undefined) })
  .transform(({ installation_id }) => (installation_id === undefined ? {} : { installation_id }));

/** What the form of an order offers: installations, devices and projects of the customer, and technicians. Absent: may not be seen. */
export async function choices(c: PageContext, resolve: Resolve, customerId: number, values: Record<string, unknown>): Promise<object> {
  const installations = await resolve(InstallationService).list(c.actor, { customerId, active: true, limit: 2000 });
  const place = idOf(values['installation_id']);
  const devices = c.may('customers.device.read')
    ? (await resolve(DeviceService).list(c.actor, { customerId, installationId: place, active: true, limit: 500 })).rows
    : null;
  const projects = c.may('customers.project.read') ? (await resolve(ProjectService).list(c.actor, { customerId, active: true, limit: 500 })).rows : null;
  return {
    installations: installations.map((one) => ({ value: one.id, label: [one.name, one.city].filter(Boolean).join(', ') })),
    devices: devices?.map((one) => ({ value: one.id, label: [one.name, place ? one.location : one.installation_name].filter(Boolean).join(' – ') })),
    projects: projects?.map((one) => ({ value: one.id, label: `${one.number} ${one.name}` })),
    technicians: await technicians(resolve),
    zone: c.fmt.timeZone,
  };
}

export async function technicians(resolve: Resolve): Promise<{ value: number; label: string }[]> {
  const staff = await resolve(ACCOUNTS).listStaff();
  return staff.filter((one) => one.status !== 'disabled').map(({ id, name }) => ({ value: id, label: name }));
}

export function looks<T extends RequestListRow>(row: T) {
  const place = [row.installation_name, row.installation_city].filter(Boolean).join(', ');
  return { ...row, look: requestLooks[row.status], urgent: urgencyLooks[row.urgency], place };
}
