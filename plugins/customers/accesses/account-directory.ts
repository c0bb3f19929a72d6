import {
  ACCESS,
  ACCOUNTS,
  CLOCK,
  DATABASE,
  inject,
  injectable,
  type Access,
  type Account,
  type AccountService,
  type Actor,
  type Clock,
  type Database,
} from '../../../core/api.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import type { AccessFilter, AccessState, CustomerRef } from '../types.js';
import { searchList } from '../register/search.js';
import { stateClause } from './access-list.js';

/** An account of customers, with those in reach that it has accesses to. */
export interface CustomerAccount {
  account: Account;
  state: AccessState;
  customers: (CustomerRef & { accessId: number })[];
}

interface Few {
  sql: string;
  params: (now: Date) => Date[];
}
/** Accounts that come into question for a state that is rare: they are not to be looked for among all the others. */
const fewOf: Readonly<Partial<Record<AccessState, Few>>> = {
  disabled: {
    sql: "SELECT id FROM core_accounts WHERE kind = 'customer' AND status = 'disabled' UNION SELECT account_id FROM customers_accesses WHERE status = 'disabled'",
    params: () => [],
  },
  ended: { sql: 'SELECT DISTINCT account_id AS id FROM customers_accesses WHERE expires_at <= ?', params: (now) => [now] },
};

/** All accounts of customers, however many: pages by name, no count. */
@injectable()
export class AccountDirectory {
  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(actor: Actor, filter: AccessFilter = {}): Promise<{ rows: CustomerAccount[]; next: string | null }> {
    const scope = (await this.access.scope(actor, 'customers.customer.read')).sql({ customer: 'customer_id' }, 'a');
    const now = this.clock.now();
    const state = stateClause(filter.state, now);
    const limit = Math.min(filter.limit ?? 25, 500);
    // Not EXISTS, which MariaDB would answer for all accounts at once instead of for one page of them; and CROSS JOIN keeps the few in front.
    const reached = `(SELECT 1 FROM customers_accesses a ${state.join} WHERE a.account_id = p.id AND a.removed_at IS NULL AND ${scope.sql}${state.sql} LIMIT 1) = 1`;
    const few = filter.state && fewOf[filter.state];
    const pending = filter.state && ['none', 'invited', 'opened', 'expired'].includes(filter.state) ? " AND p.status = 'invited'" : '';
    const rows = await searchList<{ id: number; name: string }>(this.db, {
      words: { table: 'core_words', owner: 'account' },
      select: 'p.id, p.name',
      from: few ? `(${few.sql}) few CROSS JOIN core_accounts p ON p.id = few.id` : 'core_accounts p',
      where: [`p.kind = 'customer'${pending}`, reached],
      params: [...(few?.params(now) ?? []), ...scope.params, ...state.params],
      id: 'p.id',
      order: ['p.name', 'p.id'],
      after: decodeCursor(filter.after, 2),
      query: filter.q,
      few: few !== undefined,
      limit: limit + 1,
    });
    const last = rows[limit - 1];
    return {
      rows: await this.#shown(
        actor,
        rows.slice(0, limit).map((row) => row.id),
      ),
      next: rows.length > limit && last ? encodeCursor(last.name, last.id) : null,
    };
  }

  async #shown(actor: Actor, ids: readonly number[]): Promise<CustomerAccount[]> {
    if (ids.length === 0) return [];
    const scope = (await this.access.scope(actor, 'customers.customer.read')).sql({ customer: 'customer_id' }, 'a');
    const memberships = await this.db.query<CustomerRef & { account_id: number; accessId: number; status: string }>(
      `SELECT a.account_id, a.id AS accessId, a.status, c.id, c.number, c.name FROM customers_accesses a CROSS JOIN customers_customers c ON c.id = a.customer_id
       WHERE a.account_id IN (${ids.map(() => '?').join(', ')}) AND a.removed_at IS NULL AND ${scope.sql} ORDER BY c.name_key, c.id`,
      [...ids, ...scope.params],
    );
    const accounts = await this.accounts.getMany(ids);
    const invitations = await this.accounts.invitations(accounts);
    return ids.flatMap((id) => {
      const account = accounts.get(id);
      if (!account) return [];
      const own = memberships.filter((one) => one.account_id === id);
      const off = account.status === 'disabled' || own.every((one) => one.status === 'disabled');
      const invitation = invitations.get(id)?.status ?? 'none';
      const state: AccessState = off ? 'disabled' : account.status === 'active' || invitation === 'accepted' ? 'active' : invitation;
      return [{ account, state, customers: own.map(({ accessId, id: customer, number, name }) => ({ accessId, id: customer, number, name })) }];
    });
  }
}
