import type { Database } from '../database/types.js';
import { AccountModel, type AccountRow } from './models.js';
import type { Account } from './types.js';

/** A row as the rest of the product may see it: never the password's hash. */
export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    email: row.email,
    userName: row.user_name,
    mobile: row.mobile,
    language: row.language,
    timeZone: row.time_zone,
    status: row.status,
    lastSignInAt: row.last_sign_in_at,
  };
}
export async function readAccount(db: Database, id: number): Promise<Account | null> {
  const row = await db.of(AccountModel).findByPk(id);
  return row === null ? null : toAccount(row);
}
export async function readAccounts(db: Database, ids: readonly number[]): Promise<Map<number, Account>> {
  if (ids.length === 0) return new Map();
  const rows = await db.of(AccountModel).findAll({ where: { id: [...new Set(ids)] } });
  return new Map(rows.map((row) => [row.id, toAccount(row)]));
}

/** How mail addresses and user names are compared: whoever types `Anna@Example.com ` means `anna@example.com`. No account has an empty key. */
export function keyOf(name: string): string {
  return hasControl(name) ? '' : name.normalize('NFKC').trim().toLowerCase();
}

/** Control characters would end up in mail headers and logs, and a database may stumble over NUL. */
export function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(text);
}
