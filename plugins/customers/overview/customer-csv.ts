import { stringify } from 'csv-stringify/sync';
import { ACCOUNTS, type AccountService, type PageContext, type Resolve } from '../../../core/api.js';
import { CustomerService } from '../register/customer-service.js';
import { listed } from '../register/customer-fields.js';
import type { CustomerFilter, CustomerRow } from '../types.js';
import { csvFields, fieldLabel, type CsvField } from './csv-fields.js';

/** Exactly the customers that a filter shows, page by page, so that a long list needs little memory. Cells cannot start a formula; the headings are those the import knows. */
export async function* customerCsv(c: PageContext, resolve: Resolve, filter: CustomerFilter): AsyncGenerator<string> {
  yield `\ufeff${stringify([csvFields.map((field) => c.t(fieldLabel(field)))])}`;
  const customers = resolve(CustomerService);
  let after: string | undefined;
  do {
    const page = await customers.list(c.actor, { ...filter, after, limit: 500 });
    const full = await customers.many(page.rows.map((row) => row.id));
    const managers = await resolve(ACCOUNTS).getMany([...new Set(page.rows.flatMap((row) => row.account_manager_id ?? []))]);
    const rows = page.rows.flatMap(({ id }) => full.get(id) ?? []);
    yield stringify(
      rows.map((row) => csvFields.map((field) => cell(row, field, managers))),
      { escape_formulas: true },
    );
    after = page.next ?? undefined;
  } while (after);
}

function cell(row: CustomerRow, field: CsvField, managers: Awaited<ReturnType<AccountService['getMany']>>): string {
  if (field === 'account_manager') return managers.get(row.account_manager_id ?? 0)?.email ?? '';
  if (field === 'categories') return listed(row.categories).join(', ');
  return String(row[field] ?? '');
}
