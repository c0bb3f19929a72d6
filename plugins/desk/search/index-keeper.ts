import { CLOCK, DATABASE, JOBS, inject, injectable } from '../../../core/api.js';
import type { Clock, Database, Jobs } from '../../../core/api.js';
import { DeskIndex, type Owner } from './desk-index.js';
import { SearchRuns, type SearchRunRow } from './tables.js';

/** Job that makes all texts anew: `jobs.enqueue(rebuildJob, {}, { key: 'all' })`. */
export const rebuildJob = 'desk.search-rebuild';
/** Job that makes those of one customer or installation anew. */
export const followJob = 'desk.search-follow';
const batch = 200;
const tables = { request: 'desk_requests', order: 'desk_orders' } as const;
const owners = ['request', 'order'] as const;

/** Things whose names stand in requests and orders. */
export type Named = { customer_id: number } | { installation_id: number };
/** How many things there are, how many are not found, and how many texts have no thing any more. */
export interface IndexState {
  owner: Owner;
  things: number;
  missing: number;
  stray: number;
}

/** Fills the index, follows what is renamed, and tells whether anything is missing. */
@injectable()
export class IndexKeeper {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(DeskIndex) private readonly index: DeskIndex,
  ) {}

  /** Is everything found that should be? */
  async state(): Promise<IndexState[]> {
    return [
      { owner: 'request', ...(await this.index.requests.gaps()) },
      { owner: 'order', ...(await this.index.orders.gaps()) },
    ];
  }

  /** How far the rebuild is, or was. */
  async progress(): Promise<SearchRunRow | null> {
    return (await this.db.of(SearchRuns).findByPk(1))?.get({ plain: true }) ?? null;
  }

  /** Rebuilds everything, in batches with a transaction each; cut off, it goes on where it was. */
  async rebuild(signal?: AbortSignal): Promise<void> {
    let run = await this.progress();
    if (!run || run.ended_at) {
      const total = (await this.state()).reduce((sum, { things }) => sum + things, 0);
      run = { id: 1, owner: 'request', after_id: 0, done: 0, total, ended_at: null };
      await this.db.of(SearchRuns).upsert(run);
    }
    const begun = run;
    for (const owner of owners.slice(owners.indexOf(begun.owner))) {
      let after = owner === begun.owner ? begun.after_id : 0;
      for (let ids: number[]; (ids = await this.#next(owner, after)).length > 0;) {
        signal?.throwIfAborted();
        after = ids.at(-1)!;
        run = { ...run, owner, after_id: after, done: run.done + ids.length };
        await this.#save(owner, ids, run);
      }
    }
    await this.tidy(signal);
    await this.db.of(SearchRuns).update({ ended_at: this.clock.now() }, { where: { id: 1 } });
  }

  /** Follows a new name through the requests and orders in which it stands. */
  async follow(named: Named, signal?: AbortSignal): Promise<void> {
    for (const owner of owners) {
      let after = 0;
      for (let ids: number[]; (ids = await this.#next(owner, after, named)).length > 0;) {
        signal?.throwIfAborted();
        // Other data than names changes, too: then the oldest one is as it should be, and so are all.
        if (after === 0 && !(await this.index.isStale(owner, ids[0]!))) break;
        after = ids.at(-1)!;
        await this.#save(owner, ids);
      }
    }
  }

  /** What deleted things left; a gap that somebody made past the services is filled. */
  async tidy(signal?: AbortSignal): Promise<void> {
    await this.index.requests.tidy(signal);
    await this.index.orders.tidy(signal);
  }

  /** Once a day. */
  async check(signal?: AbortSignal): Promise<void> {
    const missing = (await this.state()).some((state) => state.missing > 0);
    if (missing) await this.jobs.enqueue(rebuildJob, {}, { key: 'all' });
    else await this.tidy(signal);
  }

  async #next(owner: Owner, after: number, named: Partial<Record<string, number>> = {}): Promise<number[]> {
    const [column, id] = Object.entries(named)[0] ?? [];
    const own = column === undefined ? '' : ` AND ${column} = ?`;
    const rows = await this.db.query<{ id: number }>(`SELECT id FROM ${tables[owner]} WHERE id > ?${own} ORDER BY id LIMIT ${batch}`, [
      after,
      ...(column === undefined ? [] : [id]),
    ]);
    return rows.map((row) => row.id);
  }

  #save(owner: Owner, ids: readonly number[], run?: SearchRunRow): Promise<void> {
    return this.db.transaction(async () => {
      await this.index.update(owner, ids);
      if (run) await this.db.of(SearchRuns).update(run, { where: { id: 1 } });
    });
  }
}
