import { toDate, type Database } from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { searchClause } from '../register/search.js';
import type { AccessFilter, AccessRow, AccessState } from '../types.js';

export const accountJoin = 'JOIN core_accounts p ON p.id = a.account_id';
/** The newest registration link of an account decides how far it has come. */
const newestLink = `LEFT JOIN core_invitations n ON n.id = (SELECT MAX(x.id) FROM core_invitations x WHERE x.account_id = p.id AND x.purpose = 'register')`;
const pending = "p.status = 'invited' AND n.used_at IS NULL";

/** Conditions on an access `a`, its account `p` and its newest link `n`. Each `?` is the present time. */
const states: Readonly<Record<AccessState, string>> = {
  none: `${pending} AND n.id IS NULL`,
  invited: `${pending} AND n.opened_at IS NULL AND n.revoked_at IS NULL AND n.expires_at > ?`,
  opened: `${pending} AND n.opened_at IS NOT NULL AND n.revoked_at IS NULL AND n.expires_at > ?`,
  expired: `${pending} AND (n.revoked_at IS NOT NULL OR n.expires_at <= ?)`,
  active: "(p.status = 'active' OR n.used_at IS NOT NULL)",
  disabled: "(a.status = 'disabled' OR p.status = 'disabled')",
  ended: "a.expires_at <= ? AND a.status <> 'disabled' AND p.status <> 'disabled'",
};
const works = "a.status <> 'disabled' AND p.status <> 'disabled' AND (a.expires_at IS NULL OR a.expires_at > ?)";

/** The state as a condition, with what it needs besides `a` and `p`: the newest link is looked up only for states that depend on it. */
export function stateClause(state: AccessState | undefined, now: Date): { sql: string; params: Date[]; join: string } {
  if (state === undefined) return { sql: '', params: [], join: '' };
  const sql = state === 'disabled' || state === 'ended' ? states[state] : `${states[state]} AND ${works}`;
  return {
    sql: ` AND ${sql}`,
    join: sql.includes('n.') ? newestLink : '',
    params: sql
      .split('?')
      .slice(1)
      .map(() => now),
  };
}

/** Words of the name, mail address or user name of `p`, from their beginning; `few`: the other conditions leave few accounts. */
export const personClause = (db: Database, q: string | undefined, few = false): ReturnType<typeof searchClause> =>
  searchClause(db, 'core_words', 'account', 'p.id', q, few);

/** Accesses of one customer by name, as `viewsOf` takes them; `next` is the cursor of the page after. */
export async function pageOfAccesses(db: Database, customerId: number, filter: AccessFilter, now: Date): Promise<{ rows: AccessRow[]; next: string | null }> {
  const person = await personClause(db, filter.q, true);
  const state = stateClause(filter.state, now);
  const after = decodeCursor(filter.after, 2);
  const limit = Math.min(filter.limit ?? 25, 500);
  const rows = await db.query<AccessRow & { person: string }>(
    `SELECT a.*, p.name AS person FROM customers_accesses a ${accountJoin} ${state.join} WHERE a.customer_id = ? AND a.removed_at IS NULL${person.sql}${state.sql}
     ${after ? 'AND (p.name > ? OR (p.name = ? AND a.id > ?))' : ''} ORDER BY p.name, a.id LIMIT ${limit + 1}`,
    [customerId, ...person.params, ...state.params, ...(after ? [after[0], after[0], after[1]] : [])],
  );
  const last = rows[limit - 1];
  return { rows: rows.slice(0, limit), next: rows.length > limit && last ? encodeCursor(last.person, last.id) : null };
}

/** An access that was taken away or left. */
export interface RemovedAccess {
  id: number;
  name: string;
  email: string;
  removedAt: Date | null;
}
const removedShown = 50;

/** The latest removed accesses of one customer, and how many there are. */
export async function removedAccesses(db: Database, customerId: number): Promise<{ rows: RemovedAccess[]; count: number }> {
  const rows = await db.query<{ id: number; name: string; email: string; removed_at: Date | string; total: number }>(
    `SELECT a.id, p.name, p.email, a.removed_at, COUNT(*) OVER () AS total FROM customers_accesses a ${accountJoin}
     WHERE a.customer_id = ? AND a.removed_at IS NOT NULL ORDER BY a.removed_at DESC, a.id DESC LIMIT ${removedShown}`,
    [customerId],
  );
  return { rows: rows.map(({ id, name, email, removed_at }) => ({ id, name, email, removedAt: toDate(removed_at) })), count: Number(rows[0]?.total ?? 0) };
}
