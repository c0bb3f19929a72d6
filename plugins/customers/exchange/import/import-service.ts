import {
  ACCESS,
  AUDIT,
  CLOCK,
  ConflictError,
  DATABASE,
  JOBS,
  NotFoundError,
  TRANSLATOR,
  inject,
  injectable,
  type Access,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Jobs,
  type Translator,
} from '../../../../core/api.js';
import { ImportLines, Imports, type ImportLineRow, type ImportRow, type ImportStatus, type RowVerdict } from '../tables.js';
import { guessMapping, importFields, type ImportField } from './fields.js';
import { readTable } from './read-file.js';

const BATCH = 500;
/** After so many days the lines of an import are gone, and it cannot be undone any more. */
const DAYS = 30;
export type LineFilter = { verdict?: RowVerdict | undefined; kept?: boolean | undefined; after?: number | undefined; limit?: number | undefined };

/** Customers from files: columns are matched, a dry run tells what would come of each line, and only then is anything written (DX-04). */
@injectable()
export class CustomerImports {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(AUDIT) private readonly audit: Audit,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(JOBS) private readonly jobs: Jobs,
    @inject(TRANSLATOR) private readonly translator: Translator,
  ) {}

  /** The latest imports, newest first. */
  async list(actor: Actor): Promise<ImportRow[]> {
    await this.#allowed(actor);
    const rows = await this.db.of(Imports).findAll({ order: [['id', 'DESC']], limit: 20 });
    return rows.map((row) => row.get({ plain: true }));
  }

  async get(actor: Actor, id: number): Promise<ImportRow> {
    await this.#allowed(actor);
    const row = await this.db.of(Imports).findByPk(id);
    if (!row) throw new NotFoundError();
    return row.get({ plain: true });
  }

  /** Reads a file and guesses its columns. @throws InvalidInputError for `file` */
  async upload(actor: Actor, file: { name: string; bytes: Buffer }): Promise<number> {
    await this.#allowed(actor);
    const { headings, rows } = readTable(file.bytes);
    return this.db.transaction(async () => {
      const made = await this.db.of(Imports).create({
        account_id: actor.account?.id ?? null,
        file_name: file.name.slice(-200),
        headings: JSON.stringify(headings),
        mapping: JSON.stringify(guessMapping(this.translator, headings)),
        invite: false,
        status: 'draft',
        done: 0,
        total: rows.length,
        created_at: this.clock.now(),
      });
      for (let from = 0; from < rows.length; from += BATCH) {
        const lines = rows
          .slice(from, from + BATCH)
          .map(({ line, cells }) => ({ import_id: made.id, line, cells: JSON.stringify(cells), state: 'open' as const }));
        await this.db.of(ImportLines).bulkCreate(lines);
      }
      return made.id;
    });
  }

  /** Starts the dry run with these columns. */
  async check(actor: Actor, id: number, input: { mapping: readonly string[]; invite: boolean }): Promise<void> {
    const { headings } = await this.get(actor, id);
    const taken = new Set<string>();
    const mapping = (JSON.parse(headings) as string[]).map((_, index) => {
      const field = importFields.find((one) => one === input.mapping[index]);
      if (!field || taken.has(field)) return '';
      taken.add(field);
      return field;
    });
    await this.#begin(actor, id, ['draft', 'checked'], 'checking', 'customers.import-check', { mapping: JSON.stringify(mapping), invite: input.invite });
  }

  /** Writes what the dry run showed. */
  async run(actor: Actor, id: number): Promise<void> {
    await this.#begin(actor, id, ['checked'], 'running', 'customers.import-run', { account_id: actor.account?.id ?? null });
  }

  /** Takes away what was created and puts back what was changed, unless something came of it since. */
  async undo(actor: Actor, id: number): Promise<void> {
    await this.#begin(actor, id, ['done'], 'undoing', 'customers.import-undo', { account_id: actor.account?.id ?? null });
  }

  /** Throws away an import that has not been run. */
  async discard(actor: Actor, id: number): Promise<void> {
    const row = await this.get(actor, id);
    if (row.status !== 'draft' && row.status !== 'checked') throw busy();
    await this.db.transaction(async () => {
      await this.db.of(ImportLines).destroy({ where: { import_id: id } });
      await this.db.of(Imports).destroy({ where: { id } });
    });
  }

  /** A page of lines, in the order of the file; `next` is the id to go on after. */
  async lines(actor: Actor, id: number, filter: LineFilter = {}): Promise<{ lines: ImportLineRow[]; next: number | null }> {
    await this.get(actor, id);
    const { verdict, kept, after = 0, limit = 50 } = filter;
    const more = `${verdict ? ' AND verdict = ?' : ''}${kept ? " AND state = 'kept'" : ''}`;
    const rows = await this.db.query<ImportLineRow>(
      `SELECT * FROM customers_import_lines WHERE import_id = ?${more} AND id > ? ORDER BY id LIMIT ${limit + 1}`,
      [id, ...(verdict ? [verdict] : []), after],
    );
    const lines = rows.slice(0, limit);
    return { lines, next: rows.length > limit ? (lines.at(-1)?.id ?? null) : null };
  }

  /** How many lines have which verdict, and how many could not be put back. */
  async counts(actor: Actor, id: number): Promise<Record<RowVerdict | 'kept', number>> {
    await this.get(actor, id);
    const counts = { create: 0, change: 0, same: 0, refuse: 0, kept: 0 };
    const rows = await this.db.query<{ verdict: RowVerdict | null; state: string; n: number }>(
      'SELECT verdict, state, COUNT(*) AS n FROM customers_import_lines WHERE import_id = ? GROUP BY verdict, state',
      [id],
    );
    for (const { verdict, state, n } of rows) {
      if (verdict) counts[verdict] += Number(n);
      if (state === 'kept') counts.kept += Number(n);
    }
    return counts;
  }

  /** Each day: the lines of old imports go. */
  async tidy(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - DAYS * 86_400_000);
    await this.db.run('DELETE FROM customers_import_lines WHERE import_id IN (SELECT id FROM customers_imports WHERE created_at < ?)', [before]);
    await this.db.run('DELETE FROM customers_imports WHERE created_at < ?', [before]);
  }

  async #begin(actor: Actor, id: number, from: ImportStatus[], status: ImportStatus, job: string, values: Partial<ImportRow>): Promise<void> {
    const row = await this.get(actor, id);
    await this.db.transaction(async () => {
      const [changed] = await this.db.of(Imports).update({ ...values, status, done: 0 }, { where: { id, status: from } });
      if (changed === 0) throw busy();
      if (status !== 'checking') {
        const action = status === 'running' ? 'customers.import.started' : 'customers.import.undone';
        await this.audit.record(actor, { action, object: { kind: 'customers.import', id, name: row.file_name }, after: { rows: row.total } });
      }
      await this.jobs.enqueue(job, { importId: id });
    });
  }

  /** Whoever imports makes customers anywhere. */
  async #allowed(actor: Actor): Promise<void> {
    await this.access.assert(actor, 'customers.customer.import');
    await this.access.assert(actor, 'customers.customer.manage', { customer: null });
  }
}

const busy = () => new ConflictError({ key: 'customers:import.busy' }, 'import_busy');

/** The cells of a line by their fields. */
export function valuesOf(cells: string, mapping: readonly (ImportField | '')[]): Partial<Record<ImportField, string>> {
  const row = JSON.parse(cells) as string[];
  return Object.fromEntries(mapping.flatMap((field, index) => (field === '' || !row[index] ? [] : [[field, row[index]]])));
}
