import {
  ACCESS,
  ACCOUNTS,
  AUDIT,
  CLOCK,
  DATABASE,
  InvalidInputError,
  JOBS,
  SETTINGS,
  TRANSLATOR,
  createFormatter,
  inject,
  injectable,
  parseInput,
  readRows,
  within,
  type Access,
  type AccountService,
  type Actor,
  type Audit,
  type Clock,
  type Database,
  type Formatter,
  type Jobs,
  type Message,
  type Settings,
  type Translator,
} from '../../../core/api.js';
import { FileImports, ImportRuns, diff, percent, type ImportKind, type ImportLineRow, type ImportOutcome, type ImportValues } from '../../customers/api.js';
import { articleInput, type ArticleInput } from '../inputs.js';
import { ArticleService, articleKey, fields } from './article-service.js';
import { Articles, type ArticleRow } from './tables.js';

/** The columns of articles in files, in their order: the same for what goes out and what comes in. */
export const articleFields = ['number', 'text', 'unit', 'purchase_price', 'sales_price', 'vat', 'active'] as const;
const numbers = ['purchase_price', 'sales_price', 'vat'] as const;
type Outcome = ImportOutcome & { input?: ArticleInput; version?: number };

/** Articles from files, recognized by their number. Empty cells leave what is there. */
@injectable()
export class ArticleImportKind implements ImportKind<Outcome> {
  readonly plugin = 'desk';
  readonly permission = 'desk.catalog.manage';
  readonly fields = articleFields;
  readonly column = 'object_id';

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(SETTINGS) private readonly settings: Settings,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(ArticleService) private readonly articles: ArticleService,
  ) {}

  label(field: string): string {
    return `desk:article.${field}`;
  }

  /** Prices of both kinds come in: whoever imports may see both. */
  async allowed(actor: Actor): Promise<void> {
    await this.access.assert(actor, 'desk.catalog.manage');
    await this.access.assert(actor, 'desk.purchase-price.read');
  }

  async judge(lines: readonly ImportValues[]): Promise<Outcome[]> {
    const keys = [...new Set(lines.map((line) => articleKey(line['number'] ?? '')))];
    const rows = await readRows<ArticleRow>(this.db, Articles, `WHERE number_key ${within(keys)}`, keys);
    const found = new Map(rows.map((row) => [row.number_key, row]));
    return lines.map((line) => this.#judge(line, found.get(articleKey(line['number'] ?? '')) ?? null));
  }

  identity(_outcome: Outcome, values: ImportValues): string {
    return articleKey(values['number'] ?? '');
  }

  async write(actor: Actor, { verdict, input, ...outcome }: Outcome): Promise<{ id: number; version: number }> {
    if (!input) throw new TypeError(`a line that is ${verdict} is not written`);
    if (!('id' in outcome)) return this.articles.create(actor, input);
    await this.articles.update(actor, outcome.id, input);
    return { id: outcome.id, version: (outcome.version ?? 0) + 1 };
  }

  async putBack(actor: Actor, line: ImportLineRow): Promise<boolean> {
    const [row] = await readRows<ArticleRow>(this.db, Articles, 'WHERE id = ?', [line.object_id]);
    if (!row) return true;
    if (row.version !== line.version) return false;
    if (line.verdict === 'create') await this.articles.remove(actor, row.id);
    else {
      const detail = JSON.parse(line.detail ?? '{}') as Record<string, [unknown, unknown]>;
      const before = Object.fromEntries(Object.entries(detail).map(([field, [old]]) => [field, old]));
      await this.articles.update(actor, row.id, articleInput.parse({ ...row, ...before }));
    }
    return true;
  }

  #judge(values: ImportValues, found: ArticleRow | null): Outcome {
    try {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
      const input = parseInput(articleInput, { ...(found ?? { active: true }), ...given, ...this.#numbers(given) });
      if (!found) return { verdict: 'create', input, detail: {} };
      const changed = diff<object>(found, fields(input, true)) ?? { before: {}, after: {} };
      const detail: Record<string, [unknown, unknown]> = {};
      for (const [field, after] of Object.entries(changed.after)) if (field !== 'number_key') detail[field] = [changed.before[field] ?? null, after];
      if (Object.keys(detail).length === 0) return { verdict: 'same', id: found.id };
      return { verdict: 'change', id: found.id, version: found.version, input, detail };
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      return { verdict: 'refuse', detail: error.fields };
    }
  }

  /** Numbers as any of the languages writes them: with a point or a comma, and no groups that could be mistaken. */
  #numbers(given: Record<string, string | undefined>): Record<string, number> {
    const errors: Record<string, Message> = {};
    const read: Record<string, number> = {};
    for (const field of numbers) {
      const text = given[field];
      if (text === undefined) continue;
      const value = this.#formatters(text).reduce<number | null>((known, fmt) => known ?? this.#number(fmt, field, text), null);
      if (value === null) errors[field] = { key: `customers:error.${field === 'vat' ? 'percent' : 'price'}` };
      else read[field] = value;
    }
    if (Object.keys(errors).length > 0) throw new InvalidInputError(errors);
    return read;
  }

  #number(fmt: Formatter, field: (typeof numbers)[number], text: string): number | null {
    return field === 'vat' ? percent(fmt)(text) : fmt.parseMoney(text, this.settings.get('core.currency'));
  }

  /** The installation's language first, then one that writes the decimal sign of the text. */
  #formatters(text: string): Formatter[] {
    const other = /,\d{1,2}\D*$/.test(text) ? 'de' : 'en';
    return [this.settings.get('core.language'), other].filter((one) => this.translator.languages.includes(one)).map((one) => createFormatter(one, 'UTC'));
  }
}

/** Articles from files. */
@injectable()
export class ArticleImports extends FileImports {
  constructor(
    @inject(DATABASE) db: Database,
    @inject(AUDIT) audit: Audit,
    @inject(CLOCK) clock: Clock,
    @inject(JOBS) jobs: Jobs,
    @inject(TRANSLATOR) translator: Translator,
    @inject(ArticleImportKind) kind: ArticleImportKind,
  ) {
    super({ db, audit, clock, jobs, translator }, kind);
  }
}

/** Their work. */
@injectable()
export class ArticleImportRuns extends ImportRuns<Outcome> {
  constructor(@inject(DATABASE) db: Database, @inject(ACCOUNTS) accounts: AccountService, @inject(ArticleImportKind) kind: ArticleImportKind) {
    super(db, accounts, kind);
  }
}
