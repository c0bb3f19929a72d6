import { type FormState, type PageContext } from '../../../core/api.js';
import type { AccessDirectory } from '../../customers/api.js';

/** The choices of the report form: places in reach, how urgent it is. */
export async function reportChoices(c: PageContext, directory: AccessDirectory, chosen?: string): Promise<object> {
  const places = await directory.installations(c.actor, 'desk.request.create', { limit: 500 });
  const customers = new Map((await directory.customersInReach(c.actor, 'desk.request.create')).map((customer) => [customer.id, customer.name]));
  const several = customers.size > 1;
  return {
    choices: places.map((place) => ({
      value: String(place.id),
      label: [place.name, place.city, several ? customers.get(place.customer_id) : null].filter(Boolean).join(' – '),
      selected: String(place.id) === chosen || places.length === 1,
    })),
    urgencies: [1, 2, 3].map((value) => ({ value: String(value), label: c.t(`urgency.${value}`) })),
  };
}

export const emptyReport = (place?: string): FormState => ({ values: { urgency: '2', installation_id: place }, errors: {}, summary: [] });
