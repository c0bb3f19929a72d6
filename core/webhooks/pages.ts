import { z } from 'zod';
import { NotFoundError } from '../errors.js';
import { guard, stepUp, type FormState, type PageContext, type PageModule } from '../http/types.js';
import type { DeliveryLog } from './delivery-log.js';
import { deliveryStates } from './model.js';
import { webhookInput, type Delivery, type Webhook } from './types.js';
import type { WebhookService } from './webhook-service.js';

export interface WebhookPageDeps {
  webhooks: WebhookService;
  deliveries: DeliveryLog;
}
const path = '/settings/webhooks';
const pageSize = 50;
const read = guard('core.webhooks.manage');
const write = guard('core.webhooks.manage', 'write');
const tones: Record<Delivery['state'], string> = { queued: 'info', sending: 'info', delivered: 'ok', failed: 'bad' };
const logQuery = z.object({
  state: z.enum(deliveryStates).optional().catch(undefined),
  event: z
    .string()
    .max(120)
    .regex(/^[\w.-]+$/)
    .optional()
    .catch(undefined),
  before: z.guid().optional().catch(undefined),
});

/** Webhooks, their secrets, and the log of what was sent. Register it before the settings pages. */
export function webhookPages({ webhooks, deliveries }: WebhookPageDeps): PageModule {
  const hrefOf = (id: number): string => `${path}/${id}`;
  const deliveryId = (c: PageContext): string => {
    const id = z.guid().safeParse(c.params['delivery']);
    if (!id.success) throw new NotFoundError();
    return id.data;
  };
  const showForm = (c: PageContext, form: FormState, webhook: Webhook | null): void => {
    const title = webhook ? c.t('core:webhooks.editTitle', { name: webhook.name }) : c.t('core:webhooks.new.title');
    const action = webhook ? `${hrefOf(webhook.id)}/edit` : `${path}/new`;
    c.view('core/webhook-form', { title, form, webhook, action, groups: groupsOf(c, webhooks, webhook) }, { title });
  };
  const showSecret = (c: PageContext, webhook: Webhook, secret: string): void => {
    const title = c.t('core:webhooks.secret.title');
    c.res.set('Cache-Control', 'no-store');
    c.view('core/webhook-secret', { title, webhook, secret }, { title });
  };

  return (page) => {
    page.get(path, read, async (c) => {
      const title = c.t('core:webhooks.title');
      const list = await webhooks.list(c.actor);
      const lines = list.map((one) => ({
        ...one,
        host: new URL(one.url).host,
        events: c.t('core:webhooks.events', { count: one.events.length }),
        ...stateOf(c, one),
      }));
      c.view('core/webhooks', { title, webhooks: lines }, { title });
    });

    page.form(`${path}/new`, stepUp(write), {
      schema: webhookInput,
      initial: () => ({ active: 'true' }),
      show: (c, form) => showForm(c, form, null),
      async submit(c, input) {
        const { webhook, secret } = await webhooks.create(c.actor, input);
        showSecret(c, webhook, secret);
      },
    });

    page.get(`${path}/:id`, read, async (c) => {
      const webhook = await webhooks.get(c.actor, c.id());
      const { before, ...filter } = c.query(logQuery);
      const { rows, next } = await deliveries.list(c.actor, webhook.id, { ...filter, before, limit: pageSize });
      const given = Object.entries({ ...filter, ...(next === null ? {} : { before: next }) }).filter((entry): entry is [string, string] => Boolean(entry[1]));
      const title = webhook.name;
      c.view(
        'core/webhook',
        {
          title,
          webhook,
          ...stateOf(c, webhook),
          events: webhook.events.map((name) => labelOf(c, name)),
          customer: webhook.customerId === null ? null : ((await webhooks.customer(c.actor, webhook.customerId)) ?? { name: String(webhook.customerId) }),
          form: { values: filter, errors: {}, summary: [] },
          states: deliveryStates.map((value) => ({ value, label: c.t(`core:webhooks.state.${value}`) })),
          choices: [...webhook.events, 'core.webhook.test'].map((value) => ({ value, label: labelOf(c, value) })),
          filtered: Boolean(filter.state ?? filter.event),
          deliveries: rows.map((row) => lineOf(c, row)),
          next: next === null ? null : `${hrefOf(webhook.id)}?${new URLSearchParams(given)}`,
        },
        { title },
      );
    });

    page.form(`${path}/:id/edit`, stepUp(write), {
      schema: webhookInput,
      async initial(c) {
        const { name, url, events, customerId, active } = await webhooks.get(c.actor, c.id());
        return { name, url, events, customer_id: customerId ?? '', active: active ? 'true' : '' };
      },
      show: async (c, form) => showForm(c, form, await webhooks.get(c.actor, c.id())),
      async submit(c, input) {
        await webhooks.update(c.actor, c.id(), input);
        c.redirect(hrefOf(c.id()), { key: 'core:webhooks.toast.saved', vars: { name: input.name } });
      },
    });

    page.form(`${path}/:id/secret`, stepUp(write), {
      schema: z.object({}),
      async show(c) {
        const webhook = await webhooks.get(c.actor, c.id());
        const title = c.t('core:webhooks.rotate.title');
        c.view('core/webhook-rotate', { title, webhook }, { title });
      },
      async submit(c) {
        const secret = await webhooks.rotate(c.actor, c.id());
        showSecret(c, await webhooks.get(c.actor, c.id()), secret);
      },
    });

    page.post(`${path}/:id/test`, write, async (c) => {
      const { id, state } = await deliveries.test(c.actor, c.id());
      const ok = state === 'delivered';
      c.redirect(`${hrefOf(c.id())}/deliveries/${id}`, { key: `core:webhooks.toast.${ok ? 'tested' : 'testFailed'}`, tone: ok ? 'ok' : 'bad' });
    });

    page.post(`${path}/:id/delete`, guard('core.webhooks.manage', 'delete'), async (c) => {
      const { id, name } = await webhooks.get(c.actor, c.id());
      await webhooks.remove(c.actor, id);
      c.redirect(path, { key: 'core:webhooks.toast.deleted', vars: { name }, undo: `${hrefOf(id)}/restore` });
    });

    page.post(`${path}/:id/restore`, write, async (c) => {
      const { id, name } = await webhooks.restore(c.actor, c.id());
      c.redirect(hrefOf(id), { key: 'core:webhooks.toast.restored', vars: { name } });
    });

    page.get(`${path}/:id/deliveries/:delivery`, read, async (c) => {
      const webhook = await webhooks.get(c.actor, c.id());
      const delivery = await deliveries.get(c.actor, webhook.id, deliveryId(c));
      const line = lineOf(c, delivery);
      const body = JSON.stringify(JSON.parse(delivery.body), null, 2);
      c.view('core/webhook-delivery', { title: line.label, webhook, line, body, off: !webhook.active }, { title: line.label });
    });

    page.post(`${path}/:id/deliveries/:delivery/replay`, write, async (c) => {
      const id = deliveryId(c);
      await deliveries.replay(c.actor, c.id(), id);
      c.redirect(`${hrefOf(c.id())}/deliveries/${id}`, { key: 'core:webhooks.toast.replayed' });
    });
  };
}

