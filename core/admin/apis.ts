import { Explainer } from '../access/explainer.js';
import type { ApiModule } from '../rest/types.js';
import { meApi } from './api/me.js';
import { explainApi } from './api/explain.js';
import { rolesApi } from './api/roles.js';
import type { AdminParts } from './index.js';

/** The REST operations that the core itself owns: one line for each module. */
export function coreApis(parts: AdminParts): ApiModule[] {
  const { people, access } = parts;
  return [
    meApi({ accounts: people.accounts, access }),
    rolesApi({ service: people.roleService, roles: people.roles }),
    explainApi({ explainer: explainerOf(parts) }),
  ];
}

/** Answers "why can X see this?" by the rights that decide. */
export const explainerOf = ({ db, access, subjects, host }: AdminParts): Explainer =>
  new Explainer({ db, access, subjects, isActive: (id) => host.isActive(id) });
