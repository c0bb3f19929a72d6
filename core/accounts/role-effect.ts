import type { Catalog } from '../access/rights.js';
import { ForbiddenError } from '../errors.js';
import { administrator, roleHolds, type Role } from './roles.js';

/** On which customers a role's permission counts. */
export type RoleReach = 'all' | 'administered';
/** What somebody may do after a change and not before, and the other way round. */
export interface RightsChange {
  gained: string[];
  lost: string[];
  /** Held before on administered customers only, now on all. */
  widened: string[];
  narrowed: string[];
}

/** Every permission that some of the roles hold, and how far. The core's own are about the installation: they have no customers. */
export function reachOf(roles: readonly Role[], catalog: Catalog): Map<string, RoleReach> {
  const reach = new Map<string, RoleReach>();
  for (const id of catalog.keys()) {
    const holding = roles.filter((role) => roleHolds(role, id, catalog));
    if (holding.length > 0) reach.set(id, id.startsWith('core.') || holding.some((role) => role.allCustomers) ? 'all' : 'administered');
  }
  return reach;
}

export function changeOf(before: ReadonlyMap<string, RoleReach>, after: ReadonlyMap<string, RoleReach>): RightsChange {
  const both = [...after.keys()].filter((id) => before.has(id));
  return {
    gained: [...after.keys()].filter((id) => !before.has(id)),
    lost: [...before.keys()].filter((id) => !after.has(id)),
    widened: both.filter((id) => before.get(id) === 'administered' && after.get(id) === 'all'),
    narrowed: both.filter((id) => before.get(id) === 'all' && after.get(id) === 'administered'),
  };
}

/** Nobody gives what they do not hold themselves, except administrators. @throws ForbiddenError */
export function assertMayGive(own: readonly Role[], before: readonly Role[], after: readonly Role[], catalog: Catalog): void {
  if (own.some((role) => role.id === administrator)) return;
  const [mine, next] = [reachOf(own, catalog), reachOf(after, catalog)];
  const { gained, widened } = changeOf(reachOf(before, catalog), next);
  const beyond = [...gained, ...widened].some((id) => !mine.has(id) || (next.get(id) === 'all' && mine.get(id) !== 'all'));
  if (beyond) throw new ForbiddenError({ key: 'core:roles.error.beyond' });
}
