import { toDate, type Database } from '../database/types.js';
import type { AccountRow } from './models.js';
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
  return (await readAccounts(db, [id])).get(id) ?? null;
}
const columns = 'id, kind, name, email, user_name, mobile, language, time_zone, status, last_sign_in_at';
type RawRow = Omit<AccountRow, 'last_sign_in_at'> & { last_sign_in_at: string | Date | null };
const fromRaw = (row: RawRow): Account => toAccount({ ...row, last_sign_in_at: toDate(row.last_sign_in_at) });

/** Lists ask for accounts on every page, so this goes past the models. */
export async function readAccounts(db: Database, ids: readonly number[]): Promise<Map<number, Account>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await db.query<RawRow>(`SELECT ${columns} FROM core_accounts WHERE id IN (${wanted.map(() => '?').join(', ')})`, wanted);
  return new Map(rows.map((row) => [row.id, fromRaw(row)]));
}
export async function readStaff(db: Database): Promise<Account[]> {
  return (await db.query<RawRow>(`SELECT ${columns} FROM core_accounts WHERE kind = 'staff' ORDER BY name, id`)).map(fromRaw);
}

/** How mail addresses and user names are compared: whoever types `Anna@Example.com ` means `anna@example.com`. No account has an empty key. */
export function keyOf(name: string): string {
  return hasControl(name) ? '' : name.normalize('NFKC').trim().toLowerCase();
}

/** Control characters would end up in mail headers and logs, and a database may stumble over NUL. */
export function hasControl(text: string): boolean {
  return /[\u0000-\u001f\u007f\u2028\u2029]/.test(text);
}
