import { claim, settle } from '../database/lease.js';
import { toDate, type Database } from '../database/types.js';
import { readRows } from '../database/read-rows.js';
import type { GuardedFetch } from '../outgoing/guarded-fetch.js';
import type { Log } from '../plugin/context.js';
import type { Scope } from '../plugin/scope.js';
import type { Clock } from '../tokens.js';
import { DeliveryModel, WebhookModel, type DeliveryRow, type WebhookRow } from './model.js';
import type { WebhookSecrets } from './secrets.js';
import { post } from './sender.js';

const leaseMs = 60_000;
/** At once for each webhook: a slow receiver holds up nobody but itself. */
const parallel = 5;
/** With pauses from 10 s that double, about a day. */
const maxAttempts = 14;
const firstPauseMs = 10_000;

export interface RelayDeps {
  db: Database;
  clock: Clock;
  log: Log;
  fetch: GuardedFetch;
  secrets: WebhookSecrets;
  /** Webhooks that are switched on. */
  ids(): readonly number[];
  /** Days after which a webhook where nothing arrives is switched off. */
  failDays(): number;
  giveUp(webhook: WebhookRow): Promise<void>;
}

/** Sends what is due, each webhook in a lane of its own, under a lease, at least once: `id` stays the same, so that receivers can tell. */
export class WebhookRelay {
  readonly #lanes = new Map<number, Promise<void>>();
  readonly #again = new Set<number>();
  readonly #stop = new AbortController();
  #started = false;

  constructor(private readonly deps: RelayDeps) {}

  start(scope: Scope): void {
    this.#started = true;
    scope.add(async () => {
      this.#started = false;
      this.#stop.abort();
      await Promise.all(this.#lanes.values());
    });
    scope.timer(1000, () => this.deps.ids().forEach((id) => this.wake(id)));
  }

  wake(webhookId: number): void {
    if (!this.#started) return;
    this.#again.add(webhookId);
    if (!this.#lanes.has(webhookId)) this.#lanes.set(webhookId, this.#run(webhookId));
  }

  /** One attempt at a delivery whose lease is held. `once`: it is not repeated, and a failure says nothing about the webhook. */
  async attempt(webhook: WebhookRow, row: DeliveryRow, once = false): Promise<void> {
    const { db, clock, fetch, secrets } = this.deps;
    const began = clock.now();
    const outcome = await post(fetch, { url: webhook.url, secrets: () => secrets.of(webhook, began) }, row, began, this.#stop.signal);
    const now = clock.now();
    // Cut off by the end of the server: as if it had not been taken.
    if (!outcome.ok && this.#stop.signal.aborted) return settle(db, DeliveryModel, row, { status: 'queued', attempts: row.attempts - 1, next_at: now });
    const failed = once || row.attempts >= maxAttempts;
    const pause = firstPauseMs * 2 ** (row.attempts - 1) * (0.9 + Math.random() * 0.2);
    await settle(db, DeliveryModel, row, {
      status: outcome.ok ? 'delivered' : failed ? 'failed' : 'queued',
      next_at: new Date(now.getTime() + pause),
      sent_at: now,
      duration_ms: outcome.milliseconds,
      answer_status: outcome.status,
      answer: outcome.answer,
    });
    if (outcome.ok || !once) await this.#judge(webhook, outcome.ok, now);
  }

  async #run(id: number): Promise<void> {
    try {
      while (this.#started && this.#again.delete(id)) while (this.#started && (await this.#batch(id)) > 0);
    } catch (error) {
      this.deps.log.error({ err: error, webhook: id }, 'deliveries of a webhook could not be handled');
    } finally {
      this.#lanes.delete(id);
    }
  }

  async #batch(id: number): Promise<number> {
    const { db, clock } = this.deps;
    if ((await this.#due(id, 1)).length === 0) return 0;
    const [webhook] = await readRows(db, WebhookModel, 'WHERE id = ? AND active = 1 AND deleted_at IS NULL', [id]);
    if (!webhook) return 0;
    const until = new Date(clock.now().getTime() + leaseMs);
    const rows = await claim(db, DeliveryModel, (lock) => this.#due(id, parallel, lock), until);
    await Promise.all(rows.map((row) => this.attempt(webhook, row)));
    return rows.length;
  }

  #due(id: number, limit: number, lock = ''): Promise<{ id: string }[]> {
    return this.deps.db.query<{ id: string }>(
      `SELECT id FROM core_webhook_deliveries WHERE webhook_id = ? AND status IN ('queued', 'sending') AND next_at <= ? ORDER BY next_at LIMIT ${limit}${lock}`,
      [id, this.deps.clock.now()],
    );
  }

  /** Remembers since when nothing arrives. */
  async #judge(webhook: WebhookRow, ok: boolean, now: Date): Promise<void> {
    const { db, failDays, giveUp } = this.deps;
    const since = toDate(webhook.failing_since);
    if (ok) {
      if (since !== null) await db.run('UPDATE core_webhooks SET failing_since = NULL WHERE id = ?', [webhook.id]);
    } else if (since === null) await db.run('UPDATE core_webhooks SET failing_since = ? WHERE id = ? AND failing_since IS NULL', [now, webhook.id]);
    else if (now.getTime() - since.getTime() >= failDays() * 86_400_000) await giveUp(webhook);
  }
}
