import type { Grant, Resource } from './types.js';

/** Where one grant reaches: the customers (null = any), and the other kinds, of which one must match (empty = everything of the customer). */
export interface Clause {
  readonly customers: ReadonlySet<number> | null;
  readonly others: ReadonlyMap<string, ReadonlySet<number> | 'all'>;
}
export const everywhere: Clause = { customers: null, others: new Map() };

/** Null when the grant reaches nothing at all. */
export function toClause(scope: Grant['scope']): Clause | null {
  if (scope === undefined) return everywhere;
  let customers: Set<number> | null = null;
  const others = new Map<string, Set<number> | 'all'>();
  for (const [kind, ids] of Object.entries(scope)) {
    const value = ids === 'all' ? 'all' : new Set(ids.filter(Number.isSafeInteger));
    if (kind !== 'customer') others.set(kind, value);
    else if (value !== 'all') customers = value;
  }
  if (customers?.size === 0) return null;
  if (others.size > 0 && [...others.values()].every((ids) => ids !== 'all' && ids.size === 0)) return null;
  return { customers, others };
}

/** The kind that `columns` or a resource name first after the customer. */
export function primaryKind(kinds: readonly string[]): string | undefined {
  return kinds.find((kind) => kind !== 'customer');
}
/** Without any other kind at hand, only a grant that leaves all of them open reaches the thing. */
export function reachesWithoutKinds(clause: Clause): boolean {
  for (const ids of clause.others.values()) if (ids !== 'all') return false;
  return true;
}

export function matches(clause: Clause, resource: Resource): boolean {
  return matchedBy(clause, resource) !== null;
}
/** Kind of the id by which a clause reaches a resource; `customer` when it reaches all of the customer, '' when it reaches everything. Null: it does not. */
export function matchedBy(clause: Clause, resource: Resource): string | null {
  if (clause.customers !== null && !has(clause.customers, resource['customer'])) return null;
  const whole = clause.customers === null ? '' : 'customer';
  if (clause.others.size === 0) return whole;
  let primary: string | undefined;
  for (const kind in resource) {
    if (kind === 'customer') continue;
    primary ??= kind;
    const ids = clause.others.get(kind);
    if (ids === undefined) continue;
    if (ids === 'all' ? kind === primary || (resource[kind] ?? null) !== null : has(ids, resource[kind])) return ids === 'all' ? whole : kind;
  }
  return primary === undefined && reachesWithoutKinds(clause) ? whole : null;
}
function has(ids: ReadonlySet<number>, id: number | null | undefined): boolean {
  return id !== null && id !== undefined && ids.has(id);
}

/** Clauses that differ in their customers alone, and leave all other kinds open, become one, so that conditions stay short. */
export function merge(clauses: readonly Clause[]): Clause[] {
  const open = new Map<string, { customers: Set<number> | null; others: Clause['others'] }>();
  const rest: Clause[] = [];
  for (const clause of clauses) {
    const { customers, others } = clause;
    if (customers === null && others.size === 0) return [everywhere];
    if (!reachesWithoutKinds(clause)) {
      rest.push(clause);
      continue;
    }
    const key = [...others.keys()].sort().join();
    const known = open.get(key);
    if (known === undefined) open.set(key, { customers: customers && new Set(customers), others });
    else if (customers === null) known.customers = null;
    else for (const id of customers) known.customers?.add(id);
  }
  return [...open.values(), ...rest];
}
