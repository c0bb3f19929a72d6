import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  FILES,
  JOBS,
  REALTIME,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Files,
  type Jobs,
  type Realtime,
} from '../../core/api.js';
import { defaultOrders, loadDemo, type Parts } from './loader.js';
import { removeDemo, type Kept } from './remover.js';
import { DemoStates, type DemoKind, type DemoStateRow, type DemoStatus } from './tables.js';

/** What the page shows. */
export interface DemoView extends Pick<DemoStateRow, 'status' | 'done' | 'total' | 'password'> {
  counts: Partial<Record<DemoKind, number>>;
  kept: Kept[];
  logins: Login[];
}
export interface Login {
  kind: 'staff' | 'customer';
  name: string;
  email: string;
  language: string;
}

/** Loads and removes sample data as jobs and tells how far they are. */
@injectable()
export class DemoService {
  readonly #parts: Parts;

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) accounts: AccountService,
    @inject(FILES) files: Files,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(REALTIME) private readonly realtime: Realtime,
    @inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#parts = { db, access, accounts, files, jobs };
  }

  async view(actor: Actor): Promise<DemoView> {
    await this.access.assert(actor, 'demo.data.manage');
    const { status, done, total, password, kept } = await this.db.of(DemoStates).findByPk(1, { rejectOnEmpty: true });
    const rows = await this.db.query<{ kind: DemoKind; n: number }>('SELECT kind, COUNT(*) AS n FROM demo_objects GROUP BY kind');
    const counts = Object.fromEntries(rows.map((row) => [row.kind, Number(row.n)]));
    return { status, done, total, password, counts, kept: JSON.parse(kept) as Kept[], logins: status === 'loaded' ? await logins(this.db) : [] };
  }

  /** For the card on the start page: is there nothing to work with yet? */
  async isOffered(): Promise<boolean> {
    const [customer] = await this.db.query('SELECT id FROM customers_customers LIMIT 1');
    return customer === undefined;
  }

  /** Starts loading. @throws ConflictError when there is sample data already, or work on it */
  load(actor: Actor): Promise<void> {
    return this.#begin(actor, 'loading', ['empty', 'failed'], 'demo.data.load-started');
  }

  /** Starts removing. @throws ConflictError when there is nothing to remove, or work on it */
  remove(actor: Actor): Promise<void> {
    return this.#begin(actor, 'removing', ['loaded', 'failed'], 'demo.data.removal-started');
  }

  /** The job of `load`: what a run that was cut off left is removed first. */
  runLoad(signal: AbortSignal): Promise<void> {
    return this.#run(signal, async (progress) => {
      await removeDemo(this.#parts, { signal });
      const { password } = await loadDemo(this.#parts, { now: this.clock.now(), progress, signal });
      await this.#save({ status: 'loaded', password });
    });
  }

  /** The job of `remove`. */
  runRemoval(signal: AbortSignal): Promise<void> {
    return this.#run(signal, async (progress) => {
      const kept = await removeDemo(this.#parts, { progress, signal });
      await this.#save({ status: 'empty', password: null, kept: JSON.stringify(kept) });
    });
  }

  async #begin(actor: Actor, status: DemoStatus, from: readonly DemoStatus[], action: string): Promise<void> {
    await this.access.assert(actor, 'demo.data.manage');
    await this.db.transaction(async () => {
      const [changed] = await this.db.of(DemoStates).update({ status, done: 0, total: defaultOrders, kept: '[]' }, { where: { id: 1, status: [...from] } });
      if (changed === 0) throw new ConflictError({ key: 'demo:error.busy' }, 'demo_busy');
      await this.audit.record(actor, { action });
      await this.jobs.enqueue(status === 'loading' ? 'demo.load' : 'demo.remove', {}, { key: 'demo', maxAttempts: 1 });
    });
  }

  async #run(signal: AbortSignal, work: (progress: (done: number, total: number) => Promise<void>) => Promise<void>): Promise<void> {
    try {
      await work((done, total) => this.#save({ done, total }));
    } catch (error) {
      // Aborted by a restart: the job is taken up again.
      if (!signal.aborted) await this.#save({ status: 'failed' });
      throw error;
    }
    this.realtime.touch('desk.orders', 'all');
    this.realtime.touch('desk.reports', 'all');
  }

  async #save(values: Partial<DemoStateRow>): Promise<void> {
    await this.db.of(DemoStates).update(values, { where: { id: 1 } });
  }
}

/** A technician, and a person of a customer for each language. */
export async function logins(db: Database): Promise<Login[]> {
  const rows = await db.query<Login>(
    "SELECT a.kind, a.name, a.email, a.language FROM core_accounts a JOIN demo_objects d ON d.kind = 'account' AND d.id = a.id WHERE a.status = 'active' ORDER BY a.kind DESC, a.id",
  );
  const shown = new Set<string>();
  return rows.filter(({ kind, language }) => {
    const group = kind === 'staff' ? kind : language;
    return !shown.has(group) && shown.add(group);
  });
}
