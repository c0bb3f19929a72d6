import {
  ACCOUNTS,
  AppError,
  DATABASE,
  ERASURE,
  InvalidInputError,
  NotFoundError,
  TRANSLATOR,
  inject,
  injectable,
  type AccountService,
  type Actor,
  type Database,
  type Erasure,
  type Message,
  type Translator,
} from '../../../../core/api.js';
import { AccessRegister } from '../../accesses/access-register.js';
import { customerInput } from '../../inputs.js';
import { listed } from '../../register/customer-fields.js';
import { CustomerService } from '../../register/customer-service.js';
import { Imports, type ImportLineRow, type ImportRow } from '../tables.js';
import { checkLine, type Outcome } from './check-line.js';
import { Vocabulary, type ImportField } from './fields.js';
import { valuesOf } from './import-service.js';
import { Matches } from './matching.js';

const BATCH = 100;
const own = (plugin: string): boolean => plugin === 'customers' || plugin === 'core';

/** The work of imports: checks, writes and undoes lines in batches. Each batch is one transaction, so that a run that was cut off goes on where it was. */
@injectable()
export class ImportJobs {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(ERASURE) private readonly erasure: Erasure,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(AccessRegister) private readonly register: AccessRegister,
  ) {}

  /** The dry run: nothing but verdicts is written. */
  async check(importId: number, signal: AbortSignal): Promise<void> {
    const job = await this.#job(importId, 'checking');
    if (!job) return;
    await this.db.run("UPDATE customers_import_lines SET verdict = NULL, detail = NULL, customer_id = NULL WHERE import_id = ? AND state = 'open'", [importId]);
    const first = new Map<string, number>();
    await this.#work(job, signal, 'verdict IS NULL', async (lines) => {
      const outcomes = await this.#outcomes(job, lines);
      for (const [index, line] of lines.entries()) {
        const outcome = twice(first, line, outcomes[index]!, valuesOf(line.cells, mappingOf(job)));
        const customer_id = 'customer' in outcome ? outcome.customer.id : null;
        await this.#save(line, { verdict: outcome.verdict, customer_id, detail: 'detail' in outcome ? JSON.stringify(outcome.detail) : null });
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
    // Each line for itself: what is taken away is erased, which is no matter of one transaction.
    const putBack = async (line: ImportLineRow) => this.#save(line, { state: (await this.#putBack(actor, line)) ? 'undone' : 'kept' });
    await this.#batches(job, signal, "state = 'done' AND verdict IN ('create', 'change')", async (lines) => {
      for (const line of lines) await putBack(line);
    });
    await this.#finish(importId, 'undone');
  }

  async #write(actor: Actor, job: ImportRow, line: ImportLineRow, outcome: Outcome): Promise<void> {
    if (outcome.verdict === 'refuse' || outcome.verdict === 'same') {
      // It became so after the dry run.
      const detail = 'detail' in outcome ? JSON.stringify(outcome.detail) : null;
      return this.#save(line, { verdict: outcome.verdict, state: 'done', detail });
    }
    const { input, access, detail } = outcome;
    const { id, version } = outcome.verdict === 'create' ? await this.customers.create(actor, input) : outcome.customer;
    if (outcome.verdict === 'change') await this.customers.update(actor, id, input);
    if (access && (outcome.verdict === 'create' || (await this.register.list(actor, id)).length === 0)) {
      await this.register.createFirst(actor, id, access, { invite: Boolean(job.invite) });
    }
    const changes = Object.keys(detail).some((field) => field !== 'access_email');
    await this.#save(line, {
      verdict: outcome.verdict,
      customer_id: id,
      state: 'done',
      version: outcome.verdict === 'change' && changes ? version + 1 : version,
      detail: JSON.stringify(detail),
    });
  }

  /** Is it as it was? What somebody worked with since stays. */
  async #putBack(actor: Actor, line: ImportLineRow): Promise<boolean> {
    const row = (await this.customers.many([line.customer_id ?? 0])).get(line.customer_id ?? 0);
    if (!row) return true;
    if (row.version !== line.version) return false;
    if (line.verdict === 'change') {
      const before = Object.fromEntries(
        Object.entries(JSON.parse(line.detail ?? '{}') as Record<string, [unknown, unknown]>).map(([key, [old]]) => [key, old]),
      );
      const categories = listed(String(before.categories ?? row.categories)).join(', ');
      const input = customerInput.safeParse({ ...row, ...before, categories });
      if (!input.success) return false;
      await this.customers.update(actor, row.id, input.data);
      return true;
    }
    if (await this.#isUsed(row.id)) return false;
    await this.erasure.erase(row.id);
    return true;
  }

  async #isUsed(customerId: number): Promise<boolean> {
    if ((await this.erasure.preview(customerId)).some(({ plugin, files }) => files > 0 || !own(plugin))) return true;
    const [row] = await this.db.query<{ n: number }>(
      `SELECT (SELECT COUNT(*) FROM customers_installations WHERE customer_id = ?) + (SELECT COUNT(*) FROM customers_devices WHERE customer_id = ?)
         + (SELECT COUNT(*) FROM customers_projects WHERE customer_id = ?) + (SELECT COUNT(*) FROM customers_administrators WHERE customer_id = ?)
         + (SELECT COUNT(*) FROM customers_accesses m JOIN core_accounts a ON a.id = m.account_id WHERE m.customer_id = ? AND a.last_sign_in_at IS NOT NULL) AS n`,
      Array.from({ length: 5 }, () => customerId),
    );
    return Number(row?.n) > 0;
  }

  async #outcomes(job: ImportRow, lines: readonly ImportLineRow[]): Promise<Outcome[]> {
    const vocabulary = new Vocabulary(this.translator);
    const values = lines.map((line) => vocabulary.translate(valuesOf(line.cells, mappingOf(job))));
    const matches = await Matches.of(this.db, values);
    const staff = new Map(
      (await this.accounts.listStaff()).flatMap(({ id, name, email }) => [[name.toLowerCase(), id] as const, [email.toLowerCase(), id] as const]),
    );
    return values.map((one) => {
      const found = matches.find(one);
      if (found !== null && typeof found === 'string')
        return { verdict: 'refuse', detail: { [found === 'noNumber' ? 'number' : 'email']: { key: `customers:import.error.${found}` } } };
      return checkLine(one, found, staff);
    });
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
    return row?.status === status ? row : null;
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

const mappingOf = (job: ImportRow) => JSON.parse(job.mapping) as (ImportField | '')[];

/** A second line about the same customer is refused: nobody could tell which one counts. */
function twice(first: Map<string, number>, line: ImportLineRow, outcome: Outcome, values: Partial<Record<ImportField, string>>): Outcome {
  if (outcome.verdict === 'refuse') return outcome;
  const mail = values.email?.toLowerCase();
  const keys = 'customer' in outcome ? [`#${outcome.customer.id}`] : [values.registration_number ? `r${values.registration_number}` : `m${mail}`];
  const earlier = keys.map((key) => first.get(key)).find((found) => found !== undefined);
  if (earlier !== undefined) return { verdict: 'refuse', detail: { '': { key: 'customers:import.error.twice', vars: { line: earlier } } } };
  for (const key of keys) first.set(key, line.line);
  return outcome;
}
