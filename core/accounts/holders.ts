import { accountActor } from '../access/actors.js';
import type { Access } from '../access/types.js';
import type { PermissionId } from '../plugin/manifest.js';
import type { Account, AccountService } from './types.js';

/** Active staff who hold a permission: whom the core tells of what only they can mend. */
export async function staffHolding(
  { accounts, access }: { accounts: Pick<AccountService, 'listStaff'>; access: Pick<Access, 'can'> },
  permission: PermissionId,
): Promise<Account[]> {
  const holders: Account[] = [];
  for (const account of await accounts.listStaff())
    if (account.status === 'active' && (await access.can(accountActor(account, { channel: 'job' }), permission))) holders.push(account);
  return holders;
}
