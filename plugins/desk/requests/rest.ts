import { guard, listOf, listQuery, time, z, type ApiModule } from '../../../core/api.js';
import { idInput } from '../../customers/api.js';
import { messageInput, patchInput, requestInput, tagsInput } from '../inputs.js';
import { never, origins, requestStatuses, requestTypes, type MessageView, type RequestListRow, type RequestView } from '../types.js';
import { isInside } from '../sight.js';
import { MessageService } from './message-service.js';
import { RequestService } from './request-service.js';
import { RequestTies } from './request-ties.js';

const id = z.number().int();
const named = id.positive();
const scale = id.describe('1 the most to 4 the least; absent for customers.').optional();
const request = z.object({
  id,
  number: id,
  type: z.enum(requestTypes),
  status: z.enum(requestStatuses),
  subject: z.string(),
  urgency: id.describe('1 can wait, 2 normal, 3 work stopped.'),
  priority: scale,
  importance: scale,
  origin: z.enum(origins),
  customerId: id,
  customer: z.string(),
  installationId: id.nullable(),
  installation: z.string().nullable(),
  deviceId: id.nullable(),
  device: z.string().nullable(),
  projectId: id.nullable(),
  reporter: z.string().nullable(),
  solverId: id.nullable(),
  solver: z.string().nullable(),
  computer: z.string().nullable(),
  login: z.string().nullable(),
  contact: z.string().nullable(),
  tags: z.array(z.string()).optional().describe('Absent for customers.'),
  orderId: id.nullable(),
  dueAt: time.nullable().optional().describe('By when somebody has to act. Absent for customers.'),
  createdAt: time,
  updatedAt: time,
});
const file = z.object({ id: z.string(), name: z.string(), type: z.string(), size: id.describe('Bytes.'), href: z.string() });
const message = z.object({
  id,
  visibility: z.enum(['public', 'internal']),
  author: z.string().nullable(),
  staff: z.boolean().describe('Was it written by the service company?'),
  origin: z.enum(origins),
  text: z.string().describe('Markdown.'),
  files: z.array(file),
  at: time,
  heldUntil: time.nullable().describe('Until then a reply has not left and customers do not see it.'),
});
const ref = z.object({ id, number: id, subject: z.string(), status: z.enum(requestStatuses) });
const requestDetail = request.extend({
  text: z.string().describe('What was reported, as Markdown.'),
  rejectReason: z.string().nullable(),
  version: id.describe('Send it with a change: the change is refused when there is a newer one.'),
  files: z.array(file),
  mergedInto: ref.nullable(),
  watchers: z.array(z.object({ id, name: z.string() })).optional(),
  links: z.array(ref).optional(),
});
const changed = z.object({ version: id });
const path = '/desk/requests/:id';

