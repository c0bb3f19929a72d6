import type { Versions } from '../access/access-service.js';
import { systemActor } from '../access/actors.js';
import type { Subjects } from '../access/subjects.js';
import type { Access, Actor } from '../access/types.js';
import { staffHolding } from '../accounts/holders.js';
import type { AccountService } from '../accounts/types.js';
import type { Audit } from '../audit/types.js';
import { readRows } from '../database/read-rows.js';
import type { Database } from '../database/types.js';
import { ConflictError, InvalidInputError, NotFoundError, type Message } from '../errors.js';
import type { Notifications } from '../notifications/types.js';
import type { Manifest } from '../plugin/manifest.js';
import type { Clock, Urls } from '../tokens.js';
import { WebhookModel, type WebhookRow } from './model.js';
import { overlapMs, type WebhookSecrets } from './secrets.js';
import { eventsOf, webhookVersion } from './subscriptions.js';
import type { Webhook, WebhookEvent, WebhookInput } from './types.js';

export interface WebhookServiceDeps {
  db: Database;
  clock: Clock;
  access: Access;
  accounts: Pick<AccountService, 'listStaff'>;
  audit: Audit;
  notifications: Notifications;
  subjects: Pick<Subjects, 'ofScope' | 'find'>;
  urls: Urls;
  versions: Versions;
  secrets: WebhookSecrets;
  manifests: readonly Manifest[];
  isActive(plugin: string): boolean;
}
/** Each has a lane of its own. */
const most = 50;

/** Who is told of which events. Changes count at once, on other nodes within a second. */
export class WebhookService {
  constructor(private readonly deps: WebhookServiceDeps) {}

  /** By name; there are few. @throws ForbiddenError */
  async list(actor: Actor): Promise<Webhook[]> {
    await this.#assertMay(actor);
    return (await readRows(this.deps.db, WebhookModel, 'WHERE deleted_at IS NULL ORDER BY name, id', [])).map(shown);
  }

  /** @throws NotFoundError, ForbiddenError */
  async get(actor: Actor, id: number): Promise<Webhook> {
    return shown(await this.row(actor, id));
  }

  /** What the core and all active plugins declare, in their order, without what each node tells of itself. */
  events(): WebhookEvent[] {
    const active = this.deps.manifests.filter(({ id }) => id === 'core' || this.deps.isActive(id));
    return active.flatMap(({ id: plugin, events = {} }) =>
      Object.keys(events).flatMap((id) => (events[id]?.local ? [] : [{ name: `${plugin}.${id}`, plugin, label: `${plugin}:event.${id}` }])),
    );
  }

  /** What the customer of a webhook is called, if the actor sees it. */
  async customer(actor: Actor, id: number): Promise<{ name: string; href: string } | null> {
    const { subjects } = this.deps;
    return subjects.find(subjects.ofScope('customer'), actor, id);
  }

  /** The secret is told only here. @throws InvalidInputError, ConflictError when there are too many */
  async create(actor: Actor, input: WebhookInput): Promise<{ webhook: Webhook; secret: string }> {
    const { db, clock, secrets } = this.deps;
    await this.#assertMay(actor);
    await this.#check(actor, input, []);
    const made = await db.transaction(async () => {
      if ((await this.list(actor)).length >= most) throw new ConflictError({ key: 'core:webhooks.error.tooMany', vars: { max: most } }, 'too_many_webhooks');
      const values = { ...columnsOf(input), secret: '', created_by: actor.account?.id ?? null, created_at: clock.now() };
      const row = await db.of(WebhookModel).create(values);
      const { secret, sealed } = secrets.make(row.id);
      await db.of(WebhookModel).update({ secret: sealed }, { where: { id: row.id } });
      await this.#changed(actor, 'created', row, { after: told(values) });
      return { id: row.id, secret };
    });
    return { webhook: await this.get(actor, made.id), secret: made.secret };
  }

  /** Switched on again, it is as good as new, and what waited is sent. @throws InvalidInputError */
  async update(actor: Actor, id: number, input: WebhookInput): Promise<void> {
    const before = await this.row(actor, id);
    await this.#check(actor, input, eventsOf(before));
    const values = columnsOf(input);
    const [was, is] = [told(before), told(values)];
    const changed = Object.keys(is).filter((key) => was[key] !== is[key]);
    if (changed.length === 0) return;
    const pick = (from: Record<string, unknown>) => Object.fromEntries(changed.map((key) => [key, from[key]]));
    const fresh = input.active && !before.active ? { failing_since: null, disabled_at: null } : {};
    await this.deps.db.transaction(async () => {
      await this.#set(id, { ...values, ...fresh });
      await this.#changed(actor, 'updated', { id, name: input.name, customer_id: input.customer_id }, { before: pick(was), after: pick(is) });
    });
  }

