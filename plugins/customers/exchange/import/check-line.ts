import { InvalidInputError, parseInput, type Message } from '../../../../core/api.js';
import { diff } from '../../diff.js';
import { accessInput, customerInput, type CustomerInput } from '../../inputs.js';
import { customerFields, listed } from '../../register/customer-fields.js';
import type { CustomerRow } from '../../types.js';
import type { ImportValues } from './kind.js';

/** What comes of a line. */
export type Outcome =
  | { verdict: 'create'; input: CustomerInput; access: Person | null; detail: Record<string, [unknown, unknown]> }
  | { verdict: 'change'; id: number; input: CustomerInput; customer: CustomerRow; access: Person | null; detail: Record<string, [unknown, unknown]> }
  | { verdict: 'same'; id: number }
  | { verdict: 'refuse'; detail: Record<string, Message> };
export interface Person {
  name: string;
  email: string;
  mobile: string | null;
}
/** Derived columns: they follow from others. */
const derived = /_key$/;
const personInput = accessInput.pick({ name: true, email: true, mobile: true });

/** Judges one line against the customer it is about. Empty cells leave what is there. Nothing is written. */
export function checkLine(values: ImportValues, found: CustomerRow | null, staff: ReadonlyMap<string, number>): Outcome {
  try {
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
    const manager = values.account_manager ? { account_manager_id: managerOf(values.account_manager, staff) } : {};
    const kind = found?.kind ?? values.kind ?? (values.name || !values.last_name ? 'company' : 'person');
    if (found && values.kind && values.kind !== found.kind) throw new InvalidInputError({ kind: { key: 'customers:error.kind' } });
    if (found?.status === 'deleting') throw new InvalidInputError({ number: { key: 'customers:error.deleting' } });
    const stored = found ? { ...found, categories: listed(found.categories).join(', ') } : {};
    const [, firstName, lastName] = kind === 'person' && !values.last_name ? (/^(.+)\s+(\S+)$/.exec(values.name ?? '') ?? []) : [];
    const names = lastName ? { first_name: firstName, last_name: lastName } : {};
    const contact = !found && kind === 'company' && !values.contact_person && values.access_name ? { contact_person: values.access_name } : {};
    const input = parseInput(customerInput, { ...stored, ...contact, ...names, ...given, ...manager, kind });
    const access = values.access_email
      ? parseInput(personInput, { name: values.access_name || values.contact_person, email: values.access_email, mobile: values.mobile })
      : null;
    const detail: Record<string, [unknown, unknown]> = access ? { access_email: [null, access.email] } : {};
    if (!found) return { verdict: 'create', input, access, detail };
    const changed = diff<object>(found, customerFields(input)) ?? { before: {}, after: {} };
    for (const [field, after] of Object.entries(changed.after)) if (!derived.test(field)) detail[field] = [changed.before[field] ?? null, after];
    return Object.keys(detail).length > 0 ? { verdict: 'change', id: found.id, input, customer: found, access, detail } : { verdict: 'same', id: found.id };
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { verdict: 'refuse', detail: error.fields };
  }
}

function managerOf(text: string, staff: ReadonlyMap<string, number>): number {
  const id = staff.get(text.toLowerCase());
  if (id === undefined) throw new InvalidInputError({ account_manager: { key: 'customers:error.manager' } });
  return id;
}
