import { guard, listOf, listQuery, time, z, type ApiModule } from '../../../core/api.js';
import { importOperations } from '../../customers/api.js';
import {
  articleInput,
  checkInput,
  checklistInput,
  newOrderInput,
  pictureKind,
  signatureInput,
  statusInput,
  teamBody,
  tickInput,
  timeInput,
  timerInput,
  workInput,
} from '../inputs.js';
import { orderStatuses } from '../types.js';
import { ArticleImports } from './article-import.js';
import { ArticleService, type Article } from './article-service.js';
import { CheckService } from './check-service.js';
import { OrderService } from './order-service.js';
import { PictureService } from './picture-service.js';
import { ReportService } from './report-service.js';
import { timeKinds } from './tables.js';
import { TimeService } from './time-service.js';

const money = z.number().int().nullable();
const id = z.number().int();
const article = z.object({
  id,
  number: z.string(),
  text: z.string(),
  unit: z.string().nullable(),
  purchasePrice: money.optional(),
  salesPrice: money,
  vat: money,
  active: z.boolean(),
});
const entry = z.object({
  id,
  technicianId: id,
  technician: z.string().nullable(),
  start: time,
  minutes: z.number().int().nullable().describe('Null while the timer runs.'),
  kind: z.enum(timeKinds),
  billable: z.boolean(),
  note: z.string().nullable(),
  rowId: id.nullable(),
});
const check = z.object({ id, text: z.string(), doneAt: time.nullable(), doneBy: z.string().nullable() });
const checklist = z.object({ id, name: z.string(), points: z.array(z.string()), active: z.boolean() });
const file = z.object({ id: z.string(), name: z.string(), type: z.string(), size: z.number().int(), kind: pictureKind, href: z.string() });
const signature = z.object({ name: z.string(), signedAt: time, href: z.string().nullable() }).nullable();
const read = guard('desk.order.read');
const write = guard('desk.order.manage', 'write');
const remove = guard('desk.order.manage', 'delete');

/** The work on orders over REST: planning, status, time, checks, photos, signature and report. */
export const orderApi: ApiModule = (api, resolve) => {
  const [orders, times, checks, pictures] = [resolve(OrderService), resolve(TimeService), resolve(CheckService), resolve(PictureService)];
  const status = z.object({ id, status: z.enum(orderStatuses) });
  type Actor = Parameters<OrderService['get']>[0];
  const stateOf = async (actor: Actor, order: number) => ({ id: order, status: (await orders.get(actor, order)).status });

  api.on(
    'post',
    '/desk/orders',
    write,
    { summary: 'Create an order', body: newOrderInput, response: status.extend({ number: z.string() }), status: 201 },
    async (c) => {
      const made = await orders.create(c.actor, c.body);
      return { id: made.id, number: made.number, status: made.status };
    },
  );
  api.on('post', '/desk/orders/:id/status', write, { summary: 'Move an order on', body: statusInput, response: status, errors: [409] }, async (c) => {
    await orders.setStatus(c.actor, c.id(), c.body.status);
    return stateOf(c.actor, c.id());
  });
  api.on('put', '/desk/orders/:id/plan', write, { summary: 'Plan an order', body: teamBody, response: status, errors: [409] }, async (c) => {
    await orders.plan(c.actor, c.id(), c.body);
    return stateOf(c.actor, c.id());
  });
  api.on('put', '/desk/orders/:id/work', write, { summary: 'Record the performed work', body: workInput, response: status }, async (c) => {
    await orders.setPerformedWork(c.actor, c.id(), c.body.performed_work);
    return stateOf(c.actor, c.id());
  });

  const timesOf = async (actor: Actor, order: number) =>
    (await times.list(actor, order)).map(({ account_id, name, row_id, ...one }) => ({
      ...{ id: one.id, start: one.start, minutes: one.minutes, kind: one.kind, billable: one.billable, note: one.note },
      technicianId: account_id,
      technician: name,
      rowId: row_id,
    }));
  const entries = z.object({ items: z.array(entry) });
  const path = '/desk/orders/:id/times';
  api.on('get', path, guard('desk.work.read'), { summary: 'Time spent on an order', response: entries }, async (c) => ({
    items: await timesOf(c.actor, c.id()),
  }));
  api.on('post', path, write, { summary: 'Add a time entry', body: timeInput, response: entries, status: 201 }, async (c) => {
    await times.add(c.actor, c.id(), c.body);
    return { items: await timesOf(c.actor, c.id()) };
  });
  api.on('put', `${path}/:time`, write, { summary: 'Change a time entry', body: timeInput, response: entries, errors: [409] }, async (c) => {
    await times.update(c.actor, c.id(), c.id('time'), c.body);
    return { items: await timesOf(c.actor, c.id()) };
  });
  api.on('delete', `${path}/:time`, remove, { summary: 'Remove a time entry', response: entries, errors: [409] }, async (c) => {
    await times.remove(c.actor, c.id(), c.id('time'));
    return { items: await timesOf(c.actor, c.id()) };
  });
  api.on(
    'post',
    `${path}/:time/row`,
    write,
    { summary: 'Make an order row of a billable time entry', response: entries, status: 201, errors: [409] },
    async (c) => {
      await times.toRows(c.actor, c.id(), c.id('time'));
      return { items: await timesOf(c.actor, c.id()) };
    },
  );
  api.on('post', '/desk/orders/:id/timer', write, { summary: 'Start your timer', body: timerInput, response: entries, status: 201 }, async (c) => {
    await times.start(c.actor, c.id(), c.body.kind);
    return { items: await timesOf(c.actor, c.id()) };
  });
  api.on('delete', '/desk/orders/:id/timer', write, { summary: 'Stop your timer', response: entries, errors: [409] }, async (c) => {
    await times.stop(c.actor, c.id());
    return { items: await timesOf(c.actor, c.id()) };
  });

  const checksOf = async (actor: Actor, order: number) => ({
    items: (await checks.list(actor, order)).map((one) => ({ id: one.id, text: one.text, doneAt: one.done_at, doneBy: one.done_by_name })),
  });
  const list = z.object({ items: z.array(check) });
  api.on('get', '/desk/orders/:id/checks', guard('desk.work.read'), { summary: 'Checklist of an order', response: list }, (c) => checksOf(c.actor, c.id()));
  api.on('post', '/desk/orders/:id/checks', write, { summary: 'Add a thing to do', body: checkInput, response: list, status: 201 }, async (c) => {
    await checks.add(c.actor, c.id(), c.body.text);
    return checksOf(c.actor, c.id());
  });
  api.on('put', '/desk/orders/:id/checks/:check', write, { summary: 'Tick or untick', body: tickInput, response: list }, async (c) => {
    await checks.tick(c.actor, c.id(), c.id('check'), c.body.done);
    return checksOf(c.actor, c.id());
  });
  api.on('delete', '/desk/orders/:id/checks/:check', remove, { summary: 'Remove a thing to do', response: list }, async (c) => {
    await checks.remove(c.actor, c.id(), c.id('check'));
    return checksOf(c.actor, c.id());
  });

  api.on(
    'get',
    '/desk/orders/:id/photos',
    guard('desk.work.read'),
    { summary: 'Photos of an order', response: z.object({ items: z.array(file) }) },
    async (c) => {
      const { before, after } = await pictures.list(c.actor, c.id());
      const of = (kind: 'before' | 'after', files: typeof before) =>
        files.map((one) => ({ id: one.id, name: one.name, type: one.type, size: one.size, kind, href: one.href }));
      return { items: [...of('before', before), ...of('after', after)] };
    },
  );
  const signatureOf = async (actor: Actor, order: number) => {
    const found = await pictures.signature(actor, order);
    return found && { name: found.name, signedAt: found.signed_at, href: found.file?.href ?? null };
  };
  api.on('get', '/desk/orders/:id/signature', guard('desk.work.read'), { summary: 'Who signed for an order', response: signature }, (c) =>
    signatureOf(c.actor, c.id()),
  );
  api.on(
    'put',
    '/desk/orders/:id/signature',
    write,
    { summary: 'Keep who signed, without a drawing', body: signatureInput, response: signature },
    async (c) => {
      await pictures.sign(c.actor, c.id(), c.body.name, undefined);
      return signatureOf(c.actor, c.id());
    },
  );
  api.on(
    'get',
    '/desk/orders/:id/report',
    { ...read, access: 'download' },
    {
      summary: 'Service report as PDF',
      description: "In the customer's language, without purchase prices. Customers get it once the work is done.",
      response: z.any(),
      content: 'application/pdf',
    },
    async (c) => resolve(ReportService).pdf(await resolve(ReportService).build(c.actor, c.id())),
  );
};