/** Events by module; those that were chosen and whose module is off now stand last. */
function groupsOf(c: PageContext, webhooks: WebhookService, webhook: Webhook | null): { label: string; options: { value: string; label: string }[] }[] {
  const events = webhooks.events();
  const plugins = [...new Set(events.map(({ plugin }) => plugin))];
  const groups = plugins.map((plugin) => ({
    label: c.t(plugin === 'core' ? 'core:roles.core' : `${plugin}:plugin.name`),
    options: events.filter((one) => one.plugin === plugin).map(({ name, label }) => ({ value: name, label: c.t(label), hint: name })),
  }));
  const off = (webhook?.events ?? []).filter((name) => !events.some((one) => one.name === name));
  return off.length === 0
    ? groups
    : [...groups, { label: c.t('core:webhooks.eventsOff'), options: off.map((name) => ({ value: name, label: labelOf(c, name), hint: name })) }];
}

function stateOf(c: PageContext, { active, disabledAt, failingSince }: Webhook): { tone: string; state: string } {
  const state = disabledAt !== null ? 'disabled' : !active ? 'off' : failingSince !== null ? 'failing' : 'on';
  const tone = { disabled: 'bad', off: 'muted', failing: 'warn', on: 'ok' }[state];
  return { tone, state: c.t(`core:webhooks.is.${state}`) };
}

const labelOf = (c: PageContext, event: string): string => c.t(event.replace(/^([^.]+)\./, '$1:event.'));

function lineOf(c: PageContext, delivery: Delivery) {
  const answer =
    delivery.answerStatus === null ? c.t(delivery.sentAt === null ? 'core:webhooks.notYet' : 'core:webhooks.noAnswer') : String(delivery.answerStatus);
  return { ...delivery, label: labelOf(c, delivery.event), status: answer, tone: tones[delivery.state], text: c.t(`core:webhooks.state.${delivery.state}`) };
}
