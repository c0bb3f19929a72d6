import { randomUUID } from 'node:crypto';
import type { Actor } from '../access/types.js';
import type { Audit } from '../audit/types.js';
import { insert } from '../database/insert.js';
import { readRows } from '../database/read-rows.js';
import type { Database } from '../database/types.js';
import { ConflictError, NotFoundError } from '../errors.js';
import type { Clock } from '../tokens.js';
import { DeliveryModel, type DeliveryRow, type WebhookRow } from './model.js';
import type { WebhookRelay } from './relay.js';
import { deliveryOf } from './subscriptions.js';
import type { Delivery, DeliveryFilter } from './types.js';
import type { WebhookService } from './webhook-service.js';

const dayMs = 86_400_000;
const keptDays = 30;
const testLeaseMs = 60_000;

export interface DeliveryLogDeps {
  db: Database;
  clock: Clock;
  audit: Audit;
  relay: WebhookRelay;
  webhooks: WebhookService;
}

/** What was sent to a webhook in the last 30 days, and what still will be. */
export class DeliveryLog {
  constructor(private readonly deps: DeliveryLogDeps) {}

  /** Newest first. @throws NotFoundError, ForbiddenError */
  async list(actor: Actor, webhookId: number, { state, event, before, limit }: DeliveryFilter): Promise<{ rows: Delivery[]; next: string | null }> {
    await this.deps.webhooks.row(actor, webhookId);
    const tests: [string, unknown][] = [['webhook_id = ?', webhookId]];
    if (state) tests.push(['status = ?', state]);
    if (event) tests.push(['event = ?', event]);
    if (before) tests.push(['id < ?', before]);
    const where = `WHERE ${tests.map(([sql]) => sql).join(' AND ')} ORDER BY id DESC LIMIT ${limit + 1}`;
    const params = tests.map(([, value]) => value);
    const rows = await readRows(this.deps.db, DeliveryModel, where, params);
    return { rows: rows.slice(0, limit).map(shown), next: rows.length > limit ? (rows[limit - 1]?.id ?? null) : null };
  }

  /** `body` is what is sent. @throws NotFoundError, ForbiddenError */
  async get(actor: Actor, webhookId: number, id: string): Promise<Delivery & { body: string }> {
    const row = await this.#row(await this.deps.webhooks.row(actor, webhookId), id);
    return { ...shown(row), body: row.body };
  }

  /** Sends it again, with the same id, and all attempts anew. @throws ConflictError when the webhook is off */
  async replay(actor: Actor, webhookId: number, id: string): Promise<void> {
    const { db, clock, relay, webhooks } = this.deps;
    const webhook = await webhooks.row(actor, webhookId);
    const row = await this.#row(webhook, id);
    if (!webhook.active) throw new ConflictError({ key: 'core:webhooks.error.off' }, 'webhook_off');
    await db.transaction(async () => {
      const values = { status: 'queued' as const, attempts: 0, next_at: clock.now() };
      const [changed] = await db.of(DeliveryModel).update(values, { where: { id: row.id, status: ['queued', 'delivered', 'failed'] } });
      if (changed > 0) await this.#record(actor, 'replayed', webhook, row.id);
      db.afterCommit(() => relay.wake(webhookId));
    });
  }

  /** Sends an event that means nothing, once and now, also while the webhook is off. Answers how it went. */
  async test(actor: Actor, webhookId: number): Promise<Delivery> {
    const { db, clock, relay, webhooks } = this.deps;
    const webhook = await webhooks.row(actor, webhookId);
    const now = clock.now();
    const values = deliveryOf(webhookId, 'core.webhook.test', { webhookId }, now);
    const taken = { ...values, status: 'sending' as const, attempts: 1, lease: randomUUID(), next_at: new Date(now.getTime() + testLeaseMs) };
    await db.transaction(async () => {
      await insert(db, DeliveryModel.table, taken);
      await this.#record(actor, 'tested', webhook, taken.id);
    });
    await relay.attempt(webhook, await this.#row(webhook, taken.id), true);
    return shown(await this.#row(webhook, taken.id));
  }

  /** Forgets what is old, and webhooks whose deletion can no longer be taken back. */
  async sweep(): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now().getTime();
    // Ids begin with the time, in milliseconds.
    const stamp = (now - keptDays * dayMs).toString(16).padStart(12, '0');
    await db.run('DELETE FROM core_webhook_deliveries WHERE id < ?', [`${stamp.slice(0, 8)}-${stamp.slice(8)}`]);
    const gone = await db.query<{ id: number }>('SELECT id FROM core_webhooks WHERE deleted_at < ?', [new Date(now - dayMs)]);
    for (const { id } of gone)
      await db.transaction(async () => {
        await db.run('DELETE FROM core_webhook_deliveries WHERE webhook_id = ?', [id]);
        await db.run('DELETE FROM core_webhooks WHERE id = ?', [id]);
      });
  }

  async #row(webhook: WebhookRow, id: string): Promise<DeliveryRow> {
    const [row] = await readRows(this.deps.db, DeliveryModel, 'WHERE id = ? AND webhook_id = ?', [id, webhook.id]);
    if (!row) throw new NotFoundError();
    return row;
  }

  #record(actor: Actor, what: 'replayed' | 'tested', { id, name, customer_id }: WebhookRow, delivery: string): Promise<void> {
    const object = { kind: 'core.webhook', id, name };
    return this.deps.audit.record(actor, { action: `core.webhook.${what}`, object, customerId: customer_id, after: { delivery } });
  }
}

function shown(row: DeliveryRow): Delivery {
  const { id, event, status: state, attempts, created_at: createdAt, sent_at: sentAt, duration_ms: milliseconds } = row;
  const { answer_status: answerStatus, answer } = row;
  return { id, event, state, attempts, createdAt, sentAt, milliseconds, answerStatus, answer, nextAt: state === 'queued' ? row.next_at : null };
}
