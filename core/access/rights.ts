import type { Audience, PermissionDecl } from '../plugin/manifest.js';
import type { Message } from '../errors.js';
import { everywhere, matchedBy, matches, merge, toClause, type Clause } from './clause.js';
import { Condition } from './condition.js';
import type { AccountInfo, ExplainedRule, Explanation, Grant, Resource } from './types.js';

/** All declared permissions by full id. */
export type Catalog = ReadonlyMap<string, PermissionDecl>;
interface Rule {
  permission: string;
  clause: Clause;
  grant: Grant;
  off: Message | null;
}
interface Reach {
  /** Is it held anywhere at all? */
  some: boolean;
  /** Clauses that name a customer, by customer; the others are asked each time. */
  byCustomer: ReadonlyMap<number, readonly Clause[]>;
  open: readonly Clause[];
  condition: Condition;
}

/** All rights of one account, prepared so that a question costs a map look-up. */
export class Rights {
  /** The earliest end of a grant: then the list is made anew. */
  readonly until: number;
  readonly #rules: Rule[] = [];
  /** Give nothing now: for explanations. */
  readonly #off: Rule[] = [];
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
      const clause = toClause(grant.scope);
      const { permission } = grant;
      const off =
        grant.off ??
        (ends <= now ? { key: 'core:explain.off.expired', vars: { date: grant.expiresAt } } : clause === null ? { key: 'core:explain.off.nothing' } : null);
      if (off !== null || clause === null) {
        this.#off.push({ permission, clause: clause ?? everywhere, grant, off });
        continue;
      }
      until = Math.min(until, ends);
      this.#rules.push({ permission, clause, grant, off });
    }
    this.until = until;
  }

  can(permission: string, resource?: Resource): boolean {
    const { some, byCustomer, open } = this.#reach(permission);
    if (resource === undefined) return some;
    for (const clause of open) if (matches(clause, resource)) return true;
    for (const clause of byCustomer.get(resource['customer'] ?? 0) ?? []) if (matches(clause, resource)) return true;
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
    const active = this.#rulesOf(permission);
    const rules = active.map((rule) => explained(rule, resource));
    const matched = rules.filter((rule) => rule.matched);
    const off = this.#off.filter((rule) => gives(rule, permission)).map((rule) => explained(rule, resource));
    const sources = new Map<string, Explanation['sources'][number]>();
    for (const rule of [...this.#rules, ...this.#off]) {
      const { why, scope } = rule.grant;
      const key = JSON.stringify([why.key, why.vars, why.href]);
      const given = active.includes(rule) || (rule.off !== null && gives(rule, permission));
      const known = sources.get(key);
      if (known === undefined) sources.set(key, { why, scope, off: rule.off, gives: given });
      else Object.assign(known, { gives: known.gives || given, off: known.off && rule.off });
    }
    return { allowed: matched.length > 0, rules: matched.length > 0 ? matched : [...rules, ...off], sources: [...sources.values()] };
  }

  #reach(permission: string): Reach {
    let reach = this.#reaches.get(permission);
    if (reach === undefined) {
      const clauses = merge(this.#rulesOf(permission).map((rule) => rule.clause));
      const byCustomer = new Map<number, Clause[]>();
      for (const clause of clauses)
        for (const id of clause.customers ?? []) {
          const known = byCustomer.get(id);
          if (known === undefined) byCustomer.set(id, [clause]);
          else known.push(clause);
        }
      reach = { some: clauses.length > 0, byCustomer, open: clauses.filter((clause) => clause.customers === null), condition: new Condition(clauses) };
      this.#reaches.set(permission, reach);
    }
    return reach;
  }

  #rulesOf(permission: string): Rule[] {
    const audience: Audience = this.catalog.get(permission)?.audience ?? 'both';
    // A grant by mistake to the wrong kind of account gives nothing.
    if (audience !== 'both' && audience !== this.kind) return [];
    return this.#rules.filter((rule) => gives(rule, permission));
  }
}

const gives = (rule: Rule, permission: string): boolean => rule.permission === permission || rule.permission === '*';

/** The same match that decides, with what it was about. */
function explained({ permission, clause, grant: { why, scope }, off }: Rule, resource: Resource | undefined): ExplainedRule {
  const by = off !== null ? null : resource === undefined ? '' : matchedBy(clause, resource);
  const customer = clause.customers !== null && !clause.customers.has(resource?.['customer'] ?? 0);
  const misses =
    by !== null || resource === undefined || off !== null
      ? null
      : customer
        ? 'customer'
        : (Object.keys(resource).find((kind) => clause.others.has(kind)) ?? [...clause.others.keys()][0] ?? null);
  return { permission, matched: by !== null, why, scope, by: by === '' ? null : by, misses, off };
}
