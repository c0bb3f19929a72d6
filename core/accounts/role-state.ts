import { createHash } from 'node:crypto';
import { hasControl } from './read.js';
import type { Role } from './roles.js';

/** A role as it is kept for taking a change back. */
export interface StoredRole extends Omit<Role, 'changes'> {
  changes: [permission: string, allowed: boolean][];
}
/** Some roles, and the roles of some accounts: what a change begins with or ends with. */
export interface RoleState {
  roles: StoredRole[];
  people: { id: number; name: string; roles: string[] }[];
}

/** A change that is not written yet. */
export interface RoleDraft {
  before: RoleState;
  after: RoleState;
}

export const toStored = (role: Role): StoredRole => ({ ...role, changes: [...role.changes].sort(([a], [b]) => (a < b ? -1 : 1)) });
export const fromStored = (stored: StoredRole): Role => ({ ...stored, changes: new Map(stored.changes) });

/** Differs when the role was changed meanwhile: a form that was opened before must not take that back. */
export function fingerprint(role: Role): string {
  const { id, name, allCustomers, idleMinutes, mfaRequired, changes } = toStored(role);
  return createHash('sha256')
    .update(JSON.stringify([id, name, allCustomers, idleMinutes, mfaRequired, changes]))
    .digest('hex')
    .slice(0, 12);
}

/** The name as it is kept, or the key of a sentence about what is wrong with it. */
export function roleName(typed: string, others: readonly Role[]): { name: string } | { problem: string } {
  const name = typed.trim();
  if (name === '') return { problem: 'core:roles.error.nameMissing' };
  if (name.length > 60 || hasControl(name)) return { problem: 'core:roles.error.name' };
  const taken = others.some((role) => role.name?.toLowerCase() === name.toLowerCase());
  return taken ? { problem: 'core:roles.error.nameTaken' } : { name };
}
