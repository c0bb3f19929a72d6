import type { Access, Actor } from '../access/types.js';
import type { Database } from '../database/types.js';
import type { Invitations } from './invitations.js';
import { keyOf, readAccounts } from './read.js';
import type { Roles } from './roles.js';
import type { Account, InvitationState } from './types.js';

export interface StaffEntry {
  account: Account;
  roles: string[];
  invitation: InvitationState;
}
/** Where the next page starts: after this name and id. */
export interface StaffCursor {
  name: string;
  id: number;
}

/** The list of staff accounts with what the page shows of each, in four queries however long it is. */
export class StaffDirectory {
  constructor(private readonly deps: { db: Database; access: Access; roles: Roles; invitations: Invitations }) {}

  async list(
    actor: Actor,
    filter: { search?: string; after?: StaffCursor | null; limit: number },
  ): Promise<{ entries: StaffEntry[]; next: StaffCursor | null }> {
    const { db, access, roles, invitations } = this.deps;
    await access.assert(actor, 'core.accounts.manage');
    const tests = ["kind = 'staff'"];
    const params: unknown[] = [];
    const search = keyOf(filter.search?.slice(0, 100) ?? '');
    if (search !== '') {
      const pattern = `%${search.replace(/[!%_]/g, '!$&')}%`;
      tests.push("(LOWER(name) LIKE ? ESCAPE '!' OR email_key LIKE ? ESCAPE '!' OR user_name_key LIKE ? ESCAPE '!')");
      params.push(pattern, pattern, pattern);
    }
    if (filter.after) {
      tests.push('(name > ? OR (name = ? AND id > ?))');
      params.push(filter.after.name, filter.after.name, filter.after.id);
    }
    const rows = await db.query<{ id: number }>(
      `SELECT id FROM core_accounts WHERE ${tests.join(' AND ')} ORDER BY name, id LIMIT ${filter.limit + 1}`,
      params,
    );
    const ids = rows.slice(0, filter.limit).map((row) => row.id);
    const accounts = await readAccounts(db, ids);
    const held = await roles.of(ids);
    const states = await invitations.states(accounts.values());
    const entries = ids.flatMap((id) => {
      const account = accounts.get(id);
      const invitation = states.get(id);
      return account === undefined || invitation === undefined ? [] : [{ account, roles: held.get(id) ?? [], invitation }];
    });
    const last = entries.at(-1)?.account;
    return { entries, next: rows.length > filter.limit && last !== undefined ? { name: last.name, id: last.id } : null };
  }
}
