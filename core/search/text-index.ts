import { decodeCursor, encodeCursor } from '../database/cursor.js';
import type { Database } from '../database/types.js';
import { toDate } from '../database/types.js';

/** A condition of SQL with its parameters. */
export interface Sql {
  sql: string;
  params: readonly unknown[];
}
/** The words of a part of a thing, such as its title, by the letter of that part. */
export type Parts = Readonly<Record<string, readonly string[]>>;

/** Where texts stand and what they belong to. */
export interface TextSource {
  /** Made by `createTextTable`; its ids are those of the owner. */
  table: string;
  /** Table of the things, and its alias in conditions. */
  owner: string;
  alias: string;
  /** Letter of the part that counts most. */
  title: string;
}
/** What is sought in which parts. */
export interface TextQuery {
  /** Folded; all must be found, the last one from its beginning. */
  words: readonly string[];
  /** Letters of the parts in which words count; with a condition, only where it holds. */
  parts: Readonly<Record<string, Sql | null>>;
  /** What the actor may see, and filters. */
  scope: Sql;
  /** Conditions that leave the things of few customers, found by an index: then all of them are looked at. */
  few?: Sql | null;
  /** Column of the owner with the time of its last change, as far as the actor knows it. */
  at: string;
  after?: string;
  limit: number;
}

/** Counts and pages go by windows of so many hits. */
const window = 100;
/** Newest rows that are looked at one by one before the index is asked: FTS5 is slow for the common beginnings of words only, FULLTEXT for all that is common. */
const recent = { sqlite: 500, mysql: 2_000 } as const;
/** What FULLTEXT takes to give one row, measured in rows that are looked at. */
const priceOfRow = 8;
/** Words of a part at most: what a person writes in a year. */
const mostWords = 20_000;
const halfLife = 90 * 86_400_000;

interface Found {
  id: number;
  fit: number;
  at: Date | string;
}
/** Words of a query as tokens of each part. */
interface Term {
  word: string;
  prefix: boolean;
}

/**
 * Finds things by the words of their texts, on SQLite (FTS5) and MariaDB (FULLTEXT).
 * A token is `q`, the letter of its part and the word: so no word is too short or too common to be kept, and each reader is answered from the parts
 * that are open to it. Hits come in windows of a hundred, newest things first; within a window those come first that fit best and changed last.
 */
export class TextIndex {
  constructor(
    private readonly db: Database,
    private readonly source: TextSource,
  ) {}

  /** Replaces the texts of things. Call it in the transaction of the change. */
  async save(rows: readonly { id: number; parts: Parts }[]): Promise<void> {
    if (rows.length === 0) return;
    const { table } = this.source;
    const ids = rows.map(({ id }) => id);
    await this.db.run(`DELETE FROM ${table} WHERE id IN (${ids.map(() => '?').join(', ')})`, ids);
    await this.db.run(
      `INSERT INTO ${table} (id, tokens) VALUES ${rows.map(() => '(?, ?)').join(', ')}`,
      rows.flatMap(({ id, parts }) => [id, tokensOf(parts)]),
    );
  }

  /** Are these other texts than those that are kept? */
  async differs({ id, parts }: { id: number; parts: Parts }): Promise<boolean> {
    const [kept] = await this.db.query<{ tokens: string }>(`SELECT tokens FROM ${this.source.table} WHERE id = ?`, [id]);
    return kept?.tokens !== tokensOf(parts);
  }

  /** Ids of one page of hits, the cursor of the next, and how many there are, 101 standing for more than a hundred. */
  async page(query: TextQuery): Promise<{ ids: number[]; next: string | null; count: number }> {
    // The newest id of the window, how many of it were shown, and whether there was a window before.
    const [from = 0, skip = 0, later = 0] = (decodeCursor(query.after, 3) ?? []).map((value) => (Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0));
    const found = await this.#window(query, from || null);
    const ranked = rank(found.slice(0, window));
    const end = skip + query.limit;
    const ids = ranked.slice(skip, end).map(({ id }) => id);
    const last = found[window - 1];
    const rest = end < ranked.length ? [found[0]!.id, end, later] : found.length > window && last ? [last.id - 1, 0, 1] : null;
    return { ids, next: rest && ids.length > 0 ? encodeCursor(...rest) : null, count: later ? window + 1 : found.length };
  }

  /** Things without a text, and texts without a thing. Reads both tables. */
  async gaps(): Promise<{ things: number; missing: number; stray: number }> {
    const { table, owner } = this.source;
    const count = async (sql: string) => Number((await this.db.query<{ n: number }>(sql))[0]?.n ?? 0);
    return {
      things: await count(`SELECT COUNT(*) AS n FROM ${owner}`),
      missing: await count(`SELECT COUNT(*) AS n FROM ${owner} o LEFT JOIN ${table} t ON t.id = o.id WHERE t.id IS NULL`),
      stray: await count(`SELECT COUNT(*) AS n FROM ${table} t LEFT JOIN ${owner} o ON o.id = t.id WHERE o.id IS NULL`),
    };
  }

