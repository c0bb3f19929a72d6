import type { Audience, PermissionDecl } from '../plugin/manifest.js';
import { matches, merge, toClause, type Clause } from './clause.js';
import { Condition } from './condition.js';
import type { AccountInfo, Explanation, Grant, Resource } from './types.js';

/** All declared permissions by full id. */
export type Catalog = ReadonlyMap<string, PermissionDecl>;
interface Rule {
  permission: string;
  clause: Clause;
  why: Grant['why'];
}
interface Reach {
  clauses: Clause[];
  condition: Condition;
}

/** All rights of one account, prepared so that a question costs a map look-up. */
export class Rights {
  /** The earliest end of a grant: then the list is made anew. */
  readonly until: number;
  readonly #rules: Rule[] = [];
  readonly #reaches = new Map<string, Reach>();
  #held: ReadonlySet<string> | undefined;

  constructor(
    private readonly kind: AccountInfo['kind'],
    grants: readonly Grant[],
    private readonly catalog: Catalog,
    now: number,
  ) {
    let until = Infinity;
    for (const grant of grants) {
      const ends = grant.expiresAt?.getTime() ?? Infinity;
      const clause = ends > now ? toClause(grant.scope) : null;
      if (clause === null) continue;
      until = Math.min(until, ends);
      this.#rules.push({ permission: grant.permission, clause, why: grant.why });
    }
    this.until = until;
  }

  can(permission: string, resource?: Resource): boolean {
    const { clauses } = this.#reach(permission);
    if (resource === undefined) return clauses.length > 0;
    for (const clause of clauses) if (matches(clause, resource)) return true;
    return false;
  }

  condition(permission: string): Condition {
    return this.#reach(permission).condition;
  }

  held(): ReadonlySet<string> {
    this.#held ??= new Set([...this.catalog.keys(), ...this.#rules.map((rule) => rule.permission)].filter((id) => id !== '*' && this.can(id)));
    return this.#held;
  }

  explain(permission: string, resource?: Resource): Explanation {
    const rules = this.#rulesOf(permission).map((rule) => ({
      permission: rule.permission,
      matched: resource === undefined || matches(rule.clause, resource),
      why: rule.why,
    }));
    const matched = rules.filter((rule) => rule.matched);
    return { allowed: matched.length > 0, rules: matched.length > 0 ? matched : rules };
  }

  #reach(permission: string): Reach {
    let reach = this.#reaches.get(permission);
    if (reach === undefined) {
      const clauses = merge(this.#rulesOf(permission).map((rule) => rule.clause));
      reach = { clauses, condition: new Condition(clauses) };
      this.#reaches.set(permission, reach);
    }
    return reach;
  }

  #rulesOf(permission: string): Rule[] {
    const audience: Audience = this.catalog.get(permission)?.audience ?? 'both';
    // A grant by mistake to the wrong kind of account gives nothing.
    if (audience !== 'both' && audience !== this.kind) return [];
    return this.#rules.filter((rule) => rule.permission === permission || rule.permission === '*');
  }
}
