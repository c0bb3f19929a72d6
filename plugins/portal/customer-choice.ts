import type { PageContext } from '../../core/api.js';
import type { AccessDirectory, AccessSummary } from '../customers/api.js';

const cookie = 'portico-customer';

/** Which of several customers an account looks at; `customerId` undefined = all of them. It narrows lists and never widens what is seen. */
export interface CustomerChoice {
  several: boolean;
  customers: AccessSummary[];
  customerId: number | undefined;
}

export async function customerChoice(c: PageContext, directory: AccessDirectory): Promise<CustomerChoice> {
  const customers = c.actor.account ? await directory.accessesOf(c.actor.account.id) : [];
  const chosen = Number(new RegExp(`(?:^|; )${cookie}=(\\d+)`).exec(c.req.headers.cookie ?? '')?.[1]);
  const several = customers.length > 1;
  return { several, customers, customerId: several ? customers.find((one) => one.customerId === chosen)?.customerId : undefined };
}

/** Remembers the choice for this browser; 0 = all. */
export function choose(c: PageContext, customerId: number): void {
  c.res.cookie(cookie, String(customerId), { httpOnly: true, sameSite: 'lax', path: '/', secure: c.req.secure });
}