  /** Removes texts whose thing is gone, and on SQLite what deleted rows left in the index. */
  async tidy(signal?: AbortSignal): Promise<void> {
    const { table, owner } = this.source;
    await this.db.run(`DELETE FROM ${table} WHERE id NOT IN (SELECT id FROM ${owner})`);
    if (this.db.dialect !== 'sqlite') return;
    // Below zero, it begins to make one piece of all; above, it goes on by so many pages.
    for (let pages = -500, busy = true; busy && !signal?.aborted; pages = 500) {
      busy = await this.db.transaction(async () => {
        const before = await this.#changes();
        await this.db.run(`INSERT INTO ${table}_fts (${table}_fts, rank) VALUES ('merge', ?)`, [pages]);
        return (await this.#changes()) - before >= 2;
      });
    }
    await this.db.query('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async #changes(): Promise<number> {
    return Number((await this.db.query<{ n: number }>('SELECT total_changes() AS n'))[0]?.n);
  }

  /** The newest hits up to an id: one more than a window holds, if there are so many. */
  async #window(query: TextQuery, from: number | null): Promise<Found[]> {
    const terms = query.words.map((word, index, { length }) => ({ word, prefix: index === length - 1 }));
    if (terms.length === 0) return [];
    if (query.few) return this.#walk(query, terms, { upTo: from });
    const { table } = this.source;
    const [newest] = await this.db.query<{ id: number | null }>(`SELECT MAX(id) AS id FROM ${table}`);
    const upTo = Math.min(from ?? Infinity, newest?.id ?? 0);
    const near = upTo - recent[this.db.dialect];
    const found = await this.#walk(query, terms, { upTo, floor: near });
    const full = (): boolean => found.length > window;
    if (full() || near <= 0) return found;
    if (this.db.dialect === 'sqlite') return [...found, ...(await this.#ask(query, terms, terms, near, window + 1 - found.length))];
    // FULLTEXT reads the lists of all its words to the end, so it is asked for the rarest one only, and not before a walk would be longer.
    const { rarest, share } = await this.#rarest(query, terms, { upTo, floor: near });
    const further = Math.ceil((1.5 * (window + 1 - found.length) * recent.mysql) / found.length);
    const floor = further < share * near * priceOfRow ? Math.max(0, near - further) : near;
    if (floor < near) found.push(...(await this.#walk(query, terms, { upTo: near, floor })));
    if (full() || floor === 0) return found.slice(0, window + 1);
    return [...found, ...(await this.#ask(query, terms, [rarest], floor, window + 1 - found.length))];
  }

  /** Looks at rows one by one: finds a page of a common word sooner than an index would list all that have it. */
  #walk(query: TextQuery, terms: readonly Term[], { upTo, floor }: { upTo: number | null; floor?: number }): Promise<Found[]> {
    const { table, owner, alias } = this.source;
    const check = this.#check(terms, query.parts);
    const bounds: Sql[] = [];
    const id = query.few ? alias : 't';
    if (upTo !== null) bounds.push({ sql: `${id}.id <= ?`, params: [upTo] });
    if (floor !== undefined) bounds.push({ sql: `${id}.id > ?`, params: [floor] });
    const where = joined([query.few ?? everything, query.scope, ...bounds, check]);
    // The order of the tables is said, for SQLite does not know which of them is narrowed more.
    const from = query.few ? `${owner} ${alias} CROSS JOIN ${table} t ON t.id = ${alias}.id` : `${table} t CROSS JOIN ${owner} ${alias} ON ${alias}.id = t.id`;
    return this.#select(query, from, terms, where, window + 1, query.few ? `${alias}.id` : 't.id');
  }

  /** Asks the engine's index, up to an id, for `asked`, and checks all terms on what it gives. */
  async #ask(query: TextQuery, terms: readonly Term[], asked: readonly Term[], upTo: number, limit: number): Promise<Found[]> {
    const { table, owner, alias } = this.source;
    const parts = Object.keys(query.parts);
    const mysql = this.db.dialect === 'mysql';
    const groups = asked.map((term) => parts.map((part) => token(part, term)));
    const match: Sql = mysql
      ? { sql: 'MATCH (t.tokens) AGAINST (? IN BOOLEAN MODE)', params: [groups.map((group) => `+(${group.join(' ')})`).join(' ')] }
      : { sql: `${table}_fts MATCH ?`, params: [groups.map((group) => `(${group.join(' OR ')})`).join(' AND ')] };
    const certain = !mysql && Object.values(query.parts).every((condition) => condition === null);
    const id = mysql ? 't.id' : `${table}_fts.rowid`;
    const where = joined([match, { sql: `${id} <= ?`, params: [upTo] }, query.scope, certain ? everything : this.#check(terms, query.parts)]);
    const from = mysql ? `${table} t` : `${table}_fts CROSS JOIN ${table} t ON t.id = ${table}_fts.rowid`;
    return this.#select(query, `${from} CROSS JOIN ${owner} ${alias} ON ${alias}.id = t.id`, terms, where, limit, id);
  }

  /** The term that the fewest of some rows have, and in how many of all it is then likely to stand. */
  async #rarest(query: TextQuery, terms: readonly Term[], { upTo, floor }: { upTo: number; floor: number }): Promise<{ rarest: Term; share: number }> {
    const all = Object.fromEntries(Object.keys(query.parts).map((part) => [part, null]));
    const checks = terms.map((term) => this.#check([term], all));
    const [counts = {}] = await this.db.query<Record<string, number>>(
      `SELECT ${checks.map(({ sql }, index) => `SUM(CASE WHEN ${sql} THEN 1 ELSE 0 END) AS n${index}`).join(', ')} FROM ${this.source.table} t WHERE t.id <= ? AND t.id > ?`,
      [...checks.flatMap(({ params }) => params), upTo, floor],
    );
    const numbers = terms.map((term, index) => ({ term, n: Number(counts[`n${index}`] ?? 0) }));
    // Of words that none of the newest has, a longer one is likely the rarer.
    numbers.sort((a, b) => a.n - b.n || b.term.word.length - a.term.word.length);
    return { rarest: numbers[0]!.term, share: numbers[0]!.n / (upTo - floor) };
  }

  #select({ at }: TextQuery, from: string, terms: readonly Term[], where: Sql, limit: number, order: string): Promise<Found[]> {
    const { table, owner, alias, title } = this.source;
    const whole = this.#check(
      terms.map(({ word }) => ({ word, prefix: false })),
      { [title]: null },
    );
    const begun = this.#check(terms, { [title]: null });
    return this.db.query<Found>(
      `SELECT ${alias}.id, ${alias}.${at} AS at, CASE WHEN ${whole.sql} THEN 2 WHEN ${begun.sql} THEN 1 ELSE 0 END AS fit
       FROM (SELECT ${alias}.id FROM ${from} WHERE ${where.sql} ORDER BY ${order} DESC LIMIT ${limit}) p
       JOIN ${owner} ${alias} ON ${alias}.id = p.id JOIN ${table} t ON t.id = p.id ORDER BY p.id DESC`,
      [...whole.params, ...begun.params, ...where.params],
    );
  }

  /** MariaDB looks through bytes ten times as fast as through letters. */
  get #tokens(): string {
    return this.db.dialect === 'mysql' ? 'CAST(t.tokens AS BINARY)' : 't.tokens';
  }

  /** Each word stands in one of the parts, where that part is open. */
  #check(terms: readonly Term[], parts: TextQuery['parts']): Sql {
    return joined(
      terms.map((term) =>
        joined(
          Object.entries(parts).map(([part, condition]) => {
            const found = { sql: `INSTR(${this.#tokens}, ?) > 0`, params: [` q${part}${term.word}${term.prefix ? '' : ' '}`] };
            return condition ? joined([found, condition]) : found;
          }),
          'OR',
        ),
      ),
    );
  }
}

const everything: Sql = { sql: '1=1', params: [] };
const token = (part: string, { word, prefix }: Term): string => `q${part}${word}${prefix ? '*' : ''}`;

function joined(conditions: readonly Sql[], by: 'AND' | 'OR' = 'AND'): Sql {
  return { sql: `(${conditions.map(({ sql }) => sql).join(` ${by} `)})`, params: conditions.flatMap(({ params }) => params) };
}

function tokensOf(parts: Parts): string {
  const all = Object.entries(parts).flatMap(([part, words]) => words.slice(0, mostWords).map((word) => `q${part}${word}`));
  return ` ${[...new Set(all)].join(' ')} `;
}

/** A whole word in the title counts three times, one that begins so twice; what changed ninety days before the newest counts half. */
function rank(found: readonly Found[]): Found[] {
  const times = found.map(({ at }) => toDate(at).getTime());
  const newest = Math.max(...times);
  const scored = found.map((one, index) => ({ one, score: (1 + one.fit) / (1 + (newest - times[index]!) / halfLife) }));
  return scored.sort((a, b) => b.score - a.score || b.one.id - a.one.id).map(({ one }) => one);
}
