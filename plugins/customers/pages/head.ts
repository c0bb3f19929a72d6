import type { PageContext, Resolve } from '../../../core/api.js';
import { CustomerTabs } from '../register/customer-tabs.js';
import type { CustomerRow } from '../types.js';

/** What the head of every page of a customer shows: name, state and tabs. */
export function head(c: PageContext, resolve: Resolve, customer: CustomerRow, active: string): Promise<object> {
  return resolve(CustomerTabs).head(c, customer, active);
}
