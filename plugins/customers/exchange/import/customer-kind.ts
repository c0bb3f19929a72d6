import {
  ACCESS,
  ACCOUNTS,
  DATABASE,
  ERASURE,
  TRANSLATOR,
  inject,
  injectable,
  type Access,
  type AccountService,
  type Actor,
  type Database,
  type Erasure,
  type Translator,
} from '../../../../core/api.js';
import { AccessRegister } from '../../accesses/access-register.js';
import { customerInput } from '../../inputs.js';
import { fieldLabel } from '../../overview/csv-fields.js';
import { listed } from '../../register/customer-fields.js';
import { CustomerService } from '../../register/customer-service.js';
import type { ImportLineRow } from '../tables.js';
import { checkLine, type Outcome } from './check-line.js';
import { Vocabulary, importFields } from './fields.js';
import type { ImportKind, ImportValues } from './kind.js';
import { Matches } from './matching.js';

const own = (plugin: string): boolean => plugin === 'customers' || plugin === 'core';

/** Customers from files, with their first access. */
@injectable()
export class CustomerImportKind implements ImportKind<Outcome> {
  readonly plugin = 'customers';
  readonly permission = 'customers.customer.import';
  readonly fields = importFields;
  readonly column = 'customer_id';

  constructor(
    @inject(DATABASE) private readonly db: Database,
    @inject(ACCESS) private readonly access: Access,
    @inject(ACCOUNTS) private readonly accounts: AccountService,
    @inject(TRANSLATOR) private readonly translator: Translator,
    @inject(ERASURE) private readonly erasure: Erasure,
    @inject(CustomerService) private readonly customers: CustomerService,
    @inject(AccessRegister) private readonly register: AccessRegister,
  ) {}

  label(field: string): string {
    return `customers:${fieldLabel(field)}`;
  }

  /** Whoever imports makes customers anywhere. */
  async allowed(actor: Actor): Promise<void> {
    await this.access.assert(actor, 'customers.customer.import');
    await this.access.assert(actor, 'customers.customer.manage', { customer: null });
  }

  async judge(lines: readonly ImportValues[]): Promise<Outcome[]> {
    const vocabulary = new Vocabulary(this.translator);
    const values = lines.map((line) => vocabulary.translate(line));
    const matches = await Matches.of(this.db, values);
    const staff = new Map(
      (await this.accounts.listStaff()).flatMap(({ id, name, email }) => [[name.toLowerCase(), id] as const, [email.toLowerCase(), id] as const]),
    );
    return values.map((one) => {
      const found = matches.find(one);
      if (found !== null && typeof found === 'string')
        return { verdict: 'refuse', detail: { [found === 'noNumber' ? 'number' : 'email']: { key: `customers:import.error.${found}` } } };
      return checkLine(one, found, staff);
    });
  }

  identity(outcome: Outcome, { registration_number, email }: ImportValues): string {
    return 'id' in outcome ? `#${outcome.id}` : registration_number ? `r${registration_number}` : `m${email?.toLowerCase()}`;
  }

  async write(actor: Actor, outcome: Outcome, { invite }: { invite: boolean }): Promise<{ id: number; version: number | null }> {
    if (outcome.verdict !== 'create' && outcome.verdict !== 'change') throw new TypeError(`a line that is ${outcome.verdict} is not written`);
    const { input, access, detail } = outcome;
    const { id, version } = outcome.verdict === 'create' ? await this.customers.create(actor, input) : outcome.customer;
    if (outcome.verdict === 'change') await this.customers.update(actor, id, input);
    if (access && (outcome.verdict === 'create' || (await this.register.list(actor, id)).length === 0)) {
      await this.register.createFirst(actor, id, access, { invite });
    }
    const changes = Object.keys(detail).some((field) => field !== 'access_email');
    return { id, version: outcome.verdict === 'change' && changes ? version + 1 : version };
  }

  /** Is it as it was? What somebody worked with since stays. */
  async putBack(actor: Actor, line: ImportLineRow): Promise<boolean> {
    const row = (await this.customers.many([line.customer_id ?? 0])).get(line.customer_id ?? 0);
    if (!row) return true;
    if (row.version !== line.version) return false;
    if (line.verdict === 'change') {
      const before = Object.fromEntries(
        Object.entries(JSON.parse(line.detail ?? '{}') as Record<string, [unknown, unknown]>).map(([key, [old]]) => [key, old]),
      );
      const categories = listed(String(before.categories ?? row.categories)).join(', ');
      const input = customerInput.safeParse({ ...row, ...before, categories });
      if (!input.success) return false;
      await this.customers.update(actor, row.id, input.data);
      return true;
    }
    if (await this.#isUsed(row.id)) return false;
    await this.erasure.erase(row.id);
    return true;
  }

  async #isUsed(customerId: number): Promise<boolean> {
    if ((await this.erasure.preview(customerId)).some(({ plugin, files }) => files > 0 || !own(plugin))) return true;
    const [row] = await this.db.query<{ n: number }>(
      `SELECT (SELECT COUNT(*) FROM customers_installations WHERE customer_id = ?) + (SELECT COUNT(*) FROM customers_devices WHERE customer_id = ?)
         + (SELECT COUNT(*) FROM customers_projects WHERE customer_id = ?) + (SELECT COUNT(*) FROM customers_administrators WHERE customer_id = ?)
         + (SELECT COUNT(*) FROM customers_accesses m JOIN core_accounts a ON a.id = m.account_id WHERE m.customer_id = ? AND a.last_sign_in_at IS NOT NULL) AS n`,
      Array.from({ length: 5 }, () => customerId),
    );
    return Number(row?.n) > 0;
  }
}
