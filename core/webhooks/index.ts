import type { EventBus } from '../events/event-bus.js';
import type { JobQueue } from '../jobs/job-queue.js';
import { guardedFetch } from '../outgoing/guarded-fetch.js';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';
import { SecretBox } from '../settings/secret-box.js';
import type { Settings } from '../settings/service-types.js';
import { DeliveryLog } from './delivery-log.js';
import { WebhookRelay } from './relay.js';
import { WebhookSecrets } from './secrets.js';
import { Subscriptions } from './subscriptions.js';
import { WebhookService, type WebhookServiceDeps } from './webhook-service.js';

interface WebhookParts extends Omit<WebhookServiceDeps, 'secrets'> {
  dataDir: string;
  events: EventBus;
  jobs: JobQueue;
  log: Log;
  scope: Scope;
  settings: Settings;
  /** Private addresses that receivers may have. */
  allow: readonly string[];
}
export type Webhooks = Awaited<ReturnType<typeof createWebhooks>>;

/** Everything about webhooks, put together. From here on, events that somebody subscribed to are written down. */
export async function createWebhooks(parts: WebhookParts) {
  const { db, clock, versions, events, jobs, log, scope, settings } = parts;
  const secrets = new WebhookSecrets(new SecretBox(parts.dataDir));
  const webhooks = new WebhookService({ ...parts, secrets });
  const subscriptions = new Subscriptions({ db, clock, versions, wake: (id) => relay.wake(id) });
  const relay: WebhookRelay = new WebhookRelay({
    ...{ db, clock, log, secrets },
    fetch: guardedFetch(parts.allow),
    ids: () => subscriptions.ids,
    failDays: () => settings.get('core.webhookFailDays'),
    giveUp: (webhook) => webhooks.giveUp(webhook),
  });
  const deliveries = new DeliveryLog({ ...parts, relay, webhooks });
  scope.add(jobs.every('core.webhooks', { minutes: 60 }, () => deliveries.sweep()));
  await subscriptions.load();
  events.keep((name, payload) => subscriptions.keep(name, payload));
  return { webhooks, deliveries, start: () => relay.start(scope) };
}
