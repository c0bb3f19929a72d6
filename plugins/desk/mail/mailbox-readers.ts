import { randomUUID } from 'node:crypto';
import { CLOCK, DATABASE, LOG, inject, injectable, readRows, toDate, type Clock, type Database, type Log, type Scope } from '../../../core/api.js';
import { MailboxReader } from './mailbox-reader.js';
import { Mailboxes, type MailboxRow } from './tables.js';

const tickMs = 2000;
const leaseMs = 60_000;

interface Running {
  /** Another one means that the settings changed. */
  version: number;
  stop: AbortController;
  done: Promise<void>;
}

/** Keeps one reader per active mailbox, on one of the nodes: whoever holds its lease. */
@injectable()
export class MailboxReaders {
  readonly #lease = randomUUID();
  readonly #running = new Map<number, Running>();
  #ticking: Promise<void> | null = null;

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(LOG) private readonly log: Log,
    @inject(MailboxReader) private readonly reader: MailboxReader,
  ) {}

  start(scope: Scope): void {
    scope.add(() => this.#end());
    scope.timer(tickMs, () => this.#wake(scope.signal));
    this.#wake(scope.signal);
  }

  #wake(signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#ticking ??= this.#tick(signal)
      .catch((error: unknown) => this.log.warn({ err: error }, 'the mailboxes could not be looked up'))
      .finally(() => void (this.#ticking = null));
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const boxes = await readRows(this.db, Mailboxes, 'WHERE active = 1', []);
    for (const [id, { version }] of this.#running) {
      if (boxes.find((box) => box.id === id)?.updated_at.getTime() !== version) await this.#stop(id);
    }
    for (const box of boxes) {
      if (signal.aborted) return;
      if (!(await this.#holds(box))) await this.#stop(box.id);
      else if (!this.#running.has(box.id)) this.#begin(box);
    }
  }

  /** Takes or renews the lease: a conditional update lets one node have it. */
  async #holds(box: MailboxRow): Promise<boolean> {
    const now = this.clock.now();
    const until = toDate(box.lease_until);
    const mine = box.lease === this.#lease;
    if (mine && until !== null && until.getTime() - now.getTime() > leaseMs / 2) return true;
    if (!mine && until !== null && until > now) return false;
    const { changes } = await this.db.run(
      'UPDATE desk_mailboxes SET lease = ?, lease_until = ? WHERE id = ? AND (lease = ? OR lease_until IS NULL OR lease_until <= ?)',
      [this.#lease, new Date(now.getTime() + leaseMs), box.id, this.#lease, now],
    );
    return changes > 0;
  }

  #begin(box: MailboxRow): void {
    const stop = new AbortController();
    const done = this.reader
      .run(box, this.#lease, stop.signal)
      .catch((error: unknown) => this.log.error({ err: error, mailbox: box.id }, 'reading a mailbox ended'))
      .finally(() => {
        if (this.#running.get(box.id)?.stop === stop) this.#running.delete(box.id);
      });
    this.#running.set(box.id, { version: box.updated_at.getTime(), stop, done });
  }

  async #stop(id: number): Promise<void> {
    const running = this.#running.get(id);
    running?.stop.abort();
    await running?.done;
  }

  /** Lets go of the leases, so that another node need not wait for them to end. */
  async #end(): Promise<void> {
    await this.#ticking;
    await Promise.all([...this.#running.keys()].map((id) => this.#stop(id)));
    await this.db.run('UPDATE desk_mailboxes SET lease = NULL, lease_until = NULL WHERE lease = ?', [this.#lease]);
  }
}
