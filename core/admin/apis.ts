import type { ApiModule } from '../rest/types.js';
import { meApi } from './api/me.js';
import type { AdminParts } from './index.js';

/** The REST operations that the core itself owns: one line for each module. */
export function coreApis({ people, access }: AdminParts): ApiModule[] {
  return [meApi({ accounts: people.accounts, access })];
}