/** Articles and checklists over REST. */
export const catalogApi: ApiModule = (api, resolve) => {
  const [articles, checks] = [resolve(ArticleService), resolve(CheckService)];
  const [manage, change] = [guard('desk.order.manage'), guard('desk.catalog.manage', 'write')];
  api.on(
    'get',
    '/desk/articles',
    manage,
    {
      summary: 'Articles by number',
      query: listQuery.extend({ q: z.string().max(200).optional(), active: z.enum(['true', 'false']).optional() }),
      response: listOf(article),
    },
    async ({ actor, query: { active, ...query } }) => {
      const { rows, next } = await articles.list(actor, { ...query, ...(active === undefined ? {} : { active: active === 'true' }) });
      return { items: rows.map(toArticle), next };
    },
  );
  api.on('get', '/desk/articles/:id', manage, { summary: 'One article', response: article }, async (c) => toArticle(await articles.get(c.actor, c.id())));
  api.on('post', '/desk/articles', change, { summary: 'Add an article', body: articleInput, response: article, status: 201 }, async (c) =>
    toArticle(await articles.create(c.actor, c.body)),
  );
  api.on('put', '/desk/articles/:id', change, { summary: 'Change an article', body: articleInput, response: article }, async (c) => {
    await articles.update(c.actor, c.id(), c.body);
    return toArticle(await articles.get(c.actor, c.id()));
  });
  importOperations(api, { path: '/desk/article-imports', imports: resolve(ArticleImports), of: 'articles', idField: 'articleId' });

  const toList = ({ points, active, ...one }: Awaited<ReturnType<CheckService['getList']>>) => ({
    ...one,
    points: points.split('\n'),
    active: Boolean(active),
  });
  api.on(
    'get',
    '/desk/checklists',
    manage,
    { summary: 'Checklists that orders can take over', response: z.object({ items: z.array(checklist) }) },
    async (c) => ({
      items: (await checks.lists(c.actor, true)).map(toList),
    }),
  );
  api.on('post', '/desk/checklists', change, { summary: 'Add a checklist', body: checklistInput, response: checklist, status: 201 }, async (c) =>
    toList(await checks.getList(c.actor, await checks.saveList(c.actor, null, c.body))),
  );
  api.on('put', '/desk/checklists/:id', change, { summary: 'Change a checklist', body: checklistInput, response: checklist }, async (c) =>
    toList(await checks.getList(c.actor, await checks.saveList(c.actor, c.id(), c.body))),
  );
};

function toArticle({ sales_price, purchase_price, version: _version, ...row }: Article): z.input<typeof article> {
  return { ...row, salesPrice: sales_price, ...(purchase_price === undefined ? {} : { purchasePrice: purchase_price }) };
}
