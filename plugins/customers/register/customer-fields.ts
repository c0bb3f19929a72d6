import type { CustomerInput } from '../inputs.js';
import type { CustomerRow } from '../types.js';
import { fold, words } from './search.js';

/** What is stored of checked data: fields of the other kind are empty. */
export function customerFields(input: CustomerInput) {
  const name = input.kind === 'person' ? `${input.first_name} ${input.last_name}` : input.name;
  const none = {
    first_name: null,
    last_name: null,
    birth_date: null,
    short_name: null,
    registration_number: null,
    vat_number: null,
    contact_person: null,
  };
  const { invite: _invite, ...data } = { invite: false, ...input };
  return {
    ...none,
    ...data,
    categories: joined(input.categories),
    name,
    name_key: fold(name).slice(0, 160),
    city_key: input.city === null ? null : fold(input.city).slice(0, 80),
  };
}

/** `|lift|school|` of a list; empty without any. */
const joined = (list: readonly string[]): string => (list.length > 0 ? `|${list.join('|')}|` : '');
/** The list of `|lift|school|`. */
export const listed = (text: string): string[] => text.split('|').filter((one) => one !== '');

/** Words under which a customer is found. */
export function customerWords(row: CustomerRow): string[] {
  const { number, name, short_name, registration_number, contact_person, city, email, phone, mobile } = row;
  return words(number, name, short_name, registration_number, contact_person, city, email, phone, mobile, row.categories);
}

/** The key under which a category is filtered. */
export const categoryKey = (category: string): string => Array.from(fold(category)).slice(0, 40).join('');

/** What the log calls a customer. */
export const customerObject = (row: Pick<CustomerRow, 'id' | 'number' | 'name'>) => ({
  kind: 'customers.customer',
  id: row.id,
  name: `${row.number} ${row.name}`,
});
