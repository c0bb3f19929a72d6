import type { Database } from '../../../core/api.js';
import type { CustomerInput } from '../inputs.js';
import type { CustomerRef } from '../types.js';
import { fold, words } from './search.js';

/** Mail domains that say nothing of the customer. */
const PUBLIC = /@(gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|gmx|web|telia|seznam|azet|centrum|ziggo|kpnmail)\.[a-z.]+$/i;
/** Words that many names have. */
const FORMS = new Set(['ab', 'gmbh', 'ag', 'bv', 'nv', 'sro', 'as', 'oy', 'ltd', 'inc', 'kg', 'brf', 'the']);

export interface Duplicate extends CustomerRef {
  reason: 'registration_number' | 'email' | 'name';
}

/** Customers that may be the same one: same registration number, same mail domain and a word of the name, or same name in the same city. */
export async function findDuplicates(db: Database, input: CustomerInput, except = 0): Promise<Duplicate[]> {
  const name = input.kind === 'person' ? `${input.first_name} ${input.last_name}` : input.name;
  const found = new Map<number, Duplicate>();
  const look = async (reason: Duplicate['reason'], sql: string, params: unknown[]): Promise<void> => {
    const rows = await db.query<CustomerRef>(`SELECT c.id, c.number, c.name FROM customers_customers c WHERE ${sql} AND c.id <> ? LIMIT 5`, [
      ...params,
      except,
    ]);
    for (const row of rows) if (!found.has(row.id)) found.set(row.id, { ...row, reason });
  };
  if (input.kind === 'company' && input.registration_number) await look('registration_number', 'c.registration_number = ?', [input.registration_number]);
  await look('email', 'c.email = ?', [input.email]);
  const domain = input.email.slice(input.email.lastIndexOf('@'));
  const word = words(name)
    .filter((one) => !FORMS.has(one))
    .sort((a, b) => b.length - a.length)[0];
  if (!PUBLIC.test(input.email) && word && word.length > 3) {
    await look('email', "c.email LIKE ? AND c.id IN (SELECT owner_id FROM customers_words WHERE owner = 'customer' AND word = ?)", [
      `%${domain.replace(/[%_]/g, '')}`,
      word,
    ]);
  }
  const city = input.city === null ? null : fold(input.city).slice(0, 80);
  if (city !== null) await look('name', 'c.name_key = ? AND c.city_key = ?', [fold(name).slice(0, 160), city]);
  return [...found.values()].slice(0, 5);
}
