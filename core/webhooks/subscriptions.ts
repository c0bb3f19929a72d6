import { insert } from '../database/insert.js';
import { within } from '../database/read-rows.js';
import type { Versions } from '../database/stores.js';
import type { Database } from '../database/types.js';
import { uuid7 } from '../notifications/uuid7.js';
import type { Clock } from '../tokens.js';
import type { WebhookRow } from './model.js';

/** Counts changes of webhooks, so that every node knows them. */
export const webhookVersion = 'core.webhooks';

interface Subscription {
  id: number;
  events: ReadonlySet<string>;
  customerId: number | null;
}

/** Who wants which events, from memory: an event that nobody wants costs nothing. What is wanted is written in the transaction of the change. */
export class Subscriptions {
  #active: readonly Subscription[] = [];
  #loading: Promise<void> | null = null;

  constructor(private readonly deps: { db: Database; clock: Clock; versions: Pick<Versions, 'watch'>; wake(webhookId: number): void }) {
    deps.versions.watch(webhookVersion, () => this.load());
  }

  /** Webhooks that are switched on. */
  get ids(): number[] {
    return this.#active.map(({ id }) => id);
  }

  /** Begins at once: who changes a webhook and then something else finds it here, or waits for it. */
  load(): Promise<void> {
    const loading: Promise<void> = this.#read().then((active) => {
      if (this.#loading !== loading) return;
      this.#active = active;
      this.#loading = null;
    });
    return (this.#loading = loading);
  }

  /** What is to be written about an event. */
  keep(name: string, payload: unknown): (() => Promise<void>) | null {
    if (this.#loading === null && this.#wanting(name, payload).length === 0) return null;
    return () => this.#write(name, payload);
  }

  async #read(): Promise<Subscription[]> {
    const rows = await this.deps.db.query<WebhookRow>('SELECT id, events, customer_id FROM core_webhooks WHERE active = 1 AND deleted_at IS NULL ORDER BY id');
    return rows.map((row) => ({ id: row.id, events: new Set(eventsOf(row)), customerId: row.customer_id }));
  }

  #wanting(name: string, payload: unknown): Subscription[] {
    return this.#active.filter(({ events, customerId }) => events.has(name) && (customerId === null || customerOf(payload) === customerId));
  }

  async #write(name: string, payload: unknown): Promise<void> {
    const { db, clock, wake } = this.deps;
    await this.#loading?.catch(() => this.load());
    const ids = this.#wanting(name, payload).map(({ id }) => id);
    if (ids.length === 0) return;
    // Another node may have switched it off within the last second.
    const rows = await db.query<{ id: number }>(`SELECT id FROM core_webhooks WHERE active = 1 AND deleted_at IS NULL AND id ${within(ids)}`, ids);
    for (const { id } of rows) await insert(db, 'core_webhook_deliveries', deliveryOf(id, name, payload, clock.now()));
    db.afterCommit(() => rows.forEach(({ id }) => wake(id)));
  }
}

/** A new delivery: what is told and when, before anything was tried. */
export function deliveryOf(webhookId: number, event: string, data: unknown, now: Date) {
  const id = uuid7(now);
  return {
    id,
    webhook_id: webhookId,
    event,
    customer_id: customerOf(data),
    body: JSON.stringify({ id, event, at: now.toISOString(), data }),
    status: 'queued' as const,
    attempts: 0,
    next_at: now,
    created_at: now,
  };
}

export function eventsOf({ events }: Pick<WebhookRow, 'events'>): string[] {
  return JSON.parse(events) as string[];
}

/** Events about a customer say so by `customerId`. */
function customerOf(payload: unknown): number | null {
  const { customerId } = (payload ?? {}) as { customerId?: unknown };
  return typeof customerId === 'number' ? customerId : null;
}
