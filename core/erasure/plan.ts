import type { Manifest, PersonalDataDecl } from '../plugin/manifest.js';

/** Whose data: a customer, and the accounts that go with it. */
export interface Subject {
  customerId: number;
  accountIds: readonly number[];
}
export interface Clause {
  sql: string;
  params: unknown[];
}
export interface Declared extends PersonalDataDecl {
  plugin: string;
}

/** What the manifests say about personal data, as conditions of SQL: pure data, so that it counts for plugins that are off, too. */
export class ErasurePlan {
  readonly #tables: Map<string, Declared>;

  /** `exists`: tables of the database; a plugin that never ran has none. */
  constructor(manifests: readonly Manifest[], exists: (table: string) => boolean) {
    const declared = manifests.flatMap(({ id, personalData = [] }) => personalData.map((decl): Declared => ({ ...decl, plugin: id })));
    this.#tables = new Map(declared.filter(({ table }) => exists(table)).map((decl) => [decl.table, decl]));
  }

  /** What hangs on others first, so that a walk that was cut off finds the rest again. */
  get tables(): Declared[] {
    const rank = (decl: Declared): number => this.#depth(decl) * 2 + (decl.customer === 'id' || decl.account === 'id' ? 0 : 1);
    return [...this.#tables.values()].sort((a, b) => rank(b) - rank(a) || a.table.localeCompare(b.table));
  }

  /** The table whose rows are the customers. */
  get root(): Declared | undefined {
    return this.tables.find((decl) => decl.customer === 'id');
  }

  /** Condition on a table's rows; null when none can belong to the subject. */
  rows(table: string, subject: Subject): Clause | null {
    const decl = this.#tables.get(table);
    if (!decl) return null;
    const parts: Clause[] = [];
    if (decl.customer) parts.push({ sql: `${decl.customer} = ?`, params: [subject.customerId] });
    if (decl.owner) parts.push({ sql: `${decl.owner.column} = ?`, params: [`${decl.owner.prefix}${subject.customerId}`] });
    if (decl.account && subject.accountIds.length > 0) parts.push(oneOf(decl.account, subject.accountIds));
    for (const { column, of, where = {} } of decl.through ?? []) {
      const owner = this.rows(of, subject);
      if (!owner) continue;
      const fixed = Object.keys(where).map((key) => ` AND ${key} = ?`);
      parts.push({ sql: `(${column} IN (SELECT id FROM ${of} WHERE ${owner.sql})${fixed.join('')})`, params: [...owner.params, ...Object.values(where)] });
    }
    return parts.length === 0 ? null : { sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`, params: parts.flatMap(({ params }) => params) };
  }

  #depth({ through = [] }: Declared): number {
    return through.reduce((deepest, { of }) => {
      const owner = this.#tables.get(of);
      return owner ? Math.max(deepest, 1 + this.#depth(owner)) : deepest;
    }, 0);
  }
}

/** `column IN (?, ?)`. */
export function oneOf(column: string, values: readonly (string | number)[]): Clause {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, params: [...values] };
}

/** Files of the rows of a table. */
export function filesOf(kind: string, table: string, where: Clause): Clause {
  return { sql: `owner_kind = ? AND owner_id IN (SELECT id FROM ${table} WHERE ${where.sql})`, params: [kind, ...where.params] };
}
