import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../database/cursor.js';
import { guard, stepUp } from '../http/types.js';
import { listOf, listQuery, time, type ApiContext, type ApiModule } from '../rest/types.js';
import { deliveryStates } from './model.js';
import type { WebhookPageDeps } from './pages.js';
import { webhookInput } from './types.js';

const webhook = z.object({
  id: z.number().int(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  customerId: z.number().int().nullable().describe('Only events about this customer; null = of everybody.'),
  active: z.boolean(),
  failingSince: time.nullable().describe('The first failure since the last success.'),
  disabledAt: time.nullable().describe('When it was switched off because nothing arrived any more.'),
  createdAt: time,
});
const input = webhookInput.extend({ active: webhookInput.shape.active.default(true) });
const secret = z.string().describe('Key of the signatures; it is told only this once.');
const delivery = z.object({
  id: z.guid().describe('The `id` of the event, which stays the same however often it is sent.'),
  event: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.number().int(),
  createdAt: time,
  sentAt: time.nullable().describe('End of the last attempt.'),
  milliseconds: z.number().int().nullable(),
  answerStatus: z.number().int().nullable().describe('HTTP status of the answer; null = none came.'),
  answer: z.string().nullable().describe('Beginning of the answer, or why there was none.'),
  nextAt: time.nullable().describe('When it is tried next.'),
});
const logQuery = listQuery.extend({
  state: z.enum(deliveryStates).optional(),
  event: z
    .string()
    .max(120)
    .regex(/^[\w.-]+$/)
    .optional(),
});
const read = guard('core.webhooks.manage');
const write = guard('core.webhooks.manage', 'write');
const shownOnce = 'Only for sessions of people who have just shown who they are: programs cannot call it.';
const about = `Each event is posted as \`{ id, event, at, data }\` with the headers \`Portico-Event\`, \`Portico-Delivery\` (the \`id\`) and
\`Portico-Signature: t=<unix seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>" with the secret>\`; for a day after a new secret there are two \`v1\`. \`data\` holds ids:
the rest is fetched by REST, with the rights of whoever fetches. An answer of 2xx within 10 seconds is a success; redirects are not followed; everything else is
tried again for about a day, in no particular order, so \`id\` may come twice.`;
const params = { delivery: z.guid() };

/** The same operations as the pages have. */
export function webhookApi({ webhooks, deliveries }: WebhookPageDeps): ApiModule {
  const idOf = (c: ApiContext<unknown, unknown>): string => c.params['delivery'] ?? '';
  const one = '/webhooks/:id';
  return (api) => {
    const known = z.object({ items: z.array(z.object({ name: z.string(), label: z.string(), plugin: z.string() })) });
    api.on('get', '/webhook-events', read, { summary: 'Events that webhooks can subscribe to', response: known }, async (c) => ({
      items: webhooks.events().map(({ name, plugin, label }) => ({ name, plugin, label: c.t(label) })),
    }));
    api.on('get', '/webhooks', read, { summary: 'Webhooks', description: about, response: z.object({ items: z.array(webhook) }) }, async (c) => ({
      items: await webhooks.list(c.actor),
    }));
    api.on(
      'post',
      '/webhooks',
      stepUp(write),
      { summary: 'Add a webhook', description: shownOnce, body: input, response: webhook.extend({ secret }), status: 201, errors: [409] },
      async (c) => {
        const made = await webhooks.create(c.actor, c.body);
        return { ...made.webhook, secret: made.secret };
      },
    );
    api.on('get', one, read, { summary: 'One webhook', response: webhook }, (c) => webhooks.get(c.actor, c.id()));
    api.on('put', one, stepUp(write), { summary: 'Change a webhook', description: shownOnce, body: input, response: webhook }, async (c) => {
      await webhooks.update(c.actor, c.id(), c.body);
      return webhooks.get(c.actor, c.id());
    });
    api.on('delete', one, guard('core.webhooks.manage', 'delete'), { summary: 'Delete a webhook', response: z.null(), status: 204 }, async (c) => {
      await webhooks.remove(c.actor, c.id());
      return null;
    });
    api.on('post', `${one}/restore`, write, { summary: 'Take back that a webhook was deleted, for a day', response: webhook }, (c) =>
      webhooks.restore(c.actor, c.id()),
    );
    const rotated = {
      summary: 'Give a webhook a new secret',
      description: `${shownOnce} The one before signs along for a day.`,
      response: z.object({ secret }),
    };
    api.on('post', `${one}/secret`, stepUp(write), rotated, async (c) => ({ secret: await webhooks.rotate(c.actor, c.id()) }));
    const tested = { summary: 'Send a test event now, once', description: 'Also while the webhook is off.', response: delivery, transaction: false } as const;
    api.on('post', `${one}/test`, write, tested, (c) => deliveries.test(c.actor, c.id()));
    const log = { summary: 'What was sent, newest first, of the last 30 days', query: logQuery, response: listOf(delivery) };
    api.on('get', `${one}/deliveries`, read, log, async (c) => {
      const { state, event, after, limit } = c.query;
      const { rows, next } = await deliveries.list(c.actor, c.id(), { state, event, before: decodeCursor(after, 1)?.[0]?.toString(), limit });
      return { items: rows, next: next === null ? null : encodeCursor(next) };
    });
    const full = { summary: 'One delivery', params, response: delivery.extend({ body: z.string().describe('What is sent, to the byte.') }) };
    api.on('get', `${one}/deliveries/:delivery`, read, full, (c) => deliveries.get(c.actor, c.id(), idOf(c)));
    const again = { summary: 'Send a delivery again, with the same id', params, response: delivery, status: 202, errors: [409] } as const;
    api.on('post', `${one}/deliveries/:delivery/replay`, write, again, async (c) => {
      await deliveries.replay(c.actor, c.id(), idOf(c));
      const { body: _, ...row } = await deliveries.get(c.actor, c.id(), idOf(c));
      return row;
    });
  };
}
