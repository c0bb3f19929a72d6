import type { WhereOptions } from 'sequelize';
import type { Database } from '../../../../core/api.js';
import { Customers } from '../../tables.js';
import type { CustomerRow } from '../../types.js';
import type { ImportValues } from './kind.js';

/** Finds the customers that lines are about, with three queries for many lines: by number, then registration number, then mail. */
export class Matches {
  readonly #byNumber = new Map<string, CustomerRow>();
  readonly #byRegistration = new Map<string, CustomerRow[]>();
  readonly #byMail = new Map<string, CustomerRow[]>();

  static async of(db: Database, lines: readonly ImportValues[]): Promise<Matches> {
    const found = new Matches();
    const all = (field: 'number' | 'registration_number' | 'email') => [...new Set(lines.flatMap((line) => line[field] ?? []))];
    const numbers = all('number').filter((text) => /^\d{1,9}$/.test(text));
    const read = async (where: WhereOptions<CustomerRow>): Promise<CustomerRow[]> =>
      (await db.of(Customers).findAll({ where })).map((row) => row.get({ plain: true }));
    if (numbers.length > 0) for (const row of await read({ number: numbers.map(Number) })) found.#byNumber.set(String(row.number), row);
    const add = (map: Map<string, CustomerRow[]>, text: string | null, row: CustomerRow): void => {
      if (text) map.set(text.toLowerCase(), [...(map.get(text.toLowerCase()) ?? []), row]);
    };
    for (const row of await read({ registration_number: all('registration_number') })) add(found.#byRegistration, row.registration_number, row);
    for (const row of await read({ email: all('email') })) add(found.#byMail, row.email, row);
    return found;
  }

  /** The customer, null for a new one, or the key of the sentence why it cannot be told. */
  find({ number, registration_number, email }: ImportValues): CustomerRow | null | 'noNumber' | 'ambiguous' {
    if (number) return this.#byNumber.get(number) ?? 'noNumber';
    const found =
      (registration_number && this.#byRegistration.get(registration_number.toLowerCase())) || (email && this.#byMail.get(email.toLowerCase())) || [];
    return found.length > 1 ? 'ambiguous' : (found[0] ?? null);
  }
}
