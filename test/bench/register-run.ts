import type { ChildProcess } from 'node:child_process';
import { child, measure, stop, usage, type Measured, type Target } from './load.js';

interface Started {
  staffUrl: string;
  portalUrl: string;
  staffCookie: string;
  portalCookie: string;
  token: string;
  customerId: number;
  filled: number;
  can: number;
  scope: number;
  signIn: { known: number; unknown: number };
}

/** Pages and operations of the register; those of plugins that are not there are left out. */
function targets({ staffUrl, portalUrl, staffCookie, portalCookie, token, customerId }: Started): Record<string, Target> {
  const page = (path: string): Target => ({ url: staffUrl + path, headers: { cookie: staffCookie }, status: 200 });
  const rest = (path: string): Target => ({ url: `${staffUrl}/api/v1${path}`, headers: { authorization: `Bearer ${token}` }, status: 200 });
  return {
    'customer overview': page('/customers'),
    'customer overview, filtered': page('/customers?status=active'),
    'customer page': page(`/customers/${customerId}`),
    authorisations: page(`/customers/${customerId}/accesses`),
    'installations of a customer': page(`/customers/${customerId}/installations`),
    'search by number': page('/customers?q=20123'),
    'search by two words': page('/customers?q=maple+harbor'),
    'REST list of customers': rest('/customers?limit=25'),
    'REST customer': rest(`/customers/${customerId}`),
    'REST list of installations': rest('/installations?limit=25'),
    'portal home': { url: `${portalUrl}/`, headers: { cookie: portalCookie }, status: 200 },
    'portal installations': { url: `${portalUrl}/installations`, headers: { cookie: portalCookie }, status: 200 },
  };
}

/** The same pages with ten times as many customers, and what the difference is. */
export async function measureRegister(
  base: { process: ChildProcess; target: Target },
  { rounds, count, sizes }: { rounds: number; count: number; sizes: readonly number[] },
): Promise<void> {
  let before: Map<string, Measured> | null = null;
  for (const size of sizes) {
    const { process: subject, first } = await child<Started>('register', [String(size)]);
    const memory = Math.round((await usage(subject)).rss / 1_048_576);
    console.log(`\n${size} customers, ${size * 4} accounts, ${size * 12} devices (made in ${Math.round(first.filled / 1000)} s): memory ${memory} MB`);
    console.log(`can() ${first.can.toFixed(2)} µs, scope() ${first.scope.toFixed(2)} µs, after the first call`);
    const { known, unknown } = first.signIn;
    console.log(`wrong sign-in: known name ${known.toFixed(1)} ms, unknown ${unknown.toFixed(1)} ms, difference ${(known - unknown).toFixed(1)} ms`);
    const less = before;
    before = await measure(targets(first), subject, base, { rounds, count }, (name, cost) => {
      const smaller = less?.get(name)?.cost;
      return smaller === undefined ? '' : `   x ${(cost / smaller).toFixed(2)} of ${sizes[0]}`;
    });
    await stop(subject);
  }
}
