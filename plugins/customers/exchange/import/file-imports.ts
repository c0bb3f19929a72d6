import { ConflictError, NotFoundError, type Actor, type Audit, type Clock, type Database, type Jobs, type Translator } from '../../../../core/api.js';
import { ImportLines, Imports, type ImportLineRow, type ImportRow, type ImportStatus, type RowVerdict } from '../tables.js';
import { guessMapping } from './fields.js';
import type { ImportKind, ImportValues } from './kind.js';
import { readTable } from './read-file.js';

const BATCH = 500;
/** After so many days the lines of an import are gone, and it cannot be undone any more. */
const DAYS = 30;
export type LineFilter = { verdict?: RowVerdict | undefined; kept?: boolean | undefined; after?: number | undefined; limit?: number | undefined };

interface Parts {
  db: Database;
  audit: Audit;
  clock: Clock;
  jobs: Jobs;
  translator: Translator;
}

/** Things from files: columns are matched, a dry run tells what would come of each line, and only then is anything written. `kind` says what they are. */
export class FileImports {
  constructor(
    private readonly parts: Parts,
    readonly kind: Omit<ImportKind, 'judge' | 'identity' | 'write' | 'putBack'>,
  ) {}

  /** The latest imports, newest first. */
  async list(actor: Actor): Promise<ImportRow[]> {
    await this.kind.allowed(actor);
    const rows = await this.parts.db.of(Imports).findAll({ where: { kind: this.kind.plugin }, order: [['id', 'DESC']], limit: 20 });
    return rows.map((row) => row.get({ plain: true }));
  }

  async get(actor: Actor, id: number): Promise<ImportRow> {
    await this.kind.allowed(actor);
    const row = await this.parts.db.of(Imports).findByPk(id);
    if (row?.kind !== this.kind.plugin) throw new NotFoundError();
    return row.get({ plain: true });
  }

  /** Reads a file and guesses its columns. @throws InvalidInputError for `file` */
  async upload(actor: Actor, file: { name: string; bytes: Buffer }): Promise<number> {
    await this.kind.allowed(actor);
    const { headings, rows } = readTable(file.bytes);
    return this.parts.db.transaction(async () => {
      const made = await this.parts.db.of(Imports).create({
        kind: this.kind.plugin,
        account_id: actor.account?.id ?? null,
        file_name: file.name.slice(-200),
        headings: JSON.stringify(headings),
        mapping: JSON.stringify(guessMapping(this.parts.translator, this.kind, headings)),
        invite: false,
        status: 'draft',
        done: 0,
        total: rows.length,
        created_at: this.parts.clock.now(),
      });
      for (let from = 0; from < rows.length; from += BATCH) {
        const lines = rows
          .slice(from, from + BATCH)
          .map(({ line, cells }) => ({ import_id: made.id, line, cells: JSON.stringify(cells), state: 'open' as const }));
        await this.parts.db.of(ImportLines).bulkCreate(lines);
      }
      return made.id;
    });
  }

  /** Starts the dry run with these columns. */
  async check(actor: Actor, id: number, input: { mapping: readonly string[]; invite: boolean }): Promise<void> {
    const { headings } = await this.get(actor, id);
    const taken = new Set<string>();
    const mapping = (JSON.parse(headings) as string[]).map((_, index) => {
      const field = this.kind.fields.find((one) => one === input.mapping[index]);
      if (!field || taken.has(field)) return '';
      taken.add(field);
      return field;
    });
    await this.#begin(actor, id, ['draft', 'checked'], 'checking', 'check', { mapping: JSON.stringify(mapping), invite: input.invite });
  }

  /** Writes what the dry run showed. */
  async run(actor: Actor, id: number): Promise<void> {
    await this.#begin(actor, id, ['checked'], 'running', 'run', { account_id: actor.account?.id ?? null });
  }

  /** Takes away what was created and puts back what was changed, unless something came of it since. */
  async undo(actor: Actor, id: number): Promise<void> {
    await this.#begin(actor, id, ['done'], 'undoing', 'undo', { account_id: actor.account?.id ?? null });
  }

  /** Throws away an import that has not been run. */
  async discard(actor: Actor, id: number): Promise<void> {
    const row = await this.get(actor, id);
    if (row.status !== 'draft' && row.status !== 'checked') throw busy();
    await this.parts.db.transaction(async () => {
      await this.parts.db.of(ImportLines).destroy({ where: { import_id: id } });
      await this.parts.db.of(Imports).destroy({ where: { id } });
    });
  }

  /** A page of lines, in the order of the file; `next` is the id to go on after. */
  async lines(actor: Actor, id: number, filter: LineFilter = {}): Promise<{ lines: ImportLineRow[]; next: number | null }> {
    await this.get(actor, id);
    const { verdict, kept, after = 0, limit = 50 } = filter;
    const more = `${verdict ? ' AND verdict = ?' : ''}${kept ? " AND state = 'kept'" : ''}`;
    const rows = await this.parts.db.query<ImportLineRow>(
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
    const rows = await this.parts.db.query<{ verdict: RowVerdict | null; state: string; n: number }>(
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
    const before = new Date(this.parts.clock.now().getTime() - DAYS * 86_400_000);
    await this.parts.db.run('DELETE FROM customers_import_lines WHERE import_id IN (SELECT id FROM customers_imports WHERE created_at < ?)', [before]);
    await this.parts.db.run('DELETE FROM customers_imports WHERE created_at < ?', [before]);
  }

  async #begin(
    actor: Actor,
    id: number,
    from: ImportStatus[],
    status: ImportStatus,
    step: 'check' | 'run' | 'undo',
    values: Partial<ImportRow>,
  ): Promise<void> {
    const row = await this.get(actor, id);
    await this.parts.db.transaction(async () => {
      const [changed] = await this.parts.db.of(Imports).update({ ...values, status, done: 0 }, { where: { id, status: from } });
      if (changed === 0) throw busy();
      if (status !== 'checking') {
        const { plugin } = this.kind;
        const action = `${plugin}.import.${status === 'running' ? 'started' : 'undone'}`;
        await this.parts.audit.record(actor, { action, object: { kind: `${plugin}.import`, id, name: row.file_name }, after: { rows: row.total } });
      }
      await this.parts.jobs.enqueue(`${this.kind.plugin}.import-${step}`, { importId: id });
    });
  }
}

const busy = () => new ConflictError({ key: 'customers:import.busy' }, 'import_busy');

/** The cells of a line by their fields. */
export function valuesOf(cells: string, mapping: readonly string[]): ImportValues {
  const row = JSON.parse(cells) as string[];
  return Object.fromEntries(mapping.flatMap((field, index) => (field === '' || !row[index] ? [] : [[field, row[index]]])));
}