/** The requests' part of the REST interface: the same services and rights as the pages. */
export const requestApi: ApiModule = (api, resolve) => {
  const [requests, ties, messages] = [resolve(RequestService), resolve(RequestTies), resolve(MessageService)];
  const read = guard('desk.request.read');
  const manage = guard('desk.request.manage', 'write');

  api.on(
    'get',
    '/desk/requests',
    read,
    {
      summary: 'Requests in reach',
      description: 'Internal requests are there for staff only.',
      query: listQuery.extend({
        status: z.enum(['open', ...requestStatuses]).optional(),
        type: z.enum(requestTypes).optional(),
        priority: z.coerce.number().int().min(1).max(4).optional(),
        solver: idInput.optional(),
        customer: idInput.optional(),
        installation: idInput.optional(),
        device: idInput.optional(),
        project: idInput.optional(),
        origin: z.enum(origins).optional(),
        tag: z.string().max(40).optional().describe('Ignored for customers.'),
        q: z.string().max(200).optional().describe('Words of number, subject, customer, place or device, from their beginning.'),
        sort: z.enum(['newest', 'due', 'updated']).default('newest'),
      }),
      response: listOf(request),
    },
    async ({ actor, query: { status, solver, customer, installation, device, project, ...filter } }) => {
      const { rows, next } = await requests.list(actor, {
        ...filter,
        ...(status === 'open' ? { open: true } : { status }),
        solverId: solver,
        customerId: customer,
        installationId: installation,
        deviceId: device,
        projectId: project,
      });
      return { items: rows.map((row) => toRequest(row, isInside(actor))), next };
    },
  );

  api.on('get', path, read, { summary: 'One request', response: requestDetail }, async ({ actor, id: of }) =>
    toDetail(await requests.get(actor, of()), isInside(actor)),
  );

  api.on(
    'post',
    '/desk/requests',
    guard('desk.request.create', 'write'),
    {
      summary: 'Report a fault, or file another request',
      description: 'A fault report of an account that creates orders directly is a planned order at once. With `computer` its origin is the device.',
      body: requestInput,
      response: z.object({ id, number: id, status: z.enum(requestStatuses), orderId: id.nullable() }),
      status: 201,
    },
    async ({ actor, body }) => {
      const { id: made, number, status, order_id } = await requests.create(actor, body);
      return { id: made, number, status, orderId: order_id };
    },
  );

  api.on(
    'patch',
    path,
    manage,
    {
      summary: 'Change a request',
      description: '`rejectReason` goes with the status `rejected`; the reporter gets it.',
      body: patchInput,
      response: changed,
      errors: [409],
    },
    async ({ actor, id: of, body: { version, ...patch } }) => ({ version: (await requests.change(actor, of(), patch, version)).version }),
  );

  api.on('get', `${path}/messages`, read, { summary: 'Messages of a request, oldest first', response: z.object({ items: z.array(message) }) }, async (c) => ({
    items: (await requests.get(c.actor, c.id())).messages.map(toMessage),
  }));
  api.on(
    'post',
    `${path}/messages`,
    guard('desk.request.read', 'write'),
    {
      summary: 'Write a message',
      description: 'A public reply of staff leaves after ten seconds.',
      body: messageInput,
      response: z.object({ id, heldUntil: time.nullable() }),
      status: 201,
    },
    async ({ actor, id: of, body }) => {
      const made = await messages.post(actor, 'request', of(), body);
      return { id: made.id, heldUntil: made.held_until };
    },
  );

  api.on('put', `${path}/tags`, manage, { summary: 'Set the tags', body: tagsInput, response: z.object({ tags: z.array(z.string()) }) }, async (c) => {
    await ties.setTags(c.actor, c.id(), c.body.tags);
    return { tags: (await requests.get(c.actor, c.id())).tags };
  });
  const done = { response: z.null(), status: 204 } as const;
  api.on('post', `${path}/watchers`, manage, { summary: 'Let an account follow a request', body: z.object({ account_id: named }), ...done }, async (c) => {
    await ties.watch(c.actor, c.id(), c.body.account_id);
    return null;
  });
  api.on('delete', `${path}/watchers/:account`, manage, { summary: 'Let an account no longer follow a request', ...done }, async (c) => {
    await ties.unwatch(c.actor, c.id(), c.id('account'));
    return null;
  });
  api.on('post', `${path}/links`, manage, { summary: 'Link two requests', body: z.object({ other_id: named }), ...done }, async (c) => {
    await ties.link(c.actor, c.id(), c.body.other_id);
    return null;
  });
  api.on('delete', `${path}/links/:other`, manage, { summary: 'Take a link of two requests away', ...done }, async (c) => {
    await ties.unlink(c.actor, c.id(), c.id('other'));
    return null;
  });
  api.on(
    'post',
    `${path}/merge`,
    manage,
    { summary: 'Merge a request into another one of its customer', body: z.object({ into_id: named }), errors: [409], ...done },
    async (c) => {
      await ties.merge(c.actor, c.id(), c.body.into_id);
      return null;
    },
  );
  api.on('post', `${path}/unmerge`, manage, { summary: 'Take a merge back', errors: [409], ...done }, async (c) => {
    await ties.unmerge(c.actor, c.id());
    return null;
  });
};

function toRequest(row: RequestListRow, inside: boolean): z.input<typeof request> {
  return {
    id: row.id,
    number: row.number,
    type: row.type,
    status: row.status,
    subject: row.subject,
    urgency: row.urgency,
    ...(inside ? { priority: row.priority, importance: row.importance, tags: row.tags, dueAt: row.due_at < never ? row.due_at : null } : {}),
    origin: row.origin,
    customerId: row.customer_id,
    customer: row.customer_name,
    installationId: row.installation_id,
    installation: row.installation_name,
    deviceId: row.device_id,
    device: row.device_name,
    projectId: row.project_id,
    reporter: row.reporter_name,
    solverId: row.solver_id,
    solver: row.solver_name,
    computer: row.computer,
    login: row.login,
    contact: row.contact,
    orderId: row.order_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toDetail(view: RequestView, inside: boolean): z.input<typeof requestDetail> {
  return {
    ...toRequest({ ...view, order_id: view.order?.id ?? null }, inside),
    text: view.text,
    rejectReason: view.reject_reason,
    version: view.version,
    files: view.photos.map(toFile),
    mergedInto: view.target,
    ...(inside ? { watchers: view.watchers.map(({ id: account, name }) => ({ id: account, name })), links: view.links } : {}),
  };
}

const toFile = ({ id: of, name, type, size, href }: RequestView['photos'][number]): z.input<typeof file> => ({ id: of, name, type, size, href });

function toMessage(row: MessageView): z.input<typeof message> {
  return {
    id: row.id,
    visibility: row.visibility,
    author: row.author_name,
    staff: row.staff,
    origin: row.origin,
    text: row.text,
    files: row.files.map(toFile),
    at: row.at,
    heldUntil: row.held_until,
  };
}
