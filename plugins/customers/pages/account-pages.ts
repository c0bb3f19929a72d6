import { stringify } from 'csv-stringify/sync';
import { guard, z, type PageModule } from '../../../core/api.js';
import { AccountDirectory } from '../accesses/account-directory.js';
import { accessStates } from '../types.js';
import { stateBadge } from './access-head.js';

const states = accessStates.filter((state) => state !== 'ended');
const query = z.object({ q: z.string().max(100).default(''), state: z.enum(['', ...states]).catch(''), after: z.string().max(400).optional() });

/** All accounts of customers on one page. */
export const accountPages: PageModule = (page, resolve) => {
  const directory = resolve(AccountDirectory);

  page.get('/customers/accounts', guard('customers.customer.read'), async (c) => {
    const { q, state, after } = c.query(query);
    const { rows, next } = await directory.list(c.actor, { q, state: state || undefined, after });
    const self = (more: Record<string, string>, path = '/customers/accounts') => `${path}?${new URLSearchParams({ q, state, ...more }).toString()}`;
    c.view(
      'customers/accounts',
      {
        q,
        state,
        states: states.map((value) => ({ value, label: c.t(`access.state.${value}`) })),
        filtered: q !== '' || state !== '',
        rows: rows.map((row) => ({ ...row, ...stateBadge(c, row.state), customers: row.customers.slice(0, 5), more: Math.max(0, row.customers.length - 5) })),
        next: next && self({ after: next }),
        first: after ? self({}) : null,
        csv: self({}, '/customers/accounts/export.csv'),
      },
      { title: c.t('accounts.title') },
    );
  });

  page.get('/customers/accounts/export.csv', guard('customers.customer.read', 'export'), async (c) => {
    const { q, state } = c.query(query);
    c.res.set({ 'Content-Type': 'text/csv; charset=utf-8', 'Content-Disposition': 'attachment; filename="accounts.csv"', 'Cache-Control': 'no-store' });
    c.res.write(`\ufeff${stringify([['name', 'email', 'state', 'last_sign_in', 'customers'].map((column) => c.t(`csv.access.${column}`))])}`);
    let after: string | undefined;
    do {
      const { rows, next } = await directory.list(c.actor, { q, state: state || undefined, after, limit: 500 });
      const cells = rows.map(({ account, state: at, customers }) => [
        account.name,
        account.email,
        c.t(`access.state.${at}`),
        account.lastSignInAt?.toISOString() ?? '',
        customers.map((one) => one.name).join(', '),
      ]);
      c.res.write(stringify(cells, { escape_formulas: true }));
      after = next ?? undefined;
    } while (after && !c.res.destroyed);
    c.res.end();
  });
};
