import { literal, Op } from 'sequelize';
import { primaryKind, reachesWithoutKinds, type Clause } from './clause.js';
import type { ScopeCondition } from './types.js';

type Columns = Readonly<Record<string, string>>;
/** A test on one row; `ids` null asks only that the column is filled. */
interface Test {
  column: string;
  ids: readonly number[] | null;
}
/** All of `every`, and one of `some` (when there are any). Null: no row. */
interface Parts {
  every: Test[];
  some: Test[];
}
/** Longer lists stand in the statement as digits: engines limit the number of parameters. */
const maxParameters = 500;

/** The clauses of one permission as a condition on rows. `clauses` are merged: an unlimited one stands alone. */
export class Condition implements ScopeCondition {
  readonly kind: 'all' | 'none' | 'some';
  /** Lists ask with the same columns again and again. */
  readonly #made = new Map<string, { sql: string; params: readonly unknown[] }>();

  constructor(private readonly clauses: readonly Clause[]) {
    const [first] = clauses;
    this.kind = first === undefined ? 'none' : first.customers === null && first.others.size === 0 ? 'all' : 'some';
  }

  where(columns: Columns): object {
    const alternatives = this.#parts(columns);
    if (alternatives === 'all') return {};
    if (alternatives.length === 0) return { [Op.and]: [literal('1=0')] };
    const test = ({ column, ids }: Test): object => ({ [column]: ids === null ? { [Op.ne]: null } : { [Op.in]: ids } });
    return {
      [Op.or]: alternatives.map(({ every, some }) => ({
        [Op.and]: [...every.map(test), ...(some.length > 0 ? [{ [Op.or]: some.map(test) }] : [])],
      })),
    };
  }

  sql(columns: Columns, alias?: string): { sql: string; params: unknown[] } {
    const key = `${alias} ${Object.entries(columns).flat().join(' ')}`;
    let made = this.#made.get(key);
    if (made === undefined) this.#made.set(key, (made = this.#sql(columns, alias)));
    return { sql: made.sql, params: [...made.params] };
  }

  #sql(columns: Columns, alias: string | undefined): { sql: string; params: readonly unknown[] } {
    const alternatives = this.#parts(columns);
    if (alternatives === 'all') return { sql: '(1=1)', params: [] };
    if (alternatives.length === 0) return { sql: '(1=0)', params: [] };
    const params: unknown[] = [];
    const test = ({ column, ids }: Test): string => {
      const name = alias === undefined ? column : `${alias}.${column}`;
      if (ids === null) return `${name} IS NOT NULL`;
      if (ids.length === 0) return '1=0';
      if (ids.length > maxParameters) return `${name} IN (${ids.join(',')})`;
      params.push(...ids);
      return `${name} IN (${ids.map(() => '?').join(',')})`;
    };
    const all = alternatives.map(({ every, some }) => {
      const tests = every.map(test);
      if (some.length > 0) tests.push(`(${some.map(test).join(' OR ')})`);
      return `(${tests.join(' AND ')})`;
    });
    return { sql: `(${all.join(' OR ')})`, params };
  }

  ids(kind: string): readonly number[] | 'all' {
    const found = new Set<number>();
    for (const clause of this.clauses) {
      const ids = kind === 'customer' ? (clause.customers ?? 'all') : clause.others.size === 0 ? 'all' : clause.others.get(kind);
      if (ids === 'all') return 'all';
      for (const id of ids ?? []) found.add(id);
    }
    return [...found];
  }

  #parts(columns: Columns): 'all' | Parts[] {
    const result: Parts[] = [];
    for (const clause of this.clauses) {
      const parts = partsOf(clause, columns);
      if (parts === null) continue;
      if (parts.every.length === 0 && parts.some.length === 0) return 'all';
      result.push(parts);
    }
    return result;
  }
}

function partsOf(clause: Clause, columns: Columns): Parts | null {
  const every: Test[] = [];
  if (clause.customers !== null) {
    const column = columns['customer'];
    if (column === undefined) return null;
    every.push({ column, ids: [...clause.customers] });
  }
  const kinds = Object.keys(columns);
  const primary = primaryKind(kinds);
  if (clause.others.size === 0 || (primary !== undefined && clause.others.get(primary) === 'all')) return { every, some: [] };
  if (primary === undefined) return reachesWithoutKinds(clause) ? { every, some: [] } : null;
  const some: Test[] = [];
  for (const [kind, column] of Object.entries(columns)) {
    const ids = kind === 'customer' ? undefined : clause.others.get(kind);
    if (ids !== undefined) some.push({ column, ids: ids === 'all' ? null : [...ids] });
  }
  return some.length > 0 ? { every, some } : null;
}
