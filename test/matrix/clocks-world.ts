import { makeLevel } from '../support/service-levels.js';
import type { TestApp } from '../support/app.js';
import type { Things } from './world.js';

const missing = 999_999;

/** Business hours with a holiday, a service level, and a contract of each customer. */
export async function clockThings(t: TestApp, { a, b }: { a: number; b: number }): Promise<{ things: Things; ids: Record<string, number> }> {
  const { calendar, holiday, level, contract } = await makeLevel(t);
  const [own, other] = [await contract(a), await contract(b)];
  await t.app.jobs.idle();
  const below = (customer: number, id: number) => `${customer}/contracts/${id}`;
  return {
    things: {
      calendar: { own: calendar, missing },
      level: { own: level, missing },
      holiday: { own: `${calendar}/holidays/${holiday}`, missing: `${calendar}/holidays/${missing}` },
      contract: { own, other, missing },
      'contract of customer': { own: below(a, own), other: below(b, other), crossed: below(a, other), missing: below(a, missing) },
    },
    ids: { calendar, level },
  };
}
