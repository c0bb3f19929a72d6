import { DATABASE, inject, injectable, type Actor, type Database } from '../../../core/api.js';
import { Filler } from '../macros/filler.js';
import { MessageService } from '../requests/message-service.js';
import { RequestChanges, type RequestPatch } from '../requests/request-changes.js';
import { tagKey } from '../requests/request-list.js';
import { RequestTies } from '../requests/request-ties.js';
import { openRequestStatuses, type RequestRow } from '../types.js';
import type { Act, Done } from './act.js';

/** Does an act to one request, and takes it back: all of it or nothing. Rights and rules are those of the services that do the parts. */
@injectable()
export class ActWorker {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(RequestChanges) private readonly changes: RequestChanges,
    @inject(RequestTies) private readonly ties: RequestTies,
    @inject(MessageService) private readonly messages: MessageService,
    @inject(Filler) private readonly filler: Filler,
  ) {}

  /** What it did; null when all was so before. @throws AppError when a part of it is refused: then nothing is done */
  apply(actor: Actor, id: number, act: Act): Promise<Done | null> {
    return this.db.transaction(async () => {
      const request = await this.changes.managed(actor, id);
      // Filled before anything changes: the text speaks of the request as the agent saw it.
      const text = act.say && (await this.filler.whole(actor, request, act.say.texts));
      const done: Done = {
        ...(await this.#change(actor, request, act)),
        ...(await this.#tags(actor, id, act.add_tags ?? [], act.remove_tags ?? [])),
        ...(act.watcher_id === undefined ? {} : await this.#watch(actor, id, act.watcher_id)),
      };
      if (act.say && text)
        done.message = (await this.messages.post(actor, 'request', id, { text, internal: act.say.internal, hold: true, keepDraft: true })).id;
      if (act.into !== undefined) {
        await this.ties.merge(actor, id, act.into);
        done.merged = true;
      }
      return Object.keys(done).length === 0 ? null : done;
    });
  }

  /** @throws ConflictError when a part cannot be taken back any more: then all stays */
  undo(actor: Actor, id: number, done: Done): Promise<void> {
    return this.db.transaction(async () => {
      await this.changes.managed(actor, id);
      if (done.message !== undefined) await this.messages.takeBack(actor, done.message, { typed: false });
      if (done.merged) await this.ties.unmerge(actor, id);
      if (done.watcher !== undefined) await this.ties.unwatch(actor, id, done.watcher);
      if (done.tags) await this.#tags(actor, id, done.tags.removed, done.tags.added);
      for (const event of (done.events ?? []).toReversed()) await this.changes.undo(actor, id, event);
    });
  }

  async #change(actor: Actor, request: RequestRow, { status, solver_id, priority, importance }: Act): Promise<Pick<Done, 'events'>> {
    const rest: RequestPatch = Object.fromEntries(Object.entries({ solver_id, priority, importance }).filter(([, value]) => value !== undefined));
    const opens = !request.open && status !== undefined && (openRequestStatuses as readonly string[]).includes(status);
    // Nobody is given a request that is closed: it is opened first.
    const steps: RequestPatch[] = opens ? [{ status }, rest] : [{ ...rest, ...(status ? { status } : {}) }];
    const events: number[] = [];
    for (const step of steps) {
      if (Object.keys(step).length === 0) continue;
      const { undo } = await this.changes.change(actor, request.id, step);
      if (undo !== null) events.push(undo);
    }
    return events.length === 0 ? {} : { events };
  }

  async #tags(actor: Actor, id: number, add: readonly string[], remove: readonly string[]): Promise<Pick<Done, 'tags'>> {
    if (add.length + remove.length === 0) return {};
    const rows = await this.db.query<{ label: string }>('SELECT label FROM desk_request_tags WHERE request_id = ?', [id]);
    const [had, gone] = [new Set(rows.map(({ label }) => tagKey(label))), new Set(remove.map(tagKey))];
    const tags = {
      added: add.filter((label) => !had.has(tagKey(label))),
      removed: rows.map(({ label }) => label).filter((label) => gone.has(tagKey(label))),
    };
    if (tags.added.length + tags.removed.length === 0) return {};
    await this.ties.setTags(actor, id, [...rows.map(({ label }) => label).filter((label) => !gone.has(tagKey(label))), ...tags.added]);
    return { tags };
  }

  async #watch(actor: Actor, id: number, accountId: number): Promise<Pick<Done, 'watcher'>> {
    const known = await this.db.query('SELECT 1 AS one FROM desk_request_watchers WHERE request_id = ? AND account_id = ?', [id, accountId]);
    if (known.length > 0) return {};
    await this.ties.watch(actor, id, accountId);
    return { watcher: accountId };
  }
}
