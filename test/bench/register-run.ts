import type { ChildProcess } from 'node:child_process';
import { child, measure, stop, usage, workOf, type Measured, type Target } from './load.js';

interface Started {
  staffUrl: string;
  portalUrl: string;
  staffCookie: string;
  portalCookie: string;
  token: string;
  customerId: number;
  crowdId: number;
  accessId: number;
  filled: number;
  can: number;
  scope: number;
  signIn: { known: number; unknown: number };
}

/** Pages and operations of the register; those of plugins that are not there are left out. */
function targets({ staffUrl, portalUrl, staffCookie, portalCookie, token, customerId, crowdId, accessId }: Started): Record<string, Target> {
  const page = (path: string): Target => ({ url: staffUrl + path, headers: { cookie: staffCookie }, status: 200 });
  const own = (path: string): Target => ({ url: portalUrl + path, headers: { cookie: portalCookie }, status: 200 });
  const rest = (path: string): Target => ({ url: `${staffUrl}/api/v1${path}`, headers: { authorization: `Bearer ${token}` }, status: 200 });
  return {
    'customer overview': page('/customers'),
    'overview, active, by number': page('/customers?status=active&sort=-number'),
    'overview, of a city': page('/customers?city=Kalmar'),
    'overview, without access': page('/customers?access=without'),
    'search by number': page('/customers?q=20123'),
    'search by a common word': page('/customers?q=clinics'),
    'search by two common words': page('/customers?q=clinics+kalmar'),
    'customer picker': page('/customers/picker?q=maple'),
    'customer page': page(`/customers/${customerId}`),
    authorisations: page(`/customers/${customerId}/accesses`),
    'authorisations, 200 accesses': page(`/customers/${crowdId}/accesses`),
    'authorisations, by state': page(`/customers/${crowdId}/accesses?state=disabled`),
    'page of an access': page(`/customers/${customerId}/accesses/${accessId}`),
    'accounts of all customers': page('/customers/accounts'),
    'accounts, disabled': page('/customers/accounts?state=disabled'),
    'accounts, invited': page('/customers/accounts?state=invited'),
    'accounts, by name': page('/customers/accounts?q=hugo'),
    'accounts, by a rare address': page('/customers/accounts?q=p1234-2'),
    'installations of a customer': page(`/customers/${customerId}/installations`),
    'installations of all customers': page('/installations'),
    'installations, by a common word': page('/installations?q=site'),
    'installation picker': page(`/customers/${customerId}/installations/picker?q=site`),
    'devices of a customer': page(`/customers/${customerId}/devices`),
    'REST list of customers': rest('/customers?limit=25'),
    'REST customer': rest(`/customers/${customerId}`),
    'REST list of installations': rest('/installations?limit=25'),
    'REST devices, by a common word': rest('/devices?limit=25&q=printer'),
    'REST devices, by serial number': rest(`/devices?limit=25&q=sn${customerId * 2}`),
    'portal home': own('/'),
    'portal installations': own('/installations'),
    'portal devices': own('/devices'),
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
    const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7) ?? '';
    const asked = Object.fromEntries(Object.entries(targets(first)).filter(([name]) => name.includes(only)));
    before = await measure(asked, subject, base, { rounds, count }, async (name, cost) => {
      const { queries, rows } = await workOf(subject, asked[name]!);
      const smaller = less?.get(name)?.cost;
      const growth = smaller === undefined ? '' : `   x ${(cost / smaller).toFixed(2)} of ${sizes[0]}`;
      return `${String(queries).padStart(4)} queries${rows === null ? '' : `${String(rows).padStart(8)} rows read`}${growth}`;
    });
    await stop(subject);
  }
}
