import { AppError, InvalidInputError, NotFoundError, type AccountService, type Actor, type Database, type Message } from '../../../../core/api.js';
import { Imports, type ImportLineRow, type ImportRow } from '../tables.js';
import { valuesOf } from './file-imports.js';
import type { ImportKind, ImportOutcome } from './kind.js';

const BATCH = 100;

/** The work of imports: checks, writes and undoes lines in batches. Each batch is one transaction, so that a run that was cut off goes on where it was. */
export class ImportRuns<Outcome extends ImportOutcome = ImportOutcome> {
  constructor(
    private readonly db: Database,
    private readonly accounts: AccountService,
    private readonly kind: ImportKind<Outcome>,
  ) {}

  /** The dry run: nothing but verdicts is written. */
  async check(importId: number, signal: AbortSignal): Promise<void> {
    const job = await this.#job(importId, 'checking');
    if (!job) return;
    const { column } = this.kind;
    await this.db.run(`UPDATE customers_import_lines SET verdict = NULL, detail = NULL, ${column} = NULL WHERE import_id = ? AND state = 'open'`, [importId]);
    const first = new Map<string, number>();
    await this.#work(job, signal, 'verdict IS NULL', async (lines) => {
      const outcomes = await this.#outcomes(job, lines);
      for (const [index, line] of lines.entries()) {
        const outcome = this.#once(first, job, line, outcomes[index]!);
        const found = 'id' in outcome ? outcome.id : null;
        await this.#save(line, { verdict: outcome.verdict, [column]: found, detail: 'detail' in outcome ? JSON.stringify(outcome.detail) : null });
      }
    });
    await this.#finish(importId, 'checked');
  }

  async run(importId: number, signal: AbortSignal): Promise<void> {
    const job = await this.#job(importId, 'running');
    if (!job) return;
    const actor = await this.#actorOf(job);
    await this.#work(job, signal, "state = 'open' AND verdict IN ('create', 'change')", async (lines) => {
      const outcomes = await this.#outcomes(job, lines);
      for (const [index, line] of lines.entries()) await this.#write(actor, job, line, outcomes[index]!);
    });
    await this.#finish(importId, 'done');
  }

  async undo(importId: number, signal: AbortSignal): Promise<void> {
    const job = await this.#job(importId, 'undoing');
    if (!job) return;
    const actor = await this.#actorOf(job);
    // Each line for itself: what is taken away may be erased, which is no matter of one transaction.
    const putBack = async (line: ImportLineRow) => this.#save(line, { state: (await this.kind.putBack(actor, line)) ? 'undone' : 'kept' });
    await this.#batches(job, signal, "state = 'done' AND verdict IN ('create', 'change')", async (lines) => {
      for (const line of lines) await putBack(line);
    });
    await this.#finish(importId, 'undone');
  }

  async #write(actor: Actor, job: ImportRow, line: ImportLineRow, outcome: Outcome): Promise<void> {
    const detail = 'detail' in outcome ? JSON.stringify(outcome.detail) : null;
    // It became so after the dry run.
    if (outcome.verdict === 'refuse' || outcome.verdict === 'same') return this.#save(line, { verdict: outcome.verdict, state: 'done', detail });
    const { id, version } = await this.kind.write(actor, outcome, { invite: Boolean(job.invite) });
    await this.#save(line, { verdict: outcome.verdict, [this.kind.column]: id, state: 'done', version, detail });
  }

  #outcomes(job: ImportRow, lines: readonly ImportLineRow[]): Promise<Outcome[]> {
    return this.kind.judge(lines.map((line) => valuesOf(line.cells, mappingOf(job))));
  }

  /** A second line about the same thing is refused: nobody could tell which one counts. */
  #once(first: Map<string, number>, job: ImportRow, line: ImportLineRow, outcome: Outcome): ImportOutcome {
    if (outcome.verdict === 'refuse') return outcome;
    const identity = this.kind.identity(outcome, valuesOf(line.cells, mappingOf(job)));
    const earlier = first.get(identity);
    if (earlier !== undefined) return { verdict: 'refuse', detail: { '': { key: 'customers:import.error.twice', vars: { line: earlier } } } };
    first.set(identity, line.line);
    return outcome;
  }

  /** A batch that fails is done line by line, and only the line at fault is refused. */
  #work(job: ImportRow, signal: AbortSignal, where: string, handle: (lines: ImportLineRow[]) => Promise<void>): Promise<void> {
    return this.#batches(job, signal, where, async (lines) => {
      try {
        await this.db.transaction(() => handle(lines));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        for (const line of lines) await this.db.transaction(() => handle([line])).catch((failure: unknown) => this.#refuse(line, failure));
      }
    });
  }

  async #batches(job: ImportRow, signal: AbortSignal, where: string, handle: (lines: ImportLineRow[]) => Promise<void>): Promise<void> {
    for (let after = 0, done = 0; ;) {
      signal.throwIfAborted();
      const lines = await this.db.query<ImportLineRow>(
        `SELECT * FROM customers_import_lines WHERE import_id = ? AND ${where} AND id > ? ORDER BY id LIMIT ${BATCH}`,
        [job.id, after],
      );
      const last = lines.at(-1);
      if (!last) return;
      await handle(lines);
      after = last.id;
      done += lines.length;
      await this.db.of(Imports).update({ done }, { where: { id: job.id } });
    }
  }

  async #refuse(line: ImportLineRow, failure: unknown): Promise<void> {
    if (!(failure instanceof AppError)) throw failure;
    const detail: Record<string, Message> = failure instanceof InvalidInputError ? failure.fields : { '': failure.detail };
    await this.#save(line, { verdict: 'refuse', state: 'done', detail: JSON.stringify(detail) });
  }

  async #job(id: number, status: ImportRow['status']): Promise<ImportRow | null> {
    const row = (await this.db.of(Imports).findByPk(id))?.get({ plain: true });
    return row?.status === status && row.kind === this.kind.plugin ? row : null;
  }

  /** The person who started it: what happens is done in that name, and with no more rights. */
  async #actorOf({ account_id }: ImportRow): Promise<Actor> {
    const account = account_id === null ? null : await this.accounts.get(account_id);
    if (!account) throw new NotFoundError();
    return { kind: account.kind, account, onBehalfOf: null, sessionId: null, channel: 'job', ip: null };
  }

  async #save(line: ImportLineRow, values: Partial<ImportLineRow>): Promise<void> {
    const columns = Object.keys(values);
    await this.db.run(`UPDATE customers_import_lines SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE id = ?`, [
      ...Object.values(values),
      line.id,
    ]);
  }

  #finish(id: number, status: ImportRow['status']): Promise<unknown> {
    return this.db.of(Imports).update({ status }, { where: { id } });
  }
}

const mappingOf = (job: ImportRow) => JSON.parse(job.mapping) as string[];