  /** A new secret, told only here. The one before signs along for a day. */
  async rotate(actor: Actor, id: number): Promise<string> {
    const { db, clock, secrets } = this.deps;
    const row = await this.row(actor, id);
    const { secret, sealed } = secrets.make(id);
    await db.transaction(async () => {
      await this.#set(id, { secret: sealed, old_secret: row.secret, old_until: new Date(clock.now().getTime() + overlapMs) });
      await this.#changed(actor, 'rotated', row, { after: { secret: true } });
    });
    return secret;
  }

  /** It can be taken back for a day, by `restore`. */
  async remove(actor: Actor, id: number): Promise<void> {
    const row = await this.row(actor, id);
    await this.deps.db.transaction(async () => {
      await this.#set(id, { deleted_at: this.deps.clock.now() });
      await this.#changed(actor, 'deleted', row, { before: told(row) });
    });
  }

  /** @throws NotFoundError when it is not deleted, or was too long ago */
  async restore(actor: Actor, id: number): Promise<Webhook> {
    await this.#assertMay(actor);
    const [row] = await readRows(this.deps.db, WebhookModel, 'WHERE id = ? AND deleted_at IS NOT NULL', [id]);
    if (!row) throw new NotFoundError();
    await this.deps.db.transaction(async () => {
      await this.#set(id, { deleted_at: null });
      await this.#changed(actor, 'restored', row, { after: told(row) });
    });
    return this.get(actor, id);
  }

  /** Nothing arrives any more: switches it off and tells those who can mend it. What is queued waits. */
  async giveUp(row: WebhookRow): Promise<void> {
    const { db, clock, notifications, urls } = this.deps;
    const now = clock.now();
    await db.transaction(async () => {
      const { changes } = await db.run('UPDATE core_webhooks SET active = 0, disabled_at = ? WHERE id = ? AND active = 1', [now, row.id]);
      if (changes === 0) return;
      await this.#changed(systemActor('job'), 'disabled', row, { before: { active: true }, after: { active: false } });
      for (const account of await staffHolding(this.deps, 'core.webhooks.manage'))
        await notifications.send({
          template: 'core.webhook-disabled',
          to: { accountId: account.id },
          channels: ['email', 'inbox'],
          data: { name: account.name, webhook: row.name, host: new URL(row.url).host },
          link: urls.to('staff', `/settings/webhooks/${row.id}`),
          key: `webhook-disabled:${row.id}:${now.getTime()}:${account.id}`,
          customerId: row.customer_id,
        });
    });
  }

  /** @throws NotFoundError, ForbiddenError */
  async row(actor: Actor, id: number): Promise<WebhookRow> {
    await this.#assertMay(actor);
    const [row] = await readRows(this.deps.db, WebhookModel, 'WHERE id = ? AND deleted_at IS NULL', [id]);
    if (!row) throw new NotFoundError();
    return row;
  }

  #assertMay(actor: Actor): Promise<void> {
    return this.deps.access.assert(actor, 'core.webhooks.manage');
  }

  /** `kept`: chosen before; their modules may be off now. */
  async #check(actor: Actor, { events, customer_id }: WebhookInput, kept: readonly string[]): Promise<void> {
    const known = new Set([...this.events().map(({ name }) => name), ...kept]);
    const problems: Record<string, Message> = {};
    if (events.length === 0) problems['events'] = { key: 'core:webhooks.error.noEvents' };
    if (events.some((name) => !known.has(name))) problems['events'] = { key: 'core:webhooks.error.events' };
    if (customer_id !== null && (await this.customer(actor, customer_id)) === null) problems['customer_id'] = { key: 'core:webhooks.error.customer' };
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  }

  async #set(id: number, values: Partial<WebhookRow>): Promise<void> {
    await this.deps.db.of(WebhookModel).update(values, { where: { id } });
  }

  async #changed(
    actor: Actor,
    what: 'created' | 'updated' | 'rotated' | 'deleted' | 'restored' | 'disabled',
    row: Pick<WebhookRow, 'id' | 'name' | 'customer_id'>,
    changes: { before?: Record<string, unknown>; after?: Record<string, unknown> },
  ): Promise<void> {
    const object = { kind: 'core.webhook', id: row.id, name: row.name };
    await this.deps.audit.record(actor, { action: `core.webhook.${what}`, object, customerId: row.customer_id, ...changes });
    await this.deps.versions.bump(webhookVersion);
  }
}

function columnsOf({ events, ...input }: WebhookInput) {
  return { ...input, events: JSON.stringify([...events].sort()) };
}

/** What the log says of it. */
function told(row: Pick<WebhookRow, 'name' | 'url' | 'events' | 'customer_id' | 'active'>): Record<string, unknown> {
  const { name, url, customer_id, active } = row;
  return { name, url, events: eventsOf(row).join(', '), customer_id, active };
}

function shown(row: WebhookRow): Webhook {
  const { id, name, url, customer_id: customerId, active, failing_since: failingSince, disabled_at: disabledAt, created_at: createdAt } = row;
  return { id, name, url, events: eventsOf(row), customerId, active, failingSince, disabledAt, createdAt };
}
