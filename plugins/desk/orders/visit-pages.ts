import { NotFoundError, guard, z, type PageContext, type PageModule, type Resolve } from '../../../core/api.js';
import { toLocalInput } from '../../customers/api.js';
import { checkInput, drawingRule, pictureKind, signatureInput, statusInput, tickInput, timeInput, timerInput, workInput } from '../inputs.js';
import { technicians } from '../requests/report-pages.js';
import { photoRule } from '../types.js';
import { CheckService } from './check-service.js';
import { orderRow, stepsOf } from './order-pages.js';
import { OrderService } from './order-service.js';
import { orderTabs } from './order-tabs.js';
import { PictureService } from './picture-service.js';
import { durationOf } from './printed.js';
import { timeKinds } from './tables.js';
import { TimeService, type TimeView } from './time-service.js';

/** What happens on site: status, time, checks, photos, the work and the signature; made for a phone in one hand. */
export const visitPages: PageModule = (page, resolve) => {
  const [orders, times, checks, pictures] = [resolve(OrderService), resolve(TimeService), resolve(CheckService), resolve(PictureService)];
  const write = guard('desk.order.manage', 'write');
  const back = (c: PageContext, part: string) => `/orders/${c.id()}/visit#${part}`;

  page.form('/orders/:id/visit', write, {
    schema: workInput,
    initial: async (c) => ({ performed_work: (await orders.get(c.actor, c.id())).performed_work ?? '' }),
    show: async (c, form) => {
      const order = await orders.get(c.actor, c.id());
      const entries = await times.list(c.actor, order.id);
      const running = entries.find((one) => one.minutes === null && one.account_id === c.actor.account?.id);
      const sum = entries.reduce((total, one) => total + (one.minutes ?? 0), 0);
      const data = {
        order: orderRow(order),
        address: order.installation_address,
        contact: order.request?.contact,
        helpers: order.helpers.map((helper) => helper.name).join(', '),
        tabs: await orderTabs(c, resolve, order, 'visit'),
        steps: stepsOf(c, order),
        running: running && timeLine(c, running),
        times: entries.map((one) => timeLine(c, one)),
        sum: sum > 0 ? durationOf(c.t.bind(c), sum) : '',
        toRows: entries.filter((one) => one.billable && one.minutes !== null && one.row_id === null).length,
        kinds: kinds(c),
        checks: await checks.list(c.actor, order.id),
        lists: (await checks.lists(c.actor)).map((one) => ({ value: one.id, label: one.name })),
        photos: Object.entries(await pictures.list(c.actor, order.id)).map(([kind, files]) => ({
          kind,
          files,
          title: c.t(`photos.${kind}`),
          add: c.t(`photos.add.${kind}`),
        })),
        maxBytes: photoRule.maxBytes,
        signature: await pictures.signature(c.actor, order.id),
        form,
      };
      c.view('desk/visit', data, { title: `${order.number} ${order.title}` });
    },
    async submit(c, { performed_work }) {
      await orders.setPerformedWork(c.actor, c.id(), performed_work);
      c.redirect(back(c, 'work'), { key: 'desk:toast.work' });
    },
  });

  page.post('/orders/:id/visit/status', write, async (c) => {
    const { status } = c.body(statusInput);
    const event = await orders.setStatus(c.actor, c.id(), status);
    c.redirect(back(c, 'status'), { key: `desk:toast.status.${status}`, undo: `/orders/${c.id()}/status/${event}/undo` });
  });

  page.post('/orders/:id/timer/start', write, async (c) => {
    await times.start(c.actor, c.id(), c.body(timerInput).kind);
    c.redirect(back(c, 'time'), { key: 'desk:toast.timerStarted' });
  });
  page.post('/orders/:id/timer/stop', write, async (c) => {
    await times.stop(c.actor, c.id());
    c.redirect(back(c, 'time'), { key: 'desk:toast.timerStopped' });
  });
  page.form('/orders/:id/times/new', write, {
    schema: timeInput,
    initial: (c) => ({ account_id: c.actor.account?.id, start: toLocalInput(new Date(), c.fmt.timeZone), kind: 'work', billable: 'true', minutes: '' }),
    show: (c, form) => showTime(c, resolve, form, null),
    async submit(c, input) {
      await times.add(c.actor, c.id(), input);
      c.redirect(back(c, 'time'), { key: 'desk:toast.timeSaved' });
    },
  });
  page.form('/orders/:id/times/:time', write, {
    schema: timeInput,
    async initial(c) {
      const entry = await times.get(c.actor, c.id(), c.id('time'));
      return { ...entry, start: toLocalInput(entry.start, c.fmt.timeZone), billable: entry.billable ? 'true' : '', minutes: entry.minutes ?? '' };
    },
    show: async (c, form) => showTime(c, resolve, form, await times.get(c.actor, c.id(), c.id('time'))),
    async submit(c, input) {
      await times.update(c.actor, c.id(), c.id('time'), input);
      c.redirect(back(c, 'time'), { key: 'desk:toast.timeSaved' });
    },
  });
  page.post('/orders/:id/times/:time/remove', guard('desk.order.manage', 'delete'), async (c) => {
    await times.remove(c.actor, c.id(), c.id('time'));
    c.redirect(back(c, 'time'), { key: 'desk:toast.timeRemoved' });
  });
  page.post('/orders/:id/times/:time/row', write, async (c) => {
    await times.toRows(c.actor, c.id(), c.id('time'));
    c.redirect(back(c, 'time'), { key: 'desk:toast.timeRows', vars: { count: 1 } });
  });
  page.post('/orders/:id/times-to-rows', write, async (c) => {
    const count = await times.toRows(c.actor, c.id());
    c.redirect(back(c, 'time'), { key: 'desk:toast.timeRows', vars: { count } });
  });

  page.post('/orders/:id/checks', write, async (c) => {
    await checks.add(c.actor, c.id(), c.body(checkInput).text);
    c.redirect(back(c, 'checks'));
  });
  page.post('/orders/:id/checks/list', write, async (c) => {
    await checks.addList(c.actor, c.id(), c.body(z.object({ list_id: z.coerce.number().int().positive().max(2_147_483_647) })).list_id);
    c.redirect(back(c, 'checks'), { key: 'desk:toast.checklist' });
  });
  page.post('/orders/:id/checks/:check', write, async (c) => {
    await checks.tick(c.actor, c.id(), c.id('check'), c.body(tickInput).done);
    c.redirect(back(c, 'checks'));
  });
  page.post('/orders/:id/checks/:check/remove', guard('desk.order.manage', 'delete'), async (c) => {
    await checks.remove(c.actor, c.id(), c.id('check'));
    c.redirect(back(c, 'checks'));
  });

  page.post(
    '/orders/:id/photos/:kind',
    write,
    async (c) => {
      const kind = pictureKind.safeParse(c.params['kind']);
      if (!kind.success) throw new NotFoundError();
      await pictures.add(c.actor, c.id(), kind.data, c.uploads);
      c.redirect(back(c, 'photos'), { key: 'desk:toast.photos', vars: { count: c.uploads.length } });
    },
    photoRule,
  );
  page.post('/orders/:id/photos/:file/remove', guard('desk.order.manage', 'delete'), async (c) => {
    await pictures.remove(c.actor, c.id(), c.params['file'] ?? '');
    c.redirect(back(c, 'photos'), { key: 'desk:toast.photoRemoved' });
  });

  page.form('/orders/:id/sign', write, {
    schema: signatureInput,
    uploads: drawingRule,
    initial: async (c) => ({ name: (await orders.get(c.actor, c.id())).request?.contact ?? '' }),
    async show(c, form) {
      const order = await orders.get(c.actor, c.id());
      c.view('desk/sign', { order: orderRow(order), form, work: order.performed_work }, { title: `${c.t('signature.title')} · ${order.number}` });
    },
    async submit(c, { name }) {
      await pictures.sign(c.actor, c.id(), name, c.uploads[0]);
      c.redirect(back(c, 'signature'), { key: 'desk:toast.signed', vars: { name } });
    },
  });
  page.post('/orders/:id/sign/withdraw', guard('desk.order.manage', 'delete'), async (c) => {
    await pictures.withdraw(c.actor, c.id());
    c.redirect(back(c, 'signature'), { key: 'desk:toast.unsigned' });
  });
};

const kinds = (c: PageContext) => timeKinds.map((value) => ({ value, label: c.t(`time.kind.${value}`) }));

function timeLine(c: PageContext, one: TimeView) {
  return { ...one, kind: c.t(`time.kind.${one.kind}`), duration: one.minutes === null ? '' : durationOf(c.t.bind(c), one.minutes) };
}

async function showTime(c: PageContext, resolve: Resolve, form: object, entry: TimeView | null): Promise<void> {
  const order = await resolve(OrderService).get(c.actor, c.id());
  const title = c.t(entry ? 'time.edit' : 'time.new');
  c.view(
    'desk/time',
    { order, entry, form, title, kinds: kinds(c), technicians: await technicians(resolve), zone: c.fmt.timeZone },
    { title: `${title} · ${order.number}` },
  );
}
